// `desk`: the central server and what its operators do with it.
#include <iostream>

#include <CLI/CLI.hpp>

#include "desk/cli/ask.hpp"
#include "desk/cli/commands.hpp"

int main(int argc, char** argv) {
    using namespace desk::cli;
    CLI::App app{"Foyer's desk: takes requests from kiosks and lets teams work on them."};
    app.require_subcommand(1);
    app.footer("Each command has --help. The data directory may also be named by FOYER_DATA.");

    int exit_code = exit_ok;
    Common common;
    const auto with_data = [&](CLI::App* command) {
        command->add_option("--data", common.data, "The desk's data directory")->envname("FOYER_DATA")->required();
        return command;
    };
    const auto with_json = [&](CLI::App* command) {
        command->add_flag("--json", common.json, "Print JSON, for a program to read");
        return command;
    };

    auto* init_command = with_data(app.add_subcommand("init", "Make a desk: a directory with its keys and tables"));
    init_command->callback([&] { exit_code = init(common); });

    ServeOptions serving;
    auto* serve_command = with_data(app.add_subcommand("serve", "Serve kiosks and people until stopped"));
    serve_command->add_option("--listen", serving.listen, "Address and port; port 0 takes a free one")
        ->capture_default_str();
    serve_command->add_option("--tls-certificate", serving.tls_certificate, "PEM file; with --tls-key serves https");
    serve_command->add_option("--tls-key", serving.tls_key, "PEM file");
    serve_command->add_flag("--behind-tls", serving.behind_tls, "A proxy in front speaks https");
    serve_command->add_option("--zone", serving.zone, "Time zone of the pages (IANA name); the machine's when absent");
    serve_command->callback([&] { exit_code = serve(common, serving); });

    auto* user = app.add_subcommand("user", "The desk's people");
    user->require_subcommand(1);
    UserAddOptions adding;
    auto* user_add_command = with_json(with_data(user->add_subcommand("add", "Add somebody who logs in")));
    user_add_command->add_option("LOGIN", adding.login, "What they type to log in")->required();
    user_add_command->add_option("--name", adding.name, "Their name, as colleagues read it")->required();
    user_add_command->add_option("--team", adding.teams, "A team they work in; may be repeated");
    user_add_command
        ->add_option("--role", adding.roles, "fulfiller, approver, manager, editor or operator; may be repeated")
        ->required();
    user_add_command->add_flag("--password-stdin", adding.password_stdin,
                               "Read the password from standard input instead of asking for it");
    user_add_command->callback([&] { exit_code = user_add(common, adding); });
    auto* user_list_command = with_json(with_data(user->add_subcommand("list", "List them")));
    user_list_command->callback([&] { exit_code = user_list(common); });

    auto* kiosk = app.add_subcommand("kiosk", "The kiosks of this desk");
    kiosk->require_subcommand(1);
    std::string site;
    auto* kiosk_add_command =
        with_json(with_data(kiosk->add_subcommand("add", "Print a one-time code that lets one kiosk in")));
    kiosk_add_command->add_option("--site", site, "Where it stands: a site's id in the published content")->required();
    kiosk_add_command->callback([&] { exit_code = kiosk_add(common, site); });
    auto* kiosk_list_command = with_json(with_data(kiosk->add_subcommand("list", "List them")));
    kiosk_list_command->callback([&] { exit_code = kiosk_list(common); });
    std::string short_name;
    auto* kiosk_revoke_command = with_data(kiosk->add_subcommand("revoke", "Take nothing more from a kiosk"));
    kiosk_revoke_command->add_option("NAME", short_name, "Its short name, as K7")->required();
    kiosk_revoke_command->callback([&] { exit_code = kiosk_revoke(common, short_name); });

    KioskChannelOptions moving;
    auto* kiosk_channel_command = with_json(with_data(kiosk->add_subcommand(
        "channel", "Let kiosks take the releases of a channel besides the stable ones; they hear of it when they next ask")));
    kiosk_channel_command->add_option("CHANNEL", moving.channel, "As named to `desk publish`; stable for the stable ones alone")
        ->required();
    kiosk_channel_command->add_option("NAME", moving.names, "Short names, as K7 K8");
    kiosk_channel_command->add_option("--site", moving.sites, "All kiosks of a site; may be repeated")->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    kiosk_channel_command->callback([&] { exit_code = kiosk_channel(common, moving); });

    PublishOptions publishing;
    auto* publish_command =
        with_json(with_data(app.add_subcommand("publish", "Check a content folder and make it what kiosks show")));
    publish_command->add_option("DIR", publishing.content, "The content folder")->required();
    publish_command->add_option("--channel", publishing.channel, "For the kiosks of this channel (`desk kiosk channel`); stable is for all")
        ->capture_default_str();
    publish_command->add_option("--percent", publishing.percent, "For so many of them first; the same content again with more goes to more")
        ->check(CLI::Range(0, 100))
        ->capture_default_str();
    publish_command->add_option("--audience", publishing.audience, "Who stands before these kiosks: what is for others does not travel. With `public`, for kiosks that were enrolled so; default: public staff");
    publish_command->callback([&] { exit_code = publish(common, publishing); });

    std::filesystem::path file;
    auto* import_command =
        with_json(with_data(app.add_subcommand("import-outbox", "Take in what `kiosk outbox export` wrote")));
    import_command->add_option("FILE", file, "The file")->required();
    import_command->callback([&] { exit_code = import_outbox(common, file); });

    auto* verify_command =
        with_json(with_data(app.add_subcommand("verify", "Prove that no event was changed, added or removed")));
    verify_command->callback([&] { exit_code = verify(common); });
    auto* rebuild_command =
        with_json(with_data(app.add_subcommand("rebuild", "Make the ticket rows anew from their events")));
    rebuild_command->callback([&] { exit_code = rebuild(common); });

    auto* report = app.add_subcommand("report", "What the numbers tell");
    report->require_subcommand(1);
    ReportGapsOptions gaps;
    auto* gaps_command = with_json(with_data(report->add_subcommand(
        "gaps", "Searches without an answer, articles that do not help, and an honest estimate of tickets saved")));
    gaps_command->add_option("--from", gaps.from, "First day, as 2026-11-01; 30 days before the last when absent");
    gaps_command->add_option("--to", gaps.to, "Last day; today when absent");
    gaps_command->add_option("--site", gaps.site, "Only this site, by its id");
    gaps_command->add_option("--language", gaps.language, "Only what was searched and read in this language");
    gaps_command
        ->add_option("--at-least", gaps.at_least,
                     "List what was seen on so many days and sites; less may point to a person, so keep it to yourself")
        ->capture_default_str();
    gaps_command->add_option("--most", gaps.most, "Lines of a list")->capture_default_str();
    gaps_command->add_flag("--csv", gaps.csv, "Print the lists for a spreadsheet");
    gaps_command->callback([&] { exit_code = report_gaps(common, gaps); });

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? exit_ok : exit_usage;
    }
    return exit_code;
}
