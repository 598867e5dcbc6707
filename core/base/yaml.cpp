#include "core/base/yaml.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include "core/base/utf8.hpp"

namespace core {

struct YamlBuilder {
    std::shared_ptr<const std::string> file;
    int first_line;
    int nodes = 0;

    static int line_of(const YAML::Mark& mark, int first_line) { return (mark.line < 0 ? 0 : mark.line) + first_line; }

    tl::expected<Yaml, Problem> build(const YAML::Node& from, int depth) {
        Yaml node;
        node.file_ = file;
        node.line_ = line_of(from.Mark(), first_line);
        node.column_ = (from.Mark().column < 0 ? 0 : from.Mark().column) + 1;
        if (depth > deepest_yaml) {
            return tl::unexpected(node.error(fmt::format("nested deeper than {}", deepest_yaml), "Make it flatter."));
        }
        if (++nodes > most_yaml_nodes) {
            return tl::unexpected(node.error(fmt::format("more than {} values", most_yaml_nodes), "Split the file, or use fewer aliases."));
        }
        switch (from.Type()) {
            case YAML::NodeType::Undefined:
            case YAML::NodeType::Null: node.kind_ = Yaml::Kind::null; break;
            case YAML::NodeType::Scalar:
                node.kind_ = Yaml::Kind::text;
                node.text_ = from.Scalar();
                node.quoted_ = from.Tag() == "!";
                break;
            case YAML::NodeType::Sequence:
                node.kind_ = Yaml::Kind::list;
                for (const auto& item : from) {
                    auto built = build(item, depth + 1);
                    if (!built) return built;
                    node.items_.push_back(std::move(*built));
                }
                break;
            case YAML::NodeType::Map: {
                node.kind_ = Yaml::Kind::map;
                std::set<std::string> keys;
                for (const auto& entry : from) {
                    auto key = build(entry.first, depth + 1);
                    if (!key) return key;
                    if (!key->is_text()) return tl::unexpected(key->error("a key must be a word", "Write `key: value`."));
                    if (!keys.insert(key->text()).second) {
                        return tl::unexpected(key->error(fmt::format("the key '{}' stands twice", key->text()), "Keep one of them."));
                    }
                    auto value = build(entry.second, depth + 1);
                    if (!value) return value;
                    node.entries_.emplace_back(std::move(*key), std::move(*value));
                }
                break;
            }
        }
        return node;
    }
};

tl::expected<Yaml, Problem> Yaml::parse(std::string_view text, std::string file, int first_line) {
    YamlBuilder builder{std::make_shared<const std::string>(std::move(file)), first_line};
    if (const auto bad = utf8::find_invalid(text)) {
        const auto before = text.substr(0, *bad);
        const auto line = first_line + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
        return tl::unexpected(Problem{Severity::error, *builder.file, line, 1, "not valid UTF-8", "Save the file as UTF-8."});
    }
    try {
        return builder.build(YAML::Load(std::string(text)), 0);
    } catch (const YAML::Exception& error) {
        return tl::unexpected(Problem{Severity::error, *builder.file, YamlBuilder::line_of(error.mark, first_line),
                                      (error.mark.column < 0 ? 0 : error.mark.column) + 1, "not valid YAML: " + error.msg,
                                      "Check the indentation, colons and quotes here and just above."});
    }
}

std::optional<bool> Yaml::truth() const {
    if (kind_ != Kind::text || quoted_) return std::nullopt;
    if (text_ == "true") return true;
    if (text_ == "false") return false;
    return std::nullopt;
}

std::optional<std::int64_t> Yaml::integer() const {
    if (kind_ != Kind::text || quoted_) return std::nullopt;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (error != std::errc{} || end != text_.data() + text_.size()) return std::nullopt;
    // "0412" is a site's number, not four hundred and twelve.
    if (std::to_string(value) != text_) return std::nullopt;
    return value;
}

const Yaml* Yaml::find(std::string_view key) const {
    for (const auto& [name, value] : entries_) {
        if (name.text() == key) return &value;
    }
    return nullptr;
}

Problem Yaml::error(std::string what, std::string remedy) const {
    return {Severity::error, file_ ? *file_ : std::string(), line_, column_, std::move(what), std::move(remedy)};
}

Problem Yaml::warning(std::string what, std::string remedy) const {
    Problem problem = error(std::move(what), std::move(remedy));
    problem.severity = Severity::warning;
    return problem;
}

Json Yaml::to_json() const {
    switch (kind_) {
        case Kind::null: return nullptr;
        case Kind::text:
            if (const auto is = truth()) return *is;
            if (const auto number = integer()) return *number;
            return text_;
        case Kind::list: {
            Json list = Json::array();
            for (const Yaml& item : items_) list.push_back(item.to_json());
            return list;
        }
        case Kind::map: {
            Json map = Json::object();
            for (const auto& [key, value] : entries_) map[key.text()] = value.to_json();
            return map;
        }
    }
    return nullptr;
}

YamlReader::YamlReader(const Yaml& map, Problems& problems) : map_(map), problems_(problems) {
    if (!map.is_map()) problems.push_back(map.error("here must stand a map", "Write `key: value` lines."));
}

const Yaml* YamlReader::take(std::string_view key) {
    known_.emplace_back(key);
    const Yaml* value = map_.find(key);
    return value && !value->is_null() ? value : nullptr;
}

std::string YamlReader::text(std::string_view key, std::string otherwise) {
    const Yaml* value = take(key);
    if (!value) return otherwise;
    if (value->is_text()) return value->text();
    problems_.push_back(value->error(fmt::format("`{}` must be one text", key), fmt::format("Write `{}: words`.", key)));
    return otherwise;
}

std::string YamlReader::required_text(std::string_view key) {
    std::string value = text(key);
    if (value.empty() && map_.is_map() && (!map_.find(key) || map_.find(key)->is_null() || map_.find(key)->is_text())) {
        problems_.push_back(map_.error(fmt::format("`{}` is missing", key), fmt::format("Add `{}:`.", key)));
    }
    return value;
}

std::optional<Text> read_words(const Yaml& value, Problems& problems) {
    if (value.is_text()) return Text(value.text());
    if (!value.is_map() || value.entries().empty()) {
        problems.push_back(value.error("here must stand words", "Write one text, or a map like {en: Words, de: Wörter}."));
        return std::nullopt;
    }
    std::map<Language, std::string> in;
    for (const auto& [language, words] : value.entries()) {
        if (!words.is_text()) {
            problems.push_back(words.error(fmt::format("the words in '{}' must be one text", language.text()), "Put them in quotes."));
            return std::nullopt;
        }
        in[language.text()] = words.text();
    }
    return Text(std::move(in));
}

Text YamlReader::words(std::string_view key) {
    const Yaml* value = take(key);
    if (!value) return {};
    return read_words(*value, problems_).value_or(Text{});
}

Text YamlReader::required_words(std::string_view key) {
    Text value = words(key);
    if (value.empty() && map_.is_map() && (!map_.find(key) || map_.find(key)->is_null())) {
        problems_.push_back(map_.error(fmt::format("`{}` is missing", key), fmt::format("Add `{}:` with words.", key)));
    }
    return value;
}

bool YamlReader::truth(std::string_view key, bool otherwise) {
    const Yaml* value = take(key);
    if (!value) return otherwise;
    if (const auto is = value->truth()) return *is;
    problems_.push_back(value->error(fmt::format("`{}` must be true or false", key), "Write true or false without quotes."));
    return otherwise;
}

std::optional<std::int64_t> YamlReader::integer(std::string_view key) {
    const Yaml* value = take(key);
    if (!value) return std::nullopt;
    const auto number = value->integer();
    if (!number) problems_.push_back(value->error(fmt::format("`{}` must be a whole number", key), "Write digits only."));
    return number;
}

std::vector<std::string> YamlReader::texts(std::string_view key) {
    const Yaml* value = take(key);
    if (!value) return {};
    if (value->is_text()) return {value->text()};
    std::vector<std::string> all;
    if (value->is_list()) {
        for (const Yaml& item : value->items()) {
            if (item.is_text()) {
                all.push_back(item.text());
            } else {
                problems_.push_back(item.error(fmt::format("each of `{}` must be one text", key), "Put it in quotes."));
            }
        }
        return all;
    }
    problems_.push_back(value->error(fmt::format("`{}` must be a list", key), fmt::format("Write `{}: [one, two]`.", key)));
    return all;
}

std::optional<Date> YamlReader::date(std::string_view key) {
    const Yaml* value = take(key);
    if (!value) return std::nullopt;
    const auto date = value->is_text() ? parse_date(std::string_view(value->text()).substr(0, 10)) : fail(ErrorKind::invalid, "");
    if (date) return *date;
    problems_.push_back(value->error(fmt::format("`{}` must be a date", key), "Write it like 2026-11-24."));
    return std::nullopt;
}

void YamlReader::finish() {
    for (const auto& [key, value] : map_.entries()) {
        if (std::find(known_.begin(), known_.end(), key.text()) == known_.end()) {
            problems_.push_back(key.warning(fmt::format("nothing reads the key `{}`", key.text()), "Check its spelling, or take it out."));
        }
    }
}

}  // namespace core
