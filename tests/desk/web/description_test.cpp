#include <set>

#include <doctest/doctest.h>

#include "core/base/yaml.hpp"
#include "desk/web/embedded.hpp"
#include "desk/web/front.hpp"
#include "tests/desk/company.hpp"

namespace {

std::string upper(std::string text) {
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
}

std::set<std::string> described() {
    const auto tree = core::Yaml::parse(desk::web::embedded("openapi.yaml"), "openapi.yaml");
    REQUIRE(tree);
    const core::Yaml* paths = tree->find("paths");
    REQUIRE(paths);
    std::set<std::string> all;
    for (const auto& [path, operations] : paths->entries()) {
        for (const auto& [method, operation] : operations.entries()) {
            if (method.text() != "parameters") all.insert(upper(method.text()) + " " + path.text());
        }
    }
    return all;
}

// All but the pages and what they are made of.
bool is_for_programs(std::string_view pattern) {
    for (const std::string_view start : {"/api/", "/livez", "/readyz", "/metrics", "/openapi.yaml"}) {
        if (pattern.starts_with(start)) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("openapi.yaml describes each route of the API, and nothing else") {
    company::Company company(false);
    desk::web::Front front(company.desk(), {});
    std::set<std::string> there;
    for (const auto& route : desk::web::all_routes(front)) {
        if (is_for_programs(route.pattern)) there.insert(std::string(route.method) + " " + std::string(route.pattern));
    }
    const auto told = described();
    CHECK(there.size() > 20);
    for (const std::string& route : there) {
        CAPTURE(route);
        CHECK(told.count(route) == 1);
    }
    for (const std::string& route : told) {
        CAPTURE(route);
        CHECK(there.count(route) == 1);
    }
}

TEST_CASE("the desk's routes all say who may come in") {
    company::Company company(false);
    desk::web::Front front(company.desk(), {});
    const auto router = desk::web::Router::make(desk::web::all_routes(front));
    CAPTURE((router ? std::string() : router.error().message));
    CHECK(router);
}
