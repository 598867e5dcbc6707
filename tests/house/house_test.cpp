// The house's one law: arrows point down. Kiosk and desk stand side by side on kb, and all stand on core.
#include <doctest/doctest.h>

#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "core/base/file.hpp"

namespace {

struct Include {
    std::string file;
    int line;
    std::string reaches;
};

const std::filesystem::path source = FOYER_SOURCE;

bool is_code(const std::filesystem::path& file) { return file.extension() == ".cpp" || file.extension() == ".hpp"; }

std::vector<Include> includes_of(const std::string& folder) {
    std::vector<Include> all;
    const auto files = core::files_below(source / folder);
    REQUIRE(files);
    const std::regex include(R"(^\s*#\s*include\s*["<]([^">]+)[">])");
    for (const auto& file : *files) {
        if (!is_code(file)) continue;
        const auto text = core::read_file(source / folder / file);
        REQUIRE(text);
        int line = 0;
        for (std::size_t at = 0; at < text->size();) {
            const auto end = std::min(text->find('\n', at), text->size());
            ++line;
            std::smatch match;
            const std::string one = text->substr(at, end - at);
            if (std::regex_search(one, match, include)) all.push_back({folder + "/" + file.string(), line, match[1]});
            at = end + 1;
        }
    }
    return all;
}

bool starts_with_any(const std::string& text, const std::vector<std::string>& starts) {
    for (const auto& start : starts) {
        if (text.starts_with(start)) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("house: no file reaches for a floor above its own") {
    const std::vector<std::string> floors = {"core/base/", "core/catalog/", "kb/",         "kiosk/app/", "kiosk/ui/",  "kiosk/paint/",
                                             "kiosk/shell/", "kiosk/cli/",  "desk/rules/", "desk/store/", "desk/work/", "desk/web/", "desk/cli/"};
    const std::map<std::string, std::vector<std::string>> may_reach = {
        {"core/base", {"core/base/"}},
        {"core/catalog", {"core/"}},
        {"kb", {"core/", "kb/"}},
        {"kiosk/paint", {"core/base/", "kiosk/paint/"}},
        {"kiosk/app", {"core/", "kb/", "kiosk/app/"}},
        {"kiosk/ui", {"core/", "kb/", "kiosk/app/", "kiosk/paint/", "kiosk/ui/"}},
        {"kiosk/shell", {"core/", "kb/", "kiosk/app/", "kiosk/paint/", "kiosk/ui/", "kiosk/shell/"}},
        {"kiosk/cli", {"core/", "kb/", "kiosk/"}},
        {"desk/rules", {"core/", "desk/rules/"}},
        {"desk/store", {"core/", "desk/rules/", "desk/store/"}},
        {"desk/work", {"core/", "kb/", "desk/rules/", "desk/store/", "desk/work/"}},
        {"desk/web", {"core/", "kb/", "desk/rules/", "desk/store/", "desk/work/", "desk/web/"}},
        {"desk/cli", {"core/", "kb/", "desk/"}},
    };
    for (const auto& [folder, allowed] : may_reach) {
        for (const Include& include : includes_of(folder)) {
            if (!starts_with_any(include.reaches, floors)) continue;  // a library's
            if (!starts_with_any(include.reaches, allowed)) {
                FAIL_CHECK(include.file << ":" << include.line << ": includes \"" << include.reaches << "\", which is above it or beside it");
            }
        }
    }
}

TEST_CASE("house: each library is known where it was agreed, and nowhere else") {
    const struct { const char* library; std::vector<std::string> starts; std::vector<std::string> known_in; } rows[] = {
        {"Xapian", {"xapian"}, {"kb/"}},
        {"Beast", {"boost/"}, {"desk/web/server.cpp"}},
        {"ImGui", {"imgui"}, {"kiosk/paint/", "kiosk/ui/", "kiosk/shell/"}},
        {"GLFW and X", {"GLFW/", "X11/"}, {"kiosk/shell/"}},
        {"SQLite", {"sqlite3"}, {"core/base/sqlite.cpp"}},
        {"libsodium", {"sodium"}, {"core/base/crypto.cpp", "core/base/id.cpp"}},
        {"libyaml", {"yaml.h"}, {"core/base/yaml.cpp"}},
        {"toml++", {"toml++"}, {"kb/toml_text.cpp"}},
        {"Pango", {"pango/"}, {"kiosk/paint/"}},
        {"cmark", {"cmark-gfm"}, {"kb/"}},
        {"curl", {"curl/"}, {"kiosk/shell/", "desk/work/"}},
    };
    for (const char* folder : {"core", "kb", "kiosk", "desk"}) {
        for (const Include& include : includes_of(folder)) {
            for (const auto& row : rows) {
                if (starts_with_any(include.reaches, row.starts) && !starts_with_any(include.file, row.known_in)) {
                    FAIL_CHECK(include.file << ":" << include.line << ": " << row.library << " does not belong here");
                }
            }
        }
    }
}

TEST_CASE("house: what decides asks no clock, opens no file, starts no thread") {
    for (const char* folder : {"kiosk/app", "desk/rules"}) {
        for (const Include& include : includes_of(folder)) {
            for (const char* forbidden : {"thread", "mutex", "fstream", "filesystem", "core/base/file.hpp", "core/base/database.hpp", "core/base/log.hpp", "ctime"}) {
                if (include.reaches == forbidden) FAIL_CHECK(include.file << ":" << include.line << ": includes <" << forbidden << ">");
            }
        }
        const auto files = core::files_below(source / folder);
        for (const auto& file : *files) {
            if (!is_code(file)) continue;
            const auto text = core::read_file(source / folder / file);
            for (const char* asked : {"SystemClock", "system_clock::now", "steady_clock::now"}) {
                if (text->find(asked) != std::string::npos) FAIL_CHECK(folder << "/" << file.string() << " asks " << asked);
            }
        }
    }
}

TEST_CASE("house: the top level holds what was agreed, and nothing more") {
    const std::set<std::string> agreed = {".ci", ".clang-format", ".git", ".gitignore", "CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md",
                                          "assets", "build", "content", "core", "deploy", "desk", "kb", "kiosk", "tests"};
    for (const auto& entry : std::filesystem::directory_iterator(source)) {
        const std::string name = entry.path().filename().string();
        if (!agreed.contains(name)) FAIL_CHECK(name << " is not of the house");
    }
}
