// An opened release folder: what the screens show of it, and the searcher over it. Belongs to one thread; the Content it
// hands out may go to others.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "kb/collection.hpp"
#include "kb/searcher.hpp"
#include "kiosk/app/content.hpp"

namespace kiosk {

class Library {
public:
    // `release` is the version to show; 0 for a folder without a desk.
    [[nodiscard]] static core::Result<Library> open(const std::filesystem::path& folder, std::int64_t release,
                                                    core::Date today);

    [[nodiscard]] const std::shared_ptr<const Content>& content() const { return content_; }
    [[nodiscard]] core::Result<kb::Found> find(std::string_view words, std::string_view language) const;
    // The article in that language if there is one, else as asked for; null when there is none.
    [[nodiscard]] std::shared_ptr<const kb::Article> article(std::string_view id, std::string_view language) const;
    [[nodiscard]] core::Result<std::string> file(std::string_view path) const;  // a picture's bytes

private:
    Library(std::filesystem::path folder, kb::Collection collection, kb::Searcher searcher, std::shared_ptr<const Content> content)
        : folder_(std::move(folder)), collection_(std::move(collection)), searcher_(std::move(searcher)), content_(std::move(content)) {}

    std::filesystem::path folder_;
    kb::Collection collection_;
    kb::Searcher searcher_;
    std::shared_ptr<const Content> content_;  // shared: the drawing thread finishes with an old release
};

}  // namespace kiosk
