#include "desk/cli/order_socket.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "desk/cli/orders.hpp"

namespace desk::cli {
namespace {

constexpr timeval client_deadline{10, 0};  // for each read or write of somebody who dawdles
constexpr std::size_t largest_answer = 64u << 20;

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    [[nodiscard]] int get() const { return number_; }
    int release() { return std::exchange(number_, -1); }

private:
    int number_;
};

// A data directory may have a longer path than a socket's address holds; its descriptor has a short one.
sockaddr_un address_in(int folder) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = fmt::format("/proc/self/fd/{}/desk.sock", folder);
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

Descriptor open_folder(const std::filesystem::path& data) {
    return Descriptor(::open(data.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

core::Result<std::string> read_all(int socket, std::size_t limit) {
    std::string text;
    std::array<char, 16 * 1024> piece{};
    for (;;) {
        const ssize_t got = ::recv(socket, piece.data(), piece.size(), 0);
        if (got == 0) return text;
        if (got < 0) {
            if (errno == EINTR) continue;
            return core::fail(core::system_error("cannot read from desk.sock", errno));
        }
        text.append(piece.data(), static_cast<std::size_t>(got));
        if (text.size() > limit) return core::fail(core::ErrorKind::full, "too much came through desk.sock");
    }
}

core::Result<void> write_all(int socket, std::string_view text) {
    while (!text.empty()) {
        const ssize_t sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EINTR) continue;
            return core::fail(core::system_error("cannot write to desk.sock", errno));
        }
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
}

core::Json answer_json(const core::Result<core::Json>& done) {
    if (done) return {{"ok", true}, {"answer", *done}};
    return {{"ok", false}, {"kind", core::name_of(done.error().kind)}, {"message", done.error().message}};
}

core::ErrorKind kind_from(std::string_view name) {
    using core::ErrorKind;
    for (const ErrorKind kind : {ErrorKind::invalid, ErrorKind::not_found, ErrorKind::conflict, ErrorKind::denied,
                                 ErrorKind::unavailable, ErrorKind::full, ErrorKind::corrupt}) {
        if (core::name_of(kind) == name) return kind;
    }
    return ErrorKind::unavailable;
}

}  // namespace

core::Result<std::unique_ptr<OrderSocket>> OrderSocket::open(Desk& desk) {
    const auto path = Desk::socket_of(desk.data());
    const Descriptor folder = open_folder(desk.data());
    Descriptor listening(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    Descriptor wake(::eventfd(0, EFD_CLOEXEC));
    if (folder.get() < 0 || listening.get() < 0 || wake.get() < 0) {
        return core::fail(core::system_error("cannot make " + path.string(), errno));
    }
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    const sockaddr_un address = address_in(folder.get());
    // Before the bind, so that there is no moment in which others may connect.
    if (::fchmod(listening.get(), S_IRUSR | S_IWUSR) != 0 ||
        ::bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listening.get(), 16) != 0) {
        return core::fail(core::system_error("cannot make " + path.string(), errno));
    }
    return std::unique_ptr<OrderSocket>(new OrderSocket(desk, listening.release(), wake.release()));
}

OrderSocket::OrderSocket(Desk& desk, int listening, int wake)
    : desk_(desk), listening_(listening), wake_(wake), thread_([this] { serve(); }) {}

OrderSocket::~OrderSocket() {
    [[maybe_unused]] const int told = ::eventfd_write(wake_, 1);
    thread_.join();
    std::error_code ignored;
    std::filesystem::remove(Desk::socket_of(desk_.data()), ignored);
    ::close(listening_);
    ::close(wake_);
}

void OrderSocket::serve() {
    for (;;) {
        std::array<pollfd, 2> watched{{{listening_, POLLIN, 0}, {wake_, POLLIN, 0}}};
        if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return;
        if (watched[1].revents != 0) return;
        if (watched[0].revents == 0) continue;
        const Descriptor connection(::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC));
        if (connection.get() >= 0) answer(connection.get());
    }
}

void OrderSocket::answer(int connection) {
    ::setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &client_deadline, sizeof client_deadline);
    ::setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &client_deadline, sizeof client_deadline);
    auto text = read_all(connection, largest_order);
    core::Result<core::Json> done = core::fail(core::ErrorKind::invalid, "not an order");
    if (text) {
        auto order = core::parse_json(*text);
        if (order) {
            desk_.log().info("order", {{"name", core::text_at(*order, "order").value_or("")}});
            done = carry_out(desk_, *order);
        }
    }
    if (auto sent = write_all(connection, answer_json(done).dump()); !sent) {
        desk_.log().warning("order_answer_lost", {{"why", sent.error().message}});
    }
}

core::Result<std::optional<core::Json>> send_order(const std::filesystem::path& data, const core::Json& order) {
    const Descriptor folder = open_folder(data);
    if (folder.get() < 0) return std::nullopt;
    const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (socket.get() < 0) return core::fail(core::system_error("cannot make a socket", errno));
    const sockaddr_un address = address_in(folder.get());
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        if (errno == ENOENT || errno == ECONNREFUSED) return std::nullopt;
        return core::fail(core::system_error("cannot reach the desk that runs on " + data.string(), errno));
    }
    if (auto sent = write_all(socket.get(), order.dump()); !sent) return core::fail(sent.error());
    ::shutdown(socket.get(), SHUT_WR);
    auto text = read_all(socket.get(), largest_answer);
    if (!text) return core::fail(text.error());
    auto json = core::parse_json(*text);
    if (!json || !core::truth_at(*json, "ok")) {
        return core::fail(core::ErrorKind::unavailable, "the running desk went away before it answered");
    }
    if (!*core::truth_at(*json, "ok")) {
        return core::fail(kind_from(core::text_at(*json, "kind").value_or("")),
                          core::text_at(*json, "message").value_or(""));
    }
    const core::Json* answer = core::member(*json, "answer");
    return answer ? *answer : core::Json::object();
}

}  // namespace desk::cli
