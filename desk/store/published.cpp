#include "desk/store/published.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace desk {
namespace {

core::Result<void> done(const core::Result<std::int64_t>& result) {
    if (!result) return core::fail(result.error());
    return {};
}

struct ListedRow {
    std::string kind;
    std::string id;
    std::string title;
    std::string parent;
    std::string zone;
    auto operator<=>(const ListedRow&) const = default;
};

ListedRow listed_of(const core::Row& row) {
    return {row.text(0), row.text(1), row.text(2), row.text(3), row.text(4)};
}

std::string json_of(const core::Text& text) {
    core::Json json = core::Json::object();
    for (const auto& [language, words] : text.all()) json[language] = words;
    return core::canonical(json);
}

core::Text text_of(std::string_view json) {
    std::map<core::Language, std::string> in;
    if (const auto parsed = core::parse_json(json)) {
        for (const auto& [language, words] : parsed->items()) {
            if (words.is_string()) in[language] = words.get<std::string>();
        }
    }
    return core::Text(std::move(in));
}

std::vector<ListedRow> rows_of(const catalog::Catalog& catalog) {
    std::vector<ListedRow> rows;
    for (const auto& it : catalog.departments) rows.push_back({"department", it.id, json_of(it.title), "", ""});
    for (const auto& it : catalog.teams) rows.push_back({"team", it.id, json_of(it.title), it.department, ""});
    for (const auto& it : catalog.services) rows.push_back({"service", it.id, json_of(it.title), "", ""});
    for (const auto& it : catalog.sites) {
        rows.push_back({"site", it.id, json_of(it.title), "", it.zone});
        for (const auto& place : it.places) {
            rows.push_back({"place", it.id + "/" + place.id, json_of(place.title), it.id, ""});
        }
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

Release release_of(const core::Row& row) { return {row.integer(0), row.text(1), row.text(2), row.time(3)}; }

struct PersonRow {
    std::string number, name, team, site, manager, roles, language, badge, email;
    auto operator<=>(const PersonRow&) const = default;
};

std::vector<PersonRow> people_of(const catalog::Catalog& catalog) {
    std::vector<PersonRow> rows;
    for (const auto& it : catalog.people) {
        rows.push_back({it.number, it.name, it.team, it.site, it.manager, fmt::format("{}", fmt::join(it.roles, ";")),
                        it.language, it.badge, it.email});
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

core::Result<bool> is_listed(core::Database& db, std::string_view kind, std::string_view id) {
    auto found = db.row<bool>("SELECT 1 FROM listed WHERE kind = $1 AND id = $2", {kind, id},
                              [](const core::Row&) { return true; });
    if (!found) return core::fail(found.error());
    return found->value_or(false);
}

std::string title_in(const std::map<std::string, core::Text, std::less<>>& titles, std::string_view id,
                     std::string_view language) {
    const auto found = titles.find(id);
    return found == titles.end() ? std::string(id) : found->second.in(language);
}

}  // namespace

std::string Lists::team(std::string_view id, std::string_view language) const { return title_in(teams, id, language); }
std::string Lists::site(std::string_view id, std::string_view language) const { return title_in(sites, id, language); }
std::string Lists::department(std::string_view id, std::string_view language) const {
    return title_in(departments, id, language);
}
std::string Lists::service(std::string_view id, std::string_view language) const {
    return title_in(services, id, language);
}

core::Result<bool> Published::keep_form(std::string_view service, std::string_view version, std::string_view canonical,
                                        core::Time now) {
    auto added = db_.run(
        R"(INSERT INTO form_version (service, version, body, published_at) VALUES ($1, $2, $3, $4)
           ON CONFLICT (service, version) DO NOTHING)",
        {service, version, canonical, now});
    if (!added) return core::fail(added.error());
    return *added > 0;
}

core::Result<std::optional<std::string>> Published::form(std::string_view service, std::string_view version) {
    return db_.row<std::string>("SELECT body FROM form_version WHERE service = $1 AND version = $2", {service, version},
                                [](const core::Row& row) { return row.text(0); });
}

core::Result<bool> Published::replace_lists(const catalog::Catalog& catalog) {
    auto listed = db_.rows<ListedRow>("SELECT kind, id, title, parent, zone FROM listed ORDER BY kind, id", {},
                                      listed_of);
    if (!listed) return core::fail(listed.error());
    auto people = db_.rows<PersonRow>(
        "SELECT number, name, team, site, manager, roles, language, badge, email FROM person ORDER BY number", {},
        [](const core::Row& row) {
            return PersonRow{row.text(0), row.text(1), row.text(2), row.text(3), row.text(4),
                             row.text(5), row.text(6), row.text(7), row.text(8)};
        });
    if (!people) return core::fail(people.error());

    const auto new_listed = rows_of(catalog);
    const auto new_people = people_of(catalog);
    if (*listed == new_listed && *people == new_people) return false;

    if (auto gone = db_.run("DELETE FROM listed"); !gone) return core::fail(gone.error());
    for (const ListedRow& it : new_listed) {
        auto added = db_.run("INSERT INTO listed (kind, id, title, parent, zone) VALUES ($1, $2, $3, $4, $5)",
                             {it.kind, it.id, it.title, it.parent, it.zone});
        if (!added) return core::fail(added.error());
    }
    if (auto gone = db_.run("DELETE FROM person"); !gone) return core::fail(gone.error());
    for (const PersonRow& it : new_people) {
        auto added = db_.run(
            R"(INSERT INTO person (number, name, team, site, manager, roles, language, badge, email)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9))",
            {it.number, it.name, it.team, it.site, it.manager, it.roles, it.language, it.badge, it.email});
        if (!added) return core::fail(added.error());
    }
    return true;
}

core::Result<Lists> Published::lists() {
    auto rows = db_.rows<ListedRow>("SELECT kind, id, title, parent, zone FROM listed ORDER BY kind, id", {}, listed_of);
    if (!rows) return core::fail(rows.error());
    Lists lists;
    for (const ListedRow& it : *rows) {
        if (it.kind == "department") lists.departments[it.id] = text_of(it.title);
        if (it.kind == "site") lists.sites[it.id] = text_of(it.title);
        if (it.kind == "service") lists.services[it.id] = text_of(it.title);
        if (it.kind == "place") {
            lists.places[it.parent].push_back({it.id.substr(it.parent.size() + 1), text_of(it.title), {}});
        }
        if (it.kind == "team") {
            lists.teams[it.id] = text_of(it.title);
            lists.department_of_team[it.id] = it.parent;
        }
    }
    return lists;
}

core::Result<bool> Published::has_team(std::string_view id) { return is_listed(db_, "team", id); }
core::Result<bool> Published::has_site(std::string_view id) { return is_listed(db_, "site", id); }

core::Result<std::string> Published::zone_of(std::string_view site) {
    auto zone = db_.row<std::string>("SELECT zone FROM listed WHERE kind = 'site' AND id = $1", {site},
                                     [](const core::Row& row) { return row.text(0); });
    if (!zone) return core::fail(zone.error());
    return zone->value_or("");
}

core::Result<std::optional<Release>> Published::newest_release() {
    return db_.row<Release>("SELECT version, content, manifest, published_at FROM release ORDER BY version DESC LIMIT 1", {},
                            release_of);
}

core::Result<std::optional<Release>> Published::newest_release_of(std::string_view content) {
    return db_.row<Release>(
        "SELECT version, content, manifest, published_at FROM release WHERE content = $1 ORDER BY version DESC LIMIT 1",
        {content}, release_of);
}

core::Result<void> Published::add_release(const Release& it) {
    return done(db_.run("INSERT INTO release (version, content, manifest, published_at) VALUES ($1, $2, $3, $4)",
                        {it.version, it.content, it.manifest, it.published_at}));
}

core::Result<std::optional<BlobInfo>> Published::blob(std::string_view sha256) {
    return db_.row<BlobInfo>("SELECT sha256, size, received_at FROM blob WHERE sha256 = $1", {sha256},
                             [](const core::Row& row) {
                                 return BlobInfo{row.text(0), row.integer(1), row.time(2)};
                             });
}

core::Result<void> Published::add_blob(const BlobInfo& it) {
    return done(db_.run(
        R"(INSERT INTO blob (sha256, size, received_at) VALUES ($1, $2, $3) ON CONFLICT (sha256) DO NOTHING)",
        {it.sha256, it.size, it.received_at}));
}

}  // namespace desk
