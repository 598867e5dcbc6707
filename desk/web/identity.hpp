// Who is asking: a kiosk by its signature, a person by cookie or token.
#pragma once

#include <string>

#include "core/base/database.hpp"
#include "core/base/result.hpp"
#include "desk/store/kiosks.hpp"
#include "desk/web/http.hpp"
#include "desk/web/problem.hpp"
#include "desk/work/accounts.hpp"

namespace desk::web {

// How far a signature's time may be off. Replays are harmless, since every write of a kiosk is idempotent; a kiosk with a
// wrong clock gets the right time and is never locked out.
inline constexpr std::chrono::minutes signature_window{15};

[[nodiscard]] tl::expected<Kiosk, Problem> identify_kiosk(core::Database& db, const HttpRequest& request, core::Time now);

// How a session came: a browser sends cookies by itself, also when another site tells it to.
enum class Carrier { none, cookie, token };
struct Shown {
    std::string token;
    Carrier carrier = Carrier::none;
};
[[nodiscard]] Shown session_shown(const HttpRequest& request, bool secure);

// "__Host-sid" over https, "sid" on plain HTTP, where browsers refuse the former.
[[nodiscard]] std::string session_cookie(std::string_view token, bool secure, std::chrono::seconds lifetime);

[[nodiscard]] bool changes_something(std::string_view method);
// False when the browser says that another site's page made this request.
[[nodiscard]] bool is_from_own_site(const HttpRequest& request);

}  // namespace desk::web
