#include "kb/pack.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <zstd.h>

namespace kb {
namespace {

constexpr int level = 15;        // of objects: packed once, fetched by every kiosk
constexpr int delta_level = 12;  // 19 takes twenty times as long for a fifth less
constexpr int least_window = 10;  // of zstd, as powers of two
constexpr int largest_window = 29;

struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

core::Result<std::string> compressed(std::string_view from, std::string_view bytes, int at_level) {
    const std::unique_ptr<ZSTD_CCtx, Free> context(ZSTD_createCCtx());
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, at_level);
    if (!from.empty()) {
        // Far enough back to reach all of what the other side has.
        int window = least_window;
        while (window < largest_window && (std::size_t{1} << window) < from.size() + bytes.size()) ++window;
        ZSTD_CCtx_setParameter(context.get(), ZSTD_c_windowLog, window);
        ZSTD_CCtx_setParameter(context.get(), ZSTD_c_enableLongDistanceMatching, 1);
        ZSTD_CCtx_refPrefix(context.get(), from.data(), from.size());
    }
    std::string packed(ZSTD_compressBound(bytes.size()), '\0');
    const std::size_t size = ZSTD_compress2(context.get(), packed.data(), packed.size(), bytes.data(), bytes.size());
    if (ZSTD_isError(size) != 0) return core::fail(core::ErrorKind::full, fmt::format("cannot be packed: {}", ZSTD_getErrorName(size)));
    packed.resize(size);
    return packed;
}

core::Result<std::string> decompressed(std::string_view from, std::string_view packed, std::size_t limit) {
    const unsigned long long claimed = ZSTD_getFrameContentSize(packed.data(), packed.size());
    if (claimed == ZSTD_CONTENTSIZE_ERROR || claimed == ZSTD_CONTENTSIZE_UNKNOWN) return core::fail(core::ErrorKind::corrupt, "the pack is damaged");
    if (claimed > limit) return core::fail(core::ErrorKind::full, fmt::format("the pack holds {} bytes where {} are the limit", claimed, limit));
    const std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
    if (!from.empty()) ZSTD_DCtx_refPrefix(context.get(), from.data(), from.size());
    std::string bytes(static_cast<std::size_t>(claimed), '\0');
    const std::size_t size = ZSTD_decompressDCtx(context.get(), bytes.data(), bytes.size(), packed.data(), packed.size());
    if (ZSTD_isError(size) != 0 || size != bytes.size()) return core::fail(core::ErrorKind::corrupt, "the pack is damaged");
    return bytes;
}

}  // namespace

core::Result<std::string> pack(std::string_view bytes) { return compressed({}, bytes, level); }
core::Result<std::string> unpack(std::string_view packed, std::size_t limit) { return decompressed({}, packed, limit); }

core::Result<std::string> make_delta(std::string_view from, std::string_view to) { return compressed(from, to, delta_level); }
core::Result<std::string> apply_delta(std::string_view from, std::string_view delta, std::size_t limit) { return decompressed(from, delta, limit); }

}  // namespace kb
