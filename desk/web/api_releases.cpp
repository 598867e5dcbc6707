// Content releases: the signed head, and the manifests and objects it leads to, as they lie in the release store.
#include <charconv>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "core/base/crypto.hpp"
#include "core/base/file.hpp"
#include "desk/web/front.hpp"
#include "kb/manifest.hpp"

namespace desk::web {
namespace {

constexpr std::size_t sha256_length = 64;

bool is_sha256(std::string_view text) {
    if (text.size() != sha256_length) return false;
    return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

constexpr std::string_view packed_ending = ".zst";

bool take_ending(std::string_view& name, std::string_view ending) {
    if (!name.ends_with(ending)) return false;
    name.remove_suffix(ending.size());
    return true;
}

struct Range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};
enum class RangeKind { whole, part, impossible };

std::optional<std::uint64_t> number_of(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return number;
}

// One range as RFC 9110 has it; several at once, or what is no range, mean the whole.
RangeKind read_range(std::string_view header, std::uint64_t size, Range& range) {
    constexpr std::string_view unit = "bytes=";
    if (header.substr(0, unit.size()) != unit) return RangeKind::whole;
    header.remove_prefix(unit.size());
    const auto dash = header.find('-');
    if (dash == std::string_view::npos || header.find(',') != std::string_view::npos) return RangeKind::whole;
    const auto first = number_of(header.substr(0, dash));
    const auto last = number_of(header.substr(dash + 1));
    if (!first && !last) return RangeKind::whole;
    if (!first) {  // the last so many
        if (*last == 0 || size == 0) return RangeKind::impossible;
        range = {size - std::min(*last, size), size - 1};
        return RangeKind::part;
    }
    if (last && *last < *first) return RangeKind::whole;
    if (*first >= size) return RangeKind::impossible;
    range = {*first, last ? std::min(*last, size - 1) : size - 1};
    return RangeKind::part;
}

// A file whose name is its hash never changes.
HttpResponse immutable_file(const std::filesystem::path& path, std::string_view hash, std::string_view content_type,
                            const HttpRequest& request) {
    std::error_code error;
    const std::uint64_t size = std::filesystem::file_size(path, error);
    if (error) return Problem{.status = 404, .type = "not-found"}.response();

    const std::string etag = "\"" + std::string(hash) + "\"";
    HttpResponse response;
    response.headers = {{"content-type", std::string(content_type)},
                        {"cache-control", "private, max-age=31536000, immutable"},
                        {"etag", etag},
                        {"accept-ranges", "bytes"}};
    if (request.header("if-none-match") == etag) {
        response.status = 304;
        return response;
    }
    Range range;
    const std::string condition = request.header("if-range");
    const bool may_be_part = condition.empty() || condition == etag;
    switch (may_be_part ? read_range(request.header("range"), size, range) : RangeKind::whole) {
        case RangeKind::whole: response.file = FilePart{path, 0, size}; break;
        case RangeKind::part:
            response.status = 206;
            response.headers.emplace_back("content-range", "bytes " + std::to_string(range.first) + "-" +
                                                               std::to_string(range.last) + "/" + std::to_string(size));
            response.file = FilePart{path, range.first, range.last - range.first + 1};
            break;
        case RangeKind::impossible: {
            auto refused = Problem{.status = 416, .type = "no-such-range"}.response();
            refused.headers.emplace_back("content-range", "bytes */" + std::to_string(size));
            return refused;
        }
    }
    return response;
}

HttpResponse head_response(Front& front, std::string_view channel, const HttpRequest& request) {
    auto head = kb::is_channel(channel) ? core::read_file(front.desk.releases() / kb::head_path(channel), kb::largest_head)
                                        : core::fail(core::ErrorKind::not_found, "");
    if (!head && head.error().kind != core::ErrorKind::not_found) return problem_of(head.error()).response();
    if (!head) return Problem{.status = 404, .type = "not-found", .detail = "Nothing is published there yet."}.response();

    const std::string etag = "\"" + core::sha256_hex(*head) + "\"";
    HttpResponse response;
    response.headers = {{"content-type", "application/json"}, {"cache-control", "no-cache"}, {"etag", etag}};
    if (request.header("if-none-match") == etag) {
        response.status = 304;
    } else {
        response.body = std::move(*head);
    }
    return response;
}

HttpResponse manifest_response(Front& front, const Visit& visit) {
    std::string_view hash = visit.parts[0];
    const bool is_packed = take_ending(hash, packed_ending);
    take_ending(hash, ".json");  // as the file in the store is called
    if (!is_sha256(hash)) return Problem{.status = 404, .type = "not-found"}.response();
    const std::string file = std::string(hash) + ".json" + (is_packed ? std::string(packed_ending) : "");
    return immutable_file(front.desk.releases() / "manifests" / file, file, is_packed ? "application/octet-stream" : "application/json", visit.request);
}

HttpResponse object_response(Front& front, const Visit& visit) {
    const std::string& file = visit.parts.back();
    std::string_view hash = file;
    take_ending(hash, packed_ending);
    const bool is_named_well = is_sha256(hash) && (visit.parts.size() == 1 || visit.parts[0] == hash.substr(0, 2));
    if (!is_named_well) return Problem{.status = 404, .type = "not-found"}.response();
    return immutable_file(front.desk.releases() / "objects" / hash.substr(0, 2) / file, file, "application/octet-stream", visit.request);
}

// "<old>-<new>.zst": what turns the one into the other.
HttpResponse delta_response(Front& front, const Visit& visit) {
    std::string_view name = visit.parts[0];
    const bool is_named_well = take_ending(name, packed_ending) && name.size() == 2 * sha256_length + 1 && name[sha256_length] == '-' &&
                               is_sha256(name.substr(0, sha256_length)) && is_sha256(name.substr(sha256_length + 1));
    if (!is_named_well) return Problem{.status = 404, .type = "not-found"}.response();
    return immutable_file(front.desk.releases() / "deltas" / visit.parts[0], visit.parts[0], "application/octet-stream", visit.request);
}

HttpResponse root_response(Front& front, const Visit& visit) {
    std::string_view number = visit.parts[0];
    take_ending(number, ".json");
    if (!number_of(number)) return Problem{.status = 404, .type = "not-found"}.response();
    const std::string file = std::string(number) + ".json";
    return immutable_file(front.desk.releases() / "root" / file, "root-" + file, "application/json", visit.request);
}

}  // namespace

void add_release_routes(std::vector<Route>& routes, Front& front) {
    routes.push_back({"GET", "/api/v1/releases/head", AnyKiosk{}, 0, [&front](const Visit& visit, const Reply& reply) {
                          reply(head_response(front, kb::stable_channel, visit.request));
                      }});
    routes.push_back({"GET", "/api/v1/releases/channels/{name}", AnyKiosk{}, 0, [&front](const Visit& visit, const Reply& reply) {
                          std::string_view name = visit.parts[0];
                          take_ending(name, ".json");
                          reply(head_response(front, name, visit.request));
                      }});
    routes.push_back({"GET", "/api/v1/releases/manifests/{sha256}", AnyKiosk{}, 0,
                      [&front](const Visit& visit, const Reply& reply) { reply(manifest_response(front, visit)); }});
    const auto object = [&front](const Visit& visit, const Reply& reply) { reply(object_response(front, visit)); };
    routes.push_back({"GET", "/api/v1/releases/objects/{sha256}", AnyKiosk{}, 0, object});
    routes.push_back({"GET", "/api/v1/releases/deltas/{name}", AnyKiosk{}, 0,
                      [&front](const Visit& visit, const Reply& reply) { reply(delta_response(front, visit)); }});
    routes.push_back({"GET", "/api/v1/releases/root/{number}", AnyKiosk{}, 0,
                      [&front](const Visit& visit, const Reply& reply) { reply(root_response(front, visit)); }});
    // The same under the path that the store itself uses, so that a mirror may be a plain copy of it.
    routes.push_back({"GET", "/api/v1/releases/objects/{prefix}/{sha256}", AnyKiosk{}, 0, object});
}

}  // namespace desk::web
