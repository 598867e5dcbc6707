// The program as it is called. Its window is tested by tests/system.
#include <sys/wait.h>

#include <array>
#include <cstdio>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/json.hpp"
#include "tests/kiosk/shell/http_desk.hpp"
#include "tests/kiosk/shell/kit.hpp"

using namespace support;

namespace {

struct Ran {
    int code = -1;
    std::string said;  // on both outputs
};

Ran kiosk_program(const std::string& arguments) {
    const std::string command = "env -u DISPLAY " FOYER_BIN "/kiosk " + arguments + " 2>&1";
    std::FILE* pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe);
    Ran ran;
    std::array<char, 4096> buffer{};
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) ran.said.append(buffer.data(), got);
    const int status = ::pclose(pipe);
    ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ran;
}

bool is_one_sentence(const std::string& said) {
    return said.starts_with("kiosk: ") && said.find('\n') == said.size() - 1;
}

}  // namespace

TEST_CASE("kiosk outbox: list, export and retry tell what is kept") {
    Kit kit;
    kit.put(1);
    kit.put(2);
    REQUIRE(kit.claim(1).size() == 1);
    REQUIRE(kit.outbox->quarantine(request_id(1), "conflict: other content"));
    const std::string data = " --data " + kit.data.path.string();

    const Ran list = kiosk_program("outbox list --json" + data);
    CHECK(list.code == 0);
    const auto json = core::parse_json(list.said);
    REQUIRE_MESSAGE(json, list.said);
    REQUIRE(json->size() == 2);
    CHECK(core::text_at(json->at(0), "state") == "quarantined");
    CHECK(core::text_at(json->at(0), "problem") == "conflict: other content");
    CHECK(core::text_at(json->at(1), "state") == "waiting");
    CHECK(kiosk_program("outbox list" + data).said.find("2 in the outbox") != std::string::npos);

    const auto file = kit.folder.path() / "stick.jsonl";
    CHECK(kiosk_program("outbox export " + file.string() + data).code == 0);
    const auto lines = core::read_file(file);
    REQUIRE(lines);
    CHECK(std::count(lines->begin(), lines->end(), '\n') == 2);

    kit.outbox.reset();
    kit.db.reset();
    CHECK(kiosk_program("outbox retry " + request_id(1) + data).said == "1 request goes again when the kiosk is started\n");
    const Ran nothing = kiosk_program("outbox retry no-such-id" + data);
    CHECK(nothing.code == 1);
    CHECK(is_one_sentence(nothing.said));
}

TEST_CASE("kiosk enrol: a code is traded for a place at the desk") {
    const DeskKeys keys;
    const HttpDesk desk([&](const Got& got) {
        if (got.target == "/api/v1/enrol") return Given{201, "application/json", core::canonical(keys.enrolment().to_json()), ""};
        return Given{404, "application/problem+json", "{}", ""};
    });
    const Folder folder;
    const std::string arguments = "enrol --code ABCDE12345 --data " + (folder.path() / "kiosk").string() + " --desk ";
    const Ran ran = kiosk_program(arguments + desk.url());
    CHECK(ran.code == 0);
    CHECK(ran.said.find("Enrolled as K7 for harbour-street") == 0);
    CHECK(ran.said.find("published no content yet") != std::string::npos);

    const Ran elsewhere = kiosk_program(arguments + "https://other.example");
    CHECK(elsewhere.code == 1);
    CHECK(is_one_sentence(elsewhere.said));
}

TEST_CASE("kiosk: whatever is wrong ends in one sentence and an exit code") {
    const Folder folder;
    folder.write("broken/outbox.db", "This is no database at all, but a text of some length.");
    const std::string here = folder.path().string();
    const std::string content = " --content " FOYER_SOURCE "/content";
    const struct {
        const char* name;
        std::string arguments;
    } rows[] = {
        {"not enrolled, and no content", "run --data " + here + "/a"},
        {"no such content", "run --data " + here + "/a --content " + here + "/nowhere"},
        {"no such size", "run --data " + here + "/a --window 5x5" + content},
        {"a data folder that cannot be made", "run --data /proc/kiosk" + content},
        {"no outbox there", "outbox list --data " + here + "/nowhere"},
        {"a damaged outbox", "outbox list --data " + here + "/broken"},
        {"an address that is no desk's", "enrol --data " + here + "/a --desk http://desk.example --code X"},
        {"nobody there", "enrol --data " + here + "/a --desk http://127.0.0.1:1 --code X"},
        {"neither data nor content", "shot --out " + here + "/x.png"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const Ran ran = kiosk_program(row.arguments);
        CAPTURE(ran.said);
        CHECK(ran.code == 1);
        CHECK(is_one_sentence(ran.said));
    }
    CHECK(kiosk_program("run").code == 2);
    CHECK(kiosk_program("dance").code == 2);
    CHECK(kiosk_program("--help").code == 0);
}

TEST_CASE("kiosk run: without a display it says so") {
    const Folder folder;
    const Ran ran = kiosk_program("run --data " + (folder.path() / "kiosk").string() + " --content " FOYER_SOURCE "/content");
    CHECK(ran.code == 1);
    CHECK(ran.said.find("there is no display") != std::string::npos);
}

TEST_CASE("kiosk shot: a picture of each screen, without a display") {
    const Folder folder;
    for (const std::string screen : {"home", "search:printer", "results:recipt", "topic:tills", "article:en/receipt-printer-does-not-print#what-the-light-means",
                                     "problem:contactless-payments-slow", "services", "form:printer-fault:3",
                                     "receipt", "claim", "language"}) {
        CAPTURE(screen);
        const auto file = folder.path() / "picture.png";
        const Ran ran = kiosk_program("shot --content " FOYER_SOURCE "/content --screen '" + screen + "' --size 640x480 --out " + file.string());
        CAPTURE(ran.said);
        CHECK(ran.code == 0);
        const auto bytes = core::read_file(file);
        REQUIRE(bytes);
        CHECK(bytes->starts_with("\x89PNG"));
        std::filesystem::remove(file);
    }
    const Ran unknown = kiosk_program("shot --content " FOYER_SOURCE "/content --screen nowhere --out " + (folder.path() / "x.png").string());
    CHECK(unknown.code == 1);
    CHECK(is_one_sentence(unknown.said));
}
