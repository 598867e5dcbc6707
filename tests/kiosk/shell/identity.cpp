#include "kiosk/shell/identity.hpp"

#include <sys/stat.h>

#include <doctest/doctest.h>

#include "tests/kiosk/shell/kit.hpp"

using namespace support;

TEST_CASE("identity: it is made once, and stays") {
    const Folder folder;
    const kiosk::DataFolder data{folder.path()};
    CHECK(kiosk::read_identity(data).error().kind == core::ErrorKind::not_found);

    auto first = kiosk::load_identity(data);
    auto second = kiosk::load_identity(data);
    REQUIRE(first);
    REQUIRE(second);
    CHECK(first->signing.public_key == second->signing.public_key);
    CHECK(first->seal_key == (*kiosk::unenrolled_key(data))->public_key);
    CHECK(!first->is_enrolled());
    CHECK(first->short_name == "K0");
}

TEST_CASE("identity: its keys are for the owner's eyes only") {
    const Folder folder;
    const kiosk::DataFolder data{folder.path()};
    REQUIRE(kiosk::load_identity(data));
    for (const auto& path : {data.identity(), data.unenrolled_key()}) {
        struct stat about {};
        REQUIRE(::stat(path.c_str(), &about) == 0);
        CHECK((about.st_mode & 0777) == 0600);
    }
}

TEST_CASE("identity: a damaged file is told, not replaced") {
    const Folder folder;
    const kiosk::DataFolder data{folder.path()};
    folder.write("identity.json", "{\"signing_public\": \"half of");
    auto identity = kiosk::load_identity(data);
    REQUIRE(!identity);
    CHECK(identity.error().kind == core::ErrorKind::corrupt);
    CHECK(core::read_file(data.identity()) == std::string("{\"signing_public\": \"half of"));
}

TEST_CASE("data folder: one kiosk at a time") {
    const Folder folder;
    const kiosk::DataFolder data{folder.path() / "new"};
    {
        auto lock = kiosk::FolderLock::take(data);
        REQUIRE(lock);
        auto second = kiosk::FolderLock::take(data);
        REQUIRE(!second);
        CHECK(second.error().kind == core::ErrorKind::conflict);
    }
    CHECK(kiosk::FolderLock::take(data));
}

TEST_CASE("identity: the root of the enrolment is what is trusted, and the release key where there was none") {
    const DeskKeys desk;
    for (const std::string root : {"", "a signed root"}) {
        CAPTURE(root);
        const Folder folder;
        const kiosk::DataFolder data{folder.path()};
        auto enrolment = desk.enrolment();
        enrolment.root = root;
        REQUIRE(kiosk::keep_enrolment(data, *kiosk::load_identity(data), enrolment, "http://127.0.0.1:1"));
        const auto identity = kiosk::read_identity(data);
        REQUIRE(identity);
        CHECK(identity->trusted() == (root.empty() ? enrolment.release_key : root));
    }
}

TEST_CASE("identity: a kiosk that was enrolled before there were roots goes on with its release key") {
    const Folder folder;
    const kiosk::DataFolder data{folder.path()};
    folder.write("identity.json", R"({"signing_public":"p","signing_secret":"s","seal_key":"k","desk":"http://127.0.0.1:1","kiosk":"i","short_name":"K7","site":"x","receipt_key":"r","release_key":"the key"})");
    const auto identity = kiosk::read_identity(data);
    REQUIRE(identity);
    CHECK(identity->trusted() == "the key");
}

TEST_CASE("identity: who stands before a kiosk is remembered; from before it was asked, it is the staff") {
    const Folder folder;
    const kiosk::DataFolder data{folder.path()};
    auto identity = kiosk::load_identity(data).value();
    CHECK(identity.audience == kb::Viewers{}.audience);
    identity.audience = {"public"};
    const DeskKeys desk;
    REQUIRE(kiosk::keep_enrolment(data, identity, desk.enrolment(), "http://127.0.0.1:1"));
    CHECK(kiosk::read_identity(data)->audience == std::vector<std::string>{"public"});
}
