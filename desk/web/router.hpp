// Which path leads where, and who may come in by it.
//
// Admission is decided here, before a handler runs, and a route that does not say whom it admits is refused at the
// start. What an admitted person may do with one ticket is decided where that ticket is read (desk/rules/access).
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/result.hpp"
#include "desk/rules/access.hpp"
#include "desk/store/kiosks.hpp"
#include "desk/web/http.hpp"
#include "desk/work/accounts.hpp"

namespace desk::web {

struct Anyone {};
struct AnyKiosk {};  // its signature is checked
struct AnyPerson {   // with a session, and authorized for the duty when there is one
    std::optional<Duty> duty;
};
using Admission = std::variant<std::monostate, Anyone, AnyKiosk, AnyPerson>;

// A request that was let in.
struct Visit {
    HttpRequest request;
    std::vector<std::string> parts;  // what stood for the pattern's {names}, decoded
    std::optional<Session> session;  // of a person
    std::optional<Kiosk> kiosk;
    std::string language;

    [[nodiscard]] const Actor& actor() const { return session->actor; }
};

struct Route {
    std::string_view method;
    std::string_view pattern;  // "/api/v1/requests/{id}"
    Admission admission;
    std::size_t body_limit = 0;
    std::function<void(Visit, Reply)> handle;
};

inline constexpr std::size_t small_body = 64 * 1024;

class Router {
public:
    // Two routes for one path and method, or a route that admits nobody, are mistakes.
    [[nodiscard]] static core::Result<Router> make(std::vector<Route> routes);

    struct Match {
        const Route* route = nullptr;
        std::vector<std::string> parts;
        std::string allowed;  // methods that this path knows, when it knows not this one; empty for an unknown path
    };
    // HEAD is answered by GET when it has no route of its own.
    [[nodiscard]] Match find(std::string_view method, std::string_view path) const;

    [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

private:
    std::vector<Route> routes_;
};

}  // namespace desk::web
