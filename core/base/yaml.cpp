#include "core/base/yaml.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <yaml.h>

#include "core/base/utf8.hpp"

namespace core {

// Builds the tree from libyaml's events. yaml-cpp was tried first: it ends a plain word in a flow map at "?", and forms
// are full of questions.
struct YamlBuilder {
    YamlBuilder(std::string_view text, std::string name, int first)
        : file(std::make_shared<const std::string>(std::move(name))), first_line(first) {
        yaml_parser_initialize(&parser);
        const char* input = text.data() ? text.data() : "";  // libyaml takes no null, not even of nothing
        yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(input), text.size());
    }
    ~YamlBuilder() { yaml_parser_delete(&parser); }
    YamlBuilder(const YamlBuilder&) = delete;
    YamlBuilder& operator=(const YamlBuilder&) = delete;

    using Outcome = tl::expected<Yaml, Problem>;

    struct Event {
        yaml_event_t raw{};
        Event() = default;
        Event(const Event&) = delete;
        Event& operator=(const Event&) = delete;
        ~Event() { yaml_event_delete(&raw); }
    };

    Outcome run() {
        if (auto begun = skip_to_content(); !begun) return tl::unexpected(begun.error());
        if (at_end) return empty_node();
        Event first;
        if (auto got = next(first); !got) return tl::unexpected(got.error());
        auto tree = build(first.raw, 0);
        if (!tree) return tree;
        Event document_end;
        if (auto got = next(document_end); !got) return tl::unexpected(got.error());
        Event after;
        if (auto got = next(after); !got) return tl::unexpected(got.error());
        if (after.raw.type != YAML_STREAM_END_EVENT) {
            return tl::unexpected(problem_at(after.raw.start_mark, "a second document begins here", "Keep one document a file."));
        }
        return tree;
    }

private:
    tl::expected<void, Problem> skip_to_content() {
        for (const auto wanted : {YAML_STREAM_START_EVENT, YAML_DOCUMENT_START_EVENT}) {
            Event event;
            if (auto got = next(event); !got) return got;
            if (event.raw.type != wanted) at_end = true;
        }
        return {};
    }

    tl::expected<void, Problem> next(Event& event) {
        if (yaml_parser_parse(&parser, &event.raw)) return {};
        std::string what = "not valid YAML: " + std::string(parser.problem ? parser.problem : "it cannot be read");
        return tl::unexpected(problem_at(parser.problem_mark, std::move(what),
                                         "Check the indentation, colons, brackets and quotes here and just above."));
    }

    Problem problem_at(const yaml_mark_t& mark, std::string what, std::string remedy) const {
        return {Severity::error, *file, first_line + static_cast<int>(mark.line), static_cast<int>(mark.column) + 1,
                std::move(what), std::move(remedy)};
    }

    Yaml empty_node() const {
        Yaml node;
        node.file_ = file;
        node.line_ = first_line;
        node.column_ = 1;
        return node;
    }

    Outcome build(const yaml_event_t& event, int depth) {
        Yaml node;
        node.file_ = file;
        node.line_ = first_line + static_cast<int>(event.start_mark.line);
        node.column_ = static_cast<int>(event.start_mark.column) + 1;
        if (depth > deepest_yaml) {
            return tl::unexpected(node.error(fmt::format("nested deeper than {}", deepest_yaml), "Make it flatter."));
        }
        if (++nodes > most_yaml_nodes) return tl::unexpected(too_many(node));
        switch (event.type) {
            case YAML_ALIAS_EVENT: return copy_of(text_of(event.data.alias.anchor), node);
            case YAML_SCALAR_EVENT: read_scalar(event, node); break;
            case YAML_SEQUENCE_START_EVENT:
                if (auto done = read_list(node, depth); !done) return tl::unexpected(done.error());
                break;
            case YAML_MAPPING_START_EVENT:
                if (auto done = read_map(node, depth); !done) return tl::unexpected(done.error());
                break;
            default: return tl::unexpected(node.error("something else than a value stands here", "Write a value."));
        }
        if (const std::string name = anchor_of(event); !name.empty()) {
            // What is kept for aliases counts as well: anchors in anchors would keep the same values many times.
            nodes += size_of(node);
            if (nodes > most_yaml_nodes) return tl::unexpected(too_many(node));
            anchors[name] = node;
        }
        return node;
    }

    Outcome copy_of(const std::string& name, const Yaml& place) {
        const auto known = anchors.find(name);
        if (known == anchors.end()) return tl::unexpected(place.error(fmt::format("the alias '{}' is of nothing above", name), "Set the anchor first."));
        nodes += size_of(known->second);
        if (nodes > most_yaml_nodes) return tl::unexpected(too_many(place));
        return known->second;
    }

    static int size_of(const Yaml& node) {
        int size = 1;
        for (const Yaml& item : node.items_) size += size_of(item);
        for (const auto& [key, value] : node.entries_) size += 1 + size_of(value);
        return size;
    }

    static Problem too_many(const Yaml& place) {
        return place.error(fmt::format("more than {} values", most_yaml_nodes), "Split the file, or use fewer aliases.");
    }

    static std::string text_of(const yaml_char_t* text) { return text ? reinterpret_cast<const char*>(text) : ""; }

    static std::string anchor_of(const yaml_event_t& event) {
        switch (event.type) {
            case YAML_SCALAR_EVENT: return text_of(event.data.scalar.anchor);
            case YAML_SEQUENCE_START_EVENT: return text_of(event.data.sequence_start.anchor);
            case YAML_MAPPING_START_EVENT: return text_of(event.data.mapping_start.anchor);
            default: return {};
        }
    }

    static void read_scalar(const yaml_event_t& event, Yaml& node) {
        node.text_.assign(reinterpret_cast<const char*>(event.data.scalar.value), event.data.scalar.length);
        node.quoted_ = event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
        const bool nothing = !node.quoted_ && (node.text_.empty() || node.text_ == "~" || node.text_ == "null");
        node.kind_ = nothing ? Yaml::Kind::null : Yaml::Kind::text;
        if (nothing) node.text_.clear();
    }

    tl::expected<void, Problem> read_list(Yaml& node, int depth) {
        node.kind_ = Yaml::Kind::list;
        for (;;) {
            Event event;
            if (auto got = next(event); !got) return got;
            if (event.raw.type == YAML_SEQUENCE_END_EVENT) return {};
            auto item = build(event.raw, depth + 1);
            if (!item) return tl::unexpected(item.error());
            node.items_.push_back(std::move(*item));
        }
    }

    tl::expected<void, Problem> read_map(Yaml& node, int depth) {
        node.kind_ = Yaml::Kind::map;
        std::set<std::string> keys;
        for (;;) {
            Event event;
            if (auto got = next(event); !got) return got;
            if (event.raw.type == YAML_MAPPING_END_EVENT) return {};
            auto key = build(event.raw, depth + 1);
            if (!key) return tl::unexpected(key.error());
            if (!key->is_text()) return tl::unexpected(key->error("a key must be a word", "Write `key: value`."));
            if (!keys.insert(key->text()).second) {
                return tl::unexpected(key->error(fmt::format("the key '{}' stands twice", key->text()), "Keep one of them."));
            }
            Event value_event;
            if (auto got = next(value_event); !got) return got;
            auto value = build(value_event.raw, depth + 1);
            if (!value) return tl::unexpected(value.error());
            node.entries_.emplace_back(std::move(*key), std::move(*value));
        }
    }

    std::shared_ptr<const std::string> file;
    int first_line;
    yaml_parser_t parser{};
    bool at_end = false;
    int nodes = 0;
    std::map<std::string, Yaml> anchors;
};

tl::expected<Yaml, Problem> Yaml::parse(std::string_view text, std::string file, int first_line) {
    if (const auto bad = utf8::find_invalid(text)) {
        const auto before = text.substr(0, *bad);
        const auto line = first_line + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
        return tl::unexpected(Problem{Severity::error, file, line, 1, "not valid UTF-8", "Save the file as UTF-8."});
    }
    return YamlBuilder(text, std::move(file), first_line).run();
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
