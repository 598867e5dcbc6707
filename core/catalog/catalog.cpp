#include "core/catalog/catalog.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include <fmt/format.h>

#include "core/base/file.hpp"

namespace catalog {
namespace {

template <class T>
const T* find_by_id(const std::vector<T>& all, std::string_view id) {
    const auto it = std::find_if(all.begin(), all.end(), [&](const T& one) { return one.id == id; });
    return it == all.end() ? nullptr : &*it;
}

class Loading {
public:
    Loading(const std::filesystem::path& folder, core::Problems& problems) : folder_(folder), problems_(problems) {}

    Catalog run() {
        read_company();
        list("departments.yaml", catalog_.departments, [](core::YamlReader& r) {
            return Department{r.required_text("id"), r.required_words("title"), r.text("icon")};
        });
        list("topics.yaml", catalog_.topics, [](core::YamlReader& r) {
            return Topic{r.required_text("id"), r.required_words("title"), r.text("icon"), static_cast<int>(r.integer("colour").value_or(1))};
        });
        list("teams.yaml", catalog_.teams, [](core::YamlReader& r) {
            return Team{r.required_text("id"), r.required_words("title"), r.text("department"), r.text("calendar"), r.text("lead")};
        });
        list("sites.yaml", catalog_.sites, [](core::YamlReader& r) { return read_site(r); });
        read_people();
        read_each("services", catalog_.services, parse_service);
        read_each("known-problems", catalog_.known_problems, parse_known_problem);
        check();
        return std::move(catalog_);
    }

private:
    // The text of a file that may be absent.
    std::optional<std::string> text_of(const std::filesystem::path& name) {
        auto text = core::read_file(folder_ / name);
        if (text) return *text;
        if (text.error().kind != core::ErrorKind::not_found) {
            problems_.push_back({core::Severity::error, name.string(), 0, 0, text.error().message, "Make it readable."});
        }
        return std::nullopt;
    }

    std::optional<core::Yaml> tree_of(const std::filesystem::path& name) {
        const auto text = text_of(name);
        if (!text) return std::nullopt;
        auto tree = core::Yaml::parse(*text, name.string());
        if (tree) return *tree;
        problems_.push_back(tree.error());
        return std::nullopt;
    }

    void read_company() {
        const auto tree = tree_of("company.yaml");
        if (!tree) return;
        core::YamlReader reader(*tree, problems_);
        catalog_.company = reader.required_text("name");
        catalog_.languages = reader.texts("languages");
        if (auto fallback = reader.texts("fallback"); !fallback.empty()) catalog_.fallback = std::move(fallback);
        reader.finish();
    }

    template <class T, class Read>
    void list(const std::string& name, std::vector<T>& into, Read read) {
        const auto tree = tree_of(name);
        if (!tree) return;
        if (!tree->is_list()) {
            problems_.push_back(tree->error("here must stand a list", "Start each entry with `- id:`."));
            return;
        }
        for (const core::Yaml& item : tree->items()) {
            core::YamlReader reader(item, problems_);
            T one = read(reader);
            reader.finish();
            if (one.id.empty()) continue;
            if (find_by_id(into, one.id)) {
                problems_.push_back(item.error(fmt::format("the id '{}' stands twice", one.id), "Keep one of them."));
                continue;
            }
            into.push_back(std::move(one));
        }
    }

    static Site read_site(core::YamlReader& r) {
        Site site{r.required_text("id"), r.text("number"), r.required_words("title"), r.text("kind", "store"), r.text("address"),
                  r.text("zone", "UTC"), r.text("language", "en"), {}};
        if (const core::Yaml* places = r.take("places")) {
            for (const core::Yaml& item : places->items()) {
                core::YamlReader place(item, r.problems());
                site.places.push_back({place.required_text("id"), place.required_words("title")});
                place.finish();
            }
        }
        if (const core::Yaml* zone = r.map().find("zone")) {
            if (!core::local_date(core::Time{}, site.zone)) {
                r.problems().push_back(zone->error(fmt::format("there is no time zone '{}'", site.zone), "Use an IANA name like Europe/London."));
            }
        }
        return site;
    }

    void read_people() {
        if (const auto text = text_of("people.csv")) catalog_.people = parse_people(*text, "people.csv", problems_);
    }

    // One thing a file, named as its id.
    template <class T, class Parse>
    void read_each(const std::string& folder, std::vector<T>& into, Parse parse) {
        const auto files = core::files_below(folder_ / folder);
        if (!files) return;
        for (const auto& name : *files) {
            if (name.extension() != ".yaml") continue;
            const std::filesystem::path file = folder / name;
            const auto text = text_of(file);
            if (!text) continue;
            std::optional<T> one = parse(*text, file.string(), problems_);
            if (!one) continue;
            if (one->id != name.stem().string()) {
                problems_.push_back({core::Severity::error, file.string(), 1, 1, fmt::format("the id '{}' is not the file's name", one->id), "Make them equal."});
                continue;
            }
            into.push_back(std::move(*one));
        }
        std::sort(into.begin(), into.end(), [](const T& a, const T& b) { return a.id < b.id; });
    }

    // References are checked against lists that are there: a kiosk has no people, a bare folder has nothing.
    void check() {
        const auto wrong = [&](const std::string& file, const std::string& what, const std::string& remedy) {
            problems_.push_back({core::Severity::error, file, 1, 1, what, remedy});
        };
        for (const Service& service : catalog_.services) {
            const std::string file = "services/" + service.id + ".yaml";
            const auto team = [&](const std::string& id) {
                if (!catalog_.teams.empty() && !catalog_.team(id)) wrong(file, fmt::format("there is no team '{}'", id), "Name one of teams.yaml.");
            };
            team(service.team);
            for (const RoutingRule& rule : service.routing) team(rule.team);
            if (!catalog_.departments.empty() && !catalog_.department(service.department)) {
                wrong(file, fmt::format("there is no department '{}'", service.department), "Name one of departments.yaml.");
            }
            if (!catalog_.topics.empty() && !service.category.empty() && !catalog_.topic(service.category)) {
                wrong(file, fmt::format("there is no topic '{}'", service.category), "Name one of topics.yaml.");
            }
            for (const std::string& site : service.sites) {
                if (!catalog_.site(site)) wrong(file, fmt::format("there is no site '{}'", site), "Name one of sites.yaml, or `all`.");
            }
            if (!service.process.empty()) exists(file, "processes", service.process);
            if (!service.sla.empty()) exists(file, "sla", service.sla);
        }
        for (const KnownProblem& known : catalog_.known_problems) {
            const std::string file = "known-problems/" + known.id + ".yaml";
            if (!catalog_.topics.empty() && !known.category.empty() && !catalog_.topic(known.category)) {
                wrong(file, fmt::format("there is no topic '{}'", known.category), "Name one of topics.yaml.");
            }
            for (const std::string& site : known.sites) {
                if (!catalog_.sites.empty() && !catalog_.site(site)) wrong(file, fmt::format("there is no site '{}'", site), "Name one of sites.yaml.");
            }
            for (const std::string& service : known.services) {
                if (catalog_.services.empty() || catalog_.service(service)) continue;
                // Stops nothing: a kiosk lacks the forms that are for others.
                problems_.push_back({core::Severity::warning, file, 1, 1, fmt::format("there is no service '{}'", service), "Name one of services/."});
            }
        }
        for (const Team& team : catalog_.teams) {
            if (!catalog_.departments.empty() && !catalog_.department(team.department)) {
                wrong("teams.yaml", fmt::format("the team '{}' is of no known department", team.id), "Name one of departments.yaml.");
            }
            if (!team.lead.empty() && !catalog_.people.empty() && !catalog_.person(team.lead)) {
                wrong("teams.yaml", fmt::format("the lead '{}' of '{}' is no person", team.lead, team.id), "Name a number of people.csv.");
            }
        }
        for (const Person& person : catalog_.people) {
            if (!person.team.empty() && !catalog_.teams.empty() && !catalog_.team(person.team)) {
                wrong("people.csv", fmt::format("{}: there is no team '{}'", person.number, person.team), "Name one of teams.yaml.");
            }
            if (!person.site.empty() && !catalog_.sites.empty() && !catalog_.site(person.site)) {
                wrong("people.csv", fmt::format("{}: there is no site '{}'", person.number, person.site), "Name one of sites.yaml.");
            }
            if (!person.manager.empty() && !catalog_.person(person.manager)) {
                wrong("people.csv", fmt::format("{}: the manager '{}' is no person", person.number, person.manager), "Name a number of people.csv.");
            }
        }
    }

    // Processes and promises stay at the desk; a release without their folder is not at fault.
    void exists(const std::string& file, const std::string& kind, const std::string& id) {
        std::error_code ignored;
        if (!std::filesystem::is_directory(folder_ / kind, ignored)) return;
        if (std::filesystem::exists(folder_ / kind / (id + ".yaml"), ignored)) return;
        problems_.push_back({core::Severity::error, file, 1, 1, fmt::format("there is no {}/{}.yaml", kind, id), "Add the file, or correct the id."});
    }

    const std::filesystem::path& folder_;
    core::Problems& problems_;
    Catalog catalog_;
};

}  // namespace

const Service* Catalog::service(std::string_view id) const { return find_by_id(services, id); }
const KnownProblem* Catalog::known_problem(std::string_view id) const { return find_by_id(known_problems, id); }
const Topic* Catalog::topic(std::string_view id) const { return find_by_id(topics, id); }
const Department* Catalog::department(std::string_view id) const { return find_by_id(departments, id); }
const Team* Catalog::team(std::string_view id) const { return find_by_id(teams, id); }
const Site* Catalog::site(std::string_view id) const { return find_by_id(sites, id); }

const Person* Catalog::person(std::string_view number) const {
    const auto it = std::find_if(people.begin(), people.end(), [&](const Person& p) { return p.number == number; });
    return it == people.end() ? nullptr : &*it;
}

Surroundings Catalog::surroundings(std::string_view own_site, core::Date today) const {
    Surroundings world;
    world.today = today;
    world.own_site = own_site;
    for (const Site& site : sites) {
        world.sites.push_back({site.id, site.title, {}});
        for (const Place& place : site.places) world.places[site.id].push_back({place.id, place.title, {}});
    }
    return world;
}

Catalog load_catalog(const std::filesystem::path& folder, core::Problems& problems) { return Loading(folder, problems).run(); }

}  // namespace catalog
