// A kiosk joins: an operator makes a code that works once, for one site and a quarter of an hour; the kiosk trades it
// for its place at the desk.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/database.hpp"
#include "core/base/id.hpp"
#include "core/base/result.hpp"
#include "core/catalog/wire.hpp"
#include "desk/work/keys.hpp"

namespace desk {

inline constexpr std::chrono::minutes enrol_code_lifetime{15};
inline constexpr std::size_t enrol_code_length = 10;  // characters of Crockford's base 32: 50 bits

// Only its hash is kept. A site that is not in the published content is `not_found`.
[[nodiscard]] core::Result<std::string> make_enrol_code(core::Database& db, core::Random& random, std::string_view site,
                                                        core::Time now);

// `denied` for a wrong, used or expired code, without telling which. The same key with the same code again (its answer
// was lost) gets the same place. `root` is the newest document of who may publish: the first that a new kiosk needs to
// believe, as an older one may name keys that were stolen since. To be run by the writer.
[[nodiscard]] core::Result<catalog::Enrolment> enrol(core::Database& db, const Keys& keys, std::string_view root,
                                                     core::Random& random, const catalog::EnrolRequest& request,
                                                     core::PreciseTime now);

}  // namespace desk
