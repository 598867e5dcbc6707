// The corpus that the fuzzers left: what once broke, and one input for each way through the code.
#include <doctest/doctest.h>

#include "core/base/file.hpp"
#include "tests/fuzz/targets.hpp"

namespace {

void replay(const char* name, void (*target)(std::string_view)) {
    const std::filesystem::path folder = std::filesystem::path(FOYER_SOURCE) / "tests/data/fuzz" / name;
    const auto files = core::files_below(folder);
    REQUIRE(files);
    CHECK(files->size() > 20);
    for (const auto& file : *files) {
        const auto bytes = core::read_file(folder / file);
        REQUIRE(bytes);
        INFO(file.string());
        target(*bytes);  // stops the program when a promise is broken
    }
}

}  // namespace

TEST_CASE("fuzz: every article in the corpus keeps the promises") { replay("article", fuzz::read_article); }
TEST_CASE("fuzz: every manifest in the corpus keeps the promises") { replay("manifest", fuzz::read_manifest); }
