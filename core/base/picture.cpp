#include "core/base/picture.hpp"

namespace core {
namespace {

using namespace std::string_view_literals;

std::uint32_t byte_at(std::string_view file, std::size_t at) { return static_cast<unsigned char>(file[at]); }

std::uint32_t big_endian(std::string_view file, std::size_t at, std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i) value = value << 8 | byte_at(file, at + i);
    return value;
}

std::uint32_t little_endian(std::string_view file, std::size_t at, std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = count; i > 0; --i) value = value << 8 | byte_at(file, at + i - 1);
    return value;
}

Result<PictureSize> sized(PictureFormat format, std::uint32_t width, std::uint32_t height) {
    if (width == 0 || height == 0) return fail(ErrorKind::invalid, "it has no size");
    return PictureSize{format, width, height};
}

Result<PictureSize> jpeg_size(std::string_view file) {
    std::size_t at = 2;
    while (at + 9 <= file.size() && byte_at(file, at) == 0xFF) {
        const std::uint32_t marker = byte_at(file, at + 1);
        if (marker == 0xFF || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {  // these have no length
            at += marker == 0xFF ? 1 : 2;
            continue;
        }
        const bool is_frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        if (is_frame) return sized(PictureFormat::jpeg, big_endian(file, at + 7, 2), big_endian(file, at + 5, 2));
        at += 2 + big_endian(file, at + 2, 2);
    }
    return fail(ErrorKind::invalid, "the JPEG is damaged");
}

Result<PictureSize> webp_size(std::string_view file) {
    const std::string_view kind = file.substr(12, 4);
    if (file.size() >= 30 && kind == "VP8X"sv) return sized(PictureFormat::webp, 1 + little_endian(file, 24, 3), 1 + little_endian(file, 27, 3));
    if (file.size() >= 25 && kind == "VP8L"sv) {
        const std::uint32_t bits = little_endian(file, 21, 4);
        return sized(PictureFormat::webp, 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF));
    }
    if (file.size() >= 30 && kind == "VP8 "sv) return sized(PictureFormat::webp, little_endian(file, 26, 2) & 0x3FFF, little_endian(file, 28, 2) & 0x3FFF);
    return fail(ErrorKind::invalid, "the WebP is damaged");
}

}  // namespace

std::optional<PictureFormat> picture_format(std::string_view file) {
    if (file.starts_with("\x89PNG\r\n\x1A\n"sv)) return PictureFormat::png;
    if (file.starts_with("\xFF\xD8\xFF"sv)) return PictureFormat::jpeg;
    if (file.size() >= 16 && file.starts_with("RIFF"sv) && file.substr(8, 4) == "WEBP"sv) return PictureFormat::webp;
    // An SVG may start with a declaration, comments and white space.
    constexpr std::size_t svg_start = 4096;
    const std::string_view text = file.substr(0, svg_start);
    const std::size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (first != text.npos && text[first] == '<' && text.find("<svg") != text.npos) return PictureFormat::svg;
    return std::nullopt;
}

Result<PictureSize> picture_size(std::string_view file) {
    const auto format = picture_format(file);
    if (!format) return fail(ErrorKind::invalid, "it is neither PNG, JPEG, WebP nor SVG");
    switch (*format) {
        case PictureFormat::png:
            if (file.size() < 24 || file.substr(12, 4) != "IHDR"sv) return fail(ErrorKind::invalid, "the PNG is damaged");
            return sized(PictureFormat::png, big_endian(file, 16, 4), big_endian(file, 20, 4));
        case PictureFormat::jpeg: return jpeg_size(file);
        case PictureFormat::webp: return webp_size(file);
        case PictureFormat::svg: break;
    }
    return PictureSize{PictureFormat::svg, 0, 0};
}

}  // namespace core
