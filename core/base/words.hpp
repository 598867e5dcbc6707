// The programs' own words: one flat YAML file a language, and the sentences made from it.
//
// A key that a language lacks is read from the fallback; a key that nobody has shows itself in
// angle brackets, so that it is seen and a test can look for it.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/language.hpp"
#include "core/base/problem.hpp"

namespace core {

class Words {
public:
    using Values = std::initializer_list<std::pair<std::string_view, std::string>>;

    explicit Words(std::vector<Language> fallback = {}) : fallback_(std::move(fallback)) {}

    // Adds one language's file; mistakes go to `problems`.
    void add(const Language& language, std::string_view yaml, std::string file, Problems& problems);

    // Reads each `<language>.yaml` in the folder.
    static Words load(const std::filesystem::path& folder, std::vector<Language> fallback, Problems& problems);

    [[nodiscard]] std::string say(std::string_view language, std::string_view key, Values values = {}) const;
    // Chooses the plural by `number`, which also stands for {n}.
    [[nodiscard]] std::string count(std::string_view language, std::string_view key, std::int64_t number,
                                    Values values = {}) const;

    [[nodiscard]] std::vector<Language> languages() const;
    [[nodiscard]] std::vector<std::string> keys(std::string_view language) const;

private:
    // key → plural category → words; a text without plural has the one category "other".
    using Table = std::map<std::string, std::map<std::string, std::string>, std::less<>>;
    [[nodiscard]] const std::map<std::string, std::string>* find(std::string_view language,
                                                                 std::string_view key,
                                                                 std::string& found_in) const;

    std::map<Language, Table, std::less<>> tables_;
    std::vector<Language> fallback_;
};

}  // namespace core
