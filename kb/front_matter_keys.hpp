// The keys of an article's front matter. Ours comes first; the others are what other programs call the same.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace kb {

using KeyNames = std::span<const std::string_view>;

namespace keys {

template <class... Names>
constexpr auto named(Names... names) { return std::array<std::string_view, sizeof...(Names)>{names...}; }

inline constexpr auto title = named("title", "name");
inline constexpr auto description = named("description", "summary", "subtitle");
inline constexpr auto excerpt = named("excerpt", "abstract");
inline constexpr auto category = named("category", "categorySlug", "categories", "topic", "section");
inline constexpr auto tags = named("tags", "tag");
inline constexpr auto keywords = named("keywords", "search_terms");
inline constexpr auto questions = named("questions");
inline constexpr auto redirect_from = named("redirect_from");
inline constexpr auto aliases = named("aliases");
inline constexpr auto permalink = named("permalink", "url");
inline constexpr auto author = named("author", "authors");
inline constexpr auto owner = named("owner", "team");
inline constexpr auto published = named("pubDate", "date", "publishDate", "published_at", "created");
inline constexpr auto updated = named("updated", "lastmod", "last_modified_at", "updatedDate", "modified");
inline constexpr auto review_by = named("review_by", "reviewBy", "review_date");
inline constexpr auto expires = named("expires", "expiryDate");
inline constexpr auto audience = named("audience");
inline constexpr auto sites = named("sites", "site");
inline constexpr auto related = named("related");
inline constexpr auto services = named("services");
inline constexpr auto featured_image = named("featuredImage", "image", "cover", "hero");
inline constexpr auto featured_image_alt = named("featuredImageAlt", "imageAlt", "image_alt");
inline constexpr auto draft = named("draft");
inline constexpr auto is_published = named("published");
inline constexpr auto translation_of = named("translation_of");
inline constexpr auto source_revision = named("source_revision");
inline constexpr auto language = named("lang", "language", "locale");

}  // namespace keys

inline constexpr std::array<KeyNames, 27> known_keys{
    keys::title,     keys::description, keys::excerpt, keys::category, keys::tags,           keys::keywords,           keys::questions, keys::redirect_from, keys::aliases,
    keys::permalink, keys::author,      keys::owner,   keys::published, keys::updated,       keys::review_by,          keys::expires,   keys::audience,      keys::sites,
    keys::related,   keys::services,    keys::featured_image, keys::featured_image_alt, keys::draft, keys::is_published, keys::translation_of, keys::source_revision, keys::language};

}  // namespace kb
