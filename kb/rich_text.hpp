// Puts the text of a block together run by run.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kb/markdown.hpp"

namespace kb {

// How the next run looks; the same fields as a span's.
struct RunStyle {
    bool bold = false;
    bool italic = false;
    bool code = false;
    bool strike = false;
    std::string link;
};

class RichTextBuilder {
public:
    // White space at both ends and around breaks collapses as in a browser; `exact` keeps it.
    void add(std::string_view text, const RunStyle& style, bool exact = false);
    // A space, where words follow; it looks like the words that it stands between.
    void soft_break(const RunStyle& style = {}) {
        if (!soft_break_) soft_break_ = style;
    }
    void hard_break();

    [[nodiscard]] bool empty() const { return words_.text.empty(); }
    // What was built; the builder is empty afterwards.
    [[nodiscard]] RichText take();

private:
    void mark(std::size_t begin, const RunStyle& style);

    RichText words_;
    std::optional<RunStyle> soft_break_;
};

}  // namespace kb
