#include "desk/web/word_shelf.hpp"

#include "core/base/file.hpp"
#include "desk/store/published.hpp"
#include "desk/web/embedded.hpp"
#include "desk/work/desk.hpp"
#include "kb/manifest.hpp"

namespace desk::web {
namespace {

constexpr std::string_view folder = "translations/";
constexpr std::string_view ending = ".yaml";

core::Words built_in() {
    core::Words words({"en"});
    core::Problems problems;
    words.add("en", embedded("en.yaml"), "en.yaml", problems);
    return words;
}

// Language → text of its file, as that release has them.
core::Result<std::map<core::Language, std::string>> translations_of(Desk& desk, const Release& release) {
    const auto bytes = core::read_file(desk.releases() / kb::manifest_path(release.manifest), kb::largest_manifest);
    if (!bytes) return core::fail(bytes.error());
    const auto manifest = kb::manifest_from(*bytes);
    if (!manifest) return core::fail(manifest.error());

    std::map<core::Language, std::string> translations;
    for (const kb::ManifestFile& file : manifest->files) {
        if (!file.path.starts_with(folder) || !file.path.ends_with(ending)) continue;
        auto words = core::read_file(desk.releases() / kb::object_path(file.sha256));
        if (!words) return core::fail(words.error());
        const auto language = file.path.substr(folder.size(), file.path.size() - folder.size() - ending.size());
        translations.emplace(language, std::move(*words));
    }
    return translations;
}

}  // namespace

WordShelf::WordShelf() : words_(std::make_shared<const core::Words>(built_in())) {}

std::shared_ptr<const core::Words> WordShelf::words() const {
    const std::lock_guard lock(mutex_);
    return words_;
}

void WordShelf::look_for_new(Desk& desk) {
    const core::Time now = desk.clock().now();
    {
        const std::lock_guard lock(mutex_);
        if (next_look_ && now < *next_look_) return;
        next_look_ = now + pause;
    }
    auto reader = desk.readers().lend();
    if (!reader) return;
    const auto release = Published(**reader).newest_release();
    if (!release || !*release) return;
    {
        const std::lock_guard lock(mutex_);
        if (release_ == (*release)->version) return;
        release_ = (*release)->version;
    }
    const auto translations = translations_of(desk, **release);
    if (!translations) {
        desk.log().warning("words_unreadable", {{"error", translations.error().message}});
        return;
    }
    core::Words words = built_in();
    core::Problems problems;
    for (const auto& [language, text] : *translations) words.add(language, text, language + ".yaml", problems);
    for (const core::Problem& problem : problems) desk.log().warning("words_broken", {{"problem", problem.line_of_text()}});

    const std::lock_guard lock(mutex_);
    words_ = std::make_shared<const core::Words>(std::move(words));
}

}  // namespace desk::web
