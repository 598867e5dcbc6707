// Shows the blocks of an article, laid out as they come into view.
//
// The first screen is there at once; what lies below is measured in slices, a few thousand characters a
// frame.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kb/article.hpp"
#include "kiosk/ui/frame.hpp"

namespace kiosk::ui {

// Blocks that are drawn together: a callout with all its paragraphs, or one block.
struct Unit {
    std::size_t begin = 0;
    std::size_t end = 0;
};
[[nodiscard]] std::vector<Unit> units_of(const std::vector<kb::Block>& blocks);

struct Heading {
    std::string anchor;
    std::string words;
};
// What the list of contents shows.
[[nodiscard]] std::vector<Heading> headings_of(const kb::Article& article);

// Draws the article's blocks from `at` on and answers the bottom. `area` is around them; `highlight` are the
// words that were searched.
float draw_blocks(Frame& frame, const std::shared_ptr<const kb::Article>& article, Point at, float width,
                  const ScrollArea& area, const std::string& highlight);

// The heading that stands at the top of the view; `top` is how far below the start of the area's content the
// blocks begin.
[[nodiscard]] std::string current_anchor(const Frame& frame, const kb::Article& article,
                                         std::string_view area, float top);

// "en/card-reader" for a link "card-reader.md" in "articles/en/printer.md"; empty when it leads out of the
// content.
struct Target {
    std::string article;
    std::string anchor;
};
[[nodiscard]] Target target_of(const kb::Article& article, std::string_view link);
// "pictures/till.svg" for "../../pictures/till.svg"; empty when it leads out of the content.
[[nodiscard]] std::string picture_path(const kb::Article& article, std::string_view picture);

// The byte ranges of words that begin like one of the words searched.
[[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> matches_in(std::string_view text,
                                                                          std::string_view searched);

}  // namespace kiosk::ui
