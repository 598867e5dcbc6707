#include "tests/kiosk/shell/http_desk.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cassert>
#include <cctype>
#include <sstream>

namespace support {
namespace {

std::string lower(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

}  // namespace

HttpDesk::HttpDesk(Reply reply) : reply_(std::move(reply)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    [[maybe_unused]] const bool is_listening =
        ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) == 0 && ::listen(listener_, 16) == 0 &&
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    assert(is_listening);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
}

HttpDesk::~HttpDesk() {
    stopping_ = true;
    thread_.join();
    ::close(listener_);
}

std::vector<Got> HttpDesk::seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
}

void HttpDesk::set_reply(Reply reply) {
    const std::lock_guard lock(mutex_);
    reply_ = std::move(reply);
}

void HttpDesk::serve() {
    while (!stopping_) {
        pollfd ready{listener_, POLLIN, 0};
        if (::poll(&ready, 1, 20) <= 0) continue;
        const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0) continue;
        answer(connection);
        ::close(connection);
    }
}

void HttpDesk::answer(int connection) {
    std::string text;
    char buffer[16 * 1024];
    std::size_t head_end = std::string::npos;
    std::size_t length = 0;
    Got got;
    while (head_end == std::string::npos || text.size() < head_end + 4 + length) {
        const ssize_t size = ::recv(connection, buffer, sizeof buffer, 0);
        if (size <= 0) return;
        text.append(buffer, static_cast<std::size_t>(size));
        if (head_end != std::string::npos || (head_end = text.find("\r\n\r\n")) == std::string::npos) continue;
        std::istringstream head(text.substr(0, head_end));
        std::string line;
        head >> got.method >> got.target;
        std::getline(head, line);
        while (std::getline(head, line)) {
            const auto colon = line.find(": ");
            if (colon != std::string::npos) got.headers[lower(line.substr(0, colon))] = line.substr(colon + 2, line.find('\r') - colon - 2);
        }
        if (const auto found = got.headers.find("content-length"); found != got.headers.end()) length = std::stoul(found->second);
    }
    got.body = text.substr(head_end + 4);

    Reply reply;
    {
        const std::lock_guard lock(mutex_);
        seen_.push_back(got);
        reply = reply_;
    }
    const Given given = reply(got);
    const std::string out = "HTTP/1.1 " + std::to_string(given.status) + " X\r\nContent-Type: " + given.content_type +
                            "\r\n" + given.more_headers + "Connection: close\r\nContent-Length: " +
                            std::to_string(given.body.size()) + "\r\n\r\n" + given.body;
    for (std::size_t sent = 0; sent < out.size();) {
        const ssize_t size = ::send(connection, out.data() + sent, out.size() - sent, MSG_NOSIGNAL);
        if (size <= 0) return;
        sent += static_cast<std::size_t>(size);
    }
}

}  // namespace support
