#include "kb/index_update.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "kb/forward.hpp"
#include "kb/index_files.hpp"
#include "kb/lexicon.hpp"
#include "kb/mapped_file.hpp"
#include "kb/schema.hpp"
#include "kb/source.hpp"

namespace kb {
namespace {

constexpr std::string_view changes_folder = "changes-";

// What an index is made of, and what has changed in it.
struct Present {
    core::Json about;
    std::vector<std::string> languages;
    Forward forward;                // with the changes, which follow
    std::size_t unchanged = 0;      // documents, before those of the changes
    std::set<std::size_t> gone;     // of the unchanged
    std::uint64_t last_number = 0;  // of a folder of changes
};

core::Result<Present> read_present(const std::filesystem::path& index) {
    const auto damaged = core::fail(core::ErrorKind::corrupt, fmt::format("the index in {} is damaged; build it again", index.string()));
    const auto text = core::read_file(index / schema::about_file);
    if (!text) return core::fail(text.error());
    auto about = core::parse_json(*text);
    if (!about || core::integer_at(*about, "schema") != schema::version) return damaged;
    const core::Json* languages = core::member(*about, "languages");
    if (!languages || !languages->is_array()) return damaged;
    auto forward = Forward::open(index / schema::forward_file, index / schema::texts_file);
    if (!forward) return core::fail(forward.error());
    Present present{{}, {}, std::move(*forward), 0, {}, 0};
    present.unchanged = present.forward.size();
    for (const core::Json& language : *languages) present.languages.push_back(language.is_string() ? language.get<std::string>() : "");
    if (const core::Json* changes = core::member(*about, "changes")) {
        const auto number = core::integer_at(*changes, "number");
        const core::Json* gone = core::member(*changes, "gone");
        if (!number || *number < 1 || !gone || !gone->is_array()) return damaged;
        present.last_number = static_cast<std::uint64_t>(*number);
        const std::filesystem::path folder = index / core::text_at(*changes, "folder").value_or("");
        if (auto added = present.forward.add(folder / schema::forward_file, folder / schema::texts_file); !added) return core::fail(added.error());
        for (const core::Json& each : *gone) {
            if (!each.is_number_unsigned()) return damaged;
            present.gone.insert(each.get<std::size_t>());
        }
    }
    present.about = std::move(*about);
    return present;
}

// Where each of these articles stands now.
std::map<std::string, std::size_t, std::less<>> places_of(const Present& present, const std::set<std::string, std::less<>>& ids) {
    std::map<std::string, std::size_t, std::less<>> places;
    for (std::size_t document = 0; document < present.forward.size(); ++document) {
        const Forward::Name name = present.forward.name(document);
        if (name.kind == HitKind::article && ids.contains(name.id) && !present.gone.contains(document)) places.emplace(name.id, document);
    }
    return places;
}

// The words of the whole index after the changes, of which only those that the changes touch are looked up.
class ChangedWords {
public:
    ChangedWords(std::string_view lexicon, const WordTable& gone, const WordTable& come) : lexicon_(lexicon) {
        std::vector<std::string> touched;
        for (const WordTable* table : {&gone, &come}) {
            for (const LexiconWord& each : table->entries()) touched.push_back(each.word);
        }
        std::sort(touched.begin(), touched.end());
        touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
        for (LexiconWord& each : Lexicon::read_words(lexicon, touched)) {
            const std::string word = each.word;
            words_.emplace(word, std::move(each));
        }
        for (const std::string& each : touched) {
            LexiconWord& word = words_[each];
            word.word = each;
            if (const LexiconWord* less = gone.find(each)) take_counts(word, *less);
            if (const LexiconWord* more = come.find(each)) add_counts(word, *more);
        }
    }

    [[nodiscard]] std::vector<LexiconWord> all() const {
        std::vector<LexiconWord> all;
        for (const auto& [word, entry] : words_) all.push_back(entry);
        return all;
    }

    std::uint32_t documents(const std::string& word, std::size_t language) {
        const auto touched = words_.find(word);
        if (touched != words_.end()) return documents_in(&touched->second, language);
        // Only for compounds are other words asked for.
        if (!whole_) {
            auto read = Lexicon::from_bytes(lexicon_);
            if (!read) return 0;
            whole_.emplace(std::move(*read));
        }
        const auto id = whole_->find(word);
        return id && whole_->is_in(*id, language) ? whole_->documents(*id) : 0;
    }

private:
    std::string_view lexicon_;
    std::unordered_map<std::string, LexiconWord> words_;
    std::optional<Lexicon> whole_;
};

void remove_other_changes(const std::filesystem::path& index, const std::string& kept) {
    std::error_code ignored;
    std::vector<std::filesystem::path> others;
    for (const auto& entry : std::filesystem::directory_iterator(index, ignored)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with(changes_folder) && name != kept) others.push_back(entry.path());
    }
    for (const auto& each : others) std::filesystem::remove_all(each, ignored);
}

}  // namespace

core::Result<std::size_t> update_index(const std::filesystem::path& index, const std::vector<Article>& changed, const std::vector<std::string>& removed, core::Date today,
                                       const Viewers& viewers) {
    auto present = read_present(index);
    if (!present) return core::fail(present.error());

    // What really changes: a file that was only touched does not.
    std::set<std::string, std::less<>> ids(removed.begin(), removed.end());
    for (const Article& article : changed) ids.insert(article.id);
    const auto places = places_of(*present, ids);
    std::vector<Source> come;
    std::set<std::size_t> go;
    std::size_t count = 0;
    for (const std::string& id : ids) {
        const auto place = places.find(id);
        const auto article = std::find_if(changed.begin(), changed.end(), [&id](const Article& each) { return each.id == id; });
        std::optional<Source> source;
        if (article != changed.end() && will_be_shown(*article, today, viewers)) source = source_of(*article, today);
        if (place == places.end() && !source) continue;
        if (place != places.end() && source && present->forward.source(place->second) == *source) continue;
        ++count;
        if (place != places.end()) go.insert(place->second);
        if (source) come.push_back(std::move(*source));
    }
    if (count == 0) return 0;
    for (const Source& source : come) {
        if (!std::binary_search(present->languages.begin(), present->languages.end(), source.language)) {
            return core::fail(core::ErrorKind::full, fmt::format("the index has no articles in {} yet; build it again", source.language));
        }
    }

    // All changes since the index was made, in one.
    for (std::size_t document = present->unchanged; document < present->forward.size(); ++document) {
        if (!go.contains(document)) come.push_back(present->forward.source(document));
    }
    for (const std::size_t document : go) {
        if (document < present->unchanged) present->gone.insert(document);
    }
    if (come.size() + present->gone.size() > most_changes) return core::fail(core::ErrorKind::full, "the index has changed too much; build it again");
    std::sort(come.begin(), come.end(), [](const Source& a, const Source& b) { return a.id < b.id; });

    WordTable gone_words(present->languages);
    for (const std::size_t document : present->gone) (void)gone_words.read(present->forward.source(document));
    WordTable words(present->languages);
    std::vector<SourceWords> words_of;
    for (const Source& source : come) words_of.push_back(words.read(source));
    const auto lexicon = MappedFile::open(index / schema::lexicon_file);
    if (!lexicon) return core::fail(lexicon.error());
    ChangedWords changed_words(lexicon->bytes(), gone_words, words);
    IndexFiles files(IndexFiles::Kind::changes, present->languages, words, [&changed_words](const std::string& word, std::size_t language) { return changed_words.documents(word, language); });
    for (std::size_t i = 0; i < come.size(); ++i) files.add(come[i], words_of[i]);

    const std::uint64_t number = present->last_number + 1;
    const std::string folder = fmt::format("{}{}", changes_folder, number);
    std::error_code ignored;
    std::filesystem::remove_all(index / folder, ignored);
    if (auto made = core::make_folder(index / folder); !made) return core::fail(made.error());
    const auto sizes = files.write(index / folder, changed_words.all(), {});
    if (!sizes) return core::fail(sizes.error());
    present->about["changes"] = {{"number", number}, {"folder", folder}, {"files", *sizes}, {"gone", present->gone}};
    if (auto written = core::write_file(index / schema::about_file, core::canonical(present->about)); !written) return core::fail(written.error());
    remove_other_changes(index, folder);
    return count;
}

}  // namespace kb
