#include "kb/indexer.hpp"

#include <fcntl.h>
#include <stdio.h>

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "kb/index_files.hpp"
#include "kb/schema.hpp"
#include "kb/source.hpp"

namespace kb {
namespace {

std::vector<Source> gather(const Collection& collection, const catalog::Catalog& catalog, core::Date today, const Viewers& viewers, IndexBuilt& built) {
    std::vector<Source> sources;
    for (const Article& article : collection.articles) {
        if (will_be_shown(article, today, viewers)) sources.push_back(source_of(article, today));
    }
    built.articles = sources.size();
    const auto add = [&sources](std::vector<Source> in_languages) { std::move(in_languages.begin(), in_languages.end(), std::back_inserter(sources)); };
    for (const catalog::Service& service : catalog.services) {
        if (!may_see(service.audience, service.sites, viewers)) continue;
        ++built.services;
        add(sources_of(service));
    }
    for (const catalog::KnownProblem& known : catalog.known_problems) {
        if (!may_see(known.audience, known.sites, viewers) || (known.until && *known.until <= today)) continue;
        ++built.known_problems;
        add(sources_of(known, today));
    }
    return sources;
}

core::Json about_index(const Collection& collection, const std::vector<std::string>& languages, std::size_t documents, const IndexFiles::Totals& totals, const IndexFiles::Sizes& sizes) {
    core::Json about{{"schema", schema::version},
                     {"languages", languages},
                     {"documents", documents},
                     {"sections", totals.sections},
                     {"title_words", totals.title_words},
                     {"keyword_words", totals.keyword_words},
                     {"heading_words", totals.heading_words},
                     {"text_words", totals.text_words},
                     {"files", sizes}};
    core::Json& synonyms = about["synonyms"] = core::Json::object();
    for (const auto& [language, groups] : collection.synonyms) synonyms[language] = groups;
    core::Json& stop_words = about["stop_words"] = core::Json::object();
    for (const auto& [language, changes] : collection.stop_words) stop_words[language] = {{"added", changes.added}, {"removed", changes.removed}};
    return about;
}

core::Result<IndexBuilt> write_index(const std::filesystem::path& folder, const Collection& collection, const catalog::Catalog& catalog, core::Date today, const Progress& progress,
                                     const Viewers& viewers) {
    IndexBuilt built;
    const std::vector<Source> sources = gather(collection, catalog, today, viewers, built);
    std::vector<std::string> languages;
    for (const Source& source : sources) languages.push_back(source.language);
    std::sort(languages.begin(), languages.end());
    languages.erase(std::unique(languages.begin(), languages.end()), languages.end());
    if (languages.size() > schema::most_languages) {
        return core::fail(core::ErrorKind::full, fmt::format("articles in {} languages; an index holds {}", languages.size(), schema::most_languages));
    }

    std::size_t done = 0;
    const auto step = [&] {
        if (progress) progress(++done, 3 * sources.size());
    };
    WordTable table(languages);
    std::vector<SourceWords> words;
    for (const Source& source : sources) {
        words.push_back(table.read(source));
        step();
    }
    IndexFiles files(IndexFiles::Kind::index, languages, table, [&table](const std::string& word, std::size_t language) { return documents_in(table.find(word), language); });
    for (std::size_t i = 0; i < sources.size(); ++i) {
        files.add(sources[i], words[i]);
        step();
    }
    const auto sizes = files.write(folder, table.entries(), step);
    if (!sizes) return core::fail(sizes.error());
    const std::string about = core::canonical(about_index(collection, languages, sources.size(), files.totals(), *sizes));
    if (auto written = core::write_file(folder / schema::about_file, about); !written) return core::fail(written.error());
    built.sections = files.totals().sections;
    built.bytes = about.size();
    for (const auto& [name, size] : *sizes) built.bytes += size;
    return built;
}

bool may_replace(const std::filesystem::path& out) {
    std::error_code ignored;
    if (!std::filesystem::exists(out, ignored)) return true;
    if (!std::filesystem::is_directory(out, ignored)) return false;
    return std::filesystem::is_empty(out, ignored) || std::filesystem::exists(out / schema::about_file, ignored);
}

// In one step, so that there is always the one or the other; `fresh` is what was there before, then.
bool exchange(const std::filesystem::path& fresh, const std::filesystem::path& out) {
    return ::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, out.c_str(), RENAME_EXCHANGE) == 0;
}

}  // namespace

core::Result<IndexBuilt> build_index(const Collection& collection, const catalog::Catalog& catalog, const std::filesystem::path& out, core::Date today,
                                     const Progress& progress, const Viewers& viewers) {
    if (!may_replace(out)) {
        return core::fail(core::ErrorKind::conflict, fmt::format("{} holds something that is not an index; name another folder", out.string()));
    }
    const std::filesystem::path fresh = out.string() + ".new";
    std::error_code error;
    std::filesystem::remove_all(fresh, error);
    if (auto made = core::make_folder(fresh); !made) return core::fail(made.error());

    auto built = write_index(fresh, collection, catalog, today, progress, viewers);
    if (!built) {
        std::filesystem::remove_all(fresh, error);
        return built;
    }
    if (std::filesystem::exists(out) && !exchange(fresh, out)) {
        // A file system that cannot exchange: for a moment there is none.
        std::filesystem::remove_all(out, error);
    }
    if (std::filesystem::exists(out)) {
        std::filesystem::remove_all(fresh, error);
        return built;
    }
    std::filesystem::rename(fresh, out, error);
    if (error) return core::fail(core::system_error(fmt::format("cannot put the index to {}", out.string()), error.value()));
    return built;
}

}  // namespace kb
