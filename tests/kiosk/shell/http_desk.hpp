// A real HTTP server on a free port of this machine, for one test: answers each request as the test says.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace support {

struct Got {
    std::string method;
    std::string target;
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
};

struct Given {
    int status = 200;
    std::string content_type = "application/json";
    std::string body = "{}";
    std::string more_headers;  // "Location: …\r\n"
};

class HttpDesk {
public:
    using Reply = std::function<Given(const Got&)>;
    explicit HttpDesk(Reply reply);
    ~HttpDesk();
    HttpDesk(const HttpDesk&) = delete;
    HttpDesk& operator=(const HttpDesk&) = delete;

    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    [[nodiscard]] std::vector<Got> seen() const;
    void set_reply(Reply reply);

private:
    void serve();
    void answer(int connection);

    int listener_ = -1;
    int port_ = 0;
    std::atomic<bool> stopping_{false};
    mutable std::mutex mutex_;  // guards reply_ and seen_
    Reply reply_;
    std::vector<Got> seen_;
    std::thread thread_;
};

}  // namespace support
