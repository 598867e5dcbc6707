#include <cstdio>
#include <cstdlib>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "kiosk/cli/commands.hpp"

namespace kiosk::cli {

int complain(const std::string& sentence) {
    fmt::print(stderr, "kiosk: {}\n", sentence);
    return failed;
}

int complain(const core::Error& error) { return complain(error.message); }

std::filesystem::path assets() {
    if (const char* place = std::getenv("FOYER_ASSETS_FOLDER")) return place;
    return FOYER_ASSETS;
}

core::Result<Window::Size> size_from(const std::string& text) {
    int width = 0;
    int height = 0;
    char rest = 0;
    if (std::sscanf(text.c_str(), "%dx%d%c", &width, &height, &rest) != 2 || width < 320 || height < 320 || width > 16'384 || height > 16'384) {
        return core::fail(core::ErrorKind::invalid, fmt::format("'{}' is no size like 1920x1080", text));
    }
    return Window::Size{width, height};
}

}  // namespace kiosk::cli

int main(int argc, char** argv) {
    using namespace kiosk::cli;
    CLI::App app{"The kiosk: answers questions and takes requests, with or without a network.\nExit codes: 0 done; 1 it failed, as one sentence tells; 2 wrong call."};
    app.require_subcommand(1);
    int code = 0;

    RunOptions run_options;
    auto* run_command = app.add_subcommand("run", "Open the kiosk; it ends when its window is closed or it is told to (SIGTERM)");
    run_command->add_option("--data", run_options.data, "Data folder: identity, outbox, fetched content")->required();
    run_command->add_option("--content", run_options.content, "Show this folder of content, with no desk: all is queued");
    run_command->add_option("--window", run_options.window, "Size such as 1920x1080 instead of the whole screen");
    run_command->add_option("--scale", run_options.scale, "Pixels a theme unit, instead of by the panel's millimetres")->check(CLI::Range(0.3, 4.0));
    run_command->add_option("--items", run_options.items, "For tests: write what can be touched to this file after each frame");
    run_command->add_option("--language", run_options.language, "Language to start with, such as de");
    run_command->add_option("--site", run_options.site, "Site while not enrolled");
    run_command->add_flag("--debug", run_options.debug, "Log more: how long each search took");
    run_command->callback([&] { code = run(run_options); });

    EnrolOptions enrol_options;
    auto* enrol_command = app.add_subcommand("enrol", "Join a desk with a one-time code (`desk kiosk add` prints one)");
    enrol_command->add_option("--data", enrol_options.data, "Data folder")->required();
    enrol_command->add_option("--desk", enrol_options.desk, "The desk's address, such as https://desk.example")->required();
    enrol_command->add_option("--code", enrol_options.code, "The one-time code")->required();
    enrol_command->add_option("--audience", enrol_options.audience, "Who stands before it: content for others never comes here. `public` where customers are; default: public staff");
    enrol_command->callback([&] { code = enrol(enrol_options); });

    auto* outbox = app.add_subcommand("outbox", "What waits to be sent");
    outbox->require_subcommand(1);
    std::filesystem::path outbox_data;
    bool json = false;
    auto* list = outbox->add_subcommand("list", "Tell what is kept and where it stands");
    list->add_option("--data", outbox_data, "Data folder")->required();
    list->add_flag("--json", json, "As JSON");
    list->callback([&] { code = outbox_list(outbox_data, json); });
    std::filesystem::path export_file;
    auto* export_command = outbox->add_subcommand("export", "Write what the desk has not acknowledged to a file, for `desk import-outbox`");
    export_command->add_option("FILE", export_file, "The file")->required();
    export_command->add_option("--data", outbox_data, "Data folder")->required();
    export_command->callback([&] { code = outbox_export(outbox_data, export_file); });
    std::string retry_id;
    auto* retry = outbox->add_subcommand("retry", "Send again what was set aside or waits; a running kiosk does it at once");
    retry->add_option("ID", retry_id, "One request; all if not given");
    retry->add_option("--data", outbox_data, "Data folder")->required();
    retry->callback([&] { code = outbox_retry(outbox_data, retry_id); });

    auto* release = app.add_subcommand("release", "The content that this kiosk shows");
    release->require_subcommand(1);
    std::filesystem::path release_data;
    auto* release_show_command = release->add_subcommand("show", "Tell which release it is, and which could not be shown here");
    release_show_command->add_option("--data", release_data, "Data folder")->required();
    release_show_command->add_flag("--json", json, "As JSON");
    release_show_command->callback([&] { code = release_show(release_data, json); });
    ReleaseFetchOptions fetch_options;
    auto* release_fetch_command =
        release->add_subcommand("fetch", "Get the newest release now, from the desk or a stick; a running kiosk does it by itself");
    release_fetch_command->add_option("--data", fetch_options.data, "Data folder")->required();
    release_fetch_command->add_option("--from", fetch_options.from, "A folder that `kb release export` wrote, instead of the desk");
    release_fetch_command->add_flag("--json", fetch_options.json, "As JSON");
    release_fetch_command->callback([&] { code = release_fetch(fetch_options); });

    ShotOptions shot_options;
    auto* shot_command = app.add_subcommand("shot", "Draw a screen to a PNG, without a display");
    shot_command->add_option("--data", shot_options.data, "Data folder with fetched content");
    shot_command->add_option("--content", shot_options.content, "Or a folder of content");
    shot_command->add_option("--screen", shot_options.screen, "home, search:WORDS, results:WORDS (without the keyboard), topic:ID, article:ID[#HEADING], problem:ID, services[:DEPARTMENT], form:SERVICE[:STEP], receipt, claim or language");
    shot_command->add_option("--size", shot_options.size, "Size in pixels");
    shot_command->add_option("--language", shot_options.language, "Language");
    shot_command->add_option("--site", shot_options.site, "Site; the first of the content if not given");
    shot_command->add_option("--theme", shot_options.theme, "light, dark or high_contrast")->check(CLI::IsMember({"light", "dark", "high_contrast"}));
    shot_command->add_option("--text-scale", shot_options.text_scale, "1 to 2")->check(CLI::Range(1.0, 2.0));
    shot_command->add_option("--out", shot_options.out, "The PNG file")->required();
    shot_command->callback([&] { code = shot(shot_options); });

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : wrong_call;
    }
    return code;
}
