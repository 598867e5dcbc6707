// An index that is brought up to date answers as one that is made anew.
#include "kb/index_update.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <random>
#include <set>

#include <doctest/doctest.h>

#include "core/base/file.hpp"
#include "kb/index_refresh.hpp"
#include "kb/indexer.hpp"
#include "kb/searcher.hpp"
#include "tests/support/folder.hpp"

namespace {

constexpr core::Date day(unsigned number) { return {std::chrono::year{2026}, std::chrono::November, std::chrono::day{number}}; }
constexpr core::Date today = day(24);

// Few words, so that articles share them; German ones that are made of others.
const std::vector<std::string> english{"printer", "printers", "receipt", "paper", "password", "reset", "holiday", "leave", "scanner", "drawer", "the", "how", "gift", "card", "cards", "zeppelin"};
const std::vector<std::string> german{"kasse", "drucker", "kassendrucker", "arbeit", "zeit", "arbeitszeit", "urlaub", "antrag", "urlaubsantrag", "der", "die", "papier"};

class Desk {
public:
    explicit Desk(unsigned seed) : random_(seed) {
        for (int i = 0; i < 25; ++i) write(i);
        // Compounds are taken apart by words that stand alone; these stay.
        article("de/words", "de", "Kasse Drucker Arbeit Zeit Urlaub Antrag", "Papier der die das.");
        build(index());
    }

    [[nodiscard]] std::filesystem::path index() const { return folder_.path() / "index"; }

    void article(const std::string& id, const std::string& language, const std::string& title, const std::string& text) {
        kb::Article made;
        made.id = id;
        made.language = language;
        made.slug = id.substr(3);
        made.path = "articles/" + id + ".md";
        made.title = title;
        made.audience = {"public"};
        if (below(4) == 0) made.description = "About " + word(language);
        if (below(4) == 0) made.keywords = {word(language), word(language)};
        if (below(6) == 0) made.published = day(26);
        if (below(6) == 0) made.expires = day(27);
        if (below(8) == 0) made.audience = {"manager"};
        kb::Block paragraph;
        paragraph.words.text = text;
        made.blocks.push_back(paragraph);
        kb::Block heading;
        heading.kind = kb::Block::Kind::heading;
        heading.level = 2;
        heading.anchor = "more";
        heading.words.text = word(language);
        made.blocks.push_back(heading);
        paragraph.words.text = text + " " + word(language);
        made.blocks.push_back(paragraph);
        articles_[id] = std::move(made);
    }

    std::string write(int number) {
        const std::string language = number % 3 == 0 ? "de" : "en";
        const std::string id = language + "/number-" + std::to_string(number);
        std::string text;
        for (std::size_t words = 3 + below(8); words > 0; --words) text += (text.empty() ? "" : " ") + word(language);
        if (below(3) == 0) text += " only" + std::to_string(below(1000)) + "here rareword" + std::string(1, static_cast<char>('a' + below(26)));
        article(id, language, word(language) + " " + word(language), text + ".");
        return id;
    }

    // Some articles change, come and go; what was done is told as an editor's tool would.
    void change(std::vector<kb::Article>& changed, std::vector<std::string>& removed) {
        for (std::size_t times = 1 + below(3); times > 0; --times) {
            const int number = static_cast<int>(below(32));
            const std::string id = (number % 3 == 0 ? "de/number-" : "en/number-") + std::to_string(number);
            std::erase_if(changed, [&](const kb::Article& each) { return each.id == id; });
            std::erase(removed, id);
            if (below(3) == 0) {
                articles_.erase(id);
                removed.push_back(id);
            } else {
                changed.push_back(articles_.at(write(number)));
            }
        }
    }

    void build(const std::filesystem::path& to) const {
        kb::Collection collection;
        for (const auto& [id, each] : articles_) collection.articles.push_back(each);
        collection.synonyms["en"] = {{"printer", "zeppelin"}};
        REQUIRE(kb::build_index(collection, {}, to, today));
    }

    void check_same_as_new() const {
        const std::filesystem::path fresh = folder_.path() / "fresh";
        build(fresh);
        check_same(index(), fresh);
    }

    static void check_same(const std::filesystem::path& one, const std::filesystem::path& other) {
        const auto first = kb::Searcher::open(one);
        const auto second = kb::Searcher::open(other);
        REQUIRE_MESSAGE(first, (first ? "" : first.error().message));
        REQUIRE(second);
        CHECK(first->documents() == second->documents());
        for (const char* words : {"printer", "print", "pritner", "how the ", "receiptprinter", "password reset", "gift cards", "rarewordx", "rarew", "only", "only12here", "kassendrucker", "drucker",
                                  "arbietszeit", "urlaub", "p", "zeppelin", "nothing like it", "aboout"}) {
            for (const auto& on : {std::optional<core::Date>{}, std::optional{day(24)}, std::optional{day(26)}, std::optional{day(27)}}) {
                CAPTURE(std::string(words));
                const kb::Found found = ask(*first, words, on);
                const kb::Found wanted = ask(*second, words, on);
                CHECK(told(found) == told(wanted));
                CHECK(found.searched == wanted.searched);
                CHECK(found.corrected == wanted.corrected);
            }
        }
    }

    static kb::Found ask(const kb::Searcher& searcher, const char* words, const std::optional<core::Date>& on) {
        kb::Question question;
        question.words = words;
        question.language = "en";
        question.limit = 100;
        question.today = on;
        auto found = searcher.search(question);
        REQUIRE(found);
        return std::move(*found);
    }

    // What is found, without its order.
    static std::string told(const kb::Found& found) {
        std::set<std::string> all;
        for (const kb::Hit& hit : found.hits) all.insert(hit.id + " " + hit.title + "\n");
        std::string text;
        for (const std::string& each : all) text += each;
        return text;
    }

    std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % limit); }

private:
    std::string word(const std::string& language) {
        const auto& words = language == "de" ? german : english;
        return words[below(words.size())];
    }

    std::mt19937_64 random_;
    support::Folder folder_;
    std::map<std::string, kb::Article> articles_;
};

}  // namespace

TEST_CASE("update: after any changes a search finds, shows and corrects the same as in a new index") {
    for (unsigned seed = 1; seed <= 4; ++seed) {
        CAPTURE(seed);
        Desk desk(seed);
        for (int round = 0; round < 8; ++round) {
            CAPTURE(round);
            std::vector<kb::Article> changed;
            std::vector<std::string> removed;
            desk.change(changed, removed);
            const auto updated = kb::update_index(desk.index(), changed, removed, today);
            REQUIRE_MESSAGE(updated, (updated ? "" : updated.error().message));
            desk.check_same_as_new();
        }
    }
}

TEST_CASE("update: what did not really change is left alone, and what is too much is refused") {
    Desk desk(7);
    const auto about = [&] { return core::read_file(desk.index() / "index.json").value(); };
    const std::string before = about();
    CHECK(kb::update_index(desk.index(), {}, {"en/never-was"}, today).value() == 0);
    CHECK(about() == before);

    kb::Article other;
    other.id = "fr/nouveau";
    other.language = "fr";
    other.title = "Nouveau";
    other.audience = {"public"};
    const auto new_language = kb::update_index(desk.index(), {other}, {}, today);
    REQUIRE_FALSE(new_language);
    CHECK(new_language.error().kind == core::ErrorKind::full);

    std::vector<kb::Article> many;
    for (std::size_t i = 0; i <= kb::most_changes; ++i) {
        other.id = "en/many-" + std::to_string(i);
        other.language = "en";
        many.push_back(other);
    }
    const auto too_many = kb::update_index(desk.index(), many, {}, today);
    REQUIRE_FALSE(too_many);
    CHECK(too_many.error().kind == core::ErrorKind::full);
    CHECK(about() == before);
}

TEST_CASE("update: everything may go") {
    Desk desk(3);
    std::vector<std::string> removed{"de/words"};
    for (int i = 0; i < 32; ++i) removed.push_back((i % 3 == 0 ? "de/number-" : "en/number-") + std::to_string(i));
    REQUIRE(kb::update_index(desk.index(), {}, removed, today));
    const auto searcher = kb::Searcher::open(desk.index());
    REQUIRE_MESSAGE(searcher, (searcher ? "" : searcher.error().message));
    CHECK(searcher->documents() == 0);
    CHECK(Desk::ask(*searcher, "printer", today).hits.empty());
}

TEST_CASE("update: killed at any moment it leaves the old index or the new one") {
    Desk desk(11);
    const support::Folder copies;
    // As long as one takes here, and a third more.
    std::size_t whole_us = 0;
    {
        std::vector<kb::Article> changed;
        std::vector<std::string> removed;
        desk.change(changed, removed);
        const auto start = std::chrono::steady_clock::now();
        REQUIRE(kb::update_index(desk.index(), changed, removed, today));
        whole_us = static_cast<std::size_t>(std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start).count()) * 4 / 3;
    }
    for (int round = 0; round < 24; ++round) {
        CAPTURE(round);
        const std::filesystem::path before = copies.path() / "before";
        std::filesystem::remove_all(before);
        std::filesystem::copy(desk.index(), before, std::filesystem::copy_options::recursive);
        std::vector<kb::Article> changed;
        std::vector<std::string> removed;
        desk.change(changed, removed);
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            (void)kb::update_index(desk.index(), changed, removed, today);
            ::_exit(0);
        }
        ::usleep(static_cast<useconds_t>(desk.below(whole_us)));
        ::kill(child, SIGKILL);
        REQUIRE(::waitpid(child, nullptr, 0) == child);

        const bool is_old = core::read_file(desk.index() / "index.json").value() == core::read_file(before / "index.json").value();
        if (is_old) {
            Desk::check_same(desk.index(), before);
            REQUIRE(kb::update_index(desk.index(), changed, removed, today));
        }
        desk.check_same_as_new();
    }
}

namespace {

// A folder with an index that `kb build` keeps.
class Kept {
public:
    Kept() {
        write("articles/en/printer.md", "Printer", "It prints receipts.");
        write("articles/en/scanner.md", "Scanner", "It scans cards.");
        write("articles/de/kasse.md", "Kasse", "Die Kasse druckt.");
        write_file("search/synonyms.en.yaml", "- [printer, zeppelin]\n");
        REQUIRE(refresh().built);
    }
    void write(const std::string& path, const std::string& title, const std::string& text) { write_file(path, "---\ntitle: " + title + "\naudience: [public]\n---\n\n" + text + "\n"); }
    // A minute after the file before, and long ago.
    void write_file(const std::string& path, const std::string& text) {
        const auto written = folder.write(path, text);
        std::filesystem::last_write_time(written, std::filesystem::file_time_type::clock::now() - std::chrono::hours(100) + std::chrono::minutes(++minutes));
    }
    kb::Refreshed refresh() {
        core::Problems problems;
        auto refreshed = kb::refresh_index(folder.path(), folder.path() / "index", today, {}, problems);
        REQUIRE_MESSAGE(refreshed, (refreshed ? "" : refreshed.error().message));
        return *refreshed;
    }
    std::string finds(const char* words) const {
        const auto searcher = kb::Searcher::open(folder.path() / "index");
        REQUIRE(searcher);
        return Desk::told(Desk::ask(*searcher, words, today));
    }

    support::Folder folder;
    int minutes = 0;
};

}  // namespace

TEST_CASE("refresh: only what changed is read, and what needs all is made anew") {
    Kept kept;
    CHECK(kept.refresh().changed == 0);

    kept.write("articles/en/printer.md", "Printer", "It jams at quokkas.");
    kb::Refreshed refreshed = kept.refresh();
    CHECK_FALSE(refreshed.built);
    CHECK(refreshed.changed == 1);
    CHECK(kept.finds("quokkas") == "en/printer Printer\n");
    CHECK(kept.finds("receipts").empty());

    kept.write("articles/en/new-one.md", "New one", "About wombats.");
    std::filesystem::remove(kept.folder.path() / "articles/en/scanner.md");
    refreshed = kept.refresh();
    CHECK_FALSE(refreshed.built);
    CHECK(refreshed.changed == 2);
    CHECK(kept.finds("wombats") == "en/new-one New one\n");
    CHECK(kept.finds("scans").empty());

    const struct {
        const char* path;
        const char* text;
    } rows[] = {
        {"search/synonyms.en.yaml", "- [printer, hovercraft]\n"},
        {"articles/fr/nouveau.md", "---\ntitle: Nouveau\n---\n\nUn autre.\n"},
        {"known-problems/slow.yaml", "id: slow\ntitle: {en: All is slow}\nmeanwhile: {en: Wait.}\n"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.path);
        kept.write_file(row.path, row.text);
        CHECK(kept.refresh().built);
        CHECK(kept.refresh().changed == 0);
    }
    CHECK(kept.finds("hovercraft").find("en/printer") != std::string::npos);
    CHECK(kept.finds("nouveau") == "fr/nouveau Nouveau\n");
    CHECK(kept.finds("slow") == "slow All is slow\n");

    // What is as young as the index is looked at again; it says the same as before.
    kept.folder.write("articles/en/printer.md", "---\ntitle: Printer\naudience: [public]\n---\n\nIt jams at numbats.\n");
    CHECK(kept.refresh().changed == 1);
    refreshed = kept.refresh();
    CHECK_FALSE(refreshed.built);
    CHECK(refreshed.changed == 0);
    CHECK(kept.finds("numbats") == "en/printer Printer\n");

    // For others it is another index.
    core::Problems problems;
    const auto for_managers = kb::refresh_index(kept.folder.path(), kept.folder.path() / "index", today, {{"public", "manager"}, {}}, problems);
    REQUIRE(for_managers);
    CHECK(for_managers->built);
}
