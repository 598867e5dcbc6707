// An opened release folder: what the screens show of it, and the searcher over it. Belongs to one thread; the Content it
// hands out may go to others.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/result.hpp"
#include "kb/collection.hpp"
#include "kb/searcher.hpp"
#include "kiosk/app/content.hpp"

namespace kiosk {

// What is shown at which kiosk.
struct Showing {
    std::filesystem::path folder;
    std::int64_t release = 0;  // 0 for a folder without a desk
    std::string site = {};     // what is for other sites only is left out; empty: nothing is
};

// The catalog and the words, without what depends on the day: all that home needs at first, in some milliseconds.
[[nodiscard]] std::shared_ptr<const Content> load_home(const Showing& showing);

class Library {
public:
    [[nodiscard]] static core::Result<Library> open(const Showing& showing, core::Date today);

    // What comes and goes by itself: lists and search follow the day. True when the content differs now.
    bool turn_to(core::Date today);

    [[nodiscard]] const std::shared_ptr<const Content>& content() const { return content_; }
    [[nodiscard]] core::Result<kb::Found> find(std::string_view words, std::string_view language) const;
    // In that language if it was translated, else as asked for; null when there is none. Read from disk each time: ten
    // thousand articles must not stand in memory for the one that is read.
    [[nodiscard]] std::shared_ptr<const kb::Article> article(std::string_view id, std::string_view language) const;
    [[nodiscard]] core::Result<std::string> file(std::string_view path) const;  // a picture's bytes

private:
    Library(kb::Collection heads, std::vector<catalog::KnownProblem> known_problems, kb::Searcher searcher,
            std::shared_ptr<const Content> content, std::string site)
        : heads_(std::move(heads)),
          known_problems_(std::move(known_problems)),
          searcher_(std::move(searcher)),
          content_(std::move(content)),
          site_(std::move(site)) {}
    [[nodiscard]] bool is_shown(std::string_view article_id) const;

    kb::Collection heads_;  // articles without their blocks, also those that are not shown
    std::vector<catalog::KnownProblem> known_problems_;  // for this site, of any day
    kb::Searcher searcher_;
    std::shared_ptr<const Content> content_;  // shared: the drawing thread finishes with an old release
    std::string site_;
    core::Date today_{};
};

}  // namespace kiosk
