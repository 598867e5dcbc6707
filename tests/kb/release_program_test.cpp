// `kb release`, run by those who publish, those who hold the roots, and those who carry a stick to a kiosk.
#include <sys/stat.h>

#include "tests/kb/program.hpp"

using kb_program::Ran;

namespace {

class Press {
public:
    Press() {
        write("printer", "The printer does not print", "Switch it off and on again.");
        publish_key = key("publish.key");
    }

    void write(const std::string& slug, const std::string& title, const std::string& text) const {
        folder_.write("content/articles/en/" + slug + ".md", "---\ntitle: " + title + "\n---\n\n" + text + "\n");
    }
    [[nodiscard]] std::string at(const std::string& name) const { return (folder_.path() / name).string(); }
    [[nodiscard]] Ran release(std::initializer_list<std::string> words) const {
        std::vector<std::string> all{"release"};
        all.insert(all.end(), words.begin(), words.end());
        return kb_program::run(folder_, all);
    }
    // Its public half.
    std::string key(const std::string& name) const {
        const Ran made = release({"keys", "make", at(name)});
        REQUIRE_MESSAGE(made.code == 0, made.err);
        return made.out.substr(0, made.out.size() - 1);
    }
    void publish(const std::string& key = "publish.key") const {
        REQUIRE(release({"build", at("content"), "--store", at("store")}).code == 0);
        const Ran is_signed = release({"sign", at("store"), "--key", at(key)});
        REQUIRE_MESSAGE(is_signed.code == 0, is_signed.err);
    }
    [[nodiscard]] core::Json activate(const std::string& from = "store") const {
        const Ran activated = release({"activate", at(from), "--store", at("kiosk"), "--root", publish_key, "--json"});
        REQUIRE_MESSAGE(activated.code == 0, activated.err);
        return activated.json();
    }

    std::string publish_key;

private:
    support::Folder folder_;
};

}  // namespace

TEST_CASE("kb release: from a folder to a kiosk, and back again") {
    const Press press;
    const Ran built = press.release({"build", press.at("content"), "--store", press.at("store"), "--json"});
    REQUIRE_MESSAGE(built.code == 0, built.err);
    CHECK(built.json().at("version") == 1);
    CHECK(built.json().at("articles") == 1);
    CHECK(press.release({"activate", press.at("store"), "--store", press.at("kiosk"), "--root", press.publish_key}).is_one_sentence("published no content"));
    REQUIRE(press.release({"sign", press.at("store"), "--key", press.at("publish.key")}).code == 0);
    CHECK(press.activate().at("version") == 1);

    press.write("printer", "The printer does not print", "Call the porter.");
    press.publish();
    const Ran differs = press.release({"diff", press.at("store"), "1", "2", "--json"});
    REQUIRE(differs.code == 0);
    const auto files = differs.json().at("files");
    CHECK(std::any_of(files.begin(), files.end(), [](const core::Json& each) { return each.at("path") == "articles/en/printer.md" && each.at("change") == "~"; }));
    const core::Json second = press.activate();
    CHECK(second.at("version") == 2);
    CHECK(second.at("bytes") == differs.json().at("travels"));  // what was foretold

    const Ran back = press.release({"rollback", press.at("store"), "--key", press.at("publish.key")});
    REQUIRE_MESSAGE(back.code == 0, back.err);
    CHECK(press.activate().at("version") == 3);
    CHECK(press.release({"diff", press.at("store"), "1", "3", "--json"}).json().at("files").empty());
    const core::Json list = press.release({"list", press.at("store"), "--json"}).json();
    REQUIRE(list.size() == 3);
    CHECK(list[0].at("shown") == "stable");
    CHECK(list[2].at("shown") == "");
    CHECK(press.release({"rollback", press.at("store"), "--to", "9", "--key", press.at("publish.key")}).is_one_sentence("holds no release '9'"));
}

TEST_CASE("kb release: a stick brings what the line would") {
    const Press press;
    press.publish();
    press.write("lift", "The lift stands still", "Call the porter.");
    press.publish();
    REQUIRE(press.release({"export", press.at("store"), "--to", press.at("stick")}).code == 0);
    CHECK(press.release({"verify", press.at("stick"), "--root", press.publish_key}).code == 0);
    CHECK(press.activate("stick").at("version") == 2);
    CHECK(press.release({"verify", press.at("kiosk"), "--root", press.publish_key, "--json"}).json().at("kind") == "kiosk");

    // Nothing is copied twice; what every kiosk has need not be.
    CHECK(press.release({"export", press.at("store"), "--to", press.at("stick"), "--json"}).json().at("copied") == 0);
    const core::Json less = press.release({"export", press.at("store"), "--to", press.at("less"), "--without", "1", "--json"}).json();
    CHECK(less.at("copied") < less.at("files"));
}

TEST_CASE("kb release: verify names what is not what was published") {
    const Press press;
    press.publish();
    CHECK(press.activate().at("new") == true);
    const auto spoil = [](const std::filesystem::path& file) {
        ::chmod(file.c_str(), 0644);
        REQUIRE(core::write_file(file, "something else"));
    };
    std::filesystem::path object;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(press.at("store") + "/objects")) {
        if (entry.is_regular_file()) object = entry.path();
    }
    spoil(object);
    const Ran desk = press.release({"verify", press.at("store"), "--root", press.publish_key});
    CHECK(desk.code == 1);
    CHECK(desk.out.find(object.filename().string()) != std::string::npos);
    CHECK(press.release({"verify", press.at("store"), "--root", press.at("publish.key")}).code == 1);  // by the file of the key, too

    spoil(press.at("kiosk") + "/current/articles/en/printer.md");
    const Ran kiosk = press.release({"verify", press.at("kiosk"), "--root", press.publish_key});
    CHECK(kiosk.code == 1);
    CHECK(kiosk.out.find("articles/en/printer.md") != std::string::npos);

    const std::string other = press.key("other.key");
    CHECK(press.release({"verify", press.at("store"), "--root", other}).out.find("not signed by a key") != std::string::npos);
    CHECK(press.release({"verify", press.at("store"), "--root", "no-key"}).is_one_sentence("neither a file nor a public key"));
    CHECK(press.release({"verify", press.at("nowhere"), "--root", other}).is_one_sentence("nowhere"));
}

TEST_CASE("kb release: content with mistakes is not built, and the mistakes are told") {
    const Press press;
    REQUIRE(core::write_file(press.at("content") + "/topics.yaml", "- {id: [\n"));
    const Ran built = press.release({"build", press.at("content"), "--store", press.at("store")});
    CHECK(built.code == 1);
    CHECK(built.err.find("topics.yaml:") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(press.at("store")));
}

TEST_CASE("kb release: keys are private, and neither they nor roots are written over") {
    const Press press;
    struct stat about {};
    REQUIRE(::stat(press.at("publish.key").c_str(), &about) == 0);
    CHECK((about.st_mode & 0777) == 0600);
    CHECK(press.release({"keys", "make", press.at("publish.key")}).is_one_sentence("never written over"));
    REQUIRE(press.release({"keys", "root", press.at("1.json"), "--holder", press.at("publish.key"), "--publisher", press.publish_key}).code == 0);
    CHECK(press.release({"keys", "root", press.at("1.json"), "--holder", press.publish_key}).is_one_sentence("never written over"));
    CHECK(press.release({"keys", "root", press.at("2.json"), "--holder", press.publish_key, "--threshold", "2"}).is_one_sentence("asks for 2 signatures and has 1 keys"));
    CHECK(press.release({"keys", "root", press.at("2.json"), "--holder", press.publish_key, "--publisher", press.publish_key + "@soon"}).is_one_sentence("ends in no date"));
    CHECK(press.release({"sign", press.at("store"), "--key", press.at("1.json")}).is_one_sentence("holds no release"));
}

TEST_CASE("kb release: a stolen publish key is replaced by the holders of the root, and kiosks follow") {
    const Press press;
    press.publish();
    CHECK(press.activate().at("version") == 1);
    const std::string anna = press.key("anna.key");
    const std::string bert = press.key("bert.key");
    const std::string cleo = press.key("cleo.key");
    const std::string first = press.at("1.json");
    REQUIRE(press.release({"keys", "root", first, "--holder", anna, "--holder", bert, "--holder", cleo, "--threshold", "2", "--publisher", press.publish_key}).code == 0);
    CHECK(press.release({"keys", "add", first, "--store", press.at("store")}).is_one_sentence("not signed by enough"));
    for (const char* holder : {"anna.key", "bert.key"}) REQUIRE(press.release({"keys", "sign", first, "--key", press.at(holder)}).code == 0);
    // Kiosks know the publish key alone so far.
    CHECK(press.release({"keys", "add", first, "--store", press.at("store")}).is_one_sentence("sign the root with that key too"));
    REQUIRE(press.release({"keys", "sign", first, "--key", press.at("publish.key")}).code == 0);
    REQUIRE(press.release({"keys", "add", first, "--store", press.at("store")}).code == 0);

    const std::string thiefless = press.key("new.key");
    const std::string second = press.at("2.json");
    REQUIRE(press.release({"keys", "root", second, "--after", first, "--epoch", "1", "--publisher", thiefless}).code == 0);
    REQUIRE(press.release({"keys", "sign", second, "--key", press.at("cleo.key")}).code == 0);
    CHECK(press.release({"keys", "add", second, "--store", press.at("store")}).is_one_sentence("not signed by enough"));
    REQUIRE(press.release({"keys", "sign", second, "--key", press.at("anna.key")}).code == 0);
    REQUIRE(press.release({"keys", "add", second, "--store", press.at("store")}).code == 0);
    CHECK(press.release({"keys", "show", press.at("store")}).out.find("root 2, epoch 1, 2 of 3") != std::string::npos);

    press.write("lift", "The lift stands still", "Call the porter.");
    REQUIRE(press.release({"build", press.at("content"), "--store", press.at("store")}).code == 0);
    CHECK(press.release({"sign", press.at("store"), "--key", press.at("publish.key")}).is_one_sentence("not signed by a key"));
    REQUIRE(press.release({"sign", press.at("store"), "--key", press.at("new.key")}).code == 0);
    CHECK(press.activate().at("version") == (std::int64_t{1} << 32) + 1);  // it was given the first key alone, and followed twice
    CHECK(press.release({"verify", press.at("kiosk"), "--root", press.publish_key, "--json"}).json().at("root") == 2);
}
