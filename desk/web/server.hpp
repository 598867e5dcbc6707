// The desk's HTTP server: bytes in, HttpRequests out, answers back.
//
// Every phase of a connection has an absolute deadline, so that a slow client costs nothing but a socket for some
// seconds. Beast is included in server.cpp only: it costs a minute of compile time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/log.hpp"
#include "core/base/result.hpp"
#include "desk/web/http.hpp"

namespace desk::web {

struct ServerSettings {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  // 0 takes a free one
    std::string tls_certificate;  // PEM files; without them the server speaks plain HTTP
    std::string tls_key;

    int network_threads = 2;
    int handler_threads = 4;           // answers may wait for the disk and for password hashes
    std::size_t most_waiting = 1'024;  // requests in front of the handlers; more are answered 503
    std::size_t most_connections = 10'000;
    std::size_t most_per_address = 64;
    std::size_t most_from_loopback = 4'096;  // a proxy's connections all come from there
    std::size_t header_limit = 16 * 1024;

    std::chrono::milliseconds idle_limit = std::chrono::seconds{15};
    std::chrono::milliseconds header_deadline = std::chrono::seconds{10};  // also of a TLS handshake
    // A body or an answer may take this long, and a second more for each `slowest_rate` bytes it is known to have:
    // photos also come over a store's slow line.
    std::chrono::milliseconds body_deadline = std::chrono::seconds{10};
    std::chrono::milliseconds write_deadline = std::chrono::seconds{10};
    std::size_t slowest_rate = 32 * 1024;
    std::chrono::milliseconds stop_deadline = std::chrono::seconds{10};
};

class Handler {
public:
    virtual ~Handler() = default;
    // Asked after the header, before a byte of the body is read.
    [[nodiscard]] virtual std::size_t body_limit(std::string_view method, std::string_view path) const = 0;
    // Called on one of the handler threads.
    virtual void handle(HttpRequest request, Reply reply) = 0;
    // The answer to what never reaches `handle`: a broken header, a body too large, no room.
    [[nodiscard]] virtual HttpResponse refuse(int status, std::string_view path) const = 0;
};

class Server {
public:
    // Listens, but answers only in `run`. `handler` must outlive the server.
    [[nodiscard]] static core::Result<std::unique_ptr<Server>> listen(ServerSettings settings, Handler& handler,
                                                                      core::Log log);
    ~Server();

    [[nodiscard]] std::uint16_t port() const;

    // Serves until `stop`, or until SIGTERM or SIGINT when `stop_on_signals`. Answers under way are written first.
    void run(bool stop_on_signals);
    void stop();  // from any thread

    [[nodiscard]] std::size_t connections() const;

    struct State;  // known in server.cpp only

private:
    explicit Server(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace desk::web
