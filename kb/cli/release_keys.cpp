#include "kb/cli/release_keys.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "core/base/crypto.hpp"
#include "core/base/file.hpp"
#include "kb/cli/commands.hpp"
#include "kb/manifest.hpp"
#include "kb/release.hpp"
#include "kb/release_desk.hpp"

namespace kb::cli {
namespace {

struct Options {
    std::string file;
    std::string key;
    std::string store;
    std::string after;
    std::vector<std::string> holders;
    std::vector<std::string> publishers;
    std::size_t threshold = 1;
    std::int64_t epoch = -1;
    bool is_new_fleet = false;
};

bool is_there(const std::string& file) {
    std::error_code ignored;
    return std::filesystem::exists(file, ignored);
}

// A public key itself, or the one of a key file.
core::Result<std::string> public_key_from(const std::string& written) {
    if (is_there(written)) {
        auto key = read_signing_key(written);
        if (!key) return core::fail(key.error());
        core::wipe(key->secret_key);
        return std::move(key->public_key);
    }
    if (!first_root(written)) return core::fail(core::ErrorKind::invalid, fmt::format("'{}' is neither a file nor a public key", written));
    return written;
}

// "KEY", "KEY:canary,stable", "KEY:canary@2027-12-31", "KEY@2027-12-31"
core::Result<PublishKey> publisher_from(const std::string& written) {
    PublishKey publisher;
    std::string rest = written;
    if (const std::size_t at = rest.rfind('@'); at != std::string::npos) {
        const auto day = core::parse_date(rest.substr(at + 1));
        if (!day) return core::fail(core::ErrorKind::invalid, fmt::format("'{}' ends in no date; write it as KEY@2027-12-31", written));
        publisher.expires = core::Time{std::chrono::sys_days{*day} + std::chrono::days{1}};  // the day itself still counts
        rest.resize(at);
    }
    if (const std::size_t colon = rest.rfind(':'); colon != std::string::npos) {
        std::string channels = rest.substr(colon + 1);
        rest.resize(colon);
        while (!channels.empty()) {
            const std::size_t comma = std::min(channels.find(','), channels.size());
            publisher.channels.push_back(channels.substr(0, comma));
            if (!is_channel(publisher.channels.back())) return core::fail(core::ErrorKind::invalid, fmt::format("'{}' is no name of a channel", publisher.channels.back()));
            channels.erase(0, comma + 1);
        }
    }
    auto key = public_key_from(rest);
    if (!key) return core::fail(key.error());
    publisher.key = std::move(*key);
    return publisher;
}

void print(const Root& root) {
    fmt::print("root {}, epoch {}, {} of {} holders must sign\n", root.number, root.epoch, root.threshold, root.keys.size());
    for (const std::string& key : root.keys) fmt::print("  holder    {}\n", key);
    for (const PublishKey& each : root.publish) {
        fmt::print("  publisher {}  {}{}\n", each.key, each.channels.empty() ? "all channels" : fmt::format("{}", fmt::join(each.channels, ", ")),
                   each.expires ? ", until " + core::to_text(*each.expires) : "");
    }
}

int make(const Options& options) {
    if (is_there(options.file)) return say_failure({core::ErrorKind::conflict, fmt::format("{} is there already; keys are never written over", options.file)});
    core::SigningKey key = core::make_signing_key();
    const auto written = core::write_file(options.file, to_bytes(key), true);
    core::wipe(key.secret_key);
    if (!written) return say_failure(written.error());
    fmt::print("{}\n", key.public_key);
    return done;
}

int make_root(const Options& options) {
    if (is_there(options.file)) return say_failure({core::ErrorKind::conflict, fmt::format("{} is there already; a root is never written over", options.file)});
    Root root;
    root.number = 1;
    if (!options.after.empty()) {
        const auto bytes = core::read_file(options.after, largest_root);
        if (!bytes) return say_failure(bytes.error());
        const auto before = root_from(*bytes);
        if (!before) return say_failure(before.error().in(options.after));
        root = *before;
        ++root.number;
    }
    if (options.epoch >= 0) root.epoch = options.epoch;
    if (!options.holders.empty()) {
        root.keys.clear();
        root.threshold = options.threshold;
    }
    for (const std::string& each : options.holders) {
        auto key = public_key_from(each);
        if (!key) return say_failure(key.error());
        root.keys.push_back(std::move(*key));
    }
    if (!options.publishers.empty()) root.publish.clear();
    for (const std::string& each : options.publishers) {
        auto publisher = publisher_from(each);
        if (!publisher) return say_failure(publisher.error());
        root.publish.push_back(std::move(*publisher));
    }
    const std::string bytes = to_bytes(root);
    if (const auto good = root_from(bytes); !good) return say_failure(good.error());  // what nobody could follow is not written
    if (const auto written = core::write_file(options.file, bytes); !written) return say_failure(written.error());
    print(root);
    fmt::print("Nobody has signed it yet. Next, for each holder: kb release keys sign {} --key FILE\n", options.file);
    return done;
}

int sign_root(const Options& options) {
    const auto bytes = core::read_file(options.file, largest_root);
    if (!bytes) return say_failure(bytes.error());
    auto key = read_signing_key(options.key);
    if (!key) return say_failure(key.error());
    const auto is_signed = signed_root(*bytes, *key);
    core::wipe(key->secret_key);
    if (!is_signed) return say_failure(is_signed.error().in(options.file));
    if (const auto written = core::write_file(options.file, *is_signed); !written) return say_failure(written.error());
    fmt::print("{} has {} signatures now.\n", options.file, signers_of(*is_signed).size());
    return done;
}

int add(const Options& options, core::Time now) {
    const auto bytes = core::read_file(options.file, largest_root);
    if (!bytes) return say_failure(bytes.error());
    const auto root = add_root(options.store, *bytes, now, options.is_new_fleet);
    if (!root) return say_failure(root.error());
    fmt::print("Kiosks follow to root {} when they ask the next time.\n", root->number);
    const auto heads = heads_in(options.store);
    if (!heads) return say_failure(heads.error());
    for (const StoreHead& each : *heads) {
        const auto shown = core::read_file(std::filesystem::path(options.store) / head_path(each.channel), largest_head);
        const auto head = shown ? verify_head(*shown, *root, now) : core::Result<Head>(core::fail(shown.error()));
        if (!head) fmt::print("Publish on '{}' now: until then no kiosk takes anything from there ({}).\n", each.channel, head.error().message);
    }
    return done;
}

int show(const Options& options) {
    std::error_code ignored;
    core::Result<Root> root = core::fail(core::ErrorKind::not_found, fmt::format("{} has no root yet; its kiosks trust its release key alone", options.file));
    if (std::filesystem::is_directory(options.file, ignored)) {
        auto newest = root_of_store(options.file);
        if (!newest) return say_failure(newest.error());
        if (*newest) root = std::move(**newest);
    } else {
        const auto bytes = core::read_file(options.file, largest_root);
        root = bytes ? root_from(*bytes) : core::Result<Root>(core::fail(bytes.error()));
        if (root) {
            for (const std::string& key : signers_of(*bytes)) fmt::print("signed by {}\n", key);
        }
    }
    if (!root) return say_failure(root.error());
    print(*root);
    return done;
}

}  // namespace

core::Result<std::string> trusted_from(const std::string& written) {
    if (!is_there(written)) return public_key_from(written);
    auto bytes = core::read_file(written, largest_root);
    if (!bytes) return bytes;
    if (first_root(*bytes)) return bytes;
    if (auto key = public_key_from(written)) return key;
    while (!bytes->empty() && (bytes->back() == '\n' || bytes->back() == '\r')) bytes->pop_back();  // a key in a line of its own
    auto root = first_root(*bytes);
    if (!root) return core::fail(root.error().in(written));
    return bytes;
}

void add_release_keys(CLI::App& release, const core::Clock& clock, int& exit_code) {
    auto* keys = release.add_subcommand("keys", "Keys and roots. A root names the keys that may publish; its holders keep their own keys offline, and some of them must sign each new root. "
                                                "Without a root, kiosks trust the desk's release key alone");
    keys->require_subcommand(1);
    auto options = std::make_shared<Options>();

    auto* command = keys->add_subcommand("make", "Make a key pair; prints the public half");
    command->add_option("FILE", options->file, "A new file, which only its owner can read")->required();
    command->callback([options, &exit_code] { exit_code = make(*options); });

    command = keys->add_subcommand("root", "Write down a root, still unsigned");
    command->add_option("FILE", options->file, "A new file")->required();
    command->add_option("--holder", options->holders, "A key that signs roots: public, or a key file");
    command->add_option("--threshold", options->threshold, "How many holders must sign")->capture_default_str();
    command->add_option("--publisher", options->publishers, "A key that signs releases, perhaps for some channels and up to a day: KEY, KEY:canary,stable, KEY@2027-12-31");
    command->add_option("--epoch", options->epoch, "One more than before, after a publish key was stolen: release numbers begin anew there");
    command->add_option("--after", options->after, "The root before: numbers go on, and what is not given stays");
    command->callback([options, &exit_code] { exit_code = make_root(*options); });

    command = keys->add_subcommand("sign", "Add a holder's signature to a root. A root that follows another needs holders of both; a first one in a store that publishes, also the key that published");
    command->add_option("FILE", options->file, "The root")->required();
    command->add_option("--key", options->key, "The holder's key file")->required();
    command->callback([options, &exit_code] { exit_code = sign_root(*options); });

    command = keys->add_subcommand("add", "Put a signed root into a store, for kiosks to follow");
    command->add_option("FILE", options->file, "The root")->required();
    command->add_option("--store", options->store, "The store of releases")->required();
    command->add_flag("--new-fleet", options->is_new_fleet, "No kiosk knows the store's release key: the first root needs no signature of it");
    command->callback([options, &clock, &exit_code] { exit_code = add(*options, clock.now()); });

    command = keys->add_subcommand("show", "What a root, or the newest root of a store, says");
    command->add_option("FILE", options->file, "A root, or a store of releases")->required();
    command->callback([options, &exit_code] { exit_code = show(*options); });
}

}  // namespace kb::cli
