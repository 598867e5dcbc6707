// The kiosk's commands, one a file. Each answers the exit code and tells a failure in one sentence.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "kiosk/shell/window.hpp"

namespace kiosk::cli {

inline constexpr int failed = 1;
inline constexpr int wrong_call = 2;

struct RunOptions {
    std::filesystem::path data;
    std::filesystem::path content;
    std::string window;
    float scale = 0;  // 0: by the panel's millimetres
    std::filesystem::path items;
    std::string language;
    std::string site;
    bool debug = false;
};
int run(const RunOptions& options);

struct EnrolOptions {
    std::filesystem::path data;
    std::string desk;
    std::string code;
    std::vector<std::string> audience;
};
int enrol(const EnrolOptions& options);

int outbox_list(const std::filesystem::path& data, bool json);
int outbox_export(const std::filesystem::path& data, const std::filesystem::path& file);
int outbox_retry(const std::filesystem::path& data, const std::string& id);

int release_show(const std::filesystem::path& data, bool json);
struct ReleaseFetchOptions {
    std::filesystem::path data;
    std::filesystem::path from;  // a folder laid out like the desk's store; empty: from the desk
    bool json = false;
};
int release_fetch(const ReleaseFetchOptions& options);

struct ShotOptions {
    std::filesystem::path data;
    std::filesystem::path content;
    std::string screen = "home";
    std::string size = "1920x1080";
    std::string language;
    std::string site;
    std::string theme = "light";
    float text_scale = 1;
    std::filesystem::path out;
};
int shot(const ShotOptions& options);

// ---- shared by the commands

// "kiosk: …" on standard error, and the exit code.
int complain(const core::Error& error);
int complain(const std::string& sentence);

[[nodiscard]] std::filesystem::path assets();
[[nodiscard]] core::Result<Window::Size> size_from(const std::string& text);  // "1920x1080"

}  // namespace kiosk::cli
