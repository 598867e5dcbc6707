#include "desk/web/http.hpp"

#include "core/base/utf8.hpp"

namespace desk::web {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Calls `each` with the pieces between separators.
template <class Each>
void split(std::string_view text, char separator, Each each) {
    while (!text.empty()) {
        const auto end = text.find(separator);
        each(text.substr(0, end));
        if (end == std::string_view::npos) return;
        text.remove_prefix(end + 1);
    }
}

}  // namespace

std::string HttpRequest::header(std::string_view name) const {
    std::string joined;
    for (const auto& [key, value] : headers) {
        if (key != name) continue;
        if (!joined.empty()) joined += ", ";
        joined += value;
    }
    return joined;
}

std::string HttpRequest::cookie(std::string_view name) const {
    std::string found;
    for (const auto& [key, value] : headers) {
        if (key != "cookie") continue;
        split(value, ';', [&](std::string_view piece) {
            piece = core::utf8::trimmed(piece);
            const auto equals = piece.find('=');
            if (equals != std::string_view::npos && piece.substr(0, equals) == name && found.empty()) {
                found = piece.substr(equals + 1);
            }
        });
    }
    return found;
}

Fields Fields::parse(std::string_view encoded) {
    Fields fields;
    split(encoded, '&', [&](std::string_view pair) {
        const auto equals = pair.find('=');
        auto name = percent_decoded(pair.substr(0, equals), true);
        auto value = equals == std::string_view::npos ? std::optional(std::string{})
                                                      : percent_decoded(pair.substr(equals + 1), true);
        if (!name || !value || name->empty()) return;
        if (!core::utf8::is_valid(*name) || !core::utf8::is_valid(*value)) return;
        fields.all_.emplace_back(std::move(*name), std::move(*value));
    });
    return fields;
}

std::string Fields::text(std::string_view name) const { return find(name).value_or(""); }

std::optional<std::string> Fields::find(std::string_view name) const {
    for (const auto& [key, value] : all_) {
        if (key == name) return value;
    }
    return std::nullopt;
}

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus_is_space) {
            decoded += ' ';
        } else if (text[i] == '%') {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = hex_digit(text[i + 1]);
            const int low = hex_digit(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            decoded += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            decoded += text[i];
        }
    }
    return decoded;
}

std::string percent_encoded(std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '_' || c == '.' || c == '~';
        if (plain) {
            encoded += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += {'%', digits[byte >> 4], digits[byte & 15]};
        }
    }
    return encoded;
}

}  // namespace desk::web
