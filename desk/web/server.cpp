#include "desk/web/server.hpp"

#include <atomic>
#include <csignal>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <vector>

#include <sys/resource.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using beast::error_code;

namespace desk::web {
namespace {

constexpr std::size_t first_read_bytes = 4 * 1024;
constexpr std::size_t piece_bytes = 64 * 1024;  // of a file that is sent
constexpr std::size_t buffer_limit = 128 * 1024;
constexpr std::size_t most_discarded_bytes = 1024 * 1024;  // of a body that was refused
constexpr auto goodbye_deadline = std::chrono::seconds{2};
constexpr auto accept_pause = std::chrono::milliseconds{50};  // out of descriptors: trying at once would only spin
constexpr std::size_t spare_descriptors = 64;                 // for files and databases

constexpr std::string_view retry_after_seconds = "2";

std::string http_date() {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

// "/path?query" of both forms that a request line may have; nothing when it is neither.
std::optional<std::string_view> origin_form(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (target.substr(0, scheme.size()) != scheme) continue;
        const auto slash = target.find('/', scheme.size());
        return slash == std::string_view::npos ? "/" : target.substr(slash);
    }
    if (target.empty() || target.front() != '/') return std::nullopt;
    return target;
}

// What the server must be able to tell any connection, whatever it is made of.
class Connection {
public:
    virtual ~Connection() = default;
    virtual void wind_down() = 0;  // from any thread: finish what is under way, then close
    virtual void cut_off() = 0;    // from any thread: close now
};

}  // namespace

struct Server::State {
    State(ServerSettings chosen, Handler& answers, core::Log where)
        : settings(std::move(chosen)), handler(answers), log(std::move(where)) {}

    ServerSettings settings;
    Handler& handler;
    core::Log log;
    std::optional<asio::ssl::context> tls;

    std::mutex mutex;  // guards the two maps; a session leaves them when it dies, at the latest with `io`
    std::unordered_map<Connection*, std::weak_ptr<Connection>> open;
    std::map<std::string, std::size_t> open_by_address;

    asio::io_context io;
    tcp::acceptor acceptor{asio::make_strand(io)};
    asio::steady_timer pause{acceptor.get_executor()};
    asio::steady_timer last_moment{acceptor.get_executor()};
    asio::signal_set signals{acceptor.get_executor()};
    std::optional<asio::thread_pool> handlers;
    std::atomic<std::size_t> waiting{0};
    std::atomic<bool> stopping{false};
    std::uint16_t port = 0;
    std::size_t most_connections = 0;

    void accept();
    void welcome(tcp::socket socket);
    void wind_down();
    [[nodiscard]] std::vector<std::shared_ptr<Connection>> all_open();
};

namespace {

// head → body → handle → answer, then the next. All of it runs on the strand of its socket.
template <class Stream>
class Session final : public Connection, public std::enable_shared_from_this<Session<Stream>> {
public:
    template <class... Arguments>
    Session(Server::State& server, std::string address, tcp::socket socket, Arguments&... tls)
        : server_(server), address_(std::move(address)), stream_(std::move(socket), tls...), buffer_(buffer_limit) {}

    ~Session() override {
        const std::lock_guard lock(server_.mutex);
        server_.open.erase(this);
        const auto mine = server_.open_by_address.find(address_);
        if (mine != server_.open_by_address.end() && --mine->second == 0) server_.open_by_address.erase(mine);
        if (server_.stopping && server_.open.empty()) {
            asio::post(server_.acceptor.get_executor(), [&server = server_] { server.last_moment.cancel(); });
        }
    }

    void start() {
        asio::dispatch(stream_.get_executor(), [self = this->shared_from_this()] { self->greet(); });
    }

    void wind_down() override {
        asio::post(stream_.get_executor(), [self = this->shared_from_this()] {
            self->last_ = true;
            if (self->idle_) self->socket().close();
        });
    }

    void cut_off() override {
        asio::post(stream_.get_executor(), [self = this->shared_from_this()] { self->socket().close(); });
    }

    void answer(HttpResponse response) {
        asio::post(stream_.get_executor(), [self = this->shared_from_this(), moved = std::move(response)]() mutable {
            self->write(std::move(moved));
        });
    }

private:
    static constexpr bool is_tls = !std::is_same_v<Stream, beast::tcp_stream>;

    beast::tcp_stream& socket() { return beast::get_lowest_layer(stream_); }

    std::chrono::milliseconds with_size(std::chrono::milliseconds deadline, std::uint64_t bytes) const {
        return deadline + std::chrono::seconds(bytes / server_.settings.slowest_rate);
    }

    void greet() {
        if constexpr (is_tls) {
            socket().expires_after(server_.settings.header_deadline);
            stream_.async_handshake(asio::ssl::stream_base::server, [self = this->shared_from_this()](error_code error) {
                if (!error) self->wait_for_request();
            });
        } else {
            wait_for_request();
        }
    }

    void wait_for_request() {
        parser_.emplace();
        parser_->header_limit(static_cast<std::uint32_t>(server_.settings.header_limit));
        parser_->body_limit(boost::none);  // the route's own is set when the header is known
        if (buffer_.size() > 0) return read_header();

        if (last_ || server_.stopping) return say_goodbye();
        idle_ = true;
        socket().expires_after(server_.settings.idle_limit);
        stream_.async_read_some(buffer_.prepare(first_read_bytes),
                                [self = this->shared_from_this()](error_code error, std::size_t bytes) {
                                    self->idle_ = false;
                                    if (error) return;
                                    self->buffer_.commit(bytes);
                                    self->read_header();
                                });
    }

    void read_header() {
        socket().expires_after(server_.settings.header_deadline);
        http::async_read_header(stream_, buffer_, *parser_,
                                [self = this->shared_from_this()](error_code error, std::size_t) {
                                    self->header_came(error);
                                });
    }

    void header_came(error_code error) {
        is_head_ = false;
        if (error == http::error::header_limit || error == http::error::buffer_overflow) return refuse(431, "/");
        if (error == http::error::end_of_stream) return say_goodbye();
        if (error && error.category() == http::make_error_code(http::error::bad_target).category()) {
            return refuse(400, "/");
        }
        if (error) return;  // a deadline, or the client is gone

        const auto& head = parser_->get();
        const auto target = origin_form({head.target().data(), head.target().size()});
        if (!target) return refuse(400, "/");
        const auto mark = target->find('?');

        request_ = {};
        request_.method = std::string(head.method_string());
        request_.path = std::string(target->substr(0, mark));
        request_.has_query = mark != std::string_view::npos;
        if (request_.has_query) request_.query = std::string(target->substr(mark + 1));
        request_.address = address_;
        request_.secure = is_tls;
        for (const auto& field : head) {
            request_.headers.emplace_back(lower({field.name_string().data(), field.name_string().size()}),
                                          std::string(field.value()));
        }
        is_head_ = head.method() == http::verb::head;
        if (!parser_->keep_alive()) last_ = true;

        if (parser_->is_done()) return hand_over();
        const std::size_t limit = server_.handler.body_limit(request_.method, request_.path);
        const auto length = parser_->content_length();
        if (length && *length > limit) return refuse(413, request_.path);
        parser_->body_limit(limit);
        if (beast::iequals(head[http::field::expect], "100-continue")) return promise_to_read();
        read_body();
    }

    // Clients with large bodies ask first, so that a refusal costs them nothing.
    void promise_to_read() {
        static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        socket().expires_after(server_.settings.write_deadline);
        asio::async_write(stream_, asio::buffer(go_on.data(), go_on.size()),
                          [self = this->shared_from_this()](error_code error, std::size_t) {
                              if (!error) self->read_body();
                          });
    }

    void read_body() {
        const auto length = parser_->content_length();
        socket().expires_after(with_size(server_.settings.body_deadline, length ? *length : 0));
        http::async_read(stream_, buffer_, *parser_, [self = this->shared_from_this()](error_code error, std::size_t) {
            if (error == http::error::body_limit) return self->refuse(413, self->request_.path);
            if (error) return;
            self->request_.body = std::move(self->parser_->get().body());
            self->hand_over();
        });
    }

    // One question's way to its one answer. Whoever drops it unanswered leaves a 500 behind.
    struct Question {
        std::shared_ptr<Session> session;
        asio::executor_work_guard<asio::io_context::executor_type> keeps_running;
        std::atomic<bool> answered{false};

        explicit Question(std::shared_ptr<Session> asked)
            : session(std::move(asked)), keeps_running(session->server_.io.get_executor()) {}
        ~Question() {
            if (!answered) session->answer(session->server_.handler.refuse(500, session->path_));
        }
        // Lets go of the connection at once: who asked may be gone long before the last copy of a Reply is.
        void answer(HttpResponse response) {
            if (answered.exchange(true)) return;
            const auto asked = std::move(session);
            asked->answer(std::move(response));
            keeps_running.reset();
        }
    };

    void hand_over() {
        socket().expires_never();
        parser_.reset();
        path_ = request_.path;
        if (server_.waiting.fetch_add(1) >= server_.settings.most_waiting) {
            --server_.waiting;
            return write(server_.handler.refuse(503, path_).with("retry-after", std::string(retry_after_seconds)));
        }
        // Shared: a Reply is copied on its way through queues, and any copy may answer.
        auto question = std::make_shared<Question>(this->shared_from_this());
        asio::post(*server_.handlers, [&server = server_, question = std::move(question),
                                       request = std::move(request_)]() mutable {
            --server.waiting;
            const std::string path = request.path;
            Reply reply = [question = std::move(question)](HttpResponse response) {
                question->answer(std::move(response));
            };
            // One request that no one foresaw must not stop the desk for all.
            try {
                server.handler.handle(std::move(request), std::move(reply));
            } catch (const std::exception& error) {
                server.log.error("request_failed", {{"path", path}, {"error", error.what()}});
            }
        });
    }

    // Answers what never reached a handler; its body was not read, so the connection cannot go on.
    void refuse(int status, std::string_view path) {
        last_ = true;
        has_unread_ = true;
        write(server_.handler.refuse(status, path));
    }

    void write(HttpResponse response) {
        if (server_.stopping) last_ = true;
        response_.emplace(static_cast<http::status>(response.status), 11);
        response_->set(http::field::date, http_date());
        for (auto& [name, value] : response.headers) response_->insert(name, value);
        response_->keep_alive(!last_);
        const bool has_body = response.status != 204 && response.status != 304;
        const std::uint64_t size = response.file ? response.file->length : response.body.size();
        if (has_body) response_->content_length(size);
        if (has_body && !is_head_) {
            response_->body() = std::move(response.body);
            file_ = std::move(response.file);
        }
        socket().expires_after(with_size(server_.settings.write_deadline, is_head_ ? 0 : size));
        if (file_) return write_file_head();
        http::async_write(stream_, *response_, [self = this->shared_from_this()](error_code error, std::size_t) {
            if (!error) self->answered();
        });
    }

    void answered() {
        response_.reset();
        if (last_) return say_goodbye();
        wait_for_request();
    }

    // Large files go out in pieces, so that a download costs one piece of memory.
    void write_file_head() {
        source_.open(file_->path, std::ios::binary);
        source_.seekg(static_cast<std::streamoff>(file_->offset));
        head_writer_.emplace(*response_);
        http::async_write_header(stream_, *head_writer_, [self = this->shared_from_this()](error_code error, std::size_t) {
            self->head_writer_.reset();
            if (!error) self->write_piece();
        });
    }

    void write_piece() {
        if (file_->length == 0) {
            file_.reset();
            source_.close();
            piece_ = {};
            return answered();
        }
        piece_.resize(std::min<std::uint64_t>(file_->length, piece_bytes));
        if (!source_.read(piece_.data(), static_cast<std::streamsize>(piece_.size()))) {
            // The length is promised already: only a broken connection tells the client that it has not all.
            server_.log.error("file_unreadable", {{"path", file_->path.string()}});
            return socket().close();
        }
        file_->length -= piece_.size();
        asio::async_write(stream_, asio::buffer(piece_), [self = this->shared_from_this()](error_code error, std::size_t) {
            if (!error) self->write_piece();
        });
    }

    void say_goodbye() {
        socket().expires_after(goodbye_deadline);
        if constexpr (is_tls) {
            stream_.async_shutdown([self = this->shared_from_this()](error_code) {});
        } else {
            error_code ignored;
            socket().socket().shutdown(tcp::socket::shutdown_send, ignored);
            if (has_unread_) discard(0);
        }
    }

    // A socket closed with unread bytes resets the connection, and the client may lose the answer.
    void discard(std::size_t so_far) {
        if (so_far > most_discarded_bytes) return;
        buffer_.consume(buffer_.size());
        stream_.async_read_some(buffer_.prepare(first_read_bytes),
                                [self = this->shared_from_this(), so_far](error_code error, std::size_t bytes) {
                                    if (!error) self->discard(so_far + bytes);
                                });
    }

    Server::State& server_;
    std::string address_;
    Stream stream_;
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    HttpRequest request_;
    std::string path_;
    std::optional<http::response<http::string_body>> response_;
    std::optional<http::response_serializer<http::string_body>> head_writer_;
    std::optional<FilePart> file_;
    std::ifstream source_;
    std::string piece_;
    bool idle_ = false;
    bool last_ = false;
    bool is_head_ = false;
    bool has_unread_ = false;
};

std::size_t descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
    if (limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
        getrlimit(RLIMIT_NOFILE, &limit);
    }
    return static_cast<std::size_t>(limit.rlim_cur);
}

core::Result<asio::ssl::context> load_tls(const ServerSettings& settings) {
    asio::ssl::context tls(asio::ssl::context::tls_server);
    tls.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                    asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
    error_code error;
    tls.use_certificate_chain_file(settings.tls_certificate, error);
    if (error) {
        return core::fail(core::ErrorKind::invalid,
                          fmt::format("Cannot use {} as TLS certificate: {}", settings.tls_certificate, error.message()));
    }
    tls.use_private_key_file(settings.tls_key, asio::ssl::context::pem, error);
    if (error) {
        return core::fail(core::ErrorKind::invalid,
                          fmt::format("Cannot use {} as TLS key: {}", settings.tls_key, error.message()));
    }
    return tls;
}

}  // namespace

void Server::State::accept() {
    acceptor.async_accept(asio::make_strand(io), [this](error_code error, tcp::socket socket) {
        if (stopping) return;
        if (!error) {
            welcome(std::move(socket));
            return accept();
        }
        log.warning("accept_failed", {{"error", error.message()}});
        pause.expires_after(accept_pause);
        pause.async_wait([this](error_code cancelled) {
            if (!cancelled && !stopping) accept();
        });
    });
}

void Server::State::welcome(tcp::socket socket) {
    error_code error;
    const auto peer = socket.remote_endpoint(error);
    if (error) return;  // gone already
    socket.set_option(tcp::no_delay(true), error);

    const std::string address = peer.address().to_string();
    const std::size_t most = peer.address().is_loopback() ? settings.most_from_loopback : settings.most_per_address;
    {
        const std::lock_guard lock(mutex);
        std::size_t& from_there = open_by_address[address];
        if (open.size() >= most_connections || from_there >= most) {
            if (from_there == 0) open_by_address.erase(address);
            return;  // closes the socket
        }
        ++from_there;
    }
    const auto begin = [this](auto session) {
        {
            const std::lock_guard lock(mutex);
            open.emplace(session.get(), session);
        }
        session->start();
    };
    if (tls) {
        begin(std::make_shared<Session<beast::ssl_stream<beast::tcp_stream>>>(*this, address, std::move(socket), *tls));
    } else {
        begin(std::make_shared<Session<beast::tcp_stream>>(*this, address, std::move(socket)));
    }
}

std::vector<std::shared_ptr<Connection>> Server::State::all_open() {
    std::vector<std::shared_ptr<Connection>> all;
    const std::lock_guard lock(mutex);
    for (const auto& [pointer, connection] : open) {
        if (auto alive = connection.lock()) all.push_back(std::move(alive));
    }
    return all;
}

void Server::State::wind_down() {
    if (stopping.exchange(true)) return;
    error_code ignored;
    acceptor.close(ignored);
    pause.cancel();
    signals.cancel(ignored);
    const auto still_open = all_open();
    if (still_open.empty()) return;
    for (const auto& connection : still_open) connection->wind_down();

    last_moment.expires_after(settings.stop_deadline);
    last_moment.async_wait([this](error_code cancelled) {
        if (cancelled) return;
        log.warning("stopped_with_open_connections");
        for (const auto& connection : all_open()) connection->cut_off();
        io.stop();
    });
}

core::Result<std::unique_ptr<Server>> Server::listen(ServerSettings settings, Handler& handler, core::Log log) {
    error_code error;
    const auto address = asio::ip::make_address(settings.address, error);
    if (error) {
        return core::fail(core::ErrorKind::invalid,
                          fmt::format("\"{}\" is not an IP address to listen on", settings.address));
    }
    auto state = std::make_unique<State>(std::move(settings), handler, std::move(log));
    const ServerSettings& chosen = state->settings;
    if (!chosen.tls_certificate.empty() || !chosen.tls_key.empty()) {
        auto tls = load_tls(chosen);
        if (!tls) return core::fail(tls.error());
        state->tls = std::move(*tls);
    }

    const tcp::endpoint endpoint(address, chosen.port);
    tcp::acceptor& acceptor = state->acceptor;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
        const auto why = error == asio::error::address_in_use ? std::string("another program uses that port")
                                                               : error.message();
        return core::fail(core::ErrorKind::unavailable,
                          fmt::format("Cannot listen on {}:{}: {}", chosen.address, chosen.port, why));
    }
    state->port = acceptor.local_endpoint(error).port();
    const std::size_t descriptors = descriptor_limit();
    state->most_connections =
        std::min(chosen.most_connections, descriptors > 2 * spare_descriptors ? descriptors - spare_descriptors
                                                                              : descriptors / 2);
    return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() = default;

std::uint16_t Server::port() const { return state_->port; }

void Server::run(bool stop_on_signals) {
    State& state = *state_;
    state.handlers.emplace(static_cast<std::size_t>(state.settings.handler_threads));
    if (stop_on_signals) {
        state.signals.add(SIGTERM);
        state.signals.add(SIGINT);
        state.signals.async_wait([&state](error_code cancelled, int) {
            if (!cancelled) state.wind_down();
        });
    }
    asio::post(state.acceptor.get_executor(), [&state] {
        if (!state.stopping) state.accept();
    });
    std::vector<std::thread> threads;
    for (int i = 1; i < state.settings.network_threads; ++i) threads.emplace_back([&state] { state.io.run(); });
    state.io.run();
    for (std::thread& thread : threads) thread.join();
    state.handlers->join();
}

void Server::stop() {
    asio::post(state_->acceptor.get_executor(), [this] { state_->wind_down(); });
}

std::size_t Server::connections() const {
    const std::lock_guard lock(state_->mutex);
    return state_->open.size();
}

}  // namespace desk::web
