// YAML as people write it: a tree of values that know their place in the file.
//
// libyaml is known in yaml.cpp only. Canonical JSON is valid YAML, so what was parsed from a file and
// what was kept as JSON go through the same reader.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/json.hpp"
#include "core/base/language.hpp"
#include "core/base/problem.hpp"
#include "core/base/result.hpp"

namespace core {

inline constexpr int deepest_yaml = 40;
inline constexpr int most_yaml_nodes = 200'000;  // anchors and aliases count as what they stand for

class Yaml {
public:
    enum class Kind { null, text, list, map };

    // A mistake is one problem with its line and column. `first_line` is the line of the text's start in
    // the file (front matter). Duplicate keys are mistakes.
    [[nodiscard]] static tl::expected<Yaml, Problem> parse(std::string_view text, std::string file,
                                                           int first_line = 1);

    [[nodiscard]] Kind kind() const { return kind_; }
    [[nodiscard]] bool is_map() const { return kind_ == Kind::map; }
    [[nodiscard]] bool is_list() const { return kind_ == Kind::list; }
    [[nodiscard]] bool is_text() const { return kind_ == Kind::text; }
    [[nodiscard]] bool is_null() const { return kind_ == Kind::null; }

    [[nodiscard]] const std::string& text() const { return text_; }  // of a scalar, as written
    [[nodiscard]] bool is_quoted() const { return quoted_; }
    [[nodiscard]] std::optional<bool> truth() const;                 // true | false, unquoted
    [[nodiscard]] std::optional<std::int64_t> integer() const;

    [[nodiscard]] const std::vector<Yaml>& items() const { return items_; }
    // In the order of the file.
    [[nodiscard]] const std::vector<std::pair<Yaml, Yaml>>& entries() const { return entries_; }
    [[nodiscard]] const Yaml* find(std::string_view key) const;

    [[nodiscard]] int line() const { return line_; }
    [[nodiscard]] int column() const { return column_; }
    [[nodiscard]] const std::string& file() const { return *file_; }
    [[nodiscard]] Problem error(std::string what, std::string remedy) const;
    [[nodiscard]] Problem warning(std::string what, std::string remedy) const;

    // Scalars become strings, booleans, null or whole numbers; other numbers stay strings.
    [[nodiscard]] Json to_json() const;

private:
    friend struct YamlBuilder;
    Kind kind_ = Kind::null;
    std::string text_;
    bool quoted_ = false;
    std::vector<Yaml> items_;
    std::vector<std::pair<Yaml, Yaml>> entries_;
    int line_ = 0;
    int column_ = 0;
    std::shared_ptr<const std::string> file_;  // shared by all nodes of one file
};

// Reads the members of one map, notes what is missing or of the wrong type, and in `finish` warns about
// keys that nobody asked for.
class YamlReader {
public:
    YamlReader(const Yaml& map, Problems& problems);

    [[nodiscard]] bool is_map() const { return map_.is_map(); }
    const Yaml* take(std::string_view key);  // marks the key as known
    std::string text(std::string_view key, std::string otherwise = {});
    std::string required_text(std::string_view key);
    Text words(std::string_view key);  // a plain string, or a map language → string
    Text required_words(std::string_view key);
    bool truth(std::string_view key, bool otherwise);
    std::optional<std::int64_t> integer(std::string_view key);
    std::vector<std::string> texts(std::string_view key);  // a list of strings, or one string
    std::optional<Date> date(std::string_view key);
    void finish();

    [[nodiscard]] Problems& problems() { return problems_; }
    [[nodiscard]] const Yaml& map() const { return map_; }

private:
    const Yaml& map_;
    Problems& problems_;
    std::vector<std::string> known_;
};

// A plain string, or a map of language to string.
[[nodiscard]] std::optional<Text> read_words(const Yaml& value, Problems& problems);

}  // namespace core
