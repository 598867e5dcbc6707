#include "kiosk/shell/control.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/file.hpp"

namespace kiosk {
namespace {

constexpr std::size_t longest_line = 4'096;

bool is_address(const std::filesystem::path& path, sockaddr_un& address) {
    address.sun_family = AF_UNIX;
    if (path.native().size() >= sizeof address.sun_path) return false;
    std::memcpy(address.sun_path, path.c_str(), path.native().size() + 1);
    return true;
}

core::Error too_long(const std::filesystem::path& path) {
    return {core::ErrorKind::invalid, path.string() + " is too long a path for a socket"};
}

void set_patience(int descriptor, int seconds) {
    const timeval patience{seconds, 0};
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

std::string read_line(int descriptor) {
    std::string line;
    char buffer[512];
    while (line.size() < longest_line && line.find('\n') == std::string::npos) {
        const ssize_t got = ::recv(descriptor, buffer, sizeof buffer, 0);
        if (got <= 0) break;
        line.append(buffer, static_cast<std::size_t>(got));
    }
    return line.substr(0, line.find('\n'));
}

void write_line(int descriptor, const core::Json& json) {
    const std::string line = core::canonical(json) + "\n";
    [[maybe_unused]] const ssize_t sent = ::send(descriptor, line.data(), line.size(), MSG_NOSIGNAL);
}

}  // namespace

core::Result<ControlDoor> ControlDoor::open(const std::filesystem::path& path) {
    sockaddr_un address{};
    if (!is_address(path, address)) return core::fail(too_long(path));
    ::unlink(path.c_str());  // of a kiosk that died: whoever holds the folder's lock owns the name
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    ControlDoor door(descriptor, path);
    if (descriptor < 0 || ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(descriptor, 4) != 0) {
        return core::fail(core::system_error("cannot listen on " + path.string(), errno));
    }
    return door;
}

ControlDoor::ControlDoor(ControlDoor&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

ControlDoor::~ControlDoor() {
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    ::unlink(path_.c_str());
}

void ControlDoor::serve(const std::function<core::Json(const core::Json&)>& answer) const {
    for (;;) {
        const int guest = ::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC);
        if (guest < 0) return;
        set_patience(guest, 1);
        if (const auto question = core::parse_json(read_line(guest))) write_line(guest, answer(*question));
        ::close(guest);
    }
}

core::Result<core::Json> ask_running_kiosk(const std::filesystem::path& path, const core::Json& question) {
    sockaddr_un address{};
    if (!is_address(path, address)) return core::fail(too_long(path));
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return core::fail(core::system_error("cannot reach the running kiosk", errno));
    set_patience(descriptor, 10);
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        const int why = errno;
        ::close(descriptor);
        if (why == ENOENT || why == ECONNREFUSED) return core::fail(core::ErrorKind::not_found, "no kiosk is running there");
        return core::fail(core::system_error("cannot reach the running kiosk", why));
    }
    write_line(descriptor, question);
    const std::string line = read_line(descriptor);
    ::close(descriptor);
    auto answer = core::parse_json(line);
    if (!answer) return core::fail(core::ErrorKind::unavailable, "the running kiosk gave no answer");
    return answer;
}

}  // namespace kiosk
