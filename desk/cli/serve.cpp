#include <charconv>
#include <iostream>

#include <fmt/format.h>

#include "desk/cli/ask.hpp"
#include "desk/cli/commands.hpp"
#include "desk/cli/order_socket.hpp"
#include "desk/web/web.hpp"

namespace desk::cli {
namespace {

// "127.0.0.1:8080", "[::1]:8080"
core::Result<void> read_listen(std::string_view text, web::ServerSettings& settings) {
    const auto colon = text.rfind(':');
    auto host = text.substr(0, colon == std::string_view::npos ? 0 : colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    const auto port = colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), settings.port);
    if (host.empty() || port.empty() || error != std::errc{} || end != port.data() + port.size()) {
        return core::fail(core::ErrorKind::invalid,
                          fmt::format("'{}' is not an address and port, such as 127.0.0.1:8080", text));
    }
    settings.address = host;
    return {};
}

}  // namespace

int serve(const Common& common, const ServeOptions& options) {
    web::WebSettings settings;
    if (auto read = read_listen(options.listen, settings.server); !read) return complain(read.error());
    if (options.tls_certificate.empty() != options.tls_key.empty()) {
        return complain({core::ErrorKind::invalid, "--tls-certificate and --tls-key go together"});
    }
    settings.server.tls_certificate = options.tls_certificate;
    settings.server.tls_key = options.tls_key;
    settings.behind_tls = options.behind_tls;
    settings.zone = options.zone;

    const core::SystemClock clock;
    core::SystemRandom random;
    auto desk = open_patiently(common.data, clock, random, core::Log::to_stderr());
    if (!desk) return complain(desk.error());
    auto served = web::Web::open(**desk, settings);
    if (!served) return complain(served.error());
    auto orders = OrderSocket::open(**desk);
    if (!orders) return complain(orders.error());

    const bool is_tls = !options.tls_certificate.empty();
    const bool is_v6 = settings.server.address.find(':') != std::string::npos;
    // One line, for people and for whoever started us with port 0.
    std::cout << fmt::format("listening on {}://{}{}{}:{}", is_tls ? "https" : "http", is_v6 ? "[" : "",
                             settings.server.address, is_v6 ? "]" : "", (*served)->port())
              << std::endl;
    (*served)->run(true);
    return exit_ok;
}

}  // namespace desk::cli
