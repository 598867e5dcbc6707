// The code that a person takes home: `K7-0042-R4TX-9`.
//
// Kiosk short name, the kiosk's sequence number, 20 random bits, a check character; all in Crockford's base 32 (no I, L, O, U).
// The check is a polynomial over GF(32): every single wrong character and every swap of two is caught.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/id.hpp"
#include "core/base/result.hpp"

namespace catalog {

// `kiosk` is a short name of 1 to 4 characters of the alphabet, as the desk gave it; "K0" before enrolment.
[[nodiscard]] std::string make_claim_code(std::string_view kiosk, std::int64_t sequence, core::Random& random);

// Takes it as typed: any case, spaces or no hyphens, o for 0, i and l for 1. Answers the normal form, or `invalid`
// when a character is wrong or two are swapped.
[[nodiscard]] core::Result<std::string> read_claim_code(std::string_view typed);

}  // namespace catalog
