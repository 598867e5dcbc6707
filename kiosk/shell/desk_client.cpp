#include "kiosk/shell/desk_client.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <mutex>

#include <curl/curl.h>
#include <fmt/format.h>

#include "core/base/utf8.hpp"
#include "core/catalog/http_signature.hpp"

namespace kiosk {
namespace {

constexpr long connect_timeout_ms = 5'000;
constexpr std::chrono::seconds longest_retry_after{3'600};

void start_curl_once() {
    static std::once_flag flag;
    std::call_once(flag, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

struct FreeUrl {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct FreeHeaders {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using Headers = std::unique_ptr<curl_slist, FreeHeaders>;

std::optional<std::string> part(CURLU* url, CURLUPart which) {
    char* text = nullptr;
    if (curl_url_get(url, which, &text, 0) != CURLUE_OK || !text) return std::nullopt;
    std::string copy = text;
    curl_free(text);
    return copy;
}

std::string lower(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

bool is_this_machine(std::string_view host) {
    return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

bool is_json(std::string_view content_type) {
    const std::string type = lower(std::string(content_type.substr(0, content_type.find(';'))));
    const auto trimmed = core::utf8::trimmed(type);
    return trimmed == "application/json" || trimmed == "application/problem+json";
}

// One request on its way, and the memory that libcurl writes its answer into.
struct Transfer {
    Call call;
    DeskClient::Done done;
    std::unique_ptr<CURL, FreeEasy> easy;
    Headers headers;
    Answer answer;
    bool too_large = false;
};

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* target) {
    auto& transfer = *static_cast<Transfer*>(target);
    const std::size_t length = size * count;
    if (transfer.answer.body.size() + length > transfer.call.largest_answer) {
        transfer.too_large = true;
        return 0;
    }
    transfer.answer.body.append(bytes, length);
    return length;
}

std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* target) {
    auto& transfer = *static_cast<Transfer*>(target);
    const std::string_view line(bytes, size * count);
    const auto colon = line.find(':');
    if (colon != std::string_view::npos) {
        const std::string name = lower(std::string(line.substr(0, colon)));
        const std::string value(core::utf8::trimmed(line.substr(colon + 1)));
        if (name == "content-type") transfer.answer.content_type = value;
        if (name == "etag") transfer.answer.etag = value;
        if (name == "retry-after" && !value.empty() && value.find_first_not_of("0123456789") == std::string::npos) {
            const long seconds = std::strtol(value.c_str(), nullptr, 10);
            transfer.answer.retry_after = std::min(std::chrono::seconds{seconds}, longest_retry_after);
        }
    }
    return size * count;
}

// Is this how a desk speaks? Anything else is the network between us.
core::Result<Answer> judged(Transfer& transfer, CURLcode code, long status) {
    if (transfer.too_large) return core::fail(core::ErrorKind::unavailable, "the answer is larger than a desk's");
    if (code != CURLE_OK) return core::fail(core::ErrorKind::unavailable, curl_easy_strerror(code));
    transfer.answer.status = static_cast<int>(status);
    if (status == 304) return std::move(transfer.answer);
    if (status < 200 || (status >= 300 && status < 400)) {
        return core::fail(core::ErrorKind::unavailable, fmt::format("answered {}: not by a desk", status));
    }
    const bool wants_bytes = status < 300 && transfer.call.accept != "application/json";
    const bool is_right = wants_bytes ? transfer.answer.content_type.find("text/html") == std::string::npos
                                      : is_json(transfer.answer.content_type);
    if (!is_right) {
        return core::fail(core::ErrorKind::unavailable,
                          fmt::format("answered {} with \"{}\": not by a desk", status,
                                      core::utf8::shortened(core::utf8::repaired(transfer.answer.content_type), 60)));
    }
    return std::move(transfer.answer);
}

}  // namespace

struct DeskClient::Self {
    const core::Clock& clock;
    std::string desk;
    std::string authority;
    CURLM* multi = nullptr;
    std::map<CURL*, std::unique_ptr<Transfer>> transfers;
    std::vector<std::pair<Done, core::Error>> stillborn;  // told in `run`, as all ends are
    std::string key_id;
    std::string secret_key;
    std::int64_t clock_offset = 0;

    Self(const core::Clock& the_clock, std::string the_desk, std::string the_authority)
        : clock(the_clock), desk(std::move(the_desk)), authority(std::move(the_authority)), multi(curl_multi_init()) {}
    ~Self() {
        for (auto& [easy, transfer] : transfers) curl_multi_remove_handle(multi, easy);
        curl_multi_cleanup(multi);
    }

    core::Result<Headers> headers_for(const Call& call) {
        std::vector<std::string> lines{"Accept: " + call.accept, "Expect:", "Host: " + authority};
        if (!call.body.empty()) lines.push_back("Content-Type: application/json");
        if (!call.range.empty()) lines.push_back("Range: " + call.range);
        if (!call.etag.empty()) lines.push_back("If-None-Match: " + call.etag);
        if (!key_id.empty()) {
            const auto question = call.target.find('?');
            const catalog::SignedParts parts{
                .method = call.method,
                .authority = authority,
                .path = call.target.substr(0, question),
                .query = question == std::string::npos ? "?" : call.target.substr(question),
                .body = call.body,
            };
            const core::Time created = clock.now() + std::chrono::seconds{clock_offset};
            auto signature = catalog::sign_http(parts, created, key_id, secret_key);
            if (!signature) return core::fail(signature.error());
            for (const auto& [name, value] : *signature) lines.push_back(name + ": " + value);
        }
        curl_slist* list = nullptr;
        for (const std::string& line : lines) list = curl_slist_append(list, line.c_str());
        return Headers(list);
    }

    core::Result<void> begin(std::unique_ptr<Transfer> transfer) {
        auto headers = headers_for(transfer->call);
        if (!headers) return core::fail(headers.error());
        transfer->headers = std::move(*headers);
        transfer->easy.reset(curl_easy_init());
        CURL* easy = transfer->easy.get();
        if (!easy) return core::fail(core::ErrorKind::unavailable, "cannot start a transfer");

        const Call& call = transfer->call;
        curl_easy_setopt(easy, CURLOPT_URL, (desk + call.target).c_str());
        curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);  // what is signed is what is sent
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call.method.c_str());
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers.get());
        if (!call.body.empty()) {
            curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call.body.data());
            curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
        }
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
        curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer.get());
        curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
        curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer.get());
        curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
        curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, connect_timeout_ms);
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(call.deadline.count()));
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(easy, CURLOPT_USERAGENT, "foyer-kiosk");
        if (is_this_machine(authority.substr(0, authority.rfind(':')))) curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");

        if (curl_multi_add_handle(multi, easy) != CURLM_OK) {
            return core::fail(core::ErrorKind::unavailable, "cannot start a transfer");
        }
        transfers.emplace(easy, std::move(transfer));
        return {};
    }

    void finish_ended() {
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            CURL* easy = message->easy_handle;
            const CURLcode code = message->data.result;
            const auto found = transfers.find(easy);
            if (found == transfers.end()) continue;
            const std::unique_ptr<Transfer> transfer = std::move(found->second);
            transfers.erase(found);
            long status = 0;
            curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
            curl_multi_remove_handle(multi, easy);
            transfer->done(judged(*transfer, code, status));
        }
        for (auto& [done, error] : std::exchange(stillborn, {})) done(core::fail(error));
    }
};

core::Result<std::string> normal_desk_url(std::string_view typed) {
    start_curl_once();
    const std::unique_ptr<CURLU, FreeUrl> url(curl_url());
    const std::string text(core::utf8::trimmed(typed));
    const auto bad = [&](std::string_view why) {
        return core::fail(core::ErrorKind::invalid, fmt::format("\"{}\" is not the address of a desk: {}", text, why));
    };
    if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) {
        return bad("write it as https://desk.example");
    }
    const auto scheme = part(url.get(), CURLUPART_SCHEME);
    auto host = part(url.get(), CURLUPART_HOST);
    const auto port = part(url.get(), CURLUPART_PORT);
    const auto path = part(url.get(), CURLUPART_PATH);
    if (!scheme || !host) return bad("write it as https://desk.example");
    *host = lower(*host);
    if (part(url.get(), CURLUPART_USER) || part(url.get(), CURLUPART_QUERY) || (path && *path != "/")) {
        return bad("only scheme, host and port belong there");
    }
    if (*scheme != "https" && *scheme != "http") return bad("it starts with https://");
    if (*scheme == "http" && !is_this_machine(*host)) {
        return bad("over http anyone between could pose as the desk; use https");
    }
    const std::string standard_port = *scheme == "https" ? "443" : "80";
    return *scheme + "://" + *host + (port && *port != standard_port ? ":" + *port : "");
}

core::Result<std::unique_ptr<DeskClient>> DeskClient::make(std::string_view desk, const core::Clock& clock) {
    auto normal = normal_desk_url(desk);
    if (!normal) return core::fail(normal.error());
    std::string authority = normal->substr(normal->find("://") + 3);
    auto self = std::make_unique<Self>(clock, std::move(*normal), std::move(authority));
    if (!self->multi) return core::fail(core::ErrorKind::unavailable, "cannot start the network part");
    return std::unique_ptr<DeskClient>(new DeskClient(std::move(self)));
}

DeskClient::DeskClient(std::unique_ptr<Self> self) : self_(std::move(self)) {}
DeskClient::~DeskClient() = default;

void DeskClient::sign_as(std::string key_id, std::string secret_key) {
    self_->key_id = std::move(key_id);
    self_->secret_key = std::move(secret_key);
}

void DeskClient::set_clock_offset(std::int64_t seconds) { self_->clock_offset = seconds; }

void DeskClient::start(Call call, Done done) {
    auto transfer = std::make_unique<Transfer>();
    transfer->call = std::move(call);
    transfer->done = std::move(done);
    Done spare = transfer->done;
    if (auto begun = self_->begin(std::move(transfer)); !begun) {
        self_->stillborn.emplace_back(std::move(spare), begun.error());
    }
}

std::size_t DeskClient::under_way() const { return self_->transfers.size() + self_->stillborn.size(); }

void DeskClient::run(std::chrono::milliseconds at_most, int also) {
    int running = 0;
    curl_multi_perform(self_->multi, &running);
    const bool has_ended = static_cast<std::size_t>(running) < self_->transfers.size() || !self_->stillborn.empty();
    if (!has_ended) {
        curl_waitfd extra{also, CURL_WAIT_POLLIN, 0};
        const int wait = static_cast<int>(std::clamp<std::int64_t>(at_most.count(), 0, 3'600'000));
        curl_multi_poll(self_->multi, also >= 0 ? &extra : nullptr, also >= 0 ? 1 : 0, wait, nullptr);
        curl_multi_perform(self_->multi, &running);
    }
    self_->finish_ended();
}

void DeskClient::wake() { curl_multi_wakeup(self_->multi); }

core::Result<Answer> DeskClient::fetch(Call call, const std::atomic<bool>* stop) {
    // Shared with the transfer: one that is given up ends later, in the client's own end.
    const auto ended = std::make_shared<std::optional<core::Result<Answer>>>();
    start(std::move(call), [ended](core::Result<Answer> answer) { *ended = std::move(answer); });
    while (!*ended) {
        if (stop && *stop) return core::fail(core::ErrorKind::unavailable, "given up");
        run(std::chrono::milliseconds{200});
    }
    return std::move(**ended);
}

}  // namespace kiosk
