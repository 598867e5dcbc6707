// Runs the real `kb` as a person does.
#pragma once

#include <doctest/doctest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "tests/support/folder.hpp"

namespace kb_program {

struct Ran {
    int code = 0;
    std::string out;
    std::string err;

    [[nodiscard]] core::Json json() const {
        const auto parsed = core::parse_json(out);
        REQUIRE_MESSAGE(parsed, out);
        return *parsed;
    }
    [[nodiscard]] bool is_one_sentence(std::string_view words) const {
        return err.starts_with("kb: ") && err.find(words) != std::string::npos && err.find('\n') == err.size() - 1;
    }
};

// Words without single quotes.
inline Ran run(const support::Folder& folder, const std::vector<std::string>& words) {
    std::string command = std::string(FOYER_BIN) + "/kb";
    for (const std::string& word : words) command += " '" + word + "'";
    const auto out = folder.path() / "out.txt";
    const auto err = folder.path() / "err.txt";
    const int status = std::system((command + " >'" + out.string() + "' 2>'" + err.string() + "'").c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, core::read_file(out).value(), core::read_file(err).value()};
}

}  // namespace kb_program
