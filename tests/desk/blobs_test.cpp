#include "desk/work/blobs.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "tests/desk/company.hpp"

using company::Company;

TEST_CASE("blobs: kept by hash, once, and given back whole") {
    Company firm;
    const std::string bytes("\x89PNG\0\xff", 6);
    const auto hash = core::sha256_hex(bytes);
    CHECK_FALSE(*desk::has_blob(firm.desk(), hash));
    CHECK(*desk::keep_blob(firm.desk(), hash, bytes));
    CHECK_FALSE(*desk::keep_blob(firm.desk(), hash, bytes));
    CHECK(*desk::has_blob(firm.desk(), hash));
    CHECK(*desk::read_blob(firm.desk(), hash) == bytes);
}

TEST_CASE("blobs: a name that is no hash, other bytes and too many bytes are refused") {
    Company firm;
    const std::string large(desk::largest_blob + 1, 'x');
    CHECK(desk::keep_blob(firm.desk(), core::sha256_hex("a"), "b").error().kind == core::ErrorKind::invalid);
    CHECK(desk::keep_blob(firm.desk(), "../../../../etc/passwd", "b").error().kind == core::ErrorKind::invalid);
    CHECK(desk::keep_blob(firm.desk(), core::sha256_hex(large), large).error().kind == core::ErrorKind::invalid);
    CHECK(desk::read_blob(firm.desk(), "../keys.json").error().kind == core::ErrorKind::not_found);
    CHECK(desk::read_blob(firm.desk(), core::sha256_hex("a")).error().kind == core::ErrorKind::not_found);
}

TEST_CASE("blobs: a damaged one is not given out") {
    Company firm;
    const auto hash = core::sha256_hex("photo");
    REQUIRE(desk::keep_blob(firm.desk(), hash, "photo"));
    std::ofstream(firm.desk().blobs() / hash.substr(0, 2) / hash) << "other";
    CHECK(desk::read_blob(firm.desk(), hash).error().kind == core::ErrorKind::corrupt);
}
