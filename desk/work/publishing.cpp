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
#include "kb/release.hpp"

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

// Of all that a release is made from: names and bytes of the files, and the day, which decides what has expired.
core::Result<std::string> hash_of_content(const std::filesystem::path& content, core::Time now) {
    auto files = core::files_below(content);
    if (!files) return core::fail(files.error());
    core::Sha256 all;
    all.add(core::to_text(core::Date{std::chrono::floor<std::chrono::days>(now)}) + "\n");
    for (const auto& file : *files) {
        if (is_hidden(file)) continue;
        core::Sha256 one;
        if (auto added = add_file(one, content / file); !added) return core::fail(added.error());
        all.add(file.generic_string() + "\n" + one.hex() + "\n");
    }
    return all.hex();
}

// Larger than any that a kiosk may have seen: the head on disk may be ahead of the database after a crash between them.
core::Result<std::int64_t> next_version(Desk& desk, const std::optional<Release>& newest) {
    const std::int64_t last = newest ? newest->version : 0;
    const auto next = kb::next_version(desk.releases());
    if (!next) return core::fail(next.error());
    return std::max(last + 1, *next);
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

}  // namespace

core::Result<PublishDone> publish(Desk& desk, const std::filesystem::path& content, core::Problems& problems) {
    const OneAtATime turn(desk.publishing());
    if (!turn.has_it()) return core::fail(core::ErrorKind::unavailable, "Somebody else is publishing right now.");
    std::error_code ignored;
    if (!std::filesystem::is_directory(content, ignored)) {
        return core::fail(core::ErrorKind::not_found, fmt::format("there is no folder {}", content.string()));
    }
    const auto catalog = catalog::load_catalog(content, problems);
    if (core::has_error(problems)) return core::fail(core::ErrorKind::invalid, "the content has mistakes");
    const core::Time now = desk.clock().now();
    auto hash = hash_of_content(content, now);
    if (!hash) return core::fail(hash.error());

    std::optional<Release> newest;
    {
        auto reader = desk.readers().lend();
        if (!reader) return core::fail(reader.error());
        auto found = Published(**reader).newest_release();
        if (!found) return core::fail(found.error());
        newest = std::move(*found);
    }
    PublishDone done;
    done.services = catalog.services.size();
    if (newest && newest->content == *hash) {
        done.version = newest->version;
        return done;
    }

    // The forms come first: a kiosk that shows a form must find a desk that knows it.
    auto new_forms = desk.writer().run_for<std::size_t>([&](core::Database& db) { return keep_forms(db, catalog, now); });
    if (!new_forms) return core::fail(new_forms.error());
    auto version = next_version(desk, newest);
    if (!version) return core::fail(version.error());
    kb::ReleaseOrder order;
    order.content = content;
    order.store = desk.releases();
    order.version = *version;
    order.now = now;
    core::Problems of_release;
    auto built = kb::build_release(order, of_release);
    // The catalog is read there once more; what was told already is not told twice.
    for (core::Problem& problem : of_release) {
        const auto same = [&](const core::Problem& told) { return told.line_of_text() == problem.line_of_text(); };
        if (std::none_of(problems.begin(), problems.end(), same)) problems.push_back(std::move(problem));
    }
    if (!built) return core::fail(built.error());
    kb::SignOrder signing;
    signing.store = desk.releases();
    signing.manifest = built->manifest;
    signing.now = now;
    signing.key = desk.keys().release;
    auto head = kb::sign_release(signing);
    core::wipe(signing.key.secret_key);
    if (!head) return core::fail(head.error());

    auto from_quarantine = desk.writer().run_for<std::size_t>([&](core::Database& db) -> core::Result<std::size_t> {
        Published published(db);
        if (auto replaced = published.replace_lists(catalog); !replaced) return core::fail(replaced.error());
        if (auto added = published.add_release({*version, *hash, *head, now}); !added) return core::fail(added.error());
        return retry_quarantine(db, desk.forms(), desk.keys(), now);
    });
    if (!from_quarantine) return core::fail(from_quarantine.error());

    done.version = *version;
    done.is_new = true;
    done.new_forms = *new_forms;
    done.articles = built->articles;
    done.files = built->files;
    done.from_quarantine = *from_quarantine;
    return done;
}

}  // namespace desk
