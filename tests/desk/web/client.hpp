// HTTP from outside: libcurl for whole requests, a bare socket for clients that behave badly.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.hpp"

namespace client {

struct Answer {
    int status = 0;  // 0 when there was none
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;

    [[nodiscard]] std::string header(const std::string& name) const {
        const auto found = headers.find(name);
        return found == headers.end() ? std::string() : found->second;
    }
    [[nodiscard]] core::Json json() const;         // requires that it is some
    [[nodiscard]] std::string problem() const;     // "clock-skew" of a problem, else empty
};

struct Question {
    std::string method = "GET";
    std::string url{};
    std::vector<std::string> headers{};  // "name: value"
    std::string body{};
    bool chunked = false;
};
Answer ask(const Question& question);

// One connection, byte by byte.
class Socket {
public:
    explicit Socket(std::uint16_t port);
    ~Socket();
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    bool send(std::string_view bytes);  // false when the other side is gone
    // What comes until the other side closes, or until `text` was seen; at most so long.
    std::string receive_until(std::string_view text, std::chrono::milliseconds at_most);
    // Whether the other side closes within that time; what it says before is dropped.
    bool is_closed_within(std::chrono::milliseconds at_most);

private:
    int fd_ = -1;
};

}  // namespace client
