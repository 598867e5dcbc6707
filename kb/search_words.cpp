#include "kb/search_words.hpp"

#include <optional>

#include <fmt/format.h>

#include "core/base/file.hpp"
#include "core/base/utf8.hpp"
#include "core/base/yaml.hpp"
#include "kb/article.hpp"
#include "kb/tokenizer.hpp"

namespace kb {
namespace {

constexpr std::size_t most_synonyms = 50;  // in one group: each is a word to look up at every key press

// "de" of "synonyms.de.yaml"; nothing when it is another file.
std::optional<std::string> middle_of(const std::string& name, std::string_view start) {
    constexpr std::string_view ending = ".yaml";
    if (!name.starts_with(start) || !name.ends_with(ending) || name.size() < start.size() + ending.size()) return std::nullopt;
    return name.substr(start.size(), name.size() - start.size() - ending.size());
}

void read_synonyms(const core::Yaml& yaml, SynonymGroups& groups, core::Problems& problems) {
    if (yaml.is_null()) return;
    if (!yaml.is_list()) {
        problems.push_back(yaml.error("synonyms are a list of lists", "Write `- [lift, elevator]`, one line a group."));
        return;
    }
    for (const core::Yaml& line : yaml.items()) {
        std::vector<std::string> group;
        for (const core::Yaml& word : line.items()) {
            if (word.is_text() && !core::utf8::trimmed(word.text()).empty()) group.emplace_back(core::utf8::trimmed(word.text()));
        }
        if (group.size() < 2 || group.size() > most_synonyms) {
            problems.push_back(line.error(fmt::format("a group of synonyms has 2 to {} words", most_synonyms), "Write `- [lift, elevator]`."));
            continue;
        }
        groups.push_back(std::move(group));
    }
}

std::vector<std::string> single_words(const core::Yaml* list, core::Problems& problems) {
    std::vector<std::string> words;
    if (!list) return words;
    if (!list->is_list()) {
        problems.push_back(list->error("here must stand a list of words", "Write `add: [please, hello]`."));
        return words;
    }
    for (const core::Yaml& item : list->items()) {
        const std::vector<Token> tokens = item.is_text() ? tokenize(item.text()) : std::vector<Token>{};
        if (tokens.size() != 1) {
            problems.push_back(item.error("a stop word is one word", "Put each word into an entry of its own; in quotes, where YAML reads yes, no or a number."));
            continue;
        }
        words.push_back(tokens.front().word);
    }
    return words;
}

void read_stop_words(const core::Yaml& yaml, StopWordChanges& changes, core::Problems& problems) {
    if (yaml.is_null()) return;
    if (!yaml.is_map()) {
        problems.push_back(yaml.error("stop words are two lists", "Write `add: [please]` and `remove: [off]`."));
        return;
    }
    core::YamlReader reader(yaml, problems);
    changes.added = single_words(reader.take("add"), problems);
    changes.removed = single_words(reader.take("remove"), problems);
    reader.finish();
}

}  // namespace

SearchWords read_search_words(const std::filesystem::path& content, core::Problems& problems) {
    SearchWords words;
    const auto files = core::files_below(content / "search");
    if (!files) return words;
    for (const auto& file : *files) {
        const std::string name = file.filename().string();
        const auto synonyms = middle_of(name, "synonyms.");
        const auto stop_words = middle_of(name, "stop-words.");
        if (!synonyms && !stop_words) continue;
        const std::string shown = "search/" + file.generic_string();
        const auto tag = language_tag(synonyms ? *synonyms : *stop_words);
        if (!tag) {
            problems.push_back({core::Severity::error, shown, 1, 1, "the file's name has no language",
                                fmt::format("Call it {}.en.yaml.", synonyms ? "synonyms" : "stop-words")});
            continue;
        }
        const auto text = core::read_file(content / "search" / file);
        if (!text) {
            problems.push_back({core::Severity::error, shown, 0, 0, text.error().message, "Make the file readable."});
            continue;
        }
        const auto yaml = core::Yaml::parse(*text, shown);
        if (!yaml) {
            problems.push_back(yaml.error());
        } else if (synonyms) {
            read_synonyms(*yaml, words.synonyms[*tag], problems);
        } else {
            read_stop_words(*yaml, words.stop_words[*tag], problems);
        }
    }
    return words;
}

}  // namespace kb
