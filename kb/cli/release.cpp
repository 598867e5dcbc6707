#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "kb/cli/commands.hpp"
#include "kb/cli/release_keys.hpp"
#include "kb/manifest.hpp"
#include "kb/release.hpp"
#include "kb/release_desk.hpp"

namespace kb::cli {
namespace {

constexpr std::size_t shown_problems = 20;

struct Options {
    std::string store;
    std::string content;
    std::string release;
    std::string other;  // release or folder
    std::string key;
    std::string root;
    std::string channel{stable_channel};
    std::string device;
    Viewers viewers;
    int percent = 100;
    int days = 90;
    bool json = false;
};

std::string size_text(std::uintmax_t bytes) {
    constexpr std::uintmax_t thousand = 1000;
    if (bytes < 10 * thousand) return fmt::format("{} bytes", bytes);
    if (bytes < 10 * thousand * thousand) return fmt::format("{:.1f} kB", static_cast<double>(bytes) / 1e3);
    return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

std::string channels_of(const std::vector<StoreHead>& heads, const std::string& manifest) {
    std::string channels;
    for (const StoreHead& head : heads) {
        if (head.manifest == manifest) channels += (channels.empty() ? "" : ", ") + head.channel;
    }
    return channels;
}

core::Json to_json(const core::Problems& problems) {
    core::Json list = core::Json::array();
    for (const core::Problem& each : problems) {
        list.push_back({{"severity", each.severity == core::Severity::error ? "error" : "warning"}, {"file", each.file}, {"what", each.what}, {"remedy", each.remedy}});
    }
    return list;
}

core::Json to_json(const ReleaseBuilt& built) {
    return {{"version", built.version}, {"manifest", built.manifest}, {"files", built.files}, {"articles", built.articles}, {"services", built.services},
            {"new_objects", built.new_objects}, {"bytes", built.bytes}, {"packed_bytes", built.packed_bytes}};
}

int build(const Options& options, core::Time now) {
    const auto version = next_version(options.store);
    if (!version) return say_failure(version.error());
    core::Problems problems;
    const auto built = build_release({options.content, options.store, *version, now, options.viewers}, problems, progress_line("indexing"));
    if (!built) {
        for (const core::Problem& each : problems) {
            if (each.severity == core::Severity::error) fmt::print(stderr, "{}/{}\n", options.content, each.line_of_text());
        }
        say_failure(built.error());
        return problems.empty() ? failed : not_good;
    }
    if (options.json) {
        fmt::print("{}\n", to_json(*built).dump(2));
        return done;
    }
    fmt::print("Release {} ({}): {} articles, {} forms, {} files, {} of them new; {}, packed {}\n", built->version, built->manifest.substr(0, 12), built->articles,
               built->services, built->files, built->new_objects, size_text(built->bytes), size_text(built->packed_bytes));
    fmt::print("No kiosk shows it yet. Next: kb release sign {} --key FILE\n", options.store);
    return done;
}

// The newest one, when none is named.
core::Result<StoredRelease> named(const Options& options) {
    if (!options.release.empty()) return find_release(options.store, options.release);
    auto releases = releases_in(options.store);
    if (releases.empty()) return core::fail(core::ErrorKind::not_found, fmt::format("{} holds no release; make one with `kb release build`", options.store));
    return std::move(releases.front());
}

int sign(const Options& options, const std::string& manifest, std::int64_t version, core::Time now) {
    auto key = read_signing_key(options.key);
    if (!key) return say_failure(key.error());
    SignOrder order;
    order.store = options.store;
    order.manifest = manifest;
    order.channel = options.channel;
    order.percent = options.percent;
    order.now = now;
    order.lifetime = std::chrono::hours{24} * options.days;
    order.key = *key;
    const auto head = sign_release(order);
    core::wipe(order.key.secret_key);
    core::wipe(key->secret_key);
    if (!head) return say_failure(head.error());
    if (options.json) {
        fmt::print("{}\n", core::Json{{"version", version}, {"manifest", manifest}, {"channel", options.channel}, {"percent", options.percent}, {"expires", core::to_text(now + order.lifetime)}}.dump(2));
        return done;
    }
    const std::string whom = options.percent == 100 ? "all kiosks" : fmt::format("{} % of the kiosks", options.percent);
    fmt::print("Release {} is for {} of the channel '{}', until {}.\n", version, whom, options.channel, core::to_text(now + order.lifetime));
    return done;
}

int sign_named(const Options& options, core::Time now) {
    const auto release = named(options);
    if (!release) return say_failure(release.error());
    return sign(options, release->manifest, release->version, now);
}

int roll_back(const Options& options, core::Time now) {
    const auto heads = heads_in(options.store);
    if (!heads) return say_failure(heads.error());
    const auto shown = std::find_if(heads->begin(), heads->end(), [&](const StoreHead& each) { return each.channel == options.channel; });
    if (shown == heads->end()) return say_failure({core::ErrorKind::not_found, fmt::format("the channel '{}' shows nothing yet", options.channel)});
    core::Result<StoredRelease> target = core::fail(core::ErrorKind::not_found, "there is no older release to go back to");
    if (!options.release.empty()) {
        target = find_release(options.store, options.release);
    } else {
        for (StoredRelease& each : releases_in(options.store)) {  // newest first
            if (each.version >= shown->version) continue;
            target = std::move(each);
            break;
        }
    }
    if (!target) return say_failure(target.error());
    if (target->manifest == shown->manifest) return say_failure({core::ErrorKind::conflict, fmt::format("the channel '{}' shows release {} now", options.channel, target->version)});
    // The key is read before anything is written.
    if (const auto key = read_signing_key(options.key); !key) return say_failure(key.error());
    const auto version = next_version(options.store);
    if (!version) return say_failure(version.error());
    const auto built = build_again(options.store, target->manifest, *version, now);
    if (!built) return say_failure(built.error());
    if (!options.json) fmt::print("Release {} is release {} again.\n", built->version, target->version);
    return sign(options, built->manifest, built->version, now);
}

int list(const Options& options) {
    const auto heads = heads_in(options.store);
    if (!heads) return say_failure(heads.error());
    const auto releases = releases_in(options.store);
    if (options.json) {
        core::Json all = core::Json::array();
        for (const StoredRelease& each : releases) {
            all.push_back({{"version", each.version}, {"manifest", each.manifest}, {"created", core::to_text(each.created)}, {"files", each.files}, {"bytes", each.bytes}, {"shown", channels_of(*heads, each.manifest)}});
        }
        fmt::print("{}\n", all.dump(2));
        return done;
    }
    for (const StoredRelease& each : releases) {
        const std::string channels = channels_of(*heads, each.manifest);
        fmt::print("{:>6}  {}  {}  {:>6} files  {:>9}  {}\n", each.version, each.manifest.substr(0, 12), core::to_text(each.created), each.files, size_text(each.bytes), channels.empty() ? "" : "shown: " + channels);
    }
    if (releases.empty()) fmt::print("{} holds no release yet.\n", options.store);
    return done;
}

int verify(const Options& options, core::Time now) {
    const auto trusted = trusted_from(options.root);
    if (!trusted) return say_failure(trusted.error());
    std::error_code ignored;
    const bool is_kiosk = std::filesystem::is_symlink(std::filesystem::path(options.store) / "current", ignored);
    const auto verified = is_kiosk ? verify_kiosk(options.store, *trusted, progress_line("verifying")) : verify_store(options.store, *trusted, now, progress_line("verifying"));
    if (!verified) return say_failure(verified.error());
    if (options.json) {
        core::Json heads = core::Json::array();
        for (const StoreHead& each : verified->heads) heads.push_back({{"channel", each.channel}, {"version", each.version}, {"manifest", each.manifest}});
        fmt::print("{}\n", core::Json{{"kind", is_kiosk ? "kiosk" : "desk"}, {"root", verified->root}, {"shown", std::move(heads)}, {"releases", verified->releases}, {"files", verified->objects},
                                      {"bytes", verified->bytes}, {"problems", to_json(verified->problems)}}
                               .dump(2));
    } else {
        for (std::size_t i = 0; i < std::min(shown_problems, verified->problems.size()); ++i) fmt::print("{}/{}\n", options.store, verified->problems[i].line_of_text());
        if (verified->problems.size() > shown_problems) fmt::print("… and {} more; --json tells all\n", verified->problems.size() - shown_problems);
        for (const StoreHead& each : verified->heads) fmt::print("{} release {} ({})\n", is_kiosk ? "shows" : each.channel + ":", each.version, each.manifest);
        fmt::print("{} files, {}, by root {}: {}\n", verified->objects, size_text(verified->bytes), verified->root, counted(verified->problems));
    }
    return core::has_error(verified->problems) ? not_good : done;
}

int diff(const Options& options) {
    const auto from = find_release(options.store, options.release);
    if (!from) return say_failure(from.error());
    const auto to = find_release(options.store, options.other);
    if (!to) return say_failure(to.error());
    const auto difference = diff_releases(options.store, from->manifest, to->manifest);
    if (!difference) return say_failure(difference.error());
    const auto sign_of = [](FileChange::Kind kind) { return kind == FileChange::Kind::added ? '+' : kind == FileChange::Kind::removed ? '-' : '~'; };
    if (options.json) {
        core::Json files = core::Json::array();
        for (const FileChange& each : difference->files) files.push_back({{"change", std::string(1, sign_of(each.kind))}, {"path", each.path}, {"bytes", each.size}, {"travels", each.travels}});
        fmt::print("{}\n", core::Json{{"from", from->version}, {"to", to->version}, {"files", std::move(files)}, {"travels", difference->travels}, {"bytes", to->bytes}}.dump(2));
        return done;
    }
    for (const FileChange& each : difference->files) {
        fmt::print("{} {}{}\n", sign_of(each.kind), each.path, each.kind == FileChange::Kind::removed ? "" : fmt::format("  {} of {}", size_text(each.travels), size_text(each.size)));
    }
    fmt::print("From release {} to {}: {} files differ; {} travel to a kiosk, of {}\n", from->version, to->version, difference->files.size(), size_text(difference->travels), size_text(to->bytes));
    return done;
}

int activate(const Options& options, core::Time now) {
    const auto trusted = trusted_from(options.root);
    if (!trusted) return say_failure(trusted.error());
    const auto fetched = fetch_release({*trusted, options.store, now, options.channel, options.device, options.viewers.audience}, get_from(options.other), progress_line("taking"));
    if (!fetched) return say_failure(fetched.error());
    if (options.json) {
        fmt::print("{}\n", core::Json{{"version", fetched->version}, {"new", fetched->is_new}, {"held_back", fetched->is_held_back}, {"expired", fetched->is_expired}, {"objects", fetched->objects_fetched},
                                      {"bytes", fetched->bytes_fetched}, {"folder", fetched->folder.string()}}
                               .dump(2));
        return done;
    }
    if (fetched->is_held_back) fmt::print("The newest release is for other kiosks first; ");
    fmt::print("{} {} release {}; {} files came, {}\n", options.store, fetched->is_new ? "now shows" : "already showed", fetched->version, fetched->objects_fetched, size_text(fetched->bytes_fetched));
    if (fetched->is_expired) fmt::print("It has expired: whoever publishes should sign a newer one.\n");
    return done;
}

int export_to(const Options& options) {
    ExportOrder order{options.store, options.other, options.channel, {}};
    if (!options.release.empty()) {
        const auto without = find_release(options.store, options.release);
        if (!without) return say_failure(without.error());
        order.without = without->manifest;
    }
    const auto exported = export_release(order, progress_line("copying"));
    if (!exported) return say_failure(exported.error());
    if (options.json) {
        fmt::print("{}\n", core::Json{{"version", exported->version}, {"files", exported->files}, {"copied", exported->copied}, {"bytes", exported->bytes}}.dump(2));
        return done;
    }
    fmt::print("Release {} is in {}: {} files, {} of them copied now, {}\n", exported->version, options.other, exported->files, exported->copied, size_text(exported->bytes));
    return done;
}

}  // namespace

void add_release(CLI::App& program, const core::Clock& clock, int& exit_code) {
    auto* release = program.add_subcommand("release", "Publish content as signed releases, from a folder of content to a folder that kiosks fetch from, on the network or on a stick");
    release->require_subcommand(1);
    auto options = std::make_shared<Options>();
    const auto command = [&](const char* name, const char* help, auto run) {
        auto* added = release->add_subcommand(name, help);
        added->callback([run, options, &clock, &exit_code] {
            if constexpr (std::is_invocable_v<decltype(run), const Options&, core::Time>) exit_code = run(*options, clock.now());
            else exit_code = run(*options);
        });
        added->add_flag("--json", options->json, "Print JSON");
        return added;
    };
    const auto store = [&](CLI::App* added, const char* help = "The store of releases; of a desk: releases/ in its data") { added->add_option("STORE", options->store, help)->required(); };
    const auto channel = [&](CLI::App* added) { added->add_option("--channel", options->channel, "Of kiosks; those of another channel take the stable one's releases, too")->capture_default_str(); };
    const auto root = [&](CLI::App* added) { added->add_option("--root", options->root, "Whom to trust: a signed root (a file), a public key, or a file with one")->required(); };
    const auto signing = [&](CLI::App* added) {
        added->add_option("--key", options->key, "File of a publish key, as `kb release keys make` writes it")->required();
        channel(added);
        added->add_option("--percent", options->percent, "Of the channel's kiosks; sign the same release again for more")->check(CLI::Range(0, 100))->capture_default_str();
        added->add_option("--days", options->days, "Until it counts as outdated; kiosks show it all the same, and say so")->check(CLI::Range(1, 3650))->capture_default_str();
    };

    add_release_keys(*release, clock, exit_code);
    auto* added = command("build", "Make a release of a content folder; no kiosk shows it before it is signed. Exits with 1 when the content has mistakes", build);
    added->add_option("DIR", options->content, "The content folder")->required();
    added->add_option("--store", options->store, "The store of releases; made if it is not there")->required();
    added->add_option("--audience", options->viewers.audience, "Who stands before the kiosks: what is for others is not in its bytes. Default: public staff");

    added = command("sign", "Sign a release for the kiosks of a channel: from here on they fetch it", sign_named);
    store(added);
    added->add_option("RELEASE", options->release, "Its version, or the beginning of its hash; otherwise the newest");
    signing(added);

    added = command("list", "The releases of a store, newest first", list);
    store(added);

    added = command("verify", "Check a store, a stick or a kiosk's folder as a kiosk would, every file of it. Exits with 1 when something is wrong", verify);
    store(added, "A store of releases, or a kiosk's content/");
    root(added);

    added = command("diff", "What differs between two releases, and what a kiosk would fetch", diff);
    store(added);
    added->add_option("FROM", options->release, "Version, or the beginning of a hash")->required();
    added->add_option("TO", options->other, "Version, or the beginning of a hash")->required();

    added = command("activate", "Take the newest release from a store or a stick into a kiosk's folder, checked as if it came over the network", activate);
    added->add_option("FROM", options->other, "A store of releases")->required()->check(CLI::ExistingDirectory);
    added->add_option("--store", options->store, "The kiosk's content/; made if it is not there")->required();
    root(added);
    channel(added);
    added->add_option("--audience", options->viewers.audience, "Who stands before the kiosk: a release that holds anything for others is not taken. Default: public staff");
    added->add_option("--device", options->device, "The kiosk's id, which decides whether it is among the first percent");

    added = command("rollback", "Show an older release again. It becomes a new one with a larger number, as kiosks never go back", roll_back);
    store(added);
    added->add_option("--to", options->release, "Version, or the beginning of a hash; otherwise the one before");
    signing(added);

    added = command("export", "Copy what a channel shows into a folder, for a stick", export_to);
    store(added);
    added->add_option("--to", options->other, "The folder; what is there already is not copied again")->required();
    channel(added);
    added->add_option("--without", options->release, "Leave out what this release has already (a version or a hash), when all kiosks have it");
}

}  // namespace kb::cli
