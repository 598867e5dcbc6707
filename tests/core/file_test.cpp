#include <doctest/doctest.h>

#include <sys/stat.h>

#include <cerrno>

#include "core/base/file.hpp"
#include "core/base/settings.hpp"
#include "tests/support/folder.hpp"

TEST_CASE("file: a written file reads back, and nothing half-written stays beside it") {
    const support::Folder folder;
    REQUIRE(core::write_file(folder.path() / "a.txt", "one"));
    REQUIRE(core::write_file(folder.path() / "a.txt", "two", true));
    CHECK(*core::read_file(folder.path() / "a.txt") == "two");
    CHECK(core::files_below(folder.path())->size() == 1);
    struct stat about {};
    REQUIRE(::stat((folder.path() / "a.txt").c_str(), &about) == 0);
    CHECK((about.st_mode & 0777) == 0600);
}

TEST_CASE("file: each way to fail has its kind") {
    const support::Folder folder;
    folder.write("big", std::string(100, 'x'));
    CHECK(core::read_file(folder.path() / "absent").error().kind == core::ErrorKind::not_found);
    CHECK(core::read_file(folder.path() / "big", 10).error().kind == core::ErrorKind::full);
    CHECK_FALSE(core::read_file(folder.path()));
    CHECK(core::write_file(folder.path() / "absent" / "file", "x").error().kind == core::ErrorKind::not_found);
    CHECK(core::system_error("cannot write x", ENOSPC).kind == core::ErrorKind::full);
}

TEST_CASE("settings: the environment wins over the file, and mistakes are told") {
    const support::Folder folder;
    const auto file = folder.write("desk.yaml", "listen: 127.0.0.1:8080\nworkers: two\n");
    ::setenv("FOYERTEST_LISTEN", "127.0.0.1:9999", 1);
    const auto settings = core::Settings::load(file, "FOYERTEST");
    REQUIRE(settings);
    CHECK(settings->text("listen", "") == "127.0.0.1:9999");
    ::unsetenv("FOYERTEST_LISTEN");
    CHECK(settings->text("listen", "") == "127.0.0.1:8080");
    CHECK_FALSE(settings->integer("workers", 2));
    CHECK(settings->integer("absent", 2) == 2);
    CHECK(core::Settings::load(folder.path() / "absent.yaml", "FOYERTEST"));
    CHECK_FALSE(core::Settings::load(folder.write("bad.yaml", "a: [1\n"), "FOYERTEST"));
}
