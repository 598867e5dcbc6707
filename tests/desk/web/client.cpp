#include "tests/desk/web/client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <curl/curl.h>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/utf8.hpp"

namespace client {
namespace {

std::size_t add_body(char* bytes, std::size_t size, std::size_t count, void* to) {
    static_cast<std::string*>(to)->append(bytes, size * count);
    return size * count;
}

std::size_t add_header(char* bytes, std::size_t size, std::size_t count, void* to) {
    const std::string_view line(bytes, size * count);
    const auto colon = line.find(':');
    if (colon != std::string_view::npos) {
        std::string name(line.substr(0, colon));
        for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        (*static_cast<std::map<std::string, std::string>*>(to))[name] = core::utf8::trimmed(line.substr(colon + 1));
    }
    return size * count;
}

struct Source {
    std::string_view rest;
};
std::size_t give(char* bytes, std::size_t size, std::size_t count, void* from) {
    auto& rest = static_cast<Source*>(from)->rest;
    const std::size_t taken = std::min(rest.size(), size * count);
    rest.copy(bytes, taken);
    rest.remove_prefix(taken);
    return taken;
}

}  // namespace

core::Json Answer::json() const {
    auto parsed = core::parse_json(body);
    CAPTURE(body);
    REQUIRE(parsed);
    return *parsed;
}

std::string Answer::problem() const {
    if (header("content-type") != "application/problem+json") return {};
    const std::string type = json().at("type");
    constexpr std::string_view prefix = "urn:foyer:problem:";
    REQUIRE(type.starts_with(prefix));
    return type.substr(prefix.size());
}

Answer ask(const Question& question) {
    Answer answer;
    CURL* curl = curl_easy_init();
    REQUIRE(curl);
    curl_slist* headers = nullptr;
    for (const std::string& header : question.headers) headers = curl_slist_append(headers, header.c_str());
    if (question.chunked) headers = curl_slist_append(headers, "Transfer-Encoding: chunked");
    Source source{question.body};
    curl_easy_setopt(curl, CURLOPT_URL, question.url.c_str());
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, question.method.c_str());
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);  // the certificate is made by the test
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 20L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, add_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, add_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &answer.headers);
    if (question.method == "HEAD") curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    if (question.chunked) {
        curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
        curl_easy_setopt(curl, CURLOPT_READDATA, &source);
    } else if (!question.body.empty()) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, question.body.data());
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(question.body.size()));
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    const CURLcode code = curl_easy_perform(curl);
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    INFO(curl_easy_strerror(code));
    CHECK(code == CURLE_OK);
    answer.status = static_cast<int>(status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return answer;
}

Socket::Socket(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(fd_ >= 0);
    REQUIRE(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
}

Socket::~Socket() { ::close(fd_); }

bool Socket::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

std::string Socket::receive_until(std::string_view text, std::chrono::milliseconds at_most) {
    const auto end = std::chrono::steady_clock::now() + at_most;
    std::string received;
    while (text.empty() || received.find(text) == std::string::npos) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        pollfd waiting{fd_, POLLIN, 0};
        if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) break;
        char bytes[4096];
        const auto count = ::recv(fd_, bytes, sizeof bytes, 0);
        if (count <= 0) break;
        received.append(bytes, static_cast<std::size_t>(count));
    }
    return received;
}

bool Socket::is_closed_within(std::chrono::milliseconds at_most) {
    const auto end = std::chrono::steady_clock::now() + at_most;
    while (true) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        pollfd waiting{fd_, POLLIN, 0};
        if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) return false;
        char bytes[4096];
        if (::recv(fd_, bytes, sizeof bytes, 0) <= 0) return true;
    }
}

}  // namespace client
