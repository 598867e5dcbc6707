#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/base/picture.hpp"
#include "core/catalog/catalog.hpp"
#include "kb/collection.hpp"
#include "kb/reading.hpp"
#include "kb/twins.hpp"
#include "tests/kb/told.hpp"
#include "tests/support/folder.hpp"

using kb_test::tells;
using kb_test::told;

namespace {

constexpr core::Date today{std::chrono::year{2026}, std::chrono::November, std::chrono::day{24}};

core::Problems check(const support::Folder& folder, const kb::CheckRules& rules = {}) {
    core::Problems problems;
    const auto collection = kb::load_collection(folder.path(), problems);
    REQUIRE(collection);
    const auto catalog = catalog::load_catalog(folder.path(), problems);
    kb::check_collection(*collection, catalog, today, problems, rules);
    return problems;
}

std::string repeated(std::string_view piece, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i) text += piece;
    return text;
}

std::vector<kb::Block> blocks_of(std::string_view markdown) {
    core::Problems ignored;
    return kb::parse_markdown(markdown, "x.md", 1, ignored);
}

// The first bytes of a PNG of that size; nothing more is needed to say that it is too large.
std::string png_header(std::uint32_t width, std::uint32_t height) {
    std::string bytes("\x89PNG\r\n\x1A\n\0\0\0\rIHDR", 16);
    for (const std::uint32_t side : {width, height}) {
        for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(side >> shift & 0xFF);
    }
    return bytes + std::string("\x08\x06\0\0\0\0\0\0\0", 9);
}

constexpr std::string_view how_to_claim =
    "Open the claim form on any kiosk and choose the trip. Take a photograph of each receipt, one at a time, and write what it was for. "
    "Meals count up to the daily allowance; a taxi counts when no train runs. Send the claim before the fifth of the month, "
    "and the money comes with that month's pay. Claims that come later are paid a month after. Ask the finance team when a receipt is lost.\n";

}  // namespace

TEST_CASE("check: articles that say the same, or nearly, are told with the other's name") {
    const support::Folder folder;
    folder.write("articles/en/a.md", "---\ntitle: Claims\n---\n\n" + std::string(how_to_claim));
    folder.write("articles/en/b.md", "---\ntitle: Expenses\n---\n\n" + std::string(how_to_claim));
    std::string changed(how_to_claim);
    changed.replace(changed.find("finance team"), 12, "payroll office");
    folder.write("articles/en/c.md", "---\ntitle: Money back\n---\n\n" + changed);
    folder.write("articles/fr/d.md", "---\ntitle: In another language\n---\n\n" + std::string(how_to_claim));
    folder.write("articles/en/e.md", "---\ntitle: Short ones are alike by chance\n---\n\nAsk at the desk.\n");
    folder.write("articles/en/f.md", "---\ntitle: Another short one\n---\n\nAsk at the desk.\n");
    const core::Problems problems = check(folder);
    CHECK_MESSAGE(tells(problems, "articles/en/b.md:1:1: warning: says the same as articles/en/a.md. Keep one, and link to it from the other."), told(problems));
    CHECK_MESSAGE(tells(problems, "articles/en/c.md:1:1: warning: says nearly the same as articles/en/a.md"), told(problems));
    CHECK(problems.size() == 2);
}

TEST_CASE("check: twins are found in scripts without spaces too") {
    const std::string sentence = "打印机没有反应时，请先检查电源线，再打开盖子取出卡住的纸张，然后重新启动收银机。";
    std::string long_text;
    for (int i = 0; i < 12; ++i) long_text += fmt::format("第{}步：{}", i, sentence);
    kb::Article one;
    one.language = "zh-Hans";
    one.blocks = blocks_of(long_text);
    kb::Article two = one;
    two.blocks = blocks_of(long_text + "如果仍然不行，请打电话给技术支持。");
    kb::Article other = one;
    other.blocks = blocks_of(repeated("请假需要在系统里填写申请表，经理会在三天之内批准或者拒绝。", 12));
    const auto twins = kb::find_twins({one, two, other});
    REQUIRE(twins.size() == 1);
    CHECK(twins[0].first == 0);
    CHECK(twins[0].second == 1);
}

TEST_CASE("check: a translation is out of date when the text it was made from has changed") {
    const support::Folder folder;
    const auto source = folder.write("articles/en/a.md", "---\ntitle: A till\n---\n\nSwitch it off.\n");
    core::Problems ignored;
    const std::string revision = kb::revision_of(kb::load_collection(folder.path(), ignored)->articles.front());
    CHECK(revision.size() == 12);
    folder.write("articles/de/a.md", "---\ntitle: Eine Kasse\ntranslation_of: en/a\nsource_revision: " + revision + "\n---\n\nAusschalten.\n");
    folder.write("articles/fr/a.md", "---\ntitle: Une caisse\ntranslation_of: en/a\n---\n\nÉteindre.\n");
    core::Problems problems = check(folder);
    CHECK_MESSAGE(tells(problems, fmt::format("articles/fr/a.md:3:1: warning: does not say which text it was translated from. Add `source_revision: {}`", revision)), told(problems));
    CHECK(problems.size() == 1);

    folder.write("articles/en/a.md", "---\r\ntitle: A till  \r\ntags: [x]\r\n---\r\n\r\nSwitch it off.   \r\n");
    CHECK(check(folder).size() == 1);  // nothing that a reader sees

    folder.write("articles/en/a.md", "---\ntitle: A till\n---\n\nSwitch it off and **on**.\n");
    problems = check(folder);
    CHECK_MESSAGE(tells(problems, "articles/de/a.md:4:1: warning: is out of date: en/a has changed since " + revision), told(problems));
}

TEST_CASE("check: an article that is in some languages but not in all is told once") {
    const support::Folder folder;
    folder.write("company.yaml", "name: X\nlanguages: [en, de, fr]\nfallback: [en]\n");
    folder.write("articles/en/a.md", "---\ntitle: A\n---\n\ntext\n");
    folder.write("articles/de/a.md", "---\ntitle: A\n---\n\ntext\n");
    folder.write("articles/en/english-only.md", "---\ntitle: B\n---\n\ntext\n");
    const core::Problems problems = check(folder);
    CHECK_MESSAGE(told(problems) == "articles/en/a.md:1:1: warning: is translated, but not into fr. Translate it; until then people read it in another language.\n", told(problems));
}

TEST_CASE("check: headings come step by step, and a long text has some") {
    const support::Folder folder;
    folder.write("articles/en/a.md", "---\ntitle: A\n---\n\ntext\n\n### Third\n\ntext\n\n## Second\n\n#### Fourth\n\n## Second again\n");
    folder.write("articles/en/b.md", "---\ntitle: B\n---\n\n" + repeated("Take the box. Put it on the shelf. ", 100) + "\n");
    const core::Problems problems = check(folder);
    CHECK_MESSAGE(tells(problems, "articles/en/a.md:7:1: warning: the first heading has level 3. Begin it with ## instead"), told(problems));
    CHECK_MESSAGE(tells(problems, "articles/en/a.md:13:1: warning: a heading of level 4 stands below one of level 2. Begin it with ### instead"), told(problems));
    CHECK_MESSAGE(tells(problems, "articles/en/b.md:1:1: warning: takes 4 minutes to read and has no headings"), told(problems));
    CHECK(problems.size() == 3);
}

TEST_CASE("check: how hard a text is to read is told by the formula of its language") {
    const struct {
        const char* language;
        const char* formula;
        const char* easy;
        const char* hard;
    } rows[] = {
        {"en", "Flesch 1948", "Open the lid. Take the old roll out. Put a new one in. Shut the lid. ",
         "Organisational accountability necessitates comprehensive documentation of individual responsibilities throughout international procurement procedures. "},
        {"de", "Amstad 1978", "Mach den Deckel auf. Nimm die alte Rolle weg. Leg eine neue ein. ",
         "Die Berücksichtigung organisatorischer Verantwortlichkeiten erfordert dokumentationspflichtige Genehmigungsverfahren innerhalb internationaler Beschaffungsprozesse. "},
        {"fr", "Kandel and Moles 1958", "Ouvre le bac. Prends le vieux rouleau. Mets le neuf. Ferme tout. ",
         "La responsabilité organisationnelle nécessite une documentation approfondie des procédures internationales d'approvisionnement institutionnel. "},
        {"es", "Szigriszt Pazos 1993", "Abre la tapa. Saca el rollo. Pon el otro. Cierra bien. ",
         "La responsabilidad organizativa necesita documentación pormenorizada de procedimientos internacionales institucionalizados. "},
        {"ru", "Oborneva 2006", "Открой бак. Сними ленту. Дай мне лист. ",
         "Организационная ответственность предусматривает документирование международных закупочных мероприятий. "},
    };
    for (const auto& row : rows) {
        CAPTURE(row.language);
        const auto easy = kb::reading_ease(blocks_of(repeated(row.easy, 40)), row.language);
        const auto hard = kb::reading_ease(blocks_of(repeated(row.hard, 40)), row.language);
        REQUIRE(easy);
        REQUIRE(hard);
        CHECK(easy->formula == row.formula);
        CHECK(easy->score > 60);
        CHECK(hard->score < 30);
    }
    CHECK_FALSE(kb::reading_ease(blocks_of("Too short to measure."), "en"));
    CHECK_FALSE(kb::reading_ease(blocks_of(repeated("打开盖子。", 200)), "zh-Hans"));
}

TEST_CASE("check: Flesch's own scale is met within the error of counting syllables") {
    // 13 sentences, 108 words, 140 syllables by hand: 206.835 - 1.015 × 8.31 - 84.6 × 1.296 = 88.7.
    const auto ease = kb::reading_ease(blocks_of("The printer is out of paper. Open the cover with the green handle. Take the empty roll away. Put the new roll into the "
                                                 "printer so that the paper comes from below. Pull out a little of it. Close the cover until it clicks. The light "
                                                 "turns green. Press the button once. A small receipt comes out. If the light is still red, open the cover again and "
                                                 "look at the roll. It may lie the wrong way round. Turn it and close the cover. When nothing helps, write to the "
                                                 "people of the store desk and use another till until they come and look at the printer."),
                                       "en");
    REQUIRE(ease);
    CHECK(ease->score == doctest::Approx(90).epsilon(0.06));
}

TEST_CASE("check: the reading ease that is asked for can be set") {
    const support::Folder folder;
    folder.write("articles/en/a.md", "---\ntitle: A\n---\n\n## Part\n\n" +
                                         repeated("The regional manager usually considers every application before the committee meets. ", 12) + "\n");
    kb::CheckRules rules;
    rules.least_reading_ease = -100;
    CHECK(check(folder, rules).empty());
    rules.least_reading_ease = 100;
    const core::Problems problems = check(folder, rules);
    CHECK_MESSAGE(tells(problems, "of 100 where 100 is the least (Flesch 1948). Make the sentences shorter"), told(problems));
}

TEST_CASE("check: a picture that is too large, damaged or no picture is told before a kiosk meets it") {
    const support::Folder folder;
    folder.write("pictures/bomb.png", png_header(100'000, 100'000));
    folder.write("pictures/text.png", "not a picture");
    folder.write("pictures/half.jpg", "\xFF\xD8\xFF");
    folder.write("pictures/fine.png", png_header(800, 600));
    folder.write("pictures/fine.svg", "<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    folder.write("articles/en/a.md", "---\ntitle: A\n---\n\n![a](../../pictures/bomb.png)\n\n![b](../../pictures/text.png)\n\n![c](../../pictures/half.jpg)\n\n"
                                     "![d](../../pictures/fine.png)\n\n![e](../../pictures/fine.svg)\n");
    const core::Problems problems = check(folder);
    CHECK_MESSAGE(tells(problems, "articles/en/a.md:5:6: warning: the picture ../../pictures/bomb.png has 100000 × 100000 pixels, and is not shown"), told(problems));
    CHECK_MESSAGE(tells(problems, "articles/en/a.md:7:6: warning: the picture ../../pictures/text.png is not shown: it is neither PNG, JPEG, WebP nor SVG"), told(problems));
    CHECK_MESSAGE(tells(problems, "articles/en/a.md:9:6: warning: the picture ../../pictures/half.jpg is not shown: the JPEG is damaged"), told(problems));
    CHECK(problems.size() == 3);
}

TEST_CASE("check: what a link of the file system leads to is not read, and told") {
    const support::Folder outside;
    outside.write("secret.md", "# Secret\n");
    outside.write("secret.png", png_header(8, 8));
    const support::Folder folder;
    folder.write("articles/en/a.md", "---\ntitle: A\n---\n\n![a](../../pictures/x.png)\n");
    std::filesystem::create_symlink(outside.path() / "secret.md", folder.path() / "articles/en/b.md");
    std::filesystem::create_directory_symlink(outside.path(), folder.path() / "pictures");
    std::filesystem::create_directory_symlink(folder.path() / "articles", folder.path() / "articles/en/round");
    const core::Problems problems = check(folder);
    CHECK_MESSAGE(tells(problems, "articles/en/b.md:0:0: warning: is a link, and is left out"), told(problems));
    CHECK_MESSAGE(tells(problems, "articles/en/round:0:0: warning: is a link, and is left out"), told(problems));
    CHECK_MESSAGE(tells(problems, "articles/en/a.md:5:6: warning: there is no picture ../../pictures/x.png"), told(problems));
    CHECK(problems.size() == 3);
    CHECK_FALSE(kb::is_inside(folder.path(), "pictures/secret.png"));
    CHECK_FALSE(kb::is_inside(folder.path(), "articles/en/b.md"));
    CHECK(kb::is_inside(folder.path(), "articles/en/a.md"));
}

TEST_CASE("check: what was counted is said in one way") {
    CHECK(kb::counted({}) == "0 errors, 0 warnings");
    CHECK(kb::counted({{}, {core::Severity::warning, "", 0, 0, "", ""}}) == "1 error, 1 warning");
}

TEST_CASE("picture: its size is read from its first bytes") {
    const std::string jpeg("\xFF\xD8\xFF\xE0\x00\x04JF\xFF\xC0\x00\x11\x08\x00\x20\x00\x40\x03", 19);
    const std::string lossless = std::string("RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2F", 21) + std::string("\x3F\xC0\x07\x00", 4);  // 64 × 32
    const std::string extended = std::string("RIFF\0\0\0\0WEBPVP8X", 16) + std::string("\0\0\0\0\0\0\0\0\x3F\0\0\x1F\0\0", 14);
    const struct {
        const char* name;
        std::string bytes;
        core::PictureFormat format;
    } rows[] = {{"png", png_header(64, 32), core::PictureFormat::png},
                {"jpeg", jpeg, core::PictureFormat::jpeg},
                {"lossless webp", lossless, core::PictureFormat::webp},
                {"extended webp", extended, core::PictureFormat::webp}};
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto size = core::picture_size(row.bytes);
        REQUIRE(size);
        CHECK(size->format == row.format);
        CHECK(size->width == 64);
        CHECK(size->height == 32);
        for (std::size_t cut = 0; cut < row.bytes.size(); ++cut) {
            const auto half = core::picture_size(std::string_view(row.bytes).substr(0, cut));
            if (half) CHECK(half->width == 64);
        }
    }
    CHECK_FALSE(core::picture_size(png_header(0, 5)));
    CHECK_FALSE(core::picture_size("GIF89a"));
}

TEST_CASE("check: a bomb of YAML, in an article or a form, is refused with a sentence") {
    // Ten to the thirtieth values in a kilobyte; and one list that forty anchors would keep forty times.
    std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 30; ++i) {
        const std::string alias = fmt::format("*a{}", i - 1);
        laughs += fmt::format("a{}: &a{} [{}]\n", i, i, alias + repeated(", " + alias, 9));
    }
    std::string nested = "tags: ";
    for (int i = 0; i < 38; ++i) nested += fmt::format("&n{} [", i);
    nested += repeated("x, ", 20'000) + repeated("]", 38);
    const struct {
        const char* name;
        std::string yaml;
        const char* told;
    } rows[] = {
        {"aliases of aliases", laughs, ": error: more than 200000 values. Split the file, or use fewer aliases."},
        {"anchors in anchors", nested, ": error: more than 200000 values. Split the file, or use fewer aliases."},
        {"an alias of itself", "tags: &a [*a]", ": error: the alias 'a' is of nothing above. Set the anchor first."},
        {"brackets without end", "tags: " + repeated("[", 100'000), ": error: nested deeper than 40. Make it flatter."},
        {"maps without end", "tags: " + repeated("{a: ", 100'000), ": error: nested deeper than 40. Make it flatter."},
        {"keys without end", repeated("? ", 100'000), ": error: nested deeper than 40. Make it flatter."},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const support::Folder folder;
        folder.write("articles/en/a.md", "---\ntitle: A\n" + row.yaml + "\n---\n\n# A\n");
        folder.write("services/a.yaml", "id: a\ntitle: A\n" + row.yaml + "\n");
        const std::string all = told(check(folder));
        for (const char* file : {"articles/en/a.md:", "services/a.yaml:"}) {
            CAPTURE(file);
            const std::size_t begin = all.find(file);
            CHECK_MESSAGE((begin != std::string::npos && all.substr(begin, all.find('\n', begin) - begin).ends_with(row.told)), all);
        }
    }
}

TEST_CASE("check: a bomb of TOML or JSON in front matter is refused with a sentence, or is text") {
    const struct {
        const char* name;
        std::string text;
        const char* told;
    } rows[] = {
        {"dots without end", "+++\n" + repeated("a.", 100'000) + "b = 1\n+++\n\n# A\n", "a.md:2:1: error: more than 500 dots and brackets in one line"},
        {"brackets without end", "+++\na = " + repeated("[", 400) + "\n+++\n\n# A\n", "error: not valid TOML"},
        {"longer than a person writes", "+++\n" + repeated("# a\n", 100'000) + "+++\n\n# A\n", "a.md:2:1: error: front matter longer than 256 KB"},
        {"JSON nested without end", repeated("{\"a\":", 10'000) + "1" + repeated("}", 10'000) + "\n\n# A\n", "error: nested deeper than 40"},
        {"JSON that is not closed", "{\"a\": 1\n\n# A\n", nullptr},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        core::Problems problems;
        const kb::Article article = kb::parse_article(row.text, "articles/en/a.md", problems);
        CHECK(article.title == "A");
        if (row.told) CHECK_MESSAGE(tells(problems, row.told), told(problems));
    }
}

TEST_CASE("check: ways out of the folder and to other hosts lead nowhere, however they are written") {
    const support::Folder folder;
    folder.write("articles/en/a.md", "---\ntitle: A\nfeaturedImage: ../../../../etc/passwd\nfeaturedImageAlt: x\nrelated: [../../../../etc/passwd]\ntranslation_of: ../../../etc/passwd\n---\n\n"
                                     "[a](../../../../etc/passwd) [b](..%2F..%2F..%2F..%2Fetc%2Fpasswd)\n\n![a](../../../../etc/a.png)\n\n![b](%2e%2e/%2E%2e/../../etc/b.png)\n\n"
                                     "![c](..\\\\..\\\\..\\\\etc\\\\c.png)\n\n![d](%68ttps://evil.example/d.png)\n\n![e](%2F%2Fevil.example/e.png)\n\n<img src='file:///etc/f.png' alt='f'>\n\n![g](x%00.png)\n\n"
                                     "![h](/etc/h.png)\n");
    const core::Problems problems = check(folder);
    for (const char* expected : {"a.md:3:16: warning: there is no picture", "a.md:5:1: warning: there is no article", "a.md:6:1: warning: there is no article", "a.md:9:5: warning: the link",
                                 "a.md:9:33: warning: the link", "a.md:11:1: error: the picture ../../../../etc/a.png is outside", "a.md:13:1: error: the picture ../../../../etc/b.png is outside",
                                 "a.md:15:1: error: the picture ..\\..\\..\\etc\\c.png is outside", "a.md:17:1: warning: the picture https://evil.example/d.png is on another host",
                                 "a.md:19:1: warning: the picture //evil.example/e.png is on another host", "a.md:21:1: warning: the picture file:///etc/f.png is on another host",
                                 "a.md:23:1: error: the picture x?.png is outside", "a.md:25:6: warning: there is no picture /etc/h.png"}) {
        CAPTURE(expected);
        CHECK_MESSAGE(tells(problems, expected), told(problems));
    }
    CHECK(problems.size() == 13);
}

TEST_CASE("check: of one file at most 500 problems are told, and none of them can write to the terminal") {
    const support::Folder folder;
    std::string body = "---\ntitle: A\n---\n\n[x](\x1B]0;owned\x07.md)\n";
    for (int i = 0; i < 2'000; ++i) body += fmt::format("[a](gone{}.md)\n", i);
    folder.write("articles/en/a.md", body);
    folder.write("articles/en/b\x1B.md", "---\ntitle: B\n---\n\n[a](gone.md)\n");
    folder.write("articles/en/c\xFF.md", "# C\n");
    const core::Problems problems = check(folder);
    CHECK(std::count_if(problems.begin(), problems.end(), [](const core::Problem& each) { return each.file == "articles/en/a.md"; }) <= 502);
    CHECK_MESSAGE(tells(problems, "articles/en/a.md:1:1: warning: has more than 500 problems; the rest is not told"), told(problems));
    CHECK(tells(problems, "articles/en/b?.md:5:5: warning: the link gone.md leads nowhere"));
    CHECK(tells(problems, "error: the file's name is not valid UTF-8"));
    CHECK(told(problems).find('\x1B') == std::string::npos);
}
