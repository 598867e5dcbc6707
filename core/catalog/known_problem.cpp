#include "core/catalog/known_problem.hpp"

#include "core/base/yaml.hpp"
#include "core/catalog/keywords.hpp"

namespace catalog {

std::optional<KnownProblem> parse_known_problem(std::string_view text, const std::string& file, core::Problems& problems) {
    const auto tree = core::Yaml::parse(text, file);
    if (!tree) {
        problems.push_back(tree.error());
        return std::nullopt;
    }
    core::Problems found;
    core::YamlReader reader(*tree, found);
    KnownProblem known;
    known.id = reader.required_text("id");
    known.title = reader.required_words("title");
    known.meanwhile = reader.required_words("meanwhile");
    known.keywords = parse_keywords(reader.take("keywords"), found);
    known.category = reader.text("category");
    known.audience = reader.texts("audience");
    known.sites = reader.texts("sites");
    if (known.sites == std::vector<std::string>{"all"}) known.sites.clear();
    known.services = reader.texts("services");
    known.articles = reader.texts("articles");
    known.since = reader.date("since");
    known.until = reader.date("until");
    if (known.since && known.until && *known.until <= *known.since) {
        found.push_back(tree->find("until")->error("`until` is not after `since`, so nobody would ever see it", "Name the first day on which it is solved."));
    }
    reader.finish();

    if (!core::hand_over(std::move(found), file, problems)) return std::nullopt;
    return known;
}

}  // namespace catalog
