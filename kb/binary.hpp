// Numbers and texts in the index's own files: little-endian, lengths before contents, every read within bounds.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace kb {

class BinaryWriter {
public:
    void number(std::uint64_t value) {  // seven bits a byte: most numbers are small
        while (value >= 0x80) {
            bytes_ += static_cast<char>(value | 0x80);
            value >>= 7;
        }
        bytes_ += static_cast<char>(value);
    }
    void fixed(std::uint32_t value) {
        for (int shift = 0; shift < 32; shift += 8) bytes_ += static_cast<char>(value >> shift);
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
    std::uint32_t fixed() {
        constexpr std::size_t size = 4;
        if (size > bytes_.size() - at_) {
            ok_ = false;
            at_ = bytes_.size();
            return 0;
        }
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < size; ++i) value |= std::uint32_t{static_cast<unsigned char>(bytes_[at_++])} << (8 * i);
        return value;
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
    [[nodiscard]] bool at_end() const { return at_ == bytes_.size(); }

private:
    std::string_view bytes_;
    std::size_t at_ = 0;
    bool ok_ = true;
};

}  // namespace kb
