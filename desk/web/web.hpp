// The desk on the web: the API for kiosks and scripts, and the pages for people.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/result.hpp"
#include "desk/web/server.hpp"

namespace desk {
class Desk;
}

namespace desk::web {

struct WebSettings {
    ServerSettings server;
    bool behind_tls = false;  // a proxy in front of us speaks TLS: cookies are for https only
    std::string zone;         // IANA zone that pages tell times in; empty takes the machine's
};

class Front;

class Web {
public:
    // Listens on the port. A port in use is `unavailable`, with a sentence that says so.
    [[nodiscard]] static core::Result<std::unique_ptr<Web>> open(Desk& desk, WebSettings settings);
    ~Web();

    [[nodiscard]] std::uint16_t port() const;

    // Serves until `stop`, or until SIGTERM or SIGINT when `stop_on_signals`. Answers under way are written first.
    void run(bool stop_on_signals);
    void stop();  // from any thread

private:
    Web(Desk& desk, std::unique_ptr<Front> front, std::unique_ptr<Handler> handler, std::unique_ptr<Server> server);

    Desk& desk_;
    std::unique_ptr<Front> front_;
    std::unique_ptr<Handler> handler_;
    std::unique_ptr<Server> server_;
};

}  // namespace desk::web
