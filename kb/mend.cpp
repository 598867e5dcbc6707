#include "kb/mend.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "core/base/file.hpp"
#include "core/base/utf8.hpp"
#include "core/base/yaml.hpp"
#include "kb/front_matter.hpp"
#include "kb/front_matter_keys.hpp"
#include "kb/link_places.hpp"
#include "kb/meant.hpp"

namespace kb {
namespace {

constexpr int most_yaml_mends = 20;  // of one file; each reads its front matter again
constexpr std::size_t largest_mended_front_matter = 32u << 10;  // what a person wrote is shorter

// Bytes [begin, end) of the file become `instead`.
struct Edit {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string instead;
    Mend mend;
};

Mended with_edits(std::string text, std::vector<Edit> edits) {
    std::stable_sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) { return a.begin < b.begin; });
    Mended mended;
    std::size_t at = 0;
    for (Edit& edit : edits) {
        if (edit.begin < at || edit.end < edit.begin) continue;
        mended.text.append(text, at, edit.begin - at).append(edit.instead);
        at = edit.end;
        mended.mends.push_back(std::move(edit.mend));
    }
    mended.text.append(text, at);
    return mended;
}

std::string shown(std::string_view text) { return core::utf8::shortened(text, 80); }

// Byte offsets of places that are told as line and column.
class Places {
public:
    explicit Places(std::string_view text) : text_(text) {
        for (std::size_t at = 0; at <= text.size(); at = std::min(text.find('\n', at), text.size()) + 1) starts_.push_back(at);
    }

    // YAML knows line ends that nobody else does, so a line may lie behind the last.
    [[nodiscard]] std::size_t line_start(int line) const { return line <= count() ? starts_[static_cast<std::size_t>(line) - 1] : text_.size(); }
    [[nodiscard]] std::string_view line(int number) const {
        const std::size_t start = line_start(number);
        return text_.substr(start, std::min(text_.find('\n', start), text_.size()) - start);
    }
    [[nodiscard]] int count() const { return static_cast<int>(starts_.size()); }

    [[nodiscard]] std::size_t offset(int line, int column) const {
        std::size_t at = line_start(line);
        for (int n = 1; n < column && at < text_.size(); ++n) {
            ++at;
            while (at < text_.size() && (static_cast<unsigned char>(text_[at]) & 0xC0) == 0x80) ++at;
        }
        return at;
    }

private:
    std::string_view text_;
    std::vector<std::size_t> starts_;
};

// Where the words of a YAML scalar stand; nothing for one that is written over several lines or with escapes.
struct Scalar {
    std::size_t begin = 0;  // of the words; quotes stand around them
    std::size_t end = 0;
    std::size_t quote = 0;  // 0 or 1

    [[nodiscard]] std::size_t outer_begin() const { return begin - quote; }
    [[nodiscard]] std::size_t outer_end() const { return end + quote; }
};

std::optional<Scalar> scalar_at(std::string_view text, const Places& places, const core::Yaml& value) {
    if (!value.is_text() || value.text().empty()) return std::nullopt;
    Scalar scalar;
    scalar.begin = places.offset(value.line(), value.column());
    if (value.is_quoted()) {
        scalar.quote = 1;
        if (scalar.begin >= text.size() || (text[scalar.begin] != '"' && text[scalar.begin] != '\'')) return std::nullopt;
        ++scalar.begin;
    }
    scalar.end = scalar.begin + value.text().size();
    if (text.substr(scalar.begin, value.text().size()) != value.text()) return std::nullopt;
    if (scalar.quote == 1 && (scalar.end >= text.size() || text[scalar.end] != text[scalar.begin - 1])) return std::nullopt;
    return scalar;
}

// Mistakes that keep YAML from being read, with one way out each.

std::optional<std::string> without_leading_tabs(std::string_view line) {
    const std::size_t end = std::min(line.find_first_not_of(" \t"), line.size());
    if (line.substr(0, end).find('\t') == std::string_view::npos) return std::nullopt;
    std::string mended;
    for (const char c : line.substr(0, end)) mended += c == '\t' ? "  " : " ";
    return mended + std::string(line.substr(end));
}

// title: Leave: all kinds
std::optional<std::string> with_quotes(std::string_view line) {
    const std::size_t key = line.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-");
    if (key == 0 || key == std::string_view::npos || line[key] != ':') return std::nullopt;
    const std::size_t begin = line.find_first_not_of(" \t", key + 1);
    if (begin == std::string_view::npos || begin == key + 1) return std::nullopt;
    const std::size_t end = line.find_last_not_of(" \t\r") + 1;
    const std::string_view value = line.substr(begin, end - begin);
    // What begins like YAML of another kind may be meant so, and what follows " #" may be a comment.
    if (value.empty() || std::string_view("\"'[]{}|>&*!#%-?").find(value[0]) != std::string_view::npos || value.find(" #") != std::string_view::npos) return std::nullopt;
    std::string quoted(line.substr(0, begin));
    quoted += '"';
    for (const char c : value) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + '"' + std::string(line.substr(end));
}

// Nothing when the YAML is fine already, or stays broken: then only a person knows what was meant.
std::optional<Mended> with_valid_yaml(std::string text, const std::string& file) {
    const auto mistake_in = [&file](std::string_view whole) -> int {
        core::Problems ignored;
        const FrontMatter parts = split_front_matter(whole, file, ignored);
        if (parts.kind != FrontMatter::Kind::yaml || parts.text.size() > largest_mended_front_matter) return 0;
        const auto yaml = core::Yaml::parse(parts.text, file, parts.line);
        return yaml ? 0 : yaml.error().line;
    };
    Mended mended;
    int mistake = mistake_in(text);
    if (mistake == 0) return std::nullopt;
    for (int n = 0; n < most_yaml_mends && mistake != 0; ++n) {
        const Places places(text);
        const int before = mistake;
        for (const int line : {before, before - 1}) {
            if (line < 2 || line > places.count() || mistake != before) continue;
            const std::array<std::pair<std::optional<std::string>, const char*>, 2> ways{{{without_leading_tabs(places.line(line)), "tabs at its beginning → spaces"},
                                                                                           {with_quotes(places.line(line)), "its value → in quotes, since it holds a sign of YAML"}}};
            for (const auto& [way, what] : ways) {
                if (!way || mistake != before) continue;
                std::string tried = text;
                tried.replace(places.line_start(line), places.line(line).size(), *way);
                const int next = mistake_in(tried);
                if (next != 0 && next <= before) continue;
                text = std::move(tried);
                mistake = next;
                mended.mends.push_back({line, what});
            }
        }
        if (mistake == before) return std::nullopt;
    }
    if (mistake != 0) return std::nullopt;
    mended.text = std::move(text);
    return mended;
}

// "../../pictures/till.svg" from "articles/en/x.md" to "pictures/till.svg"
std::string path_between(const std::string& from_file, const std::string& to_file) {
    return std::filesystem::path(to_file).lexically_relative(std::filesystem::path(from_file).parent_path()).generic_string();
}

std::string file_name(std::string_view path) { return std::string(path.substr(path.find_last_of("/\\") == std::string_view::npos ? 0 : path.find_last_of("/\\") + 1)); }

std::string stem_of(std::string_view path) {
    std::string name = core::utf8::folded(file_name(path));
    for (const std::string_view ending : {".markdown", ".md", ".mdx", ".html"}) {
        if (name.size() > ending.size() && name.ends_with(ending)) name.resize(name.size() - ending.size());
    }
    return name;
}

template <class Things>
std::vector<std::string> ids_of(const Things& things) {
    std::vector<std::string> ids;
    for (const auto& thing : things) ids.push_back(thing.id);
    return ids;
}

// The edits of one file.
class ArticleMender {
public:
    ArticleMender(const Collection& collection, const catalog::Catalog& catalog, const FileNames& names, const Article& article, std::string_view text)
        : collection_(collection), catalog_(catalog), names_(names), article_(article), text_(text), places_(text) {
        core::Problems ignored;
        parts_ = split_front_matter(text_, article_.path, ignored);
        // Of other kinds the columns are not those of the file.
        if (parts_.kind != FrontMatter::Kind::yaml || parts_.text.size() > largest_mended_front_matter) return;
        if (auto yaml = core::Yaml::parse(parts_.text, article_.path, parts_.line); yaml && yaml->is_map()) map_ = std::move(*yaml);
    }

    std::vector<Edit> keys_of_front_matter() {
        edits_.clear();
        mend_keys();
        return std::move(edits_);
    }

    std::vector<Edit> values_of_front_matter() {
        edits_.clear();
        for (const KeyNames& names : {KeyNames(keys::published), KeyNames(keys::updated), KeyNames(keys::review_by), KeyNames(keys::expires)}) mend_date(names);
        for (const KeyNames& names : {KeyNames(keys::draft), KeyNames(keys::is_published)}) mend_truth(names);
        mend_name(keys::category, ids_of(catalog_.topics));
        mend_name(keys::owner, ids_of(catalog_.teams));
        mend_translation_of();
        mend_picture();
        for (const KeyNames& names : {KeyNames(keys::tags), KeyNames(keys::keywords), KeyNames(keys::questions), KeyNames(keys::redirect_from), KeyNames(keys::aliases)}) {
            mend_list(names, as_written);
        }
        mend_list(keys::services, one_of(ids_of(catalog_.services)));
        std::vector<std::string> sites = ids_of(catalog_.sites);
        if (!sites.empty()) sites.emplace_back("all");
        mend_list(keys::sites, one_of(std::move(sites)));
        mend_list(keys::audience, one_of({known_audiences.begin(), known_audiences.end()}));
        mend_list(keys::related, [this](const std::string& written) { return related_meant(written); });
        return std::move(edits_);
    }

    std::vector<Edit> body() {
        edits_.clear();
        const std::size_t start = static_cast<std::size_t>(parts_.body.data() - text_.data());
        for (const LinkPlace& place : link_places(parts_.body)) {
            const int line = parts_.body_line + place.line - 1;
            if (place.kind == LinkPlace::Kind::wiki) continue;
            const std::string_view written = parts_.body.substr(place.begin, place.end - place.begin);
            if (written.find("{{") != std::string_view::npos || written.find("{%") != std::string_view::npos) continue;  // a site generator fills it in
            const auto meant = place.kind == LinkPlace::Kind::picture ? picture_meant(written) : link_meant(written);
            if (!meant || *meant == written || (!place.in_angles && meant->find_first_of(" ()") != std::string::npos) || meant->find_first_of("<>\"'\n") != std::string::npos) continue;
            edits_.push_back({start + place.begin, start + place.end, *meant,
                              {line, fmt::format("{} {} → {}", place.kind == LinkPlace::Kind::picture ? "picture" : "link", shown(written), shown(*meant))}});
        }
        return std::move(edits_);
    }

private:
    using Correction = std::function<std::string(const std::string& written)>;

    static std::string as_written(const std::string& written) { return written; }
    static Correction one_of(std::vector<std::string> names) {
        return [names = std::move(names)](const std::string& written) {
            const bool is_one = std::find(names.begin(), names.end(), written) != names.end();
            return is_one ? written : name_meant(written, names).value_or(written);
        };
    }

    [[nodiscard]] const core::Yaml* find(KeyNames names) const {
        for (const std::string_view name : names) {
            if (const core::Yaml* value = map_.find(name); value && !value->is_null()) return value;
        }
        return nullptr;
    }

    void mend_keys() {
        for (const auto& [key, value] : map_.entries()) {
            const auto meant = key_meant(key.text());
            const auto scalar = scalar_at(text_, places_, key);
            if (!meant || !scalar || map_.find(*meant)) continue;
            // Two keys that mean the same one: which of them counts?
            const auto alike = std::count_if(map_.entries().begin(), map_.entries().end(), [&](const auto& entry) { return key_meant(entry.first.text()) == meant; });
            if (alike == 1) edits_.push_back({scalar->outer_begin(), scalar->outer_end(), *meant, {key.line(), fmt::format("key {} → {}", shown(key.text()), *meant)}});
        }
    }

    void replace(KeyNames names, const core::Yaml& value, const std::string& meant) {
        const auto scalar = scalar_at(text_, places_, value);
        if (!scalar || meant == value.text()) return;
        edits_.push_back({scalar->begin, scalar->end, meant, {value.line(), fmt::format("{}: {} → {}", names.front(), shown(value.text()), shown(meant))}});
    }

    void mend_date(KeyNames names) {
        const core::Yaml* value = find(names);
        if (!value || !value->is_text() || core::parse_date(std::string_view(value->text()).substr(0, 10))) return;
        if (const auto date = date_meant(value->text())) replace(names, *value, core::to_text(*date));
    }

    void mend_truth(KeyNames names) {
        const core::Yaml* value = find(names);
        if (!value || value->truth()) return;
        const auto meant = truth_meant(value->text());
        const auto scalar = meant ? scalar_at(text_, places_, *value) : std::nullopt;
        if (!scalar) return;
        const std::string word = *meant ? "true" : "false";
        edits_.push_back({scalar->outer_begin(), scalar->outer_end(), word, {value->line(), fmt::format("{}: {} → {}", names.front(), shown(value->text()), word)}});
    }

    void mend_name(KeyNames names, const std::vector<std::string>& ids) {
        const core::Yaml* value = find(names);
        if (value && value->is_list() && !value->items().empty()) value = &value->items().front();
        if (value && value->is_text()) replace(names, *value, one_of(ids)(value->text()));
    }

    void mend_translation_of() {
        const core::Yaml* value = find(keys::translation_of);
        if (!value || !value->is_text() || collection_.article(value->text())) return;
        std::string_view written = value->text();
        while (written.starts_with('/')) written.remove_prefix(1);
        if (written.starts_with("articles/")) written.remove_prefix(std::string_view("articles/").size());
        if (written.ends_with(".md")) written.remove_suffix(3);
        if (const auto meant = name_meant(written, ids_of(collection_.articles))) replace(keys::translation_of, *value, *meant);
    }

    void mend_picture() {
        const core::Yaml* value = find(keys::featured_image);
        if (!value || !value->is_text()) return;
        if (const auto meant = picture_meant(value->text())) replace(keys::featured_image, *value, *meant);
    }

    // The short name of the one article that can be meant.
    std::string related_meant(const std::string& written) const {
        if (collection_.in_language(written, article_.language)) return written;
        const Article* meant = article_named(stem_of(written));
        return meant ? meant->slug : written;
    }

    // Items that stand there a second time go, and so does the article itself in its own `related`.
    void mend_list(KeyNames names, const Correction& corrected) {
        const core::Yaml* value = find(names);
        if (!value) return;
        std::set<std::string> seen;
        const auto goes = [&](const std::string& name) { return names_itself(names, name) || !seen.insert(name).second; };
        if (value->is_text()) {
            mend_commas(names, *value, corrected, goes);
        } else if (value->is_list()) {
            mend_items(names, *value, corrected, goes);
        }
    }

    [[nodiscard]] bool names_itself(KeyNames names, const std::string& name) const {
        const Article* other = names.data() == keys::related.data() ? collection_.in_language(name, article_.language) : nullptr;
        return other && other->id == article_.id;
    }

    void mend_commas(KeyNames names, const core::Yaml& value, const Correction& corrected, const std::function<bool(const std::string&)>& goes) {
        std::string mended;
        const std::string_view written = value.text();
        for (std::size_t at = 0; at <= written.size();) {
            const std::size_t end = std::min(written.find(',', at), written.size());
            const std::string_view piece = written.substr(at, end - at);
            const std::string name(core::utf8::trimmed(piece));
            const std::string meant = name.empty() ? name : corrected(name);
            if (name.empty() || !goes(meant)) {
                const std::size_t blanks = name.empty() ? piece.size() : piece.find(name);
                mended += fmt::format("{}{}{}{}", mended.empty() ? "" : ",", piece.substr(0, blanks), meant, name.empty() ? "" : piece.substr(blanks + name.size()));
            }
            at = end + 1;
        }
        if (!mended.empty() && mended.find('"') == std::string::npos && mended.find('\'') == std::string::npos) replace(names, value, mended);
    }

    void mend_items(KeyNames names, const core::Yaml& list, const Correction& corrected, const std::function<bool(const std::string&)>& goes) {
        const std::vector<core::Yaml>& items = list.items();
        std::vector<std::optional<Scalar>> scalars;
        for (const core::Yaml& item : items) scalars.push_back(scalar_at(text_, places_, item));
        const std::size_t at = places_.offset(list.line(), list.column());
        const bool in_brackets = at < text_.size() && text_[at] == '[';
        std::optional<std::size_t> kept;  // the last item that stays
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (!items[i].is_text() || !scalars[i]) {
                kept = i;
                continue;
            }
            const std::string name(core::utf8::trimmed(items[i].text()));
            const std::string meant = name.empty() ? name : corrected(name);
            if (name.empty() || !goes(meant)) {
                kept = i;
                if (meant != name && meant.find_first_of(": #,[]{}\"'\\") == std::string::npos) replace(names, items[i], meant);
                continue;
            }
            const auto range = in_brackets ? range_in_brackets(scalars, i, kept) : range_of_line(*scalars[i], items[i].line());
            if (!range) {
                kept = i;
                continue;
            }
            edits_.push_back({range->first, range->second, "", {items[i].line(), fmt::format("{}: {} → taken out, {}", names.front(), shown(name), names_itself(names, meant) ? "the article itself" : "it stands there twice")}});
        }
    }

    // With the comma before it, or behind the first one; nothing when a comment stands there.
    [[nodiscard]] std::optional<std::pair<std::size_t, std::size_t>> range_in_brackets(const std::vector<std::optional<Scalar>>& scalars, std::size_t i,
                                                                                        const std::optional<std::size_t>& kept) const {
        std::pair<std::size_t, std::size_t> range{scalars[i]->outer_begin(), scalars[i]->outer_end()};
        if (kept) {
            if (i == 0 || !scalars[i - 1]) return std::nullopt;
            range.first = scalars[i - 1]->outer_end();
            if (text_.substr(range.first, scalars[i]->outer_begin() - range.first).find_first_not_of(" \t\r\n,") != std::string_view::npos) return std::nullopt;
        } else if (i + 1 < scalars.size()) {
            if (!scalars[i + 1]) return std::nullopt;
            range.second = scalars[i + 1]->outer_begin();
            if (text_.substr(scalars[i]->outer_end(), range.second - scalars[i]->outer_end()).find_first_not_of(" \t\r\n,") != std::string_view::npos) return std::nullopt;
        }
        return range;
    }

    // "  - name", and nothing else on the line.
    [[nodiscard]] std::optional<std::pair<std::size_t, std::size_t>> range_of_line(const Scalar& scalar, int line) const {
        const std::size_t start = places_.line_start(line);
        const std::size_t stop = std::min(text_.find('\n', start), text_.size() - 1) + 1;
        const std::string_view before = core::utf8::trimmed(text_.substr(start, scalar.outer_begin() - start));
        const std::string_view after = core::utf8::trimmed(text_.substr(scalar.outer_end(), stop - scalar.outer_end()));
        if (before != "-" || !after.empty()) return std::nullopt;
        return std::pair{start, stop};
    }

    // In the article's own language, or else the only one of that name in any.
    [[nodiscard]] const Article* article_named(const std::string& name) const {
        const auto named = names_.articles.find(name);
        if (named == names_.articles.end()) return nullptr;
        std::vector<const Article*> here = named->second;
        std::erase_if(here, [&](const Article* each) { return each->language != article_.language; });
        return here.size() == 1 ? here.front() : named->second.size() == 1 ? named->second.front() : nullptr;
    }

    [[nodiscard]] std::optional<std::string> link_meant(std::string_view written) const {
        const LinkTarget target = follow_link(collection_, article_, written);
        if (target.kind == LinkTarget::Kind::outside) return std::nullopt;
        const std::size_t hash = std::min(written.find('#'), written.size());
        std::string path(written.substr(0, hash));
        const Article* leads_to = collection_.article(target.article);
        if (target.kind == LinkTarget::Kind::dead) {
            // A file of another kind may be meant, though a kiosk cannot show it.
            const auto file = path_from(article_.path, path);
            if (path.find('?') != std::string::npos || (file && is_inside(collection_.folder, *file))) return std::nullopt;
            while (path.ends_with('/')) path.pop_back();
            leads_to = article_named(stem_of(path));
            if (!leads_to) return std::nullopt;
            path = path_between(article_.path, leads_to->path);
        }
        if (!leads_to) return std::nullopt;
        const std::string anchor = hash < written.size() ? anchor_meant(*leads_to, std::string(written.substr(hash + 1)), target.anchor) : "";
        return path + (anchor.empty() ? "" : "#" + anchor);
    }

    // The heading that differs only in case, blanks and punctuation; else what was written.
    [[nodiscard]] static std::string anchor_meant(const Article& article, const std::string& written, const std::string& decoded) {
        const std::string wanted = anchor_of(decoded.empty() ? written : decoded);
        bool found = false;
        for (const Block& block : article.blocks) {
            if (block.kind != Block::Kind::heading) continue;
            if (block.anchor == decoded || block.anchor == written) return written;
            found = found || block.anchor == wanted;
        }
        return found ? wanted : written;
    }

    [[nodiscard]] std::optional<std::string> picture_meant(std::string_view written) const {
        if (written.starts_with("//") || !scheme_of(written).empty() || picture_path(collection_, article_, written)) return std::nullopt;
        const auto named = names_.pictures.find(core::utf8::folded(file_name(written)));
        if (named == names_.pictures.end() || named->second.size() != 1) return std::nullopt;
        return path_between(article_.path, named->second.front());
    }

    const Collection& collection_;
    const catalog::Catalog& catalog_;
    const FileNames& names_;
    const Article& article_;
    std::string_view text_;
    Places places_;
    FrontMatter parts_;
    core::Yaml map_;
    std::vector<Edit> edits_;
};

// Code says what it says: places in it are left alone.
void drop_edits_of_code(const std::vector<Block>& blocks, std::vector<Edit>& edits) {
    std::set<int> lines;
    for (const Block& block : blocks) {
        if (block.kind != Block::Kind::code) continue;
        const int last = block.line + static_cast<int>(std::count(block.words.text.begin(), block.words.text.end(), '\n')) + 1;
        for (int line = block.line; line <= last; ++line) lines.insert(line);
    }
    std::erase_if(edits, [&lines](const Edit& edit) { return lines.contains(edit.mend.line); });
}

// All that is read, but what pictures say.
std::string words_of(const std::vector<Block>& blocks) {
    std::vector<Block> without_pictures = blocks;
    std::erase_if(without_pictures, [](const Block& block) { return block.kind == Block::Kind::picture; });
    return plain_text(without_pictures);
}

Article read_again(const Article& article, std::string_view text) {
    core::Problems ignored;
    return parse_article(text, article.path, {article.language, std::string(shared_id(article.id)), {}}, ignored);
}

}  // namespace

Mender::Mender(const Collection& collection, const catalog::Catalog& catalog) : collection_(collection), catalog_(catalog) {
    for (const Article& article : collection.articles) {
        for (const std::string& name : std::set<std::string>{stem_of(article.path), core::utf8::folded(article.slug)}) names_.articles[name].push_back(&article);
    }
    const auto files = core::files_below(collection.folder);
    if (!files) return;
    for (const std::filesystem::path& file : *files) {
        const std::string path = file.generic_string();
        const bool is_hidden = path.starts_with('.') || path.find("/.") != std::string::npos;
        if (core::utf8::is_valid(path) && names_picture(path) && !is_hidden) names_.pictures[core::utf8::folded(file_name(path))].push_back(path);
    }
}

Mended Mender::mend(const Article& article, std::string_view text) const {
    Mended mended{std::string(text), {}};
    if (!core::utf8::is_valid(text)) return mended;
    const auto take = [&mended](Mended next) {
        mended.text = std::move(next.text);
        mended.mends.insert(mended.mends.end(), next.mends.begin(), next.mends.end());
    };
    // Each step sees what the one before has mended; only the last takes lines out, so all lines are those of the file.
    if (auto valid = with_valid_yaml(mended.text, article.path)) take(std::move(*valid));
    const std::string readable = mended.text;
    take(with_edits(readable, ArticleMender(collection_, catalog_, names_, article, readable).keys_of_front_matter()));

    const std::string before = mended.text;
    ArticleMender mender(collection_, catalog_, names_, article, before);
    std::vector<Edit> edits = mender.values_of_front_matter();
    if (std::vector<Edit> of_body = mender.body(); !of_body.empty()) {
        const Article read = read_again(article, before);
        drop_edits_of_code(read.blocks, of_body);
        // Where the parser sees code and we do not, a change would be read; then a person does it.
        if (words_of(read_again(article, with_edits(before, of_body).text).blocks) == words_of(read.blocks)) edits.insert(edits.end(), of_body.begin(), of_body.end());
    }
    take(with_edits(before, std::move(edits)));
    std::stable_sort(mended.mends.begin(), mended.mends.end(), [](const Mend& a, const Mend& b) { return a.line < b.line; });
    return mended;
}

}  // namespace kb
