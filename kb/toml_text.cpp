#include "kb/toml_text.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "core/base/json.hpp"
#include "core/base/utf8.hpp"
#include "core/base/yaml.hpp"

namespace kb {
namespace {

constexpr std::size_t largest_toml = 256u << 10;
constexpr std::ptrdiff_t most_signs_a_line = 500;  // each dot and bracket may nest once more, and what is nested is taken down again by recursion

// Letters of other scripts go through toml++ as "_xE9_": for one outside of quotes its version 3.3 runs into code that it
// promises the compiler is never reached. What looks like that already is written the same way.
std::string in_ascii(std::string_view text) {
    std::string ascii;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool as_number = byte >= 0x80 || text.substr(i).starts_with("_x");
        as_number ? ascii += fmt::format("_x{:02X}_", byte) : ascii += text[i];
    }
    return ascii;
}

std::string from_ascii(std::string_view ascii) {
    std::string text;
    for (std::size_t i = 0; i < ascii.size(); ++i) {
        unsigned byte = 0;
        const bool is_number = ascii.substr(i).starts_with("_x") && i + 4 < ascii.size() && ascii[i + 4] == '_' && std::from_chars(&ascii[i + 2], &ascii[i + 4], byte, 16).ptr == &ascii[i + 4];
        text += is_number ? static_cast<char>(byte) : ascii[i];
        if (is_number) i += 4;
    }
    return core::utf8::repaired(text);
}

std::string json_text(std::string_view text) { return core::Json(from_ascii(text)).dump(); }

class Writer {
public:
    std::string write(const toml::table& table) {
        // By their lines; toml++ keeps them by name.
        std::multimap<int, std::pair<std::string, const toml::node*>> members;
        const auto add = [&](const toml::table& from) {
            for (const auto& [key, value] : from) members.emplace(static_cast<int>(key.source().begin.line), std::pair(std::string(key.str()), &value));
        };
        add(table);
        if (const toml::table* inner = table["taxonomies"].as_table()) {
            for (const auto& [key, value] : *inner) {
                if (!table.contains(key.str())) members.emplace(static_cast<int>(key.source().begin.line), std::pair(std::string(key.str()), &value));
            }
        }
        text_ = "{";
        for (const auto& [line, member] : members) {
            if (member.first == "taxonomies" && member.second->is_table()) continue;
            for (; line_ < line; ++line_) text_ += '\n';
            text_ += json_text(member.first) + ": ";
            add_value(*member.second, 1);
            text_ += ", ";
        }
        return text_ + "}";
    }

private:
    void add_value(const toml::node& node, int depth) {
        if (depth >= core::deepest_yaml) {
            text_ += "\"\"";
        } else if (const toml::table* table = node.as_table()) {
            text_ += '{';
            for (const auto& [key, value] : *table) {
                text_ += json_text(key.str()) + ": ";
                add_value(value, depth + 1);
                text_ += ", ";
            }
            text_ += '}';
        } else if (const toml::array* list = node.as_array()) {
            text_ += '[';
            for (const toml::node& item : *list) {
                add_value(item, depth + 1);
                text_ += ", ";
            }
            text_ += ']';
        } else if (const auto* words = node.as_string()) {
            text_ += json_text(words->get());
        } else {
            std::ostringstream written;
            node.visit([&written](const auto& value) {
                if constexpr (toml::is_value<decltype(value)>) written << value;
            });
            // A time holds colons, which YAML would read.
            text_ += node.is_boolean() || node.is_number() ? written.str() : json_text(written.str());
        }
    }

    std::string text_;
    int line_ = 1;
};

}  // namespace

tl::expected<std::string, core::Problem> yaml_from_toml(std::string_view toml, const std::string& file, int first_line) {
    const auto problem = [&](int line, int column, std::string what, std::string remedy) {
        return tl::unexpected(core::Problem{core::Severity::error, file, first_line + line - 1, column, std::move(what), std::move(remedy)});
    };
    if (toml.size() > largest_toml) return problem(1, 1, fmt::format("front matter longer than {} KB", largest_toml >> 10), "Make it shorter.");
    int line = 1;
    for (std::size_t at = 0; at < toml.size(); ++line) {
        const std::size_t end = std::min(toml.find('\n', at), toml.size());
        const std::string_view here = toml.substr(at, end - at);
        if (std::count_if(here.begin(), here.end(), [](char c) { return c == '.' || c == '[' || c == '{'; }) > most_signs_a_line) {
            return problem(line, 1, fmt::format("more than {} dots and brackets in one line", most_signs_a_line), "Break the line.");
        }
        at = end + 1;
    }
    const toml::parse_result parsed = toml::parse(in_ascii(toml));
    if (!parsed) {
        const toml::parse_error& error = parsed.error();
        return problem(std::max(1, static_cast<int>(error.source().begin.line)), std::max(1, static_cast<int>(error.source().begin.column)),
                       "not valid TOML: " + from_ascii(error.description()), "Check the quotes, brackets and signs here and just above.");
    }
    return Writer().write(parsed.table());
}

}  // namespace kb
