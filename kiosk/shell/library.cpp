#include "kiosk/shell/library.hpp"

#include "core/base/file.hpp"
#include "kb/release.hpp"

namespace kiosk {

core::Result<Library> Library::open(const std::filesystem::path& folder, std::int64_t release, core::Date today) {
    core::Problems problems;  // checked when the release was built; what is wrong now was not wrong enough then
    auto collection = kb::load_collection(folder, problems);
    if (!collection) return core::fail(collection.error().in("content"));
    auto searcher = kb::Searcher::open(kb::index_of(folder));
    if (!searcher) return core::fail(searcher.error().in("search"));

    auto content = std::make_shared<Content>();
    content->catalog = catalog::load_catalog(folder, problems);
    content->words = core::Words::load(folder / "translations", content->catalog.fallback, problems);
    content->release = release;
    for (const kb::Article& article : collection->articles) {
        if (!kb::is_shown(article, today)) continue;
        content->articles.push_back({article.id, article.title, article.language, article.category, article.description});
    }
    return Library(folder, std::move(*collection), std::move(*searcher), std::move(content));
}

core::Result<kb::Found> Library::find(std::string_view words, std::string_view language) const {
    kb::Question question;
    question.words = words;
    question.language = language;
    return searcher_.search(question);
}

std::shared_ptr<const kb::Article> Library::article(std::string_view id, std::string_view language) const {
    const kb::Article* found = collection_.in_language(id, language);
    return found ? std::make_shared<const kb::Article>(*found) : nullptr;
}

core::Result<std::string> Library::file(std::string_view path) const {
    const auto clean = std::filesystem::path(path).lexically_normal();
    if (clean.is_absolute() || clean.native().starts_with("..")) {
        return core::fail(core::ErrorKind::denied, "a picture outside of the content folder");
    }
    return core::read_file(folder_ / clean);
}

}  // namespace kiosk
