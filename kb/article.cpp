#include "kb/article.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "core/base/crypto.hpp"
#include "core/base/utf8.hpp"
#include "core/base/yaml.hpp"
#include "kb/front_matter.hpp"
#include "kb/front_matter_keys.hpp"
#include "kb/mdx.hpp"
#include "kb/meant.hpp"

namespace kb {
namespace {

constexpr std::string_view default_language = "en";
constexpr int words_a_minute = 200;
constexpr std::size_t revision_length = 12;

// The folder names that mean a language wherever they stand. Codes that are words in a company's folders as well (it,
// hr, no, is, my, id, am, so, to, or, as, be, he, we) count only below `articles/` or beside other language folders.
constexpr std::array<std::string_view, 44> sure_languages{
    "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fr",
    "ga", "gl", "gu", "hi", "hu", "ja", "km", "kn", "ko", "lt", "lv", "ml", "mr", "nb", "nl",
    "pl", "pt", "ro", "ru", "sk", "sl", "sv", "th", "tr", "uk", "ur", "vi", "zh", "zu"};

// Keys of other dialects that say nothing to us; warning about each would drown what matters.
constexpr std::array<std::string_view, 34> silent_keys{
    "layout",      "class",       "order",    "weight",     "sidebar",   "slug",     "id",           "excerpt_separator", "lang_ref",
    "type",        "linkTitle",   "linktitle", "cascade",   "menu",      "toc",      "redirect_to",  "nav_order", "parent",
    "has_children", "status",     "template", "theme",      "untranslated", "stale", "upstream_path", "upstream_sha",
    "translated_at", "translator", "step_indicator", "hidden", "sidebar_position", "sidebar_label", "featuredImageCredit", "eleventyNavigation"};

std::vector<std::string_view> components_of(std::string_view path) {
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        if (end > 0) parts.push_back(path.substr(0, end));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return parts;
}

std::string_view without_ending(std::string_view name) {
    for (const std::string_view ending : {".md", ".mdx", ".markdown"}) {
        if (name.size() > ending.size() && name.ends_with(ending)) return name.substr(0, name.size() - ending.size());
    }
    return name;
}

bool is_index(std::string_view stem) { return stem == "index" || stem == "_index" || stem == "README" || stem == "readme"; }

bool is_sure_language(std::string_view folder) {
    const std::string_view base = folder.substr(0, std::min(folder.find_first_of("-_"), folder.size()));
    return std::find(sure_languages.begin(), sure_languages.end(), base) != sure_languages.end() && language_tag(folder);
}

// "card-reader" → "Card reader"
std::string title_from(std::string_view slug) {
    std::string title(slug);
    std::replace_if(title.begin(), title.end(), [](char c) { return c == '-' || c == '_'; }, ' ');
    title = core::utf8::repaired(core::utf8::trimmed(title));
    if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') title[0] = static_cast<char>(title[0] - 'a' + 'A');
    return title.empty() ? "Untitled" : title;
}

std::vector<std::string> split_commas(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        const std::string_view part = core::utf8::trimmed(text.substr(0, end));
        if (!part.empty()) parts.emplace_back(part);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

bool is_known_key(std::string_view name) {
    return std::find(silent_keys.begin(), silent_keys.end(), name) != silent_keys.end() ||
           std::any_of(known_keys.begin(), known_keys.end(), [name](KeyNames names) { return std::find(names.begin(), names.end(), name) != names.end(); });
}

// Reads front matter of any dialect: several names for one key, lists written as one string, dates with a time.
class FrontMatterReader {
public:
    FrontMatterReader(const core::Yaml& map, core::Problems& problems) : map_(map), problems_(problems) {}

    const core::Yaml* take(KeyNames names) {
        for (const std::string_view name : names) {
            if (const core::Yaml* value = map_.find(name); value && !value->is_null()) return value;
        }
        return nullptr;
    }

    std::string text(KeyNames names) {
        const core::Yaml* value = take(names);
        if (!value) return {};
        if (value->is_list() && !value->items().empty()) value = &value->items().front();  // of several authors, the first
        // { name: …, url: … } of authors and pictures
        for (const std::string_view inner : {"name", "title", "src", "url"}) {
            const core::Yaml* member = value->is_map() ? value->find(inner) : nullptr;
            if (member && member->is_text()) return std::string(core::utf8::trimmed(member->text()));
        }
        if (!value->is_text()) {
            problems_.push_back(value->warning(fmt::format("`{}` is not a text", names.front()), "Write it as one line of text."));
            return {};
        }
        return std::string(core::utf8::trimmed(value->text()));
    }

    std::vector<std::string> list(KeyNames names) {
        const core::Yaml* value = take(names);
        if (!value) return {};
        std::vector<std::string> texts;
        std::set<std::string> seen;
        const auto add = [&](std::string text, const core::Yaml& place) {
            if (seen.insert(text).second) {
                texts.push_back(std::move(text));
            } else {
                problems_.push_back(place.warning(fmt::format("`{}` names '{}' twice", names.front(), core::utf8::shortened(text, 40)), "Take one of them out."));
            }
        };
        if (value->is_text()) {
            for (std::string& text : split_commas(value->text())) add(std::move(text), *value);
        }
        for (const core::Yaml& item : value->items()) {
            if (item.is_text() && !core::utf8::trimmed(item.text()).empty()) add(std::string(core::utf8::trimmed(item.text())), item);
        }
        if (value->is_map()) {
            problems_.push_back(value->warning(fmt::format("`{}` is not a list", names.front()), "Write it as [one, two]."));
        }
        return texts;
    }

    std::optional<core::Date> date(KeyNames names) {
        const core::Yaml* value = take(names);
        if (!value || !value->is_text() || value->text().empty()) return std::nullopt;
        const auto date = core::parse_date(std::string_view(value->text()).substr(0, 10));
        if (date) return *date;
        const auto meant = date_meant(value->text());
        problems_.push_back(value->warning(fmt::format("`{}` is not a date", names.front()), fmt::format("Write it as {}.", meant ? core::to_text(*meant) : "2026-11-24")));
        return meant;
    }

    std::optional<bool> truth(KeyNames names) {
        const core::Yaml* value = take(names);
        if (!value || value->truth()) return value ? value->truth() : std::nullopt;
        const auto meant = truth_meant(value->text());
        problems_.push_back(value->warning(fmt::format("`{}` is neither true nor false", names.front()), fmt::format("Write {}.", !meant ? "true or false" : *meant ? "true" : "false")));
        return meant;
    }

    void tell_unknown_keys() {
        for (const auto& [key, value] : map_.entries()) {
            const std::string& name = key.text();
            if (is_known_key(name)) continue;
            const auto meant = key_meant(name);
            problems_.push_back(key.warning(fmt::format("the key `{}` is not known and has no effect", core::utf8::shortened(name, 40)),
                                            meant ? fmt::format("Write it as `{}`.", *meant) : "Remove it, or mend its spelling."));
        }
    }

private:
    const core::Yaml& map_;
    core::Problems& problems_;
};

// "all" is how people write that there is no limit.
std::vector<std::string> without_all(std::vector<std::string> names) {
    if (std::find(names.begin(), names.end(), "all") != names.end()) names.clear();
    return names;
}

// Old addresses hold words that people know the page by: "/family-medical-leave/" gives "family medical leave".
void add_old_addresses(std::vector<std::string> addresses, Article& article) {
    for (std::string& address : addresses) {
        article.addresses.push_back(address);
        while (address.ends_with('/')) address.pop_back();
        std::string name(without_ending(std::string_view(address).substr(address.rfind('/') + 1)));
        std::replace_if(name.begin(), name.end(), [](char c) { return c == '-' || c == '_'; }, ' ');
        if (!name.empty()) article.keywords.push_back(std::move(name));
    }
}

void read_front_matter(const core::Yaml& map, Article& article, core::Problems& problems) {
    FrontMatterReader in(map, problems);
    article.title = in.text(keys::title);
    article.description = in.text(keys::description);
    article.excerpt = in.text(keys::excerpt);
    article.category = in.text(keys::category);
    article.tags = in.list(keys::tags);
    article.keywords = in.list(keys::keywords);
    for (std::string& question : in.list(keys::questions)) article.keywords.push_back(std::move(question));
    add_old_addresses(in.list(keys::redirect_from), article);
    add_old_addresses(in.list(keys::aliases), article);
    if (std::string address = in.text(keys::permalink); !address.empty()) article.addresses.push_back(std::move(address));
    article.author = in.text(keys::author);
    article.owner = in.text(keys::owner);
    article.published = in.date(keys::published);
    article.updated = in.date(keys::updated);
    article.review_by = in.date(keys::review_by);
    article.expires = in.date(keys::expires);
    article.audience = in.list(keys::audience);
    article.sites = without_all(in.list(keys::sites));
    article.related = in.list(keys::related);
    article.services = in.list(keys::services);
    article.featured_image = in.text(keys::featured_image);
    article.featured_image_alt = in.text(keys::featured_image_alt);
    article.draft = in.truth(keys::draft).value_or(false) || !in.truth(keys::is_published).value_or(true);
    article.translation_of = in.text(keys::translation_of);
    article.source_revision = in.text(keys::source_revision);

    if (const core::Yaml* said = in.take(keys::language); said && said->is_text()) {
        if (const auto tag = language_tag(said->text())) {
            article.language = *tag;
        } else {
            problems.push_back(said->warning(fmt::format("'{}' is not a language", core::utf8::shortened(said->text(), 20)),
                                             "Write a tag such as en, de or zh-Hans."));
        }
    }
    in.tell_unknown_keys();
}

// The title may come from the first heading; then it need not be shown twice.
void settle_title(Article& article, const std::string& path, std::string_view slug, core::Problems& problems) {
    const auto first = std::find_if(article.blocks.begin(), article.blocks.end(), [](const Block& block) { return block.kind == Block::Kind::heading; });
    const bool leads = first != article.blocks.end() && first->level == 1 &&
                       std::all_of(article.blocks.begin(), first, [](const Block& block) { return block.kind != Block::Kind::paragraph; });
    if (article.title.empty() && first != article.blocks.end()) article.title = core::utf8::shortened(first->words.text, 200);
    if (article.title.empty()) {
        article.title = title_from(slug);
        problems.push_back({core::Severity::warning, path, 1, 1, "no title; the file's name is shown",
                            "Add `title:` to the front matter, or a `#` heading."});
    }
    if (leads && core::utf8::folded(first->words.text) == core::utf8::folded(article.title)) article.blocks.erase(first);
}

}  // namespace

int Article::reading_minutes() const {
    std::size_t words = 0;
    std::size_t ideographs = 0;
    bool in_word = false;
    const std::string text = plain_text(blocks);
    const auto size = static_cast<std::int32_t>(text.size());
    for (std::int32_t at = 0; at < size;) {
        UChar32 c = 0;
        U8_NEXT(text.data(), at, size, c);
        const bool ideograph = u_hasBinaryProperty(c, UCHAR_IDEOGRAPHIC);
        if (ideograph) ++ideographs;
        const bool letter = !ideograph && u_isalnum(c);
        if (letter && !in_word) ++words;
        in_word = letter;
    }
    words += ideographs / 2;  // read about as fast as half a word each
    return std::max(1, static_cast<int>((words + words_a_minute / 2) / words_a_minute));
}

std::string revision_of(const Article& article) {
    core::Sha256 seen;
    const auto add = [&seen](std::string_view text) {
        seen.add(text);
        seen.add(std::string_view("\0", 1));  // so that no text can run into the next
    };
    const auto add_words = [&add](const RichText& words) {
        add(words.text);
        for (const Span& span : words.spans) add(fmt::format("{} {} {}{}{}{} {}", span.begin, span.end, +span.bold, +span.italic, +span.code, +span.strike, span.link));
    };
    for (const std::string* text : {&article.title, &article.description, &article.excerpt, &article.featured_image, &article.featured_image_alt}) add(*text);
    for (const Block& block : article.blocks) {
        add(fmt::format("{} {} {} {}", static_cast<int>(block.kind), block.level, block.quote_depth, block.callout < 0 ? -1 : static_cast<int>(block.callout_kind)));
        for (const std::string* text : {&block.marker, &block.picture, &block.alt}) add(*text);
        add_words(block.words);
        for (const auto& row : block.rows) {
            for (const RichText& cell : row) add_words(cell);
        }
    }
    return seen.hex().substr(0, revision_length);
}

std::optional<std::string> key_meant(std::string_view written) {
    // Of review_by and reviewBy the first: it does not matter which.
    static const std::map<std::string, std::string> meant_by = [] {
        std::map<std::string, std::string> all;
        for (const KeyNames& names : known_keys) {
            for (const std::string_view name : names) all.emplace(without_case_and_hyphens(name), name);
        }
        return all;
    }();
    if (is_known_key(written)) return std::nullopt;
    const auto meant = meant_by.find(without_case_and_hyphens(written));
    return meant == meant_by.end() ? std::nullopt : std::optional(meant->second);
}

std::optional<core::Language> language_tag(std::string_view text) {
    std::string tag;
    int part = 0;
    for (std::size_t at = 0; at <= text.size(); ++part) {
        const std::size_t end = std::min(text.find_first_of("-_", at), text.size());
        std::string piece(text.substr(at, end - at));
        if (!std::all_of(piece.begin(), piece.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); })) return std::nullopt;
        for (char& c : piece) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if (part == 0) {
            if (piece.size() < 2 || piece.size() > 3) return std::nullopt;
        } else if (piece.size() == 4) {
            piece[0] = static_cast<char>(piece[0] - 'a' + 'A');
        } else if (piece.size() == 2) {
            for (char& c : piece) c = static_cast<char>(c - 'a' + 'A');
        } else {
            return std::nullopt;
        }
        tag += tag.empty() ? piece : "-" + piece;
        at = end + 1;
        if (part > 2) return std::nullopt;
    }
    return tag;
}

ArticlePlace place_of(const std::string& path, const std::vector<std::string>& also_languages) {
    const std::vector<std::string_view> parts = components_of(path);
    ArticlePlace place;
    std::size_t language_at = parts.size();
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        const bool below_articles = i == 1 && parts[0] == "articles" && language_tag(parts[i]);
        const bool beside_others = std::find(also_languages.begin(), also_languages.end(), parts[i]) != also_languages.end();
        if (below_articles || beside_others || is_sure_language(parts[i])) {
            language_at = i;
            place.language = *language_tag(parts[i]);
            break;
        }
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const bool is_content_root = i == 0 && language_at == 1 && parts[0] == "articles";
        if (i == language_at || is_content_root) continue;
        const std::string_view part = i + 1 == parts.size() ? without_ending(parts[i]) : parts[i];
        if (!place.id_path.empty()) place.id_path += '/';
        place.id_path += part;
    }
    return place;
}

Article parse_article(std::string_view text, const std::string& path, core::Problems& problems) {
    return parse_article(text, path, place_of(path), problems);
}

Article parse_article(std::string_view text, const std::string& path, const ArticlePlace& place, core::Problems& problems) {
    std::string repaired;
    if (!core::utf8::is_valid(text)) {
        core::Problems told_below;
        const FrontMatter bad = split_front_matter(text, path, told_below);
        if (!core::utf8::is_valid(bad.text)) {
            problems.push_back({core::Severity::warning, path, 1, 1, "the front matter is not valid UTF-8; the bytes are replaced",
                                "Save the file as UTF-8."});
            repaired = core::utf8::repaired(text);
            text = repaired;
        }
    }
    const FrontMatter parts = split_front_matter(text, path, problems);

    Article article;
    article.path = path;
    article.language = place.language;
    if (!core::utf8::trimmed(parts.text).empty()) {
        const auto yaml = parse_front_matter(parts, path);
        if (!yaml) {
            problems.push_back(yaml.error());
        } else if (yaml->is_map()) {
            read_front_matter(*yaml, article, problems);
        } else if (!yaml->is_null()) {
            problems.push_back(yaml->error("the front matter is not a map", "Write `key: value` lines."));
        }
    }
    if (article.language.empty()) article.language = place.otherwise.empty() ? core::Language(default_language) : place.otherwise;

    const std::vector<std::string_view> names = components_of(place.id_path);
    article.slug = names.empty() ? "index" : names.back();
    if (is_index(article.slug) && names.size() > 1) article.slug = names[names.size() - 2];
    article.id = fmt::format("{}/{}", article.language, place.id_path);

    article.blocks = parse_markdown(path.ends_with(".mdx") ? without_jsx(parts.body, path, parts.body_line, problems) : std::string(parts.body), path, parts.body_line, problems);
    settle_title(article, path, article.slug, problems);
    return article;
}

}  // namespace kb
