#include "core/catalog/decimal.hpp"

namespace catalog {
namespace {

struct Parts {
    bool negative = false;
    std::string_view whole;
    std::string_view fraction;
};

Parts split(std::string_view normal) {
    Parts parts;
    parts.negative = normal.starts_with('-');
    if (parts.negative) normal.remove_prefix(1);
    const auto point = normal.find('.');
    parts.whole = normal.substr(0, point);
    if (point != std::string_view::npos) parts.fraction = normal.substr(point + 1);
    return parts;
}

std::strong_ordering compare_magnitude(const Parts& a, const Parts& b) {
    if (a.whole.size() != b.whole.size()) return a.whole.size() <=> b.whole.size();
    if (const int order = a.whole.compare(b.whole); order != 0) return order <=> 0;
    // Without trailing zeros, the order of fractions is that of their texts.
    return a.fraction.compare(b.fraction) <=> 0;
}

}  // namespace

std::optional<std::string> normal_decimal(std::string_view typed) {
    std::string whole;
    std::string fraction;
    bool negative = false;
    bool after_point = false;
    bool any_digit = false;
    for (std::size_t i = 0; i < typed.size(); ++i) {
        const char c = typed[i];
        if (c == '-' && i == 0) {
            negative = true;
        } else if ((c == '.' || c == ',') && !after_point) {
            after_point = true;
        } else if (c >= '0' && c <= '9') {
            (after_point ? fraction : whole) += c;
            any_digit = true;
        } else {
            return std::nullopt;
        }
    }
    if (!any_digit || whole.size() + fraction.size() > most_digits) return std::nullopt;
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
    fraction.erase(fraction.find_last_not_of('0') + 1);
    if (whole.empty()) whole += '0';
    std::string normal = fraction.empty() ? whole : whole + "." + fraction;
    return negative && normal != "0" ? "-" + normal : normal;
}

std::strong_ordering compare_decimals(std::string_view a, std::string_view b) {
    const Parts left = split(a);
    const Parts right = split(b);
    if (left.negative != right.negative) return left.negative ? std::strong_ordering::less : std::strong_ordering::greater;
    return left.negative ? compare_magnitude(right, left) : compare_magnitude(left, right);
}

}  // namespace catalog
