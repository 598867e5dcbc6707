// The real program, run as an operator runs it.
#include <doctest/doctest.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <optional>
#include <regex>

#include <nlohmann/json.hpp>

#include "core/base/json.hpp"
#include "core/base/sqlite.hpp"
#include "desk/store/kiosks.hpp"
#include "kb/release_trust.hpp"
#include "tests/desk/company.hpp"
#include "tests/desk/sessions.hpp"

namespace {

const std::string program = std::string(FOYER_BIN) + "/desk";

// A child process with its three streams.
class Process {
public:
    explicit Process(std::vector<std::string> words) {
        int in[2], out[2], err[2];
        REQUIRE(::pipe2(in, O_CLOEXEC) == 0);
        REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
        REQUIRE(::pipe2(err, O_CLOEXEC) == 0);
        words.insert(words.begin(), program);
        std::vector<char*> arguments;
        for (std::string& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        id_ = ::fork();
        REQUIRE(id_ >= 0);
        if (id_ == 0) {
            ::dup2(in[0], 0);
            ::dup2(out[1], 1);
            ::dup2(err[1], 2);
            ::execv(program.c_str(), arguments.data());
            ::_exit(127);
        }
        ::close(in[0]);
        ::close(out[1]);
        ::close(err[1]);
        in_ = in[1];
        out_ = out[0];
        err_ = err[0];
    }
    ~Process() {
        if (id_ > 0) {
            ::kill(id_, SIGKILL);
            ::waitpid(id_, nullptr, 0);
        }
        for (const int each : {in_, out_, err_}) {
            if (each >= 0) ::close(each);
        }
    }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    void type(const std::string& text) { REQUIRE(::write(in_, text.data(), text.size()) == static_cast<ssize_t>(text.size())); }
    void end_input() {
        ::close(in_);
        in_ = -1;
    }
    std::string line() {
        std::string text;
        char byte = 0;
        while (::read(out_, &byte, 1) == 1 && byte != '\n') text += byte;
        return text;
    }
    std::string rest_of_output() { return drain(out_); }
    std::string errors() { return drain(err_); }
    void signal(int number) { ::kill(id_, number); }
    int exit_code() {
        int status = 0;
        ::waitpid(id_, &status, 0);
        id_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }

private:
    static std::string drain(int from) {
        std::string text;
        std::array<char, 4096> piece{};
        for (ssize_t got = 0; (got = ::read(from, piece.data(), piece.size())) > 0;) text.append(piece.data(), static_cast<std::size_t>(got));
        return text;
    }
    pid_t id_ = -1;
    int in_ = -1, out_ = -1, err_ = -1;
};

struct Ran {
    int code = 0;
    std::string out;
    std::string err;
};

Ran run(std::vector<std::string> words, const std::string& input = {}) {
    Process process(std::move(words));
    if (!input.empty()) process.type(input);
    process.end_input();
    Ran ran;
    ran.out = process.rest_of_output();
    ran.err = process.errors();
    ran.code = process.exit_code();
    return ran;
}

// A data directory with content published, by commands alone.
struct Place {
    support::Folder folder;
    std::string data = (folder.path() / "data").string();
    std::string content = (folder.path() / "content").string();

    Place() {
        company::write_content(content);
        const auto made = run({"init", "--data", data});
        CAPTURE(made.err);
        REQUIRE(made.code == 0);
    }
    void publish() const {
        const auto done = run({"publish", content, "--data", data});
        CAPTURE(done.err);
        REQUIRE(done.code == 0);
    }
    [[nodiscard]] Ran add_user(const std::string& login) const {
        return run({"user", "add", login, "--data", data, "--name", "Ines Duarte", "--team", "it-stores", "--role", "fulfiller", "--password-stdin"},
                   "correct horse battery\n");
    }
};

class Serving {
public:
    explicit Serving(const Place& place) : process_({"serve", "--data", place.data, "--listen", "127.0.0.1:0"}) {
        const auto line = process_.line();
        std::smatch found;
        REQUIRE(std::regex_search(line, found, std::regex("listening on http://127\\.0\\.0\\.1:([0-9]+)")));
        port_ = std::stoi(found[1]);
    }
    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] std::string get(const std::string& path) const {
        const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port_));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        const std::string request = "GET " + path + " HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n";
        REQUIRE(::send(socket, request.data(), request.size(), 0) > 0);
        std::string answer;
        std::array<char, 4096> piece{};
        for (ssize_t got = 0; (got = ::recv(socket, piece.data(), piece.size(), 0)) > 0;) answer.append(piece.data(), static_cast<std::size_t>(got));
        ::close(socket);
        return answer;
    }
    int stop() {
        process_.signal(SIGTERM);
        return process_.exit_code();
    }
    void kill() {
        process_.signal(SIGKILL);
        process_.exit_code();
    }

private:
    Process process_;
    int port_ = 0;
};

bool is_one_sentence(const std::string& text) {
    return text.starts_with("desk: ") && text.find('\n') == text.size() - 1;
}

}  // namespace

TEST_CASE("cli: each command tells what it does, and a wrong word is a usage error") {
    CHECK(run({"--help"}).code == 0);
    const std::vector<std::vector<std::string>> commands = {{"init"}, {"serve"}, {"user", "add"}, {"user", "list"}, {"kiosk", "add"}, {"kiosk", "list"},
                                                            {"kiosk", "revoke"}, {"kiosk", "channel"}, {"publish"}, {"import-outbox"}, {"verify"}, {"rebuild"}, {"report", "gaps"}};
    for (auto command : commands) {
        CAPTURE(command.front());
        command.emplace_back("--help");
        const auto told = run(command);
        CHECK(told.code == 0);
        CHECK(told.out.find("--data") != std::string::npos);
    }
    for (const auto& wrong : {std::vector<std::string>{}, {"bake"}, {"verify"}, {"verify", "--data"}, {"kiosk", "add", "--data", "/tmp"}}) {
        CHECK(run(wrong).code == 2);
    }
}

TEST_CASE("cli: a desk from nothing to a worked directory") {
    const Place place;
    CHECK(run({"init", "--data", place.data}).code == 1);  // a second time would be a second identity

    const auto first = run({"publish", place.content, "--data", place.data});
    CAPTURE(first.err);
    CHECK(first.code == 0);
    CHECK(first.out.starts_with("Release 1 goes to all kiosks: 1 articles, 4 services (4 new versions), "));
    CHECK(run({"publish", place.content, "--data", place.data}).out == "Nothing has changed since release 1, which goes to all kiosks.\n");
    CHECK(run({"publish", place.content, "--data", place.data, "--channel", "canary", "--percent", "10"}).out ==
          "Release 1 as it was built goes to 10 % of the kiosks of 'canary' now.\n");
    CHECK(run({"publish", place.content, "--data", place.data, "--channel", "canary"}).out ==
          "Release 1 goes to the kiosks of 'canary' now; before, it went to 10 % of the kiosks of 'canary'. Kiosks that have it keep it.\n");

    CHECK(place.add_user("ines").code == 0);
    const auto users = core::parse_json(run({"user", "list", "--data", place.data, "--json"}).out);
    REQUIRE(users);
    CHECK((*users)["users"][0]["login"] == "ines");
    CHECK((*users)["users"][0]["teams"][0] == "it-stores");

    const auto code = run({"kiosk", "add", "--data", place.data, "--site", "harbour-street"});
    CHECK(std::regex_match(code.out, std::regex("[0-9A-HJKMNP-TV-Z]{10}\n")));
    CHECK(run({"kiosk", "list", "--data", place.data}).out.empty());
    CHECK(run({"verify", "--data", place.data}).code == 0);
    CHECK(run({"rebuild", "--data", place.data}).out.starts_with("0 tickets"));
}

TEST_CASE("cli: the gaps are told to people, to programs and to spreadsheets") {
    company::Company firm;
    auto kiosk = firm.enrol();
    auto mixed = sessions::searched("zebra quagga");
    mixed.searches.push_back({"=cmd() roster", "en", catalog::Results::many, false, catalog::FormUse::none});
    sessions::tell(firm, kiosk, {7, 2, sessions::batch(kiosk, 7, {mixed, sessions::read("en/printer", catalog::Said::not_helped),
                                                                  sessions::read("en/printer", catalog::Said::helped),
                                                                  sessions::read("=1+1,\"x\"", catalog::Said::not_helped)}).boxes});
    firm.close();
    const auto report = [&](std::vector<std::string> more) {
        std::vector<std::string> words{"report", "gaps", "--data", firm.data().string(), "--from", "2026-11-24", "--to", "2026-11-24"};
        words.insert(words.end(), more.begin(), more.end());
        const auto ran = run(words);
        CAPTURE(ran.err);
        REQUIRE(ran.code == 0);
        return ran.out;
    };

    const auto json = core::parse_json(report({"--json", "--at-least", "1"}));
    REQUIRE(json);
    CHECK((*json)["sessions"]["all"] == 4);
    CHECK((*json)["without_results"]["listed"][0]["words"] == "zebra quagga");
    CHECK((*json)["abandoned"]["listed"][0]["words"] == "cmd roster");
    CHECK((*json)["not_helping"]["listed"][1]["article"] == "en/printer");
    CHECK((*json)["not_helping"]["listed"][1]["not_helped_at_least_percent"] == 9);
    CHECK((*json)["tickets_saved"]["at_least"] == 1);
    CHECK((*json)["tickets_saved"]["at_most"] == 1);
    CHECK((*json)["lost"]["at_kiosks"] == 2);

    const auto hidden = report({"--json"});
    CHECK(hidden.find("zebra") == std::string::npos);
    CHECK((*core::parse_json(hidden))["searches"]["rare"] == 2);

    const auto told = report({"--at-least", "1"});
    CHECK(told.find("2026-11-24 to 2026-11-24, all sites, all languages: 4 sessions at kiosks, of which 1 searched, 3 read an article, 0 sent a form.\n") == 0);
    CHECK(told.find("Tickets saved: 1 to 1\n") != std::string::npos);
    CHECK(told.find("A ticket takes away one session at most.") != std::string::npos);
    CHECK(told.find("1 of 1 sessions  en      1 sites  zebra quagga\n") != std::string::npos);
    CHECK(told.find("9 % and more: 1 no, 1 yes") != std::string::npos);

    const auto rows = report({"--csv", "--at-least", "1"});
    CHECK(rows.starts_with("list,what,language,sites,sessions,"));
    CHECK(rows.find("\r\nwithout_results,zebra quagga,en,1,1,1,0,") != std::string::npos);
    CHECK(rows.find("\r\nnot_helping,\"'=1+1,\"\"x\"\"\",,1,1,") != std::string::npos);  // no formula
    CHECK(rows.find("\r\nsite,harbour-street,en,,4,") != std::string::npos);
}

TEST_CASE("cli: kiosks are moved to a channel, and listed with what they show") {
    company::Company firm;
    const auto kiosk = firm.enrol();
    firm.enrol();
    firm.write<bool>([&](core::Database& db) -> core::Result<bool> {
        if (auto noted = desk::Kiosks(db).note_seen(kiosk.id(), {"12-0123abcd", "stable", "held_back"}, firm.clock.now()); !noted) return core::fail(noted.error());
        return true;
    });
    firm.close();
    const std::string data = firm.data().string();
    CHECK(run({"kiosk", "channel", "canary", "K1", "--data", data}).out == "1 kiosk takes the releases of 'canary' besides the stable ones from now on.\n");
    const auto list = run({"kiosk", "list", "--data", data}).out;
    CHECK(list.find("K1    harbour-street       active   canary     12-0123abcd, a newer one held back   seen 2026-11-24T09:00:00Z\n") == 0);
    CHECK(list.find("K2    harbour-street       active   stable     shows nothing yet") != std::string::npos);
    CHECK(list.find("\n\n     1 kiosk:  12-0123abcd, a newer one held back\n     1 kiosk:  shows nothing yet\n") != std::string::npos);
    const auto json = core::parse_json(run({"kiosk", "list", "--data", data, "--json"}).out);
    REQUIRE(json);
    CHECK((*json)["kiosks"][0]["channel"] == "canary");
    CHECK((*json)["kiosks"][0]["shows"] == core::Json{{"release", "12-0123abcd"}, {"channel", "stable"}, {"state", "held_back"}});
    CHECK(run({"kiosk", "channel", "stable", "--site", "harbour-street", "--data", data}).out == "2 kiosks take the stable releases alone from now on.\n");
    // A mistyped name moves nobody.
    CHECK(run({"kiosk", "channel", "canary", "K1", "K9", "--data", data}).code == 1);
    CHECK(run({"kiosk", "list", "--data", data}).out.find("canary") == std::string::npos);
}

TEST_CASE("cli: a release that another key must sign is built, and the command fails with what to do") {
    const Place place;
    place.publish();
    const auto holder = core::make_signing_key();
    const auto publisher = core::make_signing_key();
    kb::Root root;
    root.number = 1;
    root.keys = {holder.public_key};
    root.publish.push_back({publisher.public_key, {}, std::nullopt});
    std::filesystem::create_directories(place.data + "/releases/root");
    std::ofstream(place.data + "/releases/root/1.json") << kb::signed_root(kb::to_bytes(root), holder).value();
    std::ofstream(place.content + "/services/printer-fault.yaml") << company::printer_fault("Printer trouble");

    const auto ran = run({"publish", place.content, "--data", place.data});
    CHECK(ran.code == 1);
    CHECK(is_one_sentence(ran.err));
    CHECK(ran.err.find("Release 2 is built, but the root does not let this desk's key publish to 'stable'") != std::string::npos);
    CHECK(ran.err.find("kb release sign") != std::string::npos);
    const auto json = core::parse_json(run({"publish", place.content, "--data", place.data, "--json"}).out);
    REQUIRE(json);
    CHECK((*json)["outcome"] == "to_sign");
    CHECK((*json)["version"] == 2);
}

TEST_CASE("cli: bad input ends in one sentence and a code that says so") {
    const Place place;
    place.publish();
    const support::Folder other;
    const struct {
        const char* name;
        std::vector<std::string> words;
        std::string says;
    } rows[] = {
        {"no data directory", {"verify", "--data", (other.path() / "none").string()}, "holds no desk"},
        {"serve without one", {"serve", "--data", (other.path() / "none").string()}, "holds no desk"},
        {"no content", {"publish", (other.path() / "none").string(), "--data", place.data}, "there is no folder"},
        {"no file", {"import-outbox", (other.path() / "none").string(), "--data", place.data}, "none"},
        {"no such site", {"kiosk", "add", "--data", place.data, "--site", "atlantis"}, "no site 'atlantis'"},
        {"no such kiosk", {"kiosk", "revoke", "K9", "--data", place.data}, "no kiosk 'K9'"},
        {"no such kiosk to move", {"kiosk", "channel", "canary", "K9", "--data", place.data}, "no kiosk 'K9'"},
        {"nobody at that site", {"kiosk", "channel", "canary", "--site", "atlantis", "--data", place.data}, "No kiosk stands at 'atlantis'"},
        {"nobody to move", {"kiosk", "channel", "canary", "--data", place.data}, "Name kiosks"},
        {"no channel", {"kiosk", "channel", "Canary!", "K1", "--data", place.data}, "no name of a channel"},
        {"no channel to publish to", {"publish", place.content, "--channel", "Canary!", "--data", place.data}, "no name of a channel"},
        {"no such team", {"user", "add", "omar", "--data", place.data, "--name", "Omar", "--team", "x", "--role", "fulfiller", "--password-stdin"}, "no team 'x'"},
        {"no such role", {"user", "add", "omar", "--data", place.data, "--name", "Omar", "--team", "it-stores", "--role", "king", "--password-stdin"}, "no role"},
        {"no date", {"report", "gaps", "--data", place.data, "--from", "yesterday"}, "--from 'yesterday' is no date"},
        {"a period backwards", {"report", "gaps", "--data", place.data, "--from", "2026-11-24", "--to", "2026-11-01"}, "is after --to"},
        {"no site of a report", {"report", "gaps", "--data", place.data, "--site", "atlantis"}, "no site 'atlantis'"},
        {"nobody", {"report", "gaps", "--data", place.data, "--at-least", "0"}, "starts from 1"},
        {"two forms at once", {"report", "gaps", "--data", place.data, "--json", "--csv"}, "do not go together"},
        {"no address", {"serve", "--data", place.data, "--listen", "8080"}, "not an address and port"},
        {"an address of nobody here", {"serve", "--data", place.data, "--listen", "192.0.2.1:8080"}, "192.0.2.1"},
        {"no certificate", {"serve", "--data", place.data, "--listen", "127.0.0.1:0", "--tls-certificate", "/none", "--tls-key", "/none"}, "/none"},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string(row.name));
        const auto ran = run(row.words, "correct horse battery\n");
        CAPTURE(ran.err);
        CHECK(ran.code == 1);
        CHECK(is_one_sentence(ran.err));
        CHECK(ran.err.find(row.says) != std::string::npos);
    }
    CHECK(run({"user", "add", "omar", "--data", place.data, "--name", "O", "--team", "it-stores", "--role", "fulfiller", "--password-stdin"}, "short\n").code == 1);
}

TEST_CASE("cli: mistakes in content are told by file and line") {
    const Place place;
    std::ofstream(place.content + "/services/printer-fault.yaml") << company::printer_fault() + "sites: twice\n";
    const auto ran = run({"publish", place.content, "--data", place.data});
    CHECK(ran.code == 1);
    CHECK(std::regex_search(ran.err, std::regex("services/printer-fault\\.yaml:[0-9]+:[0-9]+: error: ")));
}

TEST_CASE("cli: commands work while the desk serves, through the one connection that writes") {
    const Place place;
    place.publish();
    Serving serving(place);
    struct stat socket{};
    REQUIRE(::stat((place.data + "/desk.sock").c_str(), &socket) == 0);
    CHECK(S_ISSOCK(socket.st_mode));
    CHECK((socket.st_mode & 0777) == 0600);
    CHECK(serving.get("/livez").starts_with("HTTP/1.1 200"));

    CHECK(place.add_user("ines").code == 0);
    const auto twice = place.add_user("ines");
    CHECK(twice.code == 1);
    CHECK(twice.err == "desk: The login 'ines' is taken.\n");
    CHECK(run({"kiosk", "add", "--data", place.data, "--site", "harbour-street"}).out.size() == 11);
    CHECK(run({"verify", "--data", place.data}).code == 0);
    std::ofstream(place.content + "/services/printer-fault.yaml") << company::printer_fault("Printer trouble");
    CHECK(run({"publish", place.content, "--data", place.data}).out.starts_with("Release 2 goes to all kiosks: "));

    const auto second = run({"serve", "--data", place.data, "--listen", "127.0.0.1:0"});
    CHECK(second.code == 1);
    CHECK(second.err.find("in use by another desk process") != std::string::npos);

    CHECK(serving.stop() == 0);
    CHECK_FALSE(std::filesystem::exists(place.data + "/desk.sock"));
    CHECK(run({"user", "list", "--data", place.data}).out.find("ines") != std::string::npos);
}

TEST_CASE("cli: a port in use is said to be, and a killed desk leaves nothing in the way") {
    const Place place;
    const Place other;
    {
        Serving first(place);
        const auto second = run({"serve", "--data", other.data, "--listen", "127.0.0.1:" + std::to_string(first.port())});
        CHECK(second.code == 1);
        CAPTURE(second.err);
        CHECK(second.err.find(std::to_string(first.port())) != std::string::npos);
        first.kill();
    }
    CHECK(std::filesystem::exists(place.data + "/desk.sock"));  // a dead one
    CHECK(run({"verify", "--data", place.data}).code == 0);
    Serving again(place);
    CHECK(again.get("/livez").starts_with("HTTP/1.1 200"));
    CHECK(again.stop() == 0);
}

TEST_CASE("cli: verify and rebuild find what somebody changed behind the desk's back") {
    company::Company firm;
    auto kiosk = firm.enrol();
    firm.printer_ticket(kiosk);
    firm.printer_ticket(kiosk);
    firm.close();
    const auto data = firm.data().string();
    CHECK(run({"verify", "--data", data}).out == "Every event is as it was written.\n");
    {
        auto db = core::open_sqlite(firm.data() / "desk.db", core::SqliteMode::read_write);
        REQUIRE(db);
        REQUIRE((*db)->run("UPDATE ticket SET priority = 0 WHERE number = 'F-000001'"));
        REQUIRE((*db)->run("UPDATE event SET at = at + 1 WHERE ticket = 'F-000002'"));
    }
    const auto verified = run({"verify", "--data", data});
    CHECK(verified.code == 1);
    CHECK(verified.err == "F-000002, event 1: its content was changed\n");
    const auto rebuilt = core::parse_json(run({"rebuild", "--data", data, "--json"}).out);
    REQUIRE(rebuilt);
    CHECK((*rebuilt)["tickets"] == 2);
    CHECK((*rebuilt)["differed"] == core::Json::array({"F-000001", "F-000002"}));
}

TEST_CASE("cli: an exported queue is taken in by file") {
    company::Company firm;
    auto kiosk = firm.enrol();
    const auto request = kiosk.request("printer-fault", firm.version_of("printer-fault"),
                                       {{"printer_kind", catalog::Answer("receipt")}, {"queue", catalog::Answer("true")}}, firm.clock.now());
    const support::Folder stick;
    const auto file = stick.write("outbox.jsonl", kiosk.envelope(request) + "\n");
    firm.close();
    const auto data = firm.data().string();
    CHECK(run({"import-outbox", file.string(), "--data", data}).out == "1 new, 0 already here, 0 quarantined, 0 in conflict.\n");
    CHECK(run({"import-outbox", file.string(), "--data", data}).out == "0 new, 1 already here, 0 quarantined, 0 in conflict.\n");
}
