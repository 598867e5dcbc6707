// Numbers and texts in the index's own files: little-endian, lengths before contents, every read within bounds.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"

namespace kb {

// Days since 1970, and one more, so that 0 is "none".
inline std::uint64_t day_number(const std::optional<core::Date>& date) {
    if (!date) return 0;
    return static_cast<std::uint64_t>(std::max(std::int64_t{0}, std::int64_t{std::chrono::sys_days{*date}.time_since_epoch().count()})) + 1;
}

inline std::optional<core::Date> day_from(std::uint64_t number) {
    constexpr std::uint64_t last_day = 3'000'000;  // in the year 10183
    if (number == 0 || number > last_day) return std::nullopt;
    return core::Date{std::chrono::sys_days{std::chrono::days{static_cast<int>(number - 1)}}};
}

class BinaryWriter {
public:
    void number(std::uint64_t value) {  // seven bits a byte: most numbers are small
        while (value >= 0x80) {
            bytes_ += static_cast<char>(value | 0x80);
            value >>= 7;
        }
        bytes_ += static_cast<char>(value);
    }
    void text(std::string_view text) {
        number(text.size());
        bytes_ += text;
    }
    [[nodiscard]] const std::string& bytes() const { return bytes_; }

private:
    std::string bytes_;
};

// After a read beyond the end every further read gives zero, and `ok` tells.
class BinaryReader {
public:
    explicit BinaryReader(std::string_view bytes) : bytes_(bytes) {}

    std::uint64_t number() {
        // Most are of one or two bytes.
        if (bytes_.size() - at_ >= 2) {
            const auto first = static_cast<unsigned char>(bytes_[at_]);
            if (first < 0x80) {
                ++at_;
                return first;
            }
            const auto second = static_cast<unsigned char>(bytes_[at_ + 1]);
            if (second < 0x80) {
                at_ += 2;
                return static_cast<std::uint64_t>(second) << 7 | (first & 0x7Fu);
            }
        }
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at_ >= bytes_.size()) break;
            const auto byte = static_cast<unsigned char>(bytes_[at_++]);
            value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
            if ((byte & 0x80) == 0) return value;
        }
        ok_ = false;
        at_ = bytes_.size();
        return 0;
    }
    // Many small numbers at once, which is where a search spends its time; a larger one is cut to 28 bits.
    void numbers(std::uint32_t* to, std::size_t count) {
        constexpr std::ptrdiff_t most_bytes = 4;
        const auto* begin = reinterpret_cast<const unsigned char*>(bytes_.data());
        const auto* at = begin + at_;
        const auto* const end = begin + bytes_.size();
        for (; count > 0 && end - at >= most_bytes; --count) {
            std::uint32_t value = at[0] & 0x7F;
            if (at[0] < 0x80) {
                at += 1;
            } else if (value |= (at[1] & 0x7Fu) << 7; at[1] < 0x80) {
                at += 2;
            } else if (value |= (at[2] & 0x7Fu) << 14; at[2] < 0x80) {
                at += 3;
            } else {
                value |= (at[3] & 0x7Fu) << 21;
                at += 4;
            }
            *to++ = value;
        }
        at_ = static_cast<std::size_t>(at - begin);
        for (; count > 0; --count) *to++ = static_cast<std::uint32_t>(number());
    }
    std::string_view text() {
        const std::uint64_t size = number();
        if (size > bytes_.size() - at_) {
            ok_ = false;
            at_ = bytes_.size();
            return {};
        }
        const std::string_view text = bytes_.substr(at_, size);
        at_ += size;
        return text;
    }
    // A count of things that take at least one byte each, so a damaged file cannot ask for all memory.
    std::size_t count() {
        const std::uint64_t count = number();
        if (count <= bytes_.size() - at_) return static_cast<std::size_t>(count);
        ok_ = false;
        at_ = bytes_.size();
        return 0;
    }
    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] std::size_t at() const { return at_; }
    [[nodiscard]] bool at_end() const { return at_ == bytes_.size(); }

private:
    std::string_view bytes_;
    std::size_t at_ = 0;
    bool ok_ = true;
};

}  // namespace kb
