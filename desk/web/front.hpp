// What all handlers share: the desk behind them, the words, and the bounds on how often somebody may knock.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "desk/web/limits.hpp"
#include "desk/web/page.hpp"
#include "desk/web/problem.hpp"
#include "desk/web/router.hpp"
#include "desk/web/web.hpp"
#include "desk/web/word_shelf.hpp"
#include "desk/work/accounts.hpp"
#include "desk/work/desk.hpp"

namespace desk::web {

struct Counters {
    std::array<std::atomic<std::int64_t>, 5> answers{};  // by the first digit of the status
    std::atomic<std::int64_t> stored{0};
    std::atomic<std::int64_t> seen{0};
    std::atomic<std::int64_t> quarantined{0};
    std::atomic<std::int64_t> conflicts{0};
    std::atomic<std::int64_t> refused{0};
};

class Front {
public:
    Front(Desk& desk, const WebSettings& settings);

    Desk& desk;
    const bool behind_tls;
    const std::string zone;
    WordShelf shelf;
    Counters counters;
    Logins logins;

    // Persons behind one address share its bucket, hence the burst.
    Bucket tries_to_log_in{20, std::chrono::seconds{3}};
    Bucket tries_to_enrol{10, std::chrono::seconds{6}};
    // A claim code has 20 random bits: at this rate guessing one takes three weeks of one kiosk's time.
    Bucket claims{20, std::chrono::seconds{2}};
    Bucket deliveries{200, std::chrono::milliseconds{20}};

    // The best of the languages we have words for.
    [[nodiscard]] std::string language_of(const HttpRequest& request) const;

    // A page that says what went wrong, in the reader's language. `detail` may name another wording than the status'.
    [[nodiscard]] HttpResponse problem_page(int status, std::string_view language, const Session* session,
                                            std::string_view detail = {}) const;
};

// "23 h": how long ago, in the largest whole unit.
[[nodiscard]] std::string age_of(core::Time then, core::Time now, const Speech& say);

// Each adds the routes of one subject.
void add_request_routes(std::vector<Route>& routes, Front& front);
void add_kiosk_routes(std::vector<Route>& routes, Front& front);
void add_feedback_routes(std::vector<Route>& routes, Front& front);
void add_blob_routes(std::vector<Route>& routes, Front& front);
void add_release_routes(std::vector<Route>& routes, Front& front);
void add_session_routes(std::vector<Route>& routes, Front& front);
void add_ticket_routes(std::vector<Route>& routes, Front& front);
void add_operation_routes(std::vector<Route>& routes, Front& front);
void add_login_pages(std::vector<Route>& routes, Front& front);
void add_queue_pages(std::vector<Route>& routes, Front& front);
void add_ticket_pages(std::vector<Route>& routes, Front& front);
void add_attention_pages(std::vector<Route>& routes, Front& front);

[[nodiscard]] std::vector<Route> all_routes(Front& front);

}  // namespace desk::web
