// What an attacker, a bad line or a power cut may do to a release, and what a kiosk shows all the while.
#include "kb/release.hpp"

#include <doctest/doctest.h>

#include <map>

#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "kb/manifest.hpp"
#include "kb/pack.hpp"
#include "tests/kb/release_scene.hpp"

using kb_release::Scene;

namespace {

// A line on which the bytes of some paths are changed.
kb::Get changing(const kb::Get& get, std::string_view in_path, std::function<std::string(std::string)> change) {
    return [get, in_path, change = std::move(change)](const std::string& path, std::uint64_t from, std::size_t size) -> core::Result<std::string> {
        auto bytes = get(path, from, size);
        if (bytes && path.find(in_path) != std::string::npos) *bytes = change(std::move(*bytes));
        return bytes;
    };
}

std::string flipped(std::string bytes) {
    if (!bytes.empty()) bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    return bytes;
}

bool is_denied(const core::Result<kb::Fetched>& fetched) { return !fetched && fetched.error().kind == core::ErrorKind::denied; }

}  // namespace

TEST_CASE("release: a kiosk shows what was published, and fetches only what changed") {
    Scene scene;
    const auto first = scene.publish();
    CHECK(first.version == 1);
    auto fetched = scene.fetch();
    REQUIRE_MESSAGE(fetched, (fetched ? "" : fetched.error().message));
    CHECK(fetched->is_new);
    CHECK(scene.finds("printer") == "en/printer");

    const auto again = scene.fetch();
    REQUIRE(again);
    CHECK_FALSE(again->is_new);
    CHECK(again->objects_fetched == 0);

    scene.write("lift", "The lift stands still", "Call the porter.");
    scene.publish();
    fetched = scene.fetch();
    REQUIRE(fetched);
    CHECK(scene.shown() == 2);
    CHECK(scene.finds("lift") == "en/lift");
    CHECK(fetched->objects_fetched < first.files);
}

TEST_CASE("release: whatever is changed on the way is refused, and what was shown stays") {
    for (const char* part : {"head.json", "manifests/", "objects/"}) {
        CAPTURE(part);
        Scene scene;
        scene.publish();
        REQUIRE(scene.fetch());
        scene.write("lift", "The lift stands still", "Call the porter.");
        scene.publish();
        CHECK(is_denied(scene.fetch(changing(changing(kb::get_from(scene.store()), "deltas/", flipped), part, flipped))));
        CHECK(scene.shown() == 1);
        CHECK(scene.finds("printer") == "en/printer");
        CHECK(scene.fetch());  // the same line, unharmed
        CHECK(scene.shown() == 2);
    }
}

TEST_CASE("release: another key's signature, and the right signature of other words, are refused") {
    Scene scene;
    scene.publish();
    const auto own = core::read_file(scene.store() / "head.json").value();
    Scene thief;
    thief.write("opening", "Closed for ever", "Go away.");
    thief.publish();
    const auto other = core::read_file(thief.store() / "head.json").value();
    core::Json mixed = core::parse_json(other).value();
    mixed["signature"] = core::parse_json(own).value()["signature"];
    for (const std::string& head : {other, core::canonical(mixed), std::string("{}"), std::string()}) {
        CHECK(is_denied(scene.fetch(changing(kb::get_from(scene.store()), "head.json", [&](const std::string&) { return head; }))));
        CHECK(scene.shown() == 0);
    }
}

TEST_CASE("release: an older head is refused, and so is the same number with other content") {
    Scene scene;
    scene.publish();
    const auto old = core::read_file(scene.store() / "head.json").value();
    scene.write("lift", "The lift stands still", "Call the porter.");
    const auto second = scene.publish();
    REQUIRE(scene.fetch());
    CHECK(is_denied(scene.fetch(changing(kb::get_from(scene.store()), "head.json", [&](const std::string&) { return old; }))));

    const auto twin = kb::build_again(scene.store(), second.manifest, 2, scene.now + std::chrono::seconds{1});
    REQUIRE(twin);
    const auto head = kb::signed_head({"stable", {"public", "staff"}, 100, 2, twin->manifest, scene.now, scene.now + std::chrono::hours{1}}, scene.key.secret_key).value();
    CHECK(is_denied(scene.fetch(changing(kb::get_from(scene.store()), "head.json", [&](const std::string&) { return head; }))));
    CHECK(scene.shown() == 2);
    CHECK(scene.sign(twin->manifest).error().kind == core::ErrorKind::conflict);  // nor would the desk sign it
}

TEST_CASE("release: what has expired is shown all the same, and said to be") {
    Scene scene;
    scene.publish();
    scene.now += std::chrono::hours{24 * 91};
    const auto fetched = scene.fetch();
    REQUIRE(fetched);
    CHECK(fetched->is_expired);
    CHECK(scene.finds("printer") == "en/printer");
}

TEST_CASE("release: going back is the old content under a new number") {
    Scene scene;
    const auto first = scene.publish();
    scene.write("printer", "The zeppelin", "It flies.");
    scene.publish();
    REQUIRE(scene.fetch());
    CHECK(scene.finds("zeppelin") == "en/printer");
    const auto back = kb::build_again(scene.store(), first.manifest, kb::next_version(scene.store()).value(), scene.now);
    REQUIRE(back);
    REQUIRE(scene.sign(back->manifest));
    REQUIRE(scene.fetch());
    CHECK(scene.shown() == 3);
    CHECK(scene.finds("print") == "en/printer");
    CHECK(scene.finds("zeppelin").empty());
}

TEST_CASE("release: a manifest that leaves its folder, differs in case only or is beyond the limits is refused") {
    const std::string hash(64, 'a');
    const struct {
        const char* name;
        std::vector<kb::ManifestFile> files;
    } rows[] = {
        {"absolute", {{"/etc/passwd", hash, 1}}},
        {"up", {{"../x", hash, 1}}},
        {"up inside", {{"a/../../x", hash, 1}}},
        {"backslash", {{"a\\x", hash, 1}}},
        {"hidden", {{".ssh/x", hash, 1}}},
        {"a drive", {{"C:x", hash, 1}}},
        {"case", {{"A.md", hash, 1}, {"a.md", hash, 1}}},
        {"twice", {{"a.md", hash, 1}, {"a.md", hash, 1}}},
        {"file and folder", {{"a", hash, 1}, {"a/b", hash, 1}}},
        {"no hash", {{"a", "../../x", 1}}},
        {"too large", {{"a", hash, kb::largest_release_file + 1}}},
        {"a pack larger than its content", {{"a", hash, 10, 11}}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK_FALSE(kb::manifest_from(kb::to_bytes({1, {}, {"public"}, row.files})));
    }
    CHECK(kb::manifest_from(kb::to_bytes({1, {}, {"public"}, {{"a.md", hash, 1}, {"b/a.md", hash, 1}}})));
}

TEST_CASE("release: a pack that holds more than it says, or nothing that it says, is not unpacked") {
    const std::string large(1u << 20, 'a');
    const auto bomb = kb::pack(large);
    REQUIRE(bomb);
    CHECK(bomb->size() < 1000);
    CHECK(kb::unpack(*bomb, large.size() - 1).error().kind == core::ErrorKind::full);
    CHECK(kb::unpack(*bomb, large.size()).value() == large);
    CHECK(kb::unpack("", 10).error().kind == core::ErrorKind::corrupt);
    CHECK(kb::unpack(bomb->substr(0, bomb->size() / 2), large.size()).error().kind == core::ErrorKind::corrupt);
}

TEST_CASE("release: one that breaks off goes on where it ended") {
    Scene scene;
    std::string noise;
    support::SeededRandom random;
    std::vector<std::byte> bytes(3u << 20);
    random.fill(bytes);
    noise.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    scene.write("opening", "Opening hours", "![The door](../../pictures/door.png)");
    std::filesystem::create_directories(scene.content() / "pictures");
    REQUIRE(core::write_file(scene.content() / "pictures/door.png", noise));
    scene.publish();

    // Each try gets two answers through; the first byte of the picture is never fetched twice.
    std::map<std::pair<std::string, std::uint64_t>, int> asked;
    int left = 0;
    const kb::Get store = kb::get_from(scene.store());
    const kb::Get line = [&](const std::string& path, std::uint64_t from, std::size_t size) -> core::Result<std::string> {
        if (left-- <= 0) return core::fail(core::ErrorKind::unavailable, "the line broke");
        if (path.starts_with("objects/") && store(path, from, size)) ++asked[{path, from}];
        return store(path, from, size);
    };
    int tries = 0;
    for (; tries < 100; ++tries) {
        left = 5;
        if (scene.fetch(line)) break;
        CHECK(scene.shown() == 0);
    }
    CHECK(tries > 2);
    CHECK(scene.shown() == 1);
    for (const auto& [piece, count] : asked) CHECK_MESSAGE(count == 1, piece.first);
}

TEST_CASE("release: large files travel as what differs, and a bad difference costs only the whole") {
    Scene scene;
    for (int i = 0; i < 300; ++i) scene.write("article-" + std::to_string(i), "Article " + std::to_string(i), "Words that stand in number " + std::to_string(i * 7919) + " only.");
    const auto first = scene.publish();
    REQUIRE(scene.fetch());
    scene.write("article-150", "Article 150", "These words are others.");
    scene.publish();
    const auto spoilt = scene.fetch(changing(kb::get_from(scene.store()), "deltas/", flipped));
    REQUIRE(spoilt);
    CHECK(scene.finds("others") == "en/article-150");

    scene.write("article-150", "Article 150", "These words are third.");
    scene.publish();
    const auto fetched = scene.fetch();
    REQUIRE(fetched);
    CHECK(scene.finds("third") == "en/article-150");
    CHECK(fetched->bytes_fetched * 2 < spoilt->bytes_fetched);
    CHECK(fetched->bytes_fetched * 10 < first.packed_bytes);
}

TEST_CASE("release: without the index of the desk the kiosk builds its own") {
    Scene scene;
    const auto built = scene.publish();
    const auto manifest = kb::manifest_from(core::read_file(scene.store() / kb::manifest_path(built.manifest)).value()).value();
    for (const kb::ManifestFile& file : manifest.files) {
        if (!file.path.starts_with("index/")) continue;
        std::filesystem::remove(scene.store() / kb::object_path(file.sha256));
        std::filesystem::remove((scene.store() / kb::object_path(file.sha256)).string() + ".zst");
    }
    const auto fetched = scene.fetch();
    REQUIRE_MESSAGE(fetched, (fetched ? "" : fetched.error().message));
    CHECK(scene.finds("printer") == "en/printer");
}

TEST_CASE("release: the last two stay, and what neither needs is gone") {
    Scene scene;
    for (int i = 1; i <= 4; ++i) {
        scene.write("printer", "The printer, take " + std::to_string(i), "Switch it off.");
        scene.publish();
        REQUIRE(scene.fetch());
    }
    std::size_t releases = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(scene.kiosk() / "releases")) ++releases;
    CHECK(releases == 2);
    CHECK(std::filesystem::read_symlink(scene.kiosk() / "previous").filename().string().starts_with("3-"));
    std::size_t printers = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(scene.kiosk() / "objects")) {
        if (entry.is_regular_file() && core::read_file(entry.path()).value().find("title: The printer") != std::string::npos) ++printers;
    }
    CHECK(printers == 2);
}

TEST_CASE("release: one that cannot be shown any more gives way to the one before, and is not taken again") {
    Scene scene;
    scene.publish();
    REQUIRE(scene.fetch());
    scene.write("lift", "The lift stands still", "Call the porter.");
    scene.publish();
    REQUIRE(scene.fetch());
    const auto folder = kb::current_release(scene.kiosk()).value()->folder;

    // A lost index is built anew.
    std::filesystem::remove_all(folder / "index");
    auto mended = kb::mend_release(scene.kiosk(), scene.now);
    REQUIRE(mended);
    CHECK(mended->version == 2);
    CHECK(scene.finds("lift") == "en/lift");

    // Lists that cannot be read are not.
    REQUIRE(core::write_file(folder / "topics.yaml", "- {id: ["));
    mended = kb::mend_release(scene.kiosk(), scene.now);
    REQUIRE(mended);
    CHECK(mended->version == 1);
    CHECK(scene.finds("printer") == "en/printer");
    CHECK(scene.fetch().error().kind == core::ErrorKind::conflict);
    scene.write("lift", "The lift goes again", "Press the button.");
    scene.publish();
    REQUIRE(scene.fetch());
    CHECK(scene.shown() == 3);
}

TEST_CASE("release: a search goes on while its release is replaced under it") {
    Scene scene;
    scene.publish();
    REQUIRE(scene.fetch());
    const auto searcher = kb::Searcher::open(kb::index_of(kb::current_release(scene.kiosk()).value()->folder));
    REQUIRE(searcher);
    for (int i = 0; i < 3; ++i) {
        scene.write("printer", "The zeppelin " + std::to_string(i), "It flies.");
        scene.publish();
        REQUIRE(scene.fetch());
        kb::Question question;
        question.words = "printer";
        const auto found = searcher->search(question);
        REQUIRE(found);
        CHECK(found->hits.front().title == "The printer does not print");
    }
}

TEST_CASE("release: a canary's release reaches only those who asked for it, and a percentage only some") {
    Scene scene;
    scene.publish();
    REQUIRE(scene.fetch());
    scene.write("lift", "The lift stands still", "Call the porter.");
    const auto second = scene.publish("canary");
    REQUIRE(scene.fetch());
    CHECK(scene.shown() == 1);
    scene.channel = "canary";
    REQUIRE(scene.fetch());
    CHECK(scene.shown() == 2);

    // The same release for all, first for none of them, then for everybody.
    Scene late;
    late.key = scene.key;
    late.publish();
    REQUIRE(late.fetch());
    late.write("lift", "The lift stands still", "Call the porter.");
    const auto staged = late.publish("stable", 0);
    auto fetched = late.fetch();
    REQUIRE(fetched);
    CHECK(fetched->is_held_back);
    CHECK(late.shown() == 1);
    REQUIRE(late.sign(staged.manifest, "stable", 100));
    REQUIRE(late.fetch());
    CHECK(late.shown() == 2);
    REQUIRE(scene.sign(second.manifest, "stable"));
    scene.channel = "stable";
    REQUIRE(scene.fetch());
    CHECK(scene.shown() == 2);
}

TEST_CASE("release: a canary that is held back still takes what is stable, and a head that nobody may sign holds up nobody") {
    Scene scene;
    scene.channel = "canary";
    scene.publish();
    REQUIRE(scene.fetch());
    scene.write("lift", "The lift stands still", "Call the porter.");
    scene.publish();
    scene.publish("canary", 0);
    auto fetched = scene.fetch();
    REQUIRE(fetched);
    CHECK(scene.shown() == 2);
    fetched = scene.fetch();
    REQUIRE(fetched);
    CHECK(fetched->is_held_back);

    scene.publish();
    REQUIRE(scene.fetch(changing(kb::get_from(scene.store()), "channels/", flipped)));
    CHECK(scene.shown() == 4);
}

TEST_CASE("release: what is for others is not in the bytes of a kiosk, wherever it was written") {
    Scene scene;
    scene.put("sites.yaml", "- {id: london, title: London}\n");
    scene.put("articles/en/pay.md", "---\ntitle: Zanzibar bands\naudience: [manager]\n---\n\nThe zanzibar table.\n\n![Zanzibar](../../pictures/zanzibar.png)\n");
    scene.put("pictures/zanzibar.png", "\x89PNG zanzibar");
    scene.put("pictures/unused.png", "\x89PNG zanzibar once");
    const std::string form = "icon: print\ndepartment: it\nkind: request\nrouting: {team: t}\nsteps: [{id: a, title: A, fields: [{id: b, type: text, label: B}]}]\n";
    scene.put("services/dismissal.yaml", "id: dismissal\ntitle: Zanzibar dismissal\nsummary: S\naudience: [manager]\n" + form);
    scene.put("services/help.yaml", "id: help\ntitle: Help\nsummary: S\n" + form);
    scene.put("known-problems/leak.yaml", "id: leak\ntitle: Zanzibar leak\nmeanwhile: Wait.\naudience: [manager]\n");
    scene.put("known-problems/slow.yaml", "id: slow\ntitle: Slow\nmeanwhile: Wait.\nservices: [dismissal, help]\n");  // names a form that does not travel
    scene.publish();
    const auto fetched = scene.fetch();
    REQUIRE_MESSAGE(fetched, (fetched ? "" : fetched.error().message));
    CHECK(std::filesystem::exists(fetched->folder / "services/help.yaml"));
    CHECK(std::filesystem::exists(fetched->folder / "known-problems/slow.yaml"));
    CHECK(scene.finds("zanzibar") != "en/pay");
    for (const auto& entry : std::filesystem::recursive_directory_iterator(scene.kiosk())) {
        if (!entry.is_regular_file()) continue;
        CAPTURE(entry.path().string());
        const std::string bytes = core::read_file(entry.path()).value();
        for (const char* secret : {"zanzibar", "Zanzibar", "dismissal.yaml"}) CHECK(bytes.find(secret) == std::string::npos);
    }
}

TEST_CASE("release: a kiosk for customers shows only what is public") {
    Scene scene;
    scene.put("articles/en/returns.md", "---\ntitle: Returns\naudience: public\n---\n\nWithin thirty days.\n");
    scene.publish();
    scene.viewers.audience = {"public"};
    scene.channel = "lobby";
    CHECK(scene.fetch().error().kind == core::ErrorKind::not_found);  // the stable one holds what is for staff
    scene.publish("lobby");
    auto fetched = scene.fetch();
    REQUIRE(fetched);
    CHECK(fetched->version == 2);
    CHECK(scene.finds("returns") == "en/returns");
    CHECK(scene.finds("printer").empty());
    CHECK_FALSE(std::filesystem::exists(fetched->folder / "articles/en/printer.md"));

    scene.viewers = {};
    scene.publish();
    scene.viewers.audience = {"public"};
    fetched = scene.fetch();
    REQUIRE(fetched);
    CHECK(fetched->version == 2);
}

TEST_CASE("release: a kiosk that builds its own index finds by the editors' words, too") {
    Scene scene;
    scene.put("search/synonyms.en.yaml", "- [printer, zeppelin]\n");
    const auto built = scene.publish();
    const auto manifest = kb::manifest_from(core::read_file(scene.store() / kb::manifest_path(built.manifest)).value());
    REQUIRE(manifest);
    for (const kb::ManifestFile& file : manifest->files) {
        if (file.path.starts_with("index/")) {
            std::filesystem::remove(scene.store() / kb::object_path(file.sha256));
            std::filesystem::remove((scene.store() / kb::object_path(file.sha256)).string() + ".zst");
        }
    }
    REQUIRE(scene.fetch());
    CHECK(scene.finds("zeppelin") == "en/printer");
}

TEST_CASE("release: a kiosk that was away for a release or two still fetches what differs") {
    Scene scene;
    for (int i = 0; i < 300; ++i) scene.write("article-" + std::to_string(i), "Article " + std::to_string(i), "Words that stand in number " + std::to_string(i * 7919) + " only.");
    const auto first = scene.publish();
    REQUIRE(scene.fetch());
    for (const char* words : {"These are others.", "These are third."}) {
        scene.write("article-150", "Article 150", words);
        scene.publish();
    }
    const auto fetched = scene.fetch();
    REQUIRE(fetched);
    CHECK(scene.shown() == 3);
    CHECK(fetched->bytes_fetched * 10 < first.packed_bytes);
}
