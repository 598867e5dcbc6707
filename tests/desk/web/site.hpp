// The small company with its desk on the web, on a free port of this machine.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "desk/web/web.hpp"
#include "tests/desk/company.hpp"
#include "tests/desk/web/client.hpp"

namespace site {

inline const std::string password = "correct horse battery";

class Site {
public:
    explicit Site(desk::web::WebSettings settings = {});
    ~Site();

    company::Company company;

    [[nodiscard]] std::string url(const std::string& path) const;
    [[nodiscard]] std::uint16_t port() const { return web_->port(); }

    client::Answer get(const std::string& path, std::vector<std::string> headers = {}) const;
    client::Answer send(const std::string& method, const std::string& path, const std::string& body,
                        std::vector<std::string> headers = {}) const;

    // Signed by the kiosk, at the company's time or `late` seconds off. `path` may have a query.
    client::Answer as_kiosk(const company::Kiosk& kiosk, const std::string& method, const std::string& path,
                            const std::string& body = {}, std::chrono::seconds late = {},
                            std::vector<std::string> more_headers = {}) const;
    // The headers of such a signature, to be tampered with.
    std::vector<std::string> signature(const company::Kiosk& kiosk, const std::string& method, const std::string& path,
                                       const std::string& body, std::chrono::seconds late = {}) const;

    void hire(const desk::Actor& actor);
    // "authorization: Bearer …"
    std::string token_of(const std::string& login) const;
    // "cookie: sid=…"
    std::string cookie_of(const std::string& login) const;

private:
    std::unique_ptr<desk::web::Web> web_;
    std::thread thread_;
};

// The value of a hidden field in a page.
std::string hidden(const std::string& page, const std::string& name);

}  // namespace site
