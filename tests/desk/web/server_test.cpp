#include <cstdlib>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include <doctest/doctest.h>

#include "desk/web/server.hpp"
#include "tests/desk/web/client.hpp"
#include "tests/support/folder.hpp"

using namespace std::chrono_literals;
using desk::web::HttpRequest;
using desk::web::HttpResponse;
using desk::web::Reply;
using desk::web::Server;
using desk::web::ServerSettings;

namespace {

HttpResponse text(int status, std::string body) {
    HttpResponse response;
    response.status = status;
    response.headers = {{"content-type", "text/plain"}};
    response.body = std::move(body);
    return response;
}

// Answers with what was asked; "/hold" waits for `let_go`, "/drop" forgets to answer, "/later" answers after a while.
class Echo final : public desk::web::Handler {
public:
    std::size_t body_limit(std::string_view, std::string_view path) const override { return path == "/small" ? 10 : 1000; }
    HttpResponse refuse(int status, std::string_view) const override { return text(status, "refused"); }
    void handle(HttpRequest request, Reply reply) override {
        if (request.path == "/hold") {
            std::unique_lock lock(mutex_);
            ++held_;
            changed_.notify_all();
            changed_.wait(lock, [&] { return go_; });
        }
        if (request.path == "/drop") return;
        if (request.path == "/throw") throw std::runtime_error("nobody foresaw this");
        if (request.path == "/later") {
            later_ = std::async(std::launch::async, [reply] {
                std::this_thread::sleep_for(300ms);
                reply(text(200, "late"));
            });
            return;
        }
        if (request.path == "/file") {
            HttpResponse response;
            response.file = desk::web::FilePart{file, 2, 200'000};
            return reply(std::move(response));
        }
        reply(text(200, request.method + " " + request.path + "?" + request.query + " " + request.body));
    }
    void wait_for_held() {
        std::unique_lock lock(mutex_);
        CHECK(changed_.wait_for(lock, 5s, [&] { return held_ > 0; }));
    }
    void let_go() {
        const std::lock_guard lock(mutex_);
        go_ = true;
        changed_.notify_all();
    }
    std::filesystem::path file;

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int held_ = 0;
    bool go_ = false;
    std::future<void> later_;
};

struct Running {
    explicit Running(ServerSettings settings = {}) {
        auto listening = Server::listen(settings, echo, core::Log::to_nowhere());
        REQUIRE(listening);
        server = std::move(*listening);
        thread = std::thread([this] { server->run(false); });
    }
    ~Running() {
        echo.let_go();
        server->stop();
        if (thread.joinable()) thread.join();
    }
    [[nodiscard]] std::string url(const std::string& path) const {
        return "http://127.0.0.1:" + std::to_string(server->port()) + path;
    }
    Echo echo;
    std::unique_ptr<Server> server;
    std::thread thread;
};

ServerSettings hasty() {
    ServerSettings settings;
    settings.idle_limit = 400ms;
    settings.header_deadline = 400ms;
    settings.body_deadline = 400ms;
    return settings;
}

}  // namespace

TEST_CASE("server: requests on one connection are answered in turn") {
    Running running;
    client::Socket socket(running.server->port());
    socket.send("GET /a?x=1 HTTP/1.1\r\nHost: desk\r\n\r\nPOST /b HTTP/1.1\r\nHost: desk\r\nContent-Length: 2\r\n\r\nhi");
    const std::string answers = socket.receive_until("POST /b? hi", 5s);
    CHECK(answers.find("GET /a?x=1 ") != std::string::npos);
    CHECK(answers.find("GET /a") < answers.find("POST /b"));

    socket.send("GET http://desk/c HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n");
    CHECK(socket.receive_until("", 5s).find("GET /c?") != std::string::npos);
    CHECK(socket.is_closed_within(5s));
}

TEST_CASE("server: HEAD tells the length and sends no body") {
    Running running;
    const auto answer = client::ask({.method = "HEAD", .url = running.url("/a")});
    CHECK(answer.status == 200);
    CHECK(answer.header("content-length") == "9");
    CHECK(answer.body.empty());
}

TEST_CASE("server: a part of a file is sent as it lies on disk") {
    support::Folder folder;
    std::string content;
    for (int i = 0; i < 60'000; ++i) content += std::to_string(i % 10) + "abc";
    Running running;
    running.echo.file = folder.write("content", content);
    const auto answer = client::ask({.url = running.url("/file")});
    CHECK(answer.status == 200);
    CHECK(answer.body == content.substr(2, 200'000));
}

TEST_CASE("server: slow clients are dropped at the deadline, however steadily they drip") {
    Running running(hasty());
    const struct { const char* name; const char* start; } rows[] = {
        {"a header without end", "GET / HTTP/1.1\r\n"},
        {"a body that comes in drops", "POST / HTTP/1.1\r\nHost: desk\r\nContent-Length: 900\r\n\r\n"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        client::Socket socket(running.server->port());
        const auto begin = std::chrono::steady_clock::now();
        socket.send(row.start);
        bool dropped = false;
        while (!dropped && std::chrono::steady_clock::now() - begin < 5s) {
            socket.send("x");
            dropped = socket.is_closed_within(50ms);
        }
        CHECK(dropped);
        CHECK(std::chrono::steady_clock::now() - begin >= 350ms);
    }
    client::Socket idle(running.server->port());
    CHECK_FALSE(idle.is_closed_within(200ms));
    CHECK(idle.is_closed_within(5s));
}

TEST_CASE("server: a body too large is refused before it is read") {
    Running running;
    client::Socket socket(running.server->port());
    socket.send("POST /small HTTP/1.1\r\nHost: desk\r\nContent-Length: 11\r\n\r\n");
    CHECK(socket.receive_until("refused", 5s).find("HTTP/1.1 413") == 0);

    const auto whole = client::ask({.method = "POST", .url = running.url("/small"), .body = std::string(11, 'x')});
    CHECK(whole.status == 413);
    const auto fits = client::ask({.method = "POST", .url = running.url("/small"), .body = std::string(10, 'x')});
    CHECK(fits.status == 200);
    const auto in_chunks = client::ask(
        {.method = "POST", .url = running.url("/small"), .body = std::string(600, 'x'), .chunked = true});
    CHECK(in_chunks.status == 413);
}

TEST_CASE("server: a client that asks before it sends a body is told to go on, or why not") {
    Running running;
    client::Socket socket(running.server->port());
    socket.send("POST /small HTTP/1.1\r\nHost: desk\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    CHECK(socket.receive_until("\r\n\r\n", 5s) == "HTTP/1.1 100 Continue\r\n\r\n");
    socket.send("hi");
    CHECK(socket.receive_until("hi", 5s).find("HTTP/1.1 200") == 0);

    client::Socket large(running.server->port());
    large.send("POST /small HTTP/1.1\r\nHost: desk\r\nContent-Length: 99\r\nExpect: 100-continue\r\n\r\n");
    CHECK(large.receive_until("refused", 5s).find("HTTP/1.1 413") == 0);
}

TEST_CASE("server: what is no HTTP is refused") {
    Running running;
    const struct { const char* name; std::string bytes; const char* status; } rows[] = {
        {"nonsense", "hello desk\r\n\r\n", "HTTP/1.1 400"},
        {"no path", "GET desk HTTP/1.1\r\nHost: desk\r\n\r\n", "HTTP/1.1 400"},
        {"two lengths", "POST / HTTP/1.1\r\nHost: desk\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 400"},
        {"a header too large", "GET / HTTP/1.1\r\nHost: desk\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n", "HTTP/1.1 431"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        client::Socket socket(running.server->port());
        socket.send(row.bytes);
        CHECK(socket.receive_until("refused", 5s).find(row.status) == 0);
    }
}

TEST_CASE("server: one address gets only so many connections, and a new one when one is gone") {
    ServerSettings settings;
    settings.most_from_loopback = 2;
    Running running(settings);
    auto first = std::make_unique<client::Socket>(running.server->port());
    client::Socket second(running.server->port());
    second.send("GET / HTTP/1.1\r\nHost: desk\r\n\r\n");
    CHECK_FALSE(second.receive_until("GET /", 5s).empty());

    client::Socket third(running.server->port());
    CHECK(third.is_closed_within(5s));

    first.reset();
    bool served = false;
    for (int tries = 0; tries < 50 && !served; ++tries) {
        client::Socket again(running.server->port());
        again.send("GET / HTTP/1.1\r\nHost: desk\r\n\r\n");
        served = !again.receive_until("GET /", 200ms).empty();
    }
    CHECK(served);
}

TEST_CASE("server: when the handlers' queue is full, the next is told to come back") {
    ServerSettings settings;
    settings.handler_threads = 1;
    settings.most_waiting = 1;
    Running running(settings);
    client::Socket held(running.server->port());
    held.send("GET /hold HTTP/1.1\r\nHost: desk\r\n\r\n");
    running.echo.wait_for_held();
    client::Socket waiting(running.server->port());
    waiting.send("GET /waits HTTP/1.1\r\nHost: desk\r\n\r\n");

    // The one that waits may reach the queue after us, but one of the two is refused at once.
    client::Socket next(running.server->port());
    next.send("GET /too-many HTTP/1.1\r\nHost: desk\r\n\r\n");
    const std::string refusals = next.receive_until("refused", 500ms) + waiting.receive_until("refused", 500ms);
    CHECK(refusals.find("HTTP/1.1 503") == 0);
    CHECK((refusals.find("retry-after: 2") != std::string::npos || refusals.find("Retry-After: 2") != std::string::npos));
    running.echo.let_go();
    CHECK_FALSE(held.receive_until("GET /hold", 5s).empty());
}

TEST_CASE("server: a question that nobody answers is answered 500") {
    Running running;
    CHECK(client::ask({.url = running.url("/drop")}).status == 500);
    CHECK(client::ask({.url = running.url("/throw")}).status == 500);
    CHECK(client::ask({.url = running.url("/a")}).status == 200);
}

TEST_CASE("server: stopping writes what is under way, closes what is idle, and takes nothing new") {
    auto running = std::make_unique<Running>();
    const std::uint16_t port = running->server->port();
    client::Socket idle(port);
    client::Socket busy(port);
    busy.send("GET /later HTTP/1.1\r\nHost: desk\r\n\r\n");
    std::this_thread::sleep_for(100ms);
    const auto begin = std::chrono::steady_clock::now();
    running->server->stop();
    CHECK(busy.receive_until("", 5s).find("late") != std::string::npos);
    CHECK(idle.is_closed_within(5s));
    running->thread.join();
    CHECK(std::chrono::steady_clock::now() - begin < 5s);
}

TEST_CASE("server: a port in use is told in one sentence") {
    Running running;
    ServerSettings settings;
    settings.port = running.server->port();
    Echo echo;
    const auto second = Server::listen(settings, echo, core::Log::to_nowhere());
    REQUIRE_FALSE(second);
    CHECK(second.error().kind == core::ErrorKind::unavailable);
    CHECK(second.error().message ==
          "Cannot listen on 127.0.0.1:" + std::to_string(settings.port) + ": another program uses that port");
    settings.address = "desk.example";
    CHECK(Server::listen(settings, echo, core::Log::to_nowhere()).error().message ==
          "\"desk.example\" is not an IP address to listen on");
}

TEST_CASE("server: TLS with a certificate of one's own") {
    support::Folder folder;
    ServerSettings settings;
    settings.tls_certificate = (folder.path() / "certificate.pem").string();
    settings.tls_key = (folder.path() / "key.pem").string();
    Echo echo;
    CHECK_FALSE(Server::listen(settings, echo, core::Log::to_nowhere()));

    const std::string make = "openssl req -x509 -newkey ed25519 -nodes -days 2 -subj /CN=desk -out " +
                             settings.tls_certificate + " -keyout " + settings.tls_key + " 2>/dev/null";
    REQUIRE(std::system(make.c_str()) == 0);
    Running running(settings);
    const std::string url = "https://127.0.0.1:" + std::to_string(running.server->port()) + "/a";
    const auto answer = client::ask({.method = "POST", .url = url, .body = "hi"});
    CHECK(answer.status == 200);
    CHECK(answer.body == "POST /a? hi");
}
