// A request and its answer, as everything but server.cpp sees them.
//
// Header names are lower case. What came in is bytes as they came: who reads a body checks it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace desk::web {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
    std::string method;
    std::string path;   // "/tickets/42", still percent-encoded
    std::string query;  // without its "?"
    Headers headers;
    std::string body;
    std::string address;  // of the client
    bool secure = false;  // came over TLS
    bool has_query = false;

    // Empty when absent. Several headers of one name are one, joined by ", ".
    [[nodiscard]] std::string header(std::string_view name) const;
    [[nodiscard]] std::string cookie(std::string_view name) const;
};

// A part of a file that is sent as it lies on disk.
struct FilePart {
    std::filesystem::path path;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

struct HttpResponse {
    int status = 200;
    Headers headers;
    std::string body;
    std::optional<FilePart> file;  // in place of `body`

    [[nodiscard]] HttpResponse with(std::string name, std::string value) && {
        headers.emplace_back(std::move(name), std::move(value));
        return std::move(*this);
    }
};

// May be called once, from any thread. A Reply that is dropped without an answer answers 500.
using Reply = std::function<void(HttpResponse)>;

// Names and values of a query or of a form, decoded; what is not valid UTF-8 is left out.
class Fields {
public:
    [[nodiscard]] static Fields parse(std::string_view encoded);
    [[nodiscard]] std::string text(std::string_view name) const;  // the first, or empty
    [[nodiscard]] std::optional<std::string> find(std::string_view name) const;

private:
    std::vector<std::pair<std::string, std::string>> all_;
};

// "a%20b" → "a b"; nothing when an escape is broken.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space);
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace desk::web
