#include "core/base/words.hpp"

#include "core/base/file.hpp"
#include "core/base/yaml.hpp"

namespace core {
namespace {

std::string filled(std::string_view pattern, Words::Values values) {
    std::string out;
    while (!pattern.empty()) {
        const auto open = pattern.find('{');
        const auto close = open == std::string_view::npos ? open : pattern.find('}', open);
        if (close == std::string_view::npos) break;
        const std::string_view name = pattern.substr(open + 1, close - open - 1);
        out.append(pattern.substr(0, open));
        const auto* value = std::find_if(values.begin(), values.end(), [&](const auto& v) { return v.first == name; });
        if (value != values.end()) {
            out.append(value->second);
        } else {
            out.append(pattern.substr(open, close - open + 1));
        }
        pattern.remove_prefix(close + 1);
    }
    return out.append(pattern);
}

}  // namespace

void Words::add(const Language& language, std::string_view yaml, std::string file, Problems& problems) {
    const auto tree = Yaml::parse(yaml, std::move(file));
    if (!tree) {
        problems.push_back(tree.error());
        return;
    }
    Table& table = tables_[language];
    for (const auto& [key, value] : tree->entries()) {
        if (value.is_text()) {
            table[key.text()]["other"] = value.text();
        } else if (value.is_map() && value.find("other")) {
            for (const auto& [category, form] : value.entries()) table[key.text()][category.text()] = form.text();
        } else {
            problems.push_back(value.error("'" + key.text() + "' is neither words nor a plural with `other`",
                                           "Write one text, or a map of plural categories."));
        }
    }
}

Words Words::load(const std::filesystem::path& folder, std::vector<Language> fallback, Problems& problems) {
    Words words(std::move(fallback));
    const auto files = files_below(folder);
    if (!files) {
        problems.push_back({Severity::error, folder.string(), 0, 0, files.error().message, "Give the folder with the translations."});
        return words;
    }
    for (const auto& name : *files) {
        if (name.extension() != ".yaml") continue;
        const auto text = read_file(folder / name);
        if (!text) {
            problems.push_back({Severity::error, name.string(), 0, 0, text.error().message, "Make it readable."});
            continue;
        }
        words.add(name.stem().string(), *text, (folder / name).string(), problems);
    }
    return words;
}

const std::map<std::string, std::string>* Words::find(std::string_view language, std::string_view key,
                                                      std::string& found_in) const {
    const auto look = [&](std::string_view tag) -> const std::map<std::string, std::string>* {
        const auto table = tables_.find(tag);
        if (table == tables_.end()) return nullptr;
        const auto entry = table->second.find(key);
        if (entry == table->second.end()) return nullptr;
        found_in = tag;
        return &entry->second;
    };
    if (const auto* found = look(language)) return found;
    for (const Language& other : fallback_) {
        if (const auto* found = look(other)) return found;
    }
    return nullptr;
}

std::string Words::say(std::string_view language, std::string_view key, Values values) const {
    std::string found_in;
    const auto* forms = find(language, key, found_in);
    if (!forms) return "<" + std::string(key) + ">";
    return filled(forms->at("other"), values);
}

std::string Words::count(std::string_view language, std::string_view key, std::int64_t number, Values values) const {
    std::string found_in;
    const auto* forms = find(language, key, found_in);
    if (!forms) return "<" + std::string(key) + ">";
    const auto form = forms->find(plural_category(found_in, number));
    const std::string& pattern = form != forms->end() ? form->second : forms->at("other");
    return filled(filled(pattern, {{"n", format_number(found_in, number)}}), values);
}

std::vector<Language> Words::languages() const {
    std::vector<Language> all;
    for (const auto& [language, table] : tables_) all.push_back(language);
    return all;
}

std::vector<std::string> Words::keys(std::string_view language) const {
    std::vector<std::string> all;
    if (const auto table = tables_.find(language); table != tables_.end()) {
        for (const auto& [key, forms] : table->second) all.push_back(key);
    }
    return all;
}

}  // namespace core
