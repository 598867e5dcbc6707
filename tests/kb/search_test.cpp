// What a person finds, letter by letter, in a small company of six languages.
#include "kb/searcher.hpp"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "core/base/file.hpp"
#include "core/base/utf8.hpp"
#include "kb/indexer.hpp"
#include "tests/kb/told.hpp"
#include "tests/support/folder.hpp"

namespace {

constexpr core::Date today{std::chrono::year{2026}, std::chrono::November, std::chrono::day{24}};

class Company {
public:
    Company() {
        article("en/receipt-printer", "title: The receipt printer does not print\ndescription: Five checks at the till.\ncategory: tills\nkeywords: [paper jam, red light]",
                "Open the lid, take the roll out, and put it in again with the loose end towards you.\n\n## The light is red\n\nThe head is too hot, or the cutter is stuck. "
                "Switch the printer off for ten minutes.\n\n## Blank paper\n\nThe roll is the wrong way round.");
        article("en/till-frozen", "title: The till is frozen\ncategory: tills", "Wait one full minute first.\n\n## Restart it\n\nHold the power button for ten seconds.");
        article("en/password", "title: Reset your password\ncategory: people", "Choose Forgot on the login screen. The accounting system has a password of its own.");
        article("en/request-leave", "title: Request annual leave\ncategory: people", "Ask four weeks ahead.\n\n## Parental leave\n\nIt starts with a talk. People & HR sends the forms home.");
        article("en/policies", "title: Company policies\ncategory: people", "Policies on gifts, travel and batteries. How do I find one? Ask.");
        article("en/guest-wifi", "title: Wi-Fi for guests\ncategory: people", "The key of the guest network changes each Monday.");
        article("en/lift", "title: The lift is out of order\ncategory: building", "Hang the sign on every floor.");
        article("en/lights", "title: Lights off at closing\ncategory: building", "The last one switches everything off.");
        article("en/harbour", "title: The harbour gate\ncategory: building\nsites: [harbour-street]", "Only the harbour site has this gate, called quayquokka.");
        article("en/for-managers", "title: Salary bands\naudience: [manager]", "What a submarine costs: word canarysubmarine.");
        article("en/for-customers", "title: Opening hours of the market\naudience: [public]", "From eight to eight, also on holidays.");
        article("de/receipt-printer", "title: Der Bondrucker druckt nicht\ncategory: tills", "Deckel öffnen, Rolle herausnehmen. Der Drucker piept.\n\n## Die Lampe ist rot\n\nDer Kopf ist zu heiß.");
        article("de/arbeitszeit", "title: Arbeitszeitkonto prüfen\ncategory: people", "Auf dem Konto steht jede Überstunde. Die Arbeit und die Zeit zählen. Straßenschuhe sind verboten.");
        article("fr/receipt-printer", "title: L’imprimante n’imprime pas\ncategory: tills", "Ouvrez le capot de l’imprimante. Le café est dans la cuisine.");
        article("ar/receipt-printer", "title: طابعة الإيصالات لا تطبع\ncategory: tills", "افتح الغطاء وأخرج لفة الورق ثم ضعها من جديد.");
        article("zh-Hans/receipt-printer", "title: 小票打印机不打印\ncategory: tills", "打开盖子，取出纸卷，然后重新放入。如果红灯亮起，请关闭打印机十分钟。");
        article("zh-Hans/password", "title: 重置密码\ncategory: people", "在登录屏幕上选择忘记密码。");
        article("th/password", "title: รีเซ็ตรหัสผ่าน\ncategory: people", "เลือกลืมรหัสผ่านที่หน้าจอเข้าสู่ระบบ");
        article("ja/leave", "title: 有給休暇の申請\ncategory: people", "四週間前に上司に申請してください。");
        folder.write("services/printer-fault.yaml",
                     "id: printer-fault\ntitle: {en: Report a broken printer, de: Drucker defekt melden}\nsummary: {en: Receipt and label printers., de: Bondrucker.}\n"
                     "department: it\ncategory: tills\nkeywords: {en: [printer, paper jam], de: [Drucker, Papierstau]}\nrouting: {team: it}\n"
                     "steps:\n  - id: what\n    title: {en: What}\n    fields:\n      - {id: details, type: long_text, label: {en: Details}}\n");
        folder.write("services/salary-change.yaml",
                     "id: salary-change\ntitle: {en: Change a salary}\ndepartment: it\naudience: [manager]\nrouting: {team: it}\n"
                     "steps:\n  - id: what\n    title: {en: What}\n    fields:\n      - {id: details, type: long_text, label: {en: Details}}\n");
        folder.write("known-problems/contactless.yaml",
                     "id: contactless\ntitle: {en: Contactless payments time out, de: Kontaktlose Zahlungen brechen ab}\n"
                     "meanwhile: {en: Ask the customer to insert the card., de: Bitte die Karte einstecken.}\nkeywords: {en: [tap, declined]}\ncategory: tills\nsince: 2026-11-01\n");
        folder.write("known-problems/harbour-lift.yaml",
                     "id: harbour-lift\ntitle: {en: The goods lift waits for a part}\nmeanwhile: {en: Use the ramp.}\nsites: [harbour-street]\nuntil: 2026-12-01\n");
        folder.write("known-problems/solved.yaml", "id: solved\ntitle: {en: The hovercraft leaks}\nmeanwhile: {en: Bail.}\nuntil: 2026-11-24\n");
        folder.write("search/synonyms.en.yaml", "- [lift, elevator]\n- [till, cash register, checkout]\n- [blank, white and empty]\n");
        folder.write("search/stop-words.en.yaml", "add: [please]\nremove: [off]\n");
    }

    void article(const std::string& id, const std::string& front, const std::string& body) {
        folder.write("articles/" + id + ".md", "---\n" + front + "\n---\n\n" + body + "\n");
    }

    std::filesystem::path build(const std::string& name = "index", const kb::Viewers& viewers = {}) {
        core::Problems problems;
        const auto collection = kb::load_collection(folder.path(), problems);
        REQUIRE(collection);
        const auto catalog = catalog::load_catalog(folder.path(), problems);
        CHECK_MESSAGE(!core::has_error(problems), kb_test::told(problems));
        const auto built = kb::build_index(*collection, catalog, folder.path() / name, today, {}, viewers);
        REQUIRE_MESSAGE(built, (built ? "" : built.error().message));
        return folder.path() / name;
    }

    support::Folder folder;
};

class Counter : public Company {  // where a person stands
public:
    Counter() : searcher(open(build())) {}

    static kb::Searcher open(const std::filesystem::path& index) {
        auto opened = kb::Searcher::open(index);
        REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().message));
        return std::move(*opened);
    }
    kb::Found ask(kb::Question question) const {
        question.today = today;
        auto found = searcher.search(question);
        REQUIRE(found);
        return std::move(*found);
    }
    kb::Found ask(std::string words, std::string language = "en") const {
        kb::Question question;
        question.words = std::move(words);
        question.language = std::move(language);
        return ask(question);
    }
    std::string first(std::string words, std::string language = "en") const {
        const kb::Found found = ask(std::move(words), std::move(language));
        return found.hits.empty() ? "" : found.hits.front().id;
    }
    // Within the first ten.
    bool finds(const kb::Found& found, std::string_view id) const {
        const auto end = found.hits.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(10, found.hits.size()));
        return std::any_of(found.hits.begin(), end, [id](const kb::Hit& hit) { return hit.id == id; });
    }

    kb::Searcher searcher;
};

std::set<std::string> ids(const kb::Found& found) {
    std::set<std::string> all;
    for (const kb::Hit& hit : found.hits) all.insert(hit.id);
    return all;
}

std::string bytes_of(const std::filesystem::path& index) {
    std::string all;
    const auto files = core::files_below(index);
    REQUIRE(files);
    for (const auto& file : *files) {
        auto bytes = core::read_file(index / file);
        REQUIRE(bytes);
        all += file.string() + "\n" + *bytes;
    }
    return all;
}

}  // namespace

TEST_CASE("search: what a person types finds what they mean") {
    const Counter counter;
    const struct {
        const char* name;
        const char* words;
        const char* language;
        const char* first;
    } rows[] = {
        {"a title", "reset your password", "en", "en/password"},
        {"a half-typed word", "passw", "en", "en/password"},
        {"one letter wrong", "pasword", "en", "en/password"},
        {"two letters swapped", "pasworrd reset", "en", "en/password"},
        {"one letter wrong in German", "Bondrukcer druckt", "de", "de/receipt-printer"},
        {"one letter wrong in French", "imprimente", "fr", "fr/receipt-printer"},
        {"one letter missing in Arabic", "الإيصلات", "ar", "ar/receipt-printer"},
        {"without accents", "prufen", "de", "de/arbeitszeit"},
        {"ss for ß", "strassenschuhe", "de", "de/arbeitszeit"},
        {"another number", "passwords", "en", "en/password"},
        {"another number of -y", "policy", "en", "en/policies"},
        {"a part of a compound", "Konto", "de", "de/arbeitszeit"},
        {"a compound in two words", "Arbeitszeit Konto", "de", "de/arbeitszeit"},
        {"two words joined", "annualleave", "en", "en/request-leave"},
        {"a word split", "pass word", "en", "en/password"},
        {"with and without a hyphen", "wifi", "en", "en/guest-wifi"},
        {"a synonym", "elevator out of order", "en", "en/lift"},
        {"a synonym of two words", "cash register frozen", "en", "en/till-frozen"},
        {"an apostrophe", "l'imprimante", "fr", "fr/receipt-printer"},
        {"upper case", "PASSWORD", "en", "en/password"},
        {"a known problem", "contactless payment", "en", "contactless"},
        {"a known problem by what it says to do", "insert the card", "en", "contactless"},
        {"a form", "report broken printer", "en", "printer-fault"},
        {"Chinese", "打印机", "zh-Hans", "zh-Hans/receipt-printer"},
        {"a question in Chinese", "如何重置密码", "zh-Hans", "zh-Hans/password"},
        {"Thai", "รหัสผ่าน", "th", "th/password"},
        {"Japanese", "休暇の申請", "ja", "ja/leave"},
        {"Arabic", "طابعة", "ar", "ar/receipt-printer"},
        {"in a language that is not the screen's", "Arbeitszeitkonto", "en", "de/arbeitszeit"},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string(row.name));
        CHECK(counter.first(row.words, row.language) == row.first);
    }
}

TEST_CASE("search: every key press shows something, and what matched exactly does not vanish at the next letter") {
    const Counter counter;
    const struct {
        const char* words;
        const char* language;
        const char* id;
    } rows[] = {
        {"receipt printer does not print", "en", "en/receipt-printer"}, {"request annual leave policy", "en", "en/request-leave"}, {"till frozen please help", "en", "en/till-frozen"},
        {"Bondrucker druckt nicht", "de", "de/receipt-printer"},        {"小票打印机不打印", "zh-Hans", "zh-Hans/receipt-printer"}, {"contactless payments time out", "en", "contactless"},
    };
    for (const auto& row : rows) {
        const std::string words = row.words;
        bool was_first = false;
        for (std::size_t at = core::utf8::next_boundary(words, 0);; at = core::utf8::next_boundary(words, at)) {
            const std::string typed = words.substr(0, at);
            CAPTURE(typed);
            const kb::Found found = counter.ask(typed, row.language);
            CHECK_FALSE(found.hits.empty());
            CHECK((!was_first || counter.finds(found, row.id)));
            was_first = was_first || (!found.hits.empty() && found.hits.front().id == row.id && found.corrected.empty());
            if (at == words.size()) break;
        }
        CAPTURE(words);
        CHECK(was_first);
    }
}

TEST_CASE("search: words that exist are not corrected, others are, and it is said") {
    const Counter counter;
    CHECK(counter.ask("password ").corrected.empty());
    CHECK(counter.ask("password ").searched.empty());
    const kb::Found found = counter.ask("Reset my Pasword ");
    REQUIRE(found.corrected.size() == 1);
    CHECK(found.corrected.front() == std::pair<std::string, std::string>{"Pasword", "password"});
    CHECK(found.searched == "Reset my password ");
    CHECK(counter.ask("annualleave request ").searched == "annual leave request ");
    // Three letters are not guessed at.
    CHECK(counter.ask("lfi ").corrected.empty());
}

TEST_CASE("search: stop words alone still find, and editors say what is one") {
    Counter counter;
    CHECK_FALSE(counter.ask("how do i ").hits.empty());
    CHECK_FALSE(counter.ask("the").hits.empty());
    // "off" says something here; "please" does not.
    CHECK(counter.first("please off ") == "en/lights");
    counter.folder.write("search/stop-words.en.yaml", "add: [two words]\nremvoe: [off]\n");
    core::Problems problems;
    REQUIRE(kb::load_collection(counter.folder.path(), problems));
    CHECK(kb_test::tells(problems, "search/stop-words.en.yaml:1:7: error: a stop word is one word"));
    CHECK_MESSAGE(kb_test::tells(problems, "search/stop-words.en.yaml:2:1: warning:"), kb_test::told(problems));
    problems.clear();
    counter.folder.write("search/stop-words.en.yaml", "- please\n");
    REQUIRE(kb::load_collection(counter.folder.path(), problems));
    CHECK(kb_test::tells(problems, "search/stop-words.en.yaml:1:1: error: stop words are two lists"));
}

TEST_CASE("search: a hit leads to its best section and shows why it was found") {
    const Counter counter;
    const kb::Found found = counter.ask("the light is red");
    REQUIRE_FALSE(found.hits.empty());
    const kb::Hit& hit = found.hits.front();
    CHECK(hit.id == "en/receipt-printer");
    CHECK(hit.anchor == "the-light-is-red");
    CHECK(hit.heading == "The light is red");
    CHECK(hit.category == "tills");
    CHECK(hit.language == "en");

    const kb::Found second = counter.ask("cutter stuk ");
    REQUIRE_FALSE(second.hits.empty());
    const kb::Hit& stuck = second.hits.front();
    std::set<std::string> marked;
    for (const auto& [begin, end] : stuck.snippet_matches) {
        REQUIRE(begin < end);
        REQUIRE(end <= stuck.snippet.size());
        marked.insert(stuck.snippet.substr(begin, end - begin));
    }
    CHECK(marked == std::set<std::string>{"cutter", "stuck"});
    const kb::Found third = counter.ask("parental");
    REQUIRE_FALSE(third.hits.empty());
    CHECK(third.hits.front().anchor == "parental-leave");
    const auto titled = counter.ask("Drucker", "de").hits;
    REQUIRE_FALSE(titled.empty());
    REQUIRE(titled.front().title_matches.size() == 1);
}

TEST_CASE("search: words that say little are shown as found only when nothing else was asked") {
    const Counter counter;
    const auto shown = [&](const std::string& words) {
        std::set<std::string> found;
        for (const kb::Hit& hit : counter.ask(words).hits) {
            for (const auto& [begin, end] : hit.snippet_matches) found.insert(core::utf8::folded(hit.snippet.substr(begin, end - begin)));
        }
        return found;
    };
    CHECK(shown("the printer of the till").contains("printer"));
    CHECK_FALSE(shown("the printer of the till").contains("the"));
    CHECK(shown("the").contains("the"));
    CHECK_FALSE(shown("blank paper").contains("and"));  // of "white and empty", another name of it
    CHECK(counter.first("white and empty", "en") == "en/receipt-printer");
}

TEST_CASE("search: of translations one is shown, in the person's language where there is one") {
    const Counter counter;
    for (const auto& [language, id] : {std::pair{"de", "de/receipt-printer"}, std::pair{"en", "en/receipt-printer"}}) {
        kb::Question question;
        question.words = language == std::string("de") ? "Bondrucker printer" : "printer Bondrucker";
        question.language = language;
        const auto found = ids(counter.ask(question));
        CHECK(found.contains(id));
        std::size_t same = 0;
        for (const std::string& each : found) same += each.ends_with("/receipt-printer") ? 1 : 0;
        CHECK(same == 1);
    }
}

TEST_CASE("search: language, topic, site, audience and kind filter inside of the query") {
    const Counter counter;
    kb::Question question;
    question.words = "drucker printer ";
    question.language = "de";
    question.only_language = true;
    for (const kb::Hit& hit : counter.ask(question).hits) CHECK(hit.language == "de");

    question = {};
    question.words = "the ";
    question.language = "en";
    question.category = "building";
    question.limit = 1;  // a filter that came after would leave nothing
    REQUIRE(counter.ask(question).hits.size() == 1);
    CHECK(counter.ask(question).hits.front().category == "building");

    question = {};
    question.words = "lift gate ";
    question.language = "en";
    question.site = "quay-road";
    CHECK_FALSE(ids(counter.ask(question)).contains("en/harbour"));
    CHECK_FALSE(ids(counter.ask(question)).contains("harbour-lift"));
    CHECK(ids(counter.ask(question)).contains("en/lift"));
    question.site = "harbour-street";
    CHECK(ids(counter.ask(question)).contains("en/harbour"));
    CHECK(ids(counter.ask(question)).contains("harbour-lift"));

    question = {};
    question.words = "opening hours, request leave";
    question.audience = {"public"};
    CHECK(ids(counter.ask(question)) == std::set<std::string>{"en/for-customers"});

    question = {};
    question.words = "printer contactless lift ";
    question.language = "en";
    question.kinds = {kb::HitKind::service};
    CHECK(ids(counter.ask(question)) == std::set<std::string>{"printer-fault"});
    question.kinds = {kb::HitKind::problem};
    CHECK(ids(counter.ask(question)) == std::set<std::string>{"contactless", "harbour-lift"});
}

TEST_CASE("search: a known problem has its days") {
    const Counter counter;
    kb::Question question;
    question.words = "goods lift part hovercraft ";
    question.language = "en";
    question.today = core::Date{std::chrono::year{2026}, std::chrono::December, std::chrono::day{1}};
    const auto later = counter.searcher.search(question);
    REQUIRE(later);
    CHECK_FALSE(ids(*later).contains("harbour-lift"));
    CHECK(ids(counter.ask(question)).contains("harbour-lift"));
    CHECK_FALSE(ids(counter.ask(question)).contains("solved"));
}

TEST_CASE("search: what is for other people or sites is not in the bytes of the index") {
    Company company;
    const std::string everyone = bytes_of(company.build("kiosk"));
    CHECK(everyone.find("canarysubmarin") == std::string::npos);
    CHECK(everyone.find("Salary bands") == std::string::npos);
    CHECK(everyone.find("Change a salary") == std::string::npos);
    CHECK(everyone.find("quayquokka") != std::string::npos);

    const std::string managers = bytes_of(company.build("managers", {{"public", "staff", "manager"}, {}}));
    CHECK(managers.find("canarysubmarin") != std::string::npos);
    CHECK(managers.find("Change a salary") != std::string::npos);

    const std::string customers = bytes_of(company.build("customers", {{"public"}, {}}));
    CHECK(customers.find("Opening hours") != std::string::npos);
    CHECK(customers.find("password") == std::string::npos);

    const std::string elsewhere = bytes_of(company.build("elsewhere", {{"public", "staff"}, {"quay-road"}}));
    CHECK(elsewhere.find("quayquokka") == std::string::npos);
    CHECK(elsewhere.find("goods lift") == std::string::npos);
    CHECK(elsewhere.find("Reset your password") != std::string::npos);
}

TEST_CASE("search: suggestions continue what is typed, in the person's language") {
    const Counter counter;
    const auto suggested = [&](std::string words, std::string language) {
        kb::Question question;
        question.words = std::move(words);
        question.language = std::move(language);
        question.suggestions = 3;
        std::vector<std::string> texts;
        for (const kb::Suggestion& each : counter.ask(question).suggestions) texts.push_back(each.text);
        return texts;
    };
    using Texts = std::vector<std::string>;
    CHECK(suggested("rese", "en") == Texts{"Reset your password"});
    CHECK(suggested("rest", "en") == Texts{"Restart it"});
    CHECK(suggested("annual le", "en") == Texts{"Request annual leave"});
    CHECK(suggested("cash re", "en") == Texts{"cash register"});
    CHECK(suggested("der bon", "de") == Texts{"Der Bondrucker druckt nicht"});
    CHECK(suggested("重置", "zh-Hans") == Texts{"重置密码"});
    CHECK(suggested("reset your password", "en").empty());
    CHECK(suggested("rset your pass", "en") == Texts{"Reset your password"});
    CHECK(suggested("t", "en").size() <= 3);
}

TEST_CASE("search: gibberish is not a dead end") {
    const Counter counter;
    for (const char* words : {"qqxzvkw", "🦭🦭🦭", "?!", "", "   ", "ξξξψψψζζζ"}) {
        CAPTURE(words);
        const kb::Found found = counter.ask(words);
        REQUIRE_FALSE((found.hits.empty() && found.instead.empty()));
        for (const kb::Hit& hit : found.instead) CHECK(hit.language == "en");
    }
    REQUIRE_FALSE(counter.ask("🦭").instead.empty());
    CHECK(counter.ask("🦭").instead.front().kind == kb::HitKind::service);
    // It begins like a word that is known.
    const kb::Found begins = counter.ask("passwxyzq ");
    CHECK(counter.finds(begins, "en/password"));
    CHECK(begins.corrected.size() == 1);
}

TEST_CASE("search: hostile questions are answered like others") {
    const Counter counter;
    std::string long_word(5000, 'p');
    std::string many_words;
    for (int i = 0; i < 2000; ++i) many_words += "printer ";
    std::string marks = "a";
    for (int i = 0; i < 400; ++i) marks += "\xCC\x81";
    for (const std::string& words : {long_word, many_words, marks, std::string("pass\0word", 9), std::string("\xFF\xFE\xC0\x80 printer"), std::string("\xE6\x89"), std::string("printer \xF0\x9F"),
                                     std::string("👩‍👩‍👧‍👦 printer"), std::string("S Z K Lde Ven"), std::string("NEAR OR AND * \" ( ) :"), std::string(599, 'a') + "é"}) {
        const kb::Found found = counter.ask(words);
        for (const kb::Hit& hit : found.hits) CHECK(core::utf8::is_valid(hit.snippet));
        CHECK(core::utf8::is_valid(found.searched));
    }
    CHECK(counter.first("👩‍👩‍👧‍👦 reset password") == "en/password");
    kb::Question question;
    question.words = "printer";
    question.limit = 1'000'000;
    CHECK(counter.ask(question).hits.size() <= 100);
    question.limit = 0;
    CHECK(counter.ask(question).hits.empty());
    question.limit = 10;
    question.category = std::string(100'000, 'x');
    CHECK(counter.ask(question).hits.empty());
}

TEST_CASE("search: equal content gives equal bytes, and the same answers") {
    Company company;
    CHECK(bytes_of(company.build("one")) == bytes_of(company.build("two")));
}

TEST_CASE("search: an index that is damaged, incomplete or of another version is refused") {
    Company company;
    const std::filesystem::path index = company.build();
    const auto refused = [&](std::string_view why) {
        const auto opened = kb::Searcher::open(index);
        REQUIRE_FALSE(opened);
        CHECK_MESSAGE(opened.error().message.find(why) != std::string::npos, opened.error().message);
    };
    const std::filesystem::path nowhere = company.folder.path() / "none";
    const auto missing = kb::Searcher::open(nowhere);
    REQUIRE_FALSE(missing);
    CHECK(missing.error().kind == core::ErrorKind::not_found);

    const auto about = core::read_file(index / "index.json");
    REQUIRE(about);
    for (const char* name : {"articles.xdb", "lexicon.bin", "forward.bin", "texts.bin"}) {
        CAPTURE(name);
        const auto whole = core::read_file(index / name);
        REQUIRE(whole);
        REQUIRE(core::write_file(index / name, whole->substr(0, whole->size() / 2)));
        refused("damaged");
        std::filesystem::remove(index / name);
        refused("damaged");
        REQUIRE(core::write_file(index / name, *whole));
    }
    // The right size, the wrong bytes.
    for (const char* name : {"lexicon.bin", "forward.bin"}) {
        CAPTURE(name);
        const auto whole = core::read_file(index / name);
        REQUIRE(core::write_file(index / name, std::string(whole->size(), '\xFF')));
        refused("damaged");
        REQUIRE(core::write_file(index / name, *whole));
    }
    REQUIRE(core::write_file(index / "index.json", "{"));
    refused("damaged");
    std::string other = *about;
    other.replace(other.find("\"schema\":"), 10, "\"schema\":9");
    REQUIRE(core::write_file(index / "index.json", other));
    refused("another version");
    REQUIRE(core::write_file(index / "index.json", *about));
    CHECK(kb::Searcher::open(index));
}

TEST_CASE("search: words of what is not shown today are no words") {
    Company company;
    company.article("en/later", "title: Quetzalcoatl lounge\npubDate: 2026-12-01", "A lounge for everyone, called quetzalcoatl.");
    company.article("en/past", "title: Summer market\nexpires: 2026-12-01", "The summer market has a merrygoround.");
    const kb::Searcher searcher = Counter::open(company.build());
    const auto ask = [&](const char* words, std::optional<core::Date> on) {
        kb::Question question;
        question.words = words;
        question.language = "en";
        question.today = on;
        question.suggestions = 5;
        auto found = searcher.search(question);
        REQUIRE(found);
        return std::move(*found);
    };
    const core::Date december{std::chrono::year{2026}, std::chrono::December, std::chrono::day{1}};
    for (const char* words : {"quetzalcoatl", "quetzalcoatk ", "quetz"}) {
        CAPTURE(words);
        for (const auto& on : {std::optional{today}, std::optional<core::Date>{}}) {
            const kb::Found before = ask(words, on);
            CHECK(before.searched.find("quetzalcoatl") == std::string::npos);
            CHECK(before.hits.empty());
            CHECK(before.suggestions.empty());
        }
        CHECK(ids(ask(words, december)).contains("en/later"));
    }
    CHECK(ask("merrygorund ", today).searched == "merrygoround ");
    CHECK(ask("merrygorund ", december).searched.empty());
}

TEST_CASE("search: an index replaces only an index") {
    Company company;
    company.folder.write("precious/thesis.txt", "years of work");
    core::Problems problems;
    const auto collection = kb::load_collection(company.folder.path(), problems);
    REQUIRE(collection);
    const auto built = kb::build_index(*collection, {}, company.folder.path() / "precious", today);
    REQUIRE_FALSE(built);
    CHECK(built.error().kind == core::ErrorKind::conflict);
    CHECK(std::filesystem::exists(company.folder.path() / "precious/thesis.txt"));
}

TEST_CASE("search: the sample company answers in each of its languages") {
    core::Problems problems;
    const std::filesystem::path content = std::filesystem::path(FOYER_SOURCE) / "content";
    const auto collection = kb::load_collection(content, problems);
    REQUIRE(collection);
    const support::Folder folder;
    REQUIRE(kb::build_index(*collection, catalog::load_catalog(content, problems), folder.path() / "index", today));
    const kb::Searcher searcher = Counter::open(folder.path() / "index");
    const struct {
        const char* words;
        const char* language;
        const char* ending;
    } rows[] = {
        {"printer prints blank paper", "en", "receipt-printer-does-not-print"}, {"Bondrucker druckt nicht", "de", "receipt-printer-does-not-print"}, {"mot de passe oublié", "fr", "reset-your-password"},
        {"contraseña olvidada", "es", "reset-your-password"},                  {"طلب إجازة", "ar", "request-leave"},                               {"重置密码", "zh-Hans", "reset-your-password"},
        {"contactless declined", "en", "contactless-payments-slow"},            {"货梯", "zh-Hans", "goods-lift-waits-for-a-part"},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string(row.words));
        kb::Question question;
        question.words = row.words;
        question.language = row.language;
        question.today = today;
        const auto found = searcher.search(question);
        REQUIRE(found);
        const auto end = found->hits.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(3, found->hits.size()));
        CHECK(std::any_of(found->hits.begin(), end, [&](const kb::Hit& hit) { return hit.id.ends_with(row.ending); }));
    }
}
