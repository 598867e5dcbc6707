#include "tests/desk/web/site.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/catalog/http_signature.hpp"
#include "desk/work/accounts.hpp"

namespace site {

Site::Site(desk::web::WebSettings settings) {
    auto opened = desk::web::Web::open(company.desk(), std::move(settings));
    CAPTURE((opened ? std::string() : opened.error().message));
    REQUIRE(opened);
    web_ = std::move(*opened);
    thread_ = std::thread([this] { web_->run(false); });
}

Site::~Site() {
    web_->stop();
    thread_.join();
    web_.reset();
}

std::string Site::url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(web_->port()) + path; }

client::Answer Site::get(const std::string& path, std::vector<std::string> headers) const {
    return client::ask({.url = url(path), .headers = std::move(headers)});
}

client::Answer Site::send(const std::string& method, const std::string& path, const std::string& body,
                          std::vector<std::string> headers) const {
    return client::ask({.method = method, .url = url(path), .headers = std::move(headers), .body = body});
}

std::vector<std::string> Site::signature(const company::Kiosk& kiosk, const std::string& method, const std::string& path,
                                         const std::string& body, std::chrono::seconds late) const {
    const auto mark = path.find('?');
    catalog::SignedParts parts;
    parts.method = method;
    parts.authority = "127.0.0.1:" + std::to_string(web_->port());
    parts.path = path.substr(0, mark);
    parts.query = mark == std::string::npos ? "?" : path.substr(mark);
    parts.body = body;
    const auto headers = catalog::sign_http(parts, company.clock.now() + late, kiosk.id(), kiosk.key().secret_key);
    REQUIRE(headers);
    std::vector<std::string> lines;
    for (const auto& [name, value] : *headers) lines.push_back(name + ": " + value);
    return lines;
}

client::Answer Site::as_kiosk(const company::Kiosk& kiosk, const std::string& method, const std::string& path,
                              const std::string& body, std::chrono::seconds late,
                              std::vector<std::string> more_headers) const {
    auto headers = signature(kiosk, method, path, body, late);
    headers.insert(headers.end(), more_headers.begin(), more_headers.end());
    return send(method, path, body, std::move(headers));
}

void Site::hire(const desk::Actor& actor) {
    auto hash = desk::hash_new_password(password);
    REQUIRE(hash);
    company.write<bool>([&](core::Database& db) -> core::Result<bool> {
        auto added = desk::add_account(db, {actor, *hash, true}, company.clock.now());
        if (!added) return core::fail(added.error());
        return true;
    });
}

std::string Site::token_of(const std::string& login) const {
    const core::Json body{{"login", login}, {"password", password}};
    const auto answer = send("POST", "/api/v1/session", body.dump());
    REQUIRE(answer.status == 201);
    return "authorization: Bearer " + answer.json().at("token").get<std::string>();
}

std::string Site::cookie_of(const std::string& login) const {
    const auto answer = send("POST", "/login", "login=" + login + "&password=correct+horse+battery");
    REQUIRE(answer.status == 303);
    const std::string cookie = answer.header("set-cookie");
    return "cookie: " + cookie.substr(0, cookie.find(';'));
}

std::string hidden(const std::string& page, const std::string& name) {
    const std::string start = "name=\"" + name + "\" value=\"";
    const auto at = page.find(start);
    if (at == std::string::npos) return {};
    const auto begin = at + start.size();
    return page.substr(begin, page.find('"', begin) - begin);
}

}  // namespace site
