// What was published: every form version for ever, the newest lists and people, the releases, and blobs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/database.hpp"
#include "core/base/language.hpp"
#include "core/base/result.hpp"
#include "core/catalog/catalog.hpp"

namespace desk {

// The names of things, as pages show them.
struct Lists {
    std::map<std::string, core::Text, std::less<>> departments;
    std::map<std::string, core::Text, std::less<>> teams;
    std::map<std::string, core::Text, std::less<>> sites;
    std::map<std::string, core::Text, std::less<>> services;  // by their newest title
    std::map<std::string, std::vector<catalog::Offer>> places;  // by site
    std::map<std::string, std::string, std::less<>> department_of_team;

    // The title in `language`, or the id itself when it is not (or no longer) listed.
    [[nodiscard]] std::string team(std::string_view id, std::string_view language) const;
    [[nodiscard]] std::string site(std::string_view id, std::string_view language) const;
    [[nodiscard]] std::string department(std::string_view id, std::string_view language) const;
    [[nodiscard]] std::string service(std::string_view id, std::string_view language) const;
};

struct Release {
    std::int64_t version = 0;
    std::string content;   // hash of what it was made from: the same content is the same release
    std::string manifest;  // its SHA-256
    core::Time published_at;
};

struct BlobInfo {
    std::string sha256;
    std::int64_t size = 0;
    core::Time received_at;
};

class Published {
public:
    explicit Published(core::Database& db) : db_(db) {}

    // True when it was new.
    [[nodiscard]] core::Result<bool> keep_form(std::string_view service, std::string_view version,
                                               std::string_view canonical, core::Time now);
    [[nodiscard]] core::Result<std::optional<std::string>> form(std::string_view service, std::string_view version);

    // True when something differed from what was there.
    [[nodiscard]] core::Result<bool> replace_lists(const catalog::Catalog& catalog);
    [[nodiscard]] core::Result<Lists> lists();
    [[nodiscard]] core::Result<bool> has_team(std::string_view id);
    [[nodiscard]] core::Result<bool> has_site(std::string_view id);
    // The IANA zone of a site; empty when it is not listed.
    [[nodiscard]] core::Result<std::string> zone_of(std::string_view site);

    // Signed or not.
    [[nodiscard]] core::Result<std::optional<Release>> newest_release();
    [[nodiscard]] core::Result<std::optional<Release>> newest_release_of(std::string_view content);
    [[nodiscard]] core::Result<void> add_release(const Release& release);

    [[nodiscard]] core::Result<std::optional<BlobInfo>> blob(std::string_view sha256);
    [[nodiscard]] core::Result<void> add_blob(const BlobInfo& blob);

private:
    core::Database& db_;
};

}  // namespace desk
