// Blending rows of pixels, four at a time. Part of the rasteriser.
//
// Target pixels are B, G, R, 255. Every mix is source × alpha + target × (255 - alpha), over 255 and rounded, in whole
// numbers: so each way to paint the same thing gives the same bytes.
#pragma once

#include <cstdint>

#include <emmintrin.h>

#include "kiosk/paint/geometry.hpp"

namespace kiosk::paint {

// Exact for 0 to 255 × 255.
[[nodiscard]] inline unsigned over_255(unsigned value) {
    value += 128;
    return (value + (value >> 8)) >> 8;
}

[[nodiscard]] inline std::uint32_t target_pixel(unsigned r, unsigned g, unsigned b) {
    return b | g << 8 | r << 16 | 0xFF000000U;
}

inline void blend_pixel(std::uint32_t& target, Colour colour, unsigned alpha) {
    if (alpha == 0) return;
    const unsigned rest = 255 - alpha;
    const unsigned b = over_255(colour.b * alpha + (target & 255) * rest);
    const unsigned g = over_255(colour.g * alpha + (target >> 8 & 255) * rest);
    const unsigned r = over_255(colour.r * alpha + (target >> 16 & 255) * rest);
    target = target_pixel(r, g, b);
}

namespace detail {

[[nodiscard]] inline __m128i over_255(__m128i value) {
    value = _mm_add_epi16(value, _mm_set1_epi16(128));
    return _mm_srli_epi16(_mm_add_epi16(value, _mm_srli_epi16(value, 8)), 8);
}

// Two pixels, as 16-bit lanes.
[[nodiscard]] inline __m128i mixed(__m128i source, __m128i target, __m128i alpha) {
    const __m128i rest = _mm_sub_epi16(_mm_set1_epi16(255), alpha);
    return over_255(_mm_add_epi16(_mm_mullo_epi16(source, alpha), _mm_mullo_epi16(target, rest)));
}

[[nodiscard]] inline __m128i lanes(Colour colour) {
    return _mm_set_epi16(255, colour.r, colour.g, colour.b, 255, colour.r, colour.g, colour.b);
}

// a b c d (32-bit lanes of 0 to 255) to 16-bit lanes aaaa bbbb, cccc dddd.
inline void spread(__m128i four, __m128i& low, __m128i& high) {
    const __m128i doubled = _mm_or_si128(four, _mm_slli_epi32(four, 16));
    low = _mm_unpacklo_epi32(doubled, doubled);
    high = _mm_unpackhi_epi32(doubled, doubled);
}

}  // namespace detail

// One colour, its own alpha.
inline void blend_span(std::uint32_t* target, int count, Colour colour) {
    if (colour.a == 0) return;
    int i = 0;
    if (colour.a == 255) {
        const std::uint32_t pixel = target_pixel(colour.r, colour.g, colour.b);
        const __m128i four = _mm_set1_epi32(static_cast<int>(pixel));
        for (; i + 4 <= count; i += 4) _mm_storeu_si128(reinterpret_cast<__m128i*>(target + i), four);
        for (; i < count; ++i) target[i] = pixel;
        return;
    }
    const __m128i source = detail::lanes(colour);
    const __m128i alpha = _mm_set1_epi16(colour.a);
    const __m128i zero = _mm_setzero_si128();
    for (; i + 4 <= count; i += 4) {
        const __m128i old = _mm_loadu_si128(reinterpret_cast<const __m128i*>(target + i));
        const __m128i low = detail::mixed(source, _mm_unpacklo_epi8(old, zero), alpha);
        const __m128i high = detail::mixed(source, _mm_unpackhi_epi8(old, zero), alpha);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(target + i), _mm_packus_epi16(low, high));
    }
    for (; i < count; ++i) blend_pixel(target[i], colour, colour.a);
}

// One colour through a row of coverage.
inline void blend_coverage(std::uint32_t* target, const std::uint8_t* coverage, int count, Colour colour) {
    if (colour.a == 0) return;
    int i = 0;
    const __m128i source = detail::lanes(colour);
    const __m128i zero = _mm_setzero_si128();
    const __m128i own_alpha = _mm_set1_epi16(colour.a);
    const __m128i pixel = _mm_set1_epi32(static_cast<int>(target_pixel(colour.r, colour.g, colour.b)));
    for (; i + 4 <= count; i += 4) {
        std::uint32_t four = 0;
        __builtin_memcpy(&four, coverage + i, 4);
        if (four == 0) continue;
        if (four == 0xFFFFFFFFU && colour.a == 255) {
            _mm_storeu_si128(reinterpret_cast<__m128i*>(target + i), pixel);
            continue;
        }
        const __m128i bytes = _mm_cvtsi32_si128(static_cast<int>(four));
        const __m128i alphas = detail::over_255(_mm_mullo_epi16(_mm_unpacklo_epi8(bytes, zero), own_alpha));
        __m128i low_alpha;
        __m128i high_alpha;
        detail::spread(_mm_unpacklo_epi16(alphas, zero), low_alpha, high_alpha);
        const __m128i old = _mm_loadu_si128(reinterpret_cast<const __m128i*>(target + i));
        const __m128i low = detail::mixed(source, _mm_unpacklo_epi8(old, zero), low_alpha);
        const __m128i high = detail::mixed(source, _mm_unpackhi_epi8(old, zero), high_alpha);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(target + i), _mm_packus_epi16(low, high));
    }
    for (; i < count; ++i) blend_pixel(target[i], colour, over_255(colour.a * coverage[i]));
}

// One texel of a picture (R, G, B, A) in a tint.
inline void blend_texel(std::uint32_t& target, const std::uint8_t* texel, Colour tint) {
    const Colour colour{static_cast<std::uint8_t>(over_255(texel[0] * tint.r)),
                        static_cast<std::uint8_t>(over_255(texel[1] * tint.g)),
                        static_cast<std::uint8_t>(over_255(texel[2] * tint.b)), 255};
    blend_pixel(target, colour, over_255(texel[3] * tint.a));
}

// A row of a picture.
inline void blend_picture(std::uint32_t* target, const std::uint8_t* texels, int count, Colour tint) {
    int i = 0;
    if (tint == white) {
        const __m128i zero = _mm_setzero_si128();
        const __m128i opaque = _mm_set1_epi32(static_cast<int>(0xFF000000U));
        const __m128i green = _mm_set1_epi32(0x0000FF00);
        const __m128i low_byte = _mm_set1_epi32(0x000000FF);
        for (; i + 4 <= count; i += 4) {
            const __m128i rgba = _mm_loadu_si128(reinterpret_cast<const __m128i*>(texels + 4 * i));
            const __m128i alphas = _mm_srli_epi32(rgba, 24);
            const int nothing = _mm_movemask_epi8(_mm_cmpeq_epi32(alphas, zero));
            if (nothing == 0xFFFF) continue;
            const __m128i red = _mm_slli_epi32(_mm_and_si128(rgba, low_byte), 16);
            const __m128i blue = _mm_and_si128(_mm_srli_epi32(rgba, 16), low_byte);
            const __m128i source = _mm_or_si128(_mm_or_si128(red, blue), _mm_or_si128(_mm_and_si128(rgba, green), opaque));
            auto* const at = reinterpret_cast<__m128i*>(target + i);
            if (_mm_movemask_epi8(_mm_cmpeq_epi32(alphas, low_byte)) == 0xFFFF) {
                _mm_storeu_si128(at, source);
                continue;
            }
            __m128i low_alpha;
            __m128i high_alpha;
            detail::spread(alphas, low_alpha, high_alpha);
            const __m128i old = _mm_loadu_si128(at);
            const __m128i low = detail::mixed(_mm_unpacklo_epi8(source, zero), _mm_unpacklo_epi8(old, zero), low_alpha);
            const __m128i high = detail::mixed(_mm_unpackhi_epi8(source, zero), _mm_unpackhi_epi8(old, zero), high_alpha);
            _mm_storeu_si128(at, _mm_packus_epi16(low, high));
        }
    }
    for (; i < count; ++i) blend_texel(target[i], texels + 4 * i, tint);
}

}  // namespace kiosk::paint
