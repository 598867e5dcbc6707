#include "desk/work/publishing.hpp"

#include <algorithm>
#include <fstream>
#include <string>

#include <fmt/format.h>

#include "core/base/crypto.hpp"
#include "core/base/file.hpp"
#include "core/catalog/catalog.hpp"
#include "desk/store/published.hpp"
#include "desk/work/desk.hpp"
#include "desk/work/intake.hpp"
#include "kb/manifest.hpp"
#include "kb/release.hpp"
#include "kb/schema.hpp"

namespace desk {
namespace {

bool is_hidden(const std::filesystem::path& path) {
    return std::any_of(path.begin(), path.end(), [](const auto& part) { return part.native().starts_with('.'); });
}

core::Result<void> add_file(core::Sha256& hash, const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return core::fail(core::ErrorKind::not_found, fmt::format("cannot read {}", file.string()));
    std::string piece(1 << 16, '\0');
    while (in) {
        in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        hash.add(std::string_view(piece).substr(0, static_cast<std::size_t>(in.gcount())));
    }
    return {};
}

// Of all that a release is made from: names and bytes of the files, for whom it is, and how this program makes an index. Not the day: what
// comes and expires, kiosks tell by their own, and a release stays the same while it goes to more and more of them.
core::Result<std::string> hash_of_content(const std::filesystem::path& content, const std::vector<std::string>& audience) {
    auto files = core::files_below(content);
    if (!files) return core::fail(files.error());
    core::Sha256 all;
    all.add(fmt::format("index {}\n", kb::schema::version));
    all.add(fmt::format("for {}\n", fmt::join(kb::in_order(audience), " ")));
    for (const auto& file : *files) {
        if (is_hidden(file)) continue;
        core::Sha256 one;
        if (auto added = add_file(one, content / file); !added) return core::fail(added.error());
        all.add(file.generic_string() + "\n" + one.hex() + "\n");
    }
    return all.hex();
}

// Larger than any that a kiosk may have seen: the store may be ahead of the database, and the database of the store when
// one of them is an older copy.
core::Result<std::int64_t> next_version(Desk& desk) {
    auto reader = desk.readers().lend();
    if (!reader) return core::fail(reader.error());
    const auto newest = Published(**reader).newest_release();
    if (!newest) return core::fail(newest.error());
    const auto next = kb::next_version(desk.releases());
    if (!next) return core::fail(next.error());
    return std::max(*newest ? (*newest)->version + 1 : 1, *next);
}

core::Result<std::size_t> keep_forms(core::Database& db, const catalog::Catalog& catalog, core::Time now) {
    std::size_t added = 0;
    for (const catalog::Service& service : catalog.services) {
        auto is_new = Published(db).keep_form(service.id, service.version, service.canonical, now);
        if (!is_new) return core::fail(is_new.error());
        if (*is_new) ++added;
    }
    return added;
}

// The newest release of that content, as long as it still lies in the store.
core::Result<std::optional<Release>> release_there(Desk& desk, std::string_view content) {
    auto reader = desk.readers().lend();
    if (!reader) return core::fail(reader.error());
    auto found = Published(**reader).newest_release_of(content);
    if (!found) return core::fail(found.error());
    std::error_code gone;
    if (*found && !std::filesystem::exists(desk.releases() / kb::manifest_path((*found)->manifest), gone)) return std::nullopt;
    return found;
}

// What kiosks follow; for a desk without a root that is its own key.
core::Result<kb::Root> root_of(Desk& desk) {
    auto root = kb::root_of_store(desk.releases());
    if (!root) return core::fail(root.error());
    return *root ? std::move(**root) : kb::root_of_key(desk.keys().release.public_key);
}

class OneAtATime {
public:
    explicit OneAtATime(std::atomic<bool>& flag) : flag_(flag), has_it_(!flag.exchange(true)) {}
    ~OneAtATime() {
        if (has_it_) flag_ = false;
    }
    OneAtATime(const OneAtATime&) = delete;
    OneAtATime& operator=(const OneAtATime&) = delete;
    [[nodiscard]] bool has_it() const { return has_it_; }

private:
    std::atomic<bool>& flag_;
    bool has_it_;
};

class Publishing {
public:
    Publishing(Desk& desk, const PublishOrder& order, core::Problems& problems)
        : desk_(desk), order_(order), problems_(problems), now_(desk.clock().now()) {}

    core::Result<PublishDone> run() {
        const auto catalog = catalog::load_catalog(order_.content, problems_);
        if (core::has_error(problems_)) return core::fail(core::ErrorKind::invalid, "the content has mistakes");
        done_.services = catalog.services.size();
        auto root = root_of(desk_);
        if (!root) return core::fail(root.error());
        root_ = std::move(*root);
        auto before = on_channel(desk_.releases(), order_.channel);
        if (!before) return core::fail(before.error());
        done_.before = std::move(*before);

        const auto hash = hash_of_content(order_.content, order_.audience);
        if (!hash) return core::fail(hash.error());
        auto there = release_there(desk_, *hash);
        if (!there) return core::fail(there.error());
        // Going back is going on: what the channel has left behind comes again under a new number.
        const bool is_ahead = *there && (*there)->version >= root_.epoch * kb::versions_of_an_epoch &&
                              (!done_.before || (*there)->version >= done_.before->version);
        if (is_ahead) {
            done_.version = (*there)->version;
            done_.manifest = (*there)->manifest;
        } else if (auto built = build(catalog, *hash); !built) {
            return core::fail(built.error());
        }
        return sign();
    }

private:
    core::Result<void> build(const catalog::Catalog& catalog, const std::string& hash) {
        // The forms come first: a kiosk that shows a form must find a desk that knows it.
        auto new_forms = desk_.writer().run_for<std::size_t>([&](core::Database& db) { return keep_forms(db, catalog, now_); });
        if (!new_forms) return core::fail(new_forms.error());
        const auto version = next_version(desk_);
        if (!version) return core::fail(version.error());
        core::Problems of_release;
        const auto built = kb::build_release({.content = order_.content, .store = desk_.releases(), .version = *version, .now = now_, .viewers = {.audience = order_.audience}}, of_release);
        // The catalog is read there once more; what was told already is not told twice.
        for (core::Problem& problem : of_release) {
            const auto same = [&](const core::Problem& told) { return told.line_of_text() == problem.line_of_text(); };
            if (std::none_of(problems_.begin(), problems_.end(), same)) problems_.push_back(std::move(problem));
        }
        if (!built) return core::fail(built.error());
        auto from_quarantine = desk_.writer().run_for<std::size_t>([&](core::Database& db) -> core::Result<std::size_t> {
            Published published(db);
            if (auto replaced = published.replace_lists(catalog); !replaced) return core::fail(replaced.error());
            if (auto added = published.add_release({*version, hash, built->manifest, now_}); !added) return core::fail(added.error());
            return retry_quarantine(db, desk_.forms(), desk_.keys(), now_);
        });
        if (!from_quarantine) return core::fail(from_quarantine.error());

        done_.is_new = true;
        done_.version = *version;
        done_.manifest = built->manifest;
        done_.new_forms = *new_forms;
        done_.articles = built->articles;
        done_.files = built->files;
        done_.from_quarantine = *from_quarantine;
        return {};
    }

    core::Result<PublishDone> sign() {
        if (is_shown_already()) {
            done_.expires = done_.before->expires;
            return std::move(done_);
        }
        if (!kb::may_publish(root_, desk_.keys().release.public_key, order_.channel, now_)) {
            done_.outcome = PublishDone::Outcome::to_sign;
            return std::move(done_);
        }
        kb::SignOrder signing;
        signing.store = desk_.releases();
        signing.manifest = done_.manifest;
        signing.channel = order_.channel;
        signing.percent = order_.percent;
        signing.now = now_;
        signing.key = desk_.keys().release;
        const auto head = kb::sign_release(signing);
        core::wipe(signing.key.secret_key);
        if (!head) return core::fail(head.error());
        done_.expires = now_ + signing.lifetime;
        done_.outcome = done_.is_new ? PublishDone::Outcome::built : PublishDone::Outcome::signed_on;
        return std::move(done_);
    }

    [[nodiscard]] bool is_shown_already() const {
        const auto& before = done_.before;
        if (!before || before->version != done_.version || before->percent != order_.percent) return false;
        // A head of a key that the root names no longer is none to a kiosk.
        const auto head = core::read_file(desk_.releases() / kb::head_path(order_.channel), kb::largest_head);
        return head && kb::verify_head(*head, root_, now_) && now_ < before->issued + head_is_fresh_for;
    }

    Desk& desk_;
    const PublishOrder& order_;
    core::Problems& problems_;
    const core::Time now_;
    kb::Root root_;
    PublishDone done_;
};

}  // namespace

core::Result<PublishDone> publish(Desk& desk, const PublishOrder& order, core::Problems& problems) {
    if (!kb::is_channel(order.channel)) {
        return core::fail(core::ErrorKind::invalid, fmt::format("'{}' is no name of a channel: lower-case letters, digits and hyphens", order.channel));
    }
    if (order.audience.empty()) return core::fail(core::ErrorKind::invalid, "A release is for somebody: public, staff or roles.");
    if (order.percent < 0 || order.percent > 100) return core::fail(core::ErrorKind::invalid, "A percentage is from 0 to 100.");
    const OneAtATime turn(desk.publishing());
    if (!turn.has_it()) return core::fail(core::ErrorKind::unavailable, "Somebody else is publishing right now.");
    std::error_code ignored;
    if (!std::filesystem::is_directory(order.content, ignored)) {
        return core::fail(core::ErrorKind::not_found, fmt::format("there is no folder {}", order.content.string()));
    }
    auto done = Publishing(desk, order, problems).run();
    if (done && done->is_new) {
        const auto cleaned = kb::clean_store(desk.releases(), desk.clock().now());
        if (!cleaned) {
            desk.log().warning("releases_not_cleaned", {{"why", cleaned.error().message}});  // the next publish does it
        } else if (cleaned->releases > 0) {
            desk.log().info("releases_cleaned", {{"releases", std::to_string(cleaned->releases)}, {"bytes", std::to_string(cleaned->bytes)}});
        }
    }
    return done;
}

}  // namespace desk
