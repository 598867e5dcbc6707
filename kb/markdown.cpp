#include "kb/markdown.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <fmt/format.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "core/base/utf8.hpp"
#include "kb/collection.hpp"
#include "kb/html.hpp"
#include "kb/rich_text.hpp"
#include "kb/template_tags.hpp"

namespace kb {
namespace {

constexpr int deepest_nesting = 40;          // of quotes and lists; what is deeper is left out
constexpr std::size_t longest_line = 64u << 10;  // some of cmark's rules take quadratic time on one line
constexpr std::size_t longest_anchor = 400;  // bytes: a question in Hindi has 150

struct FreeNode {
    void operator()(cmark_node* node) const { cmark_node_free(node); }
};
using Tree = std::unique_ptr<cmark_node, FreeNode>;

Tree parse_tree(std::string_view body) {
    // Extensions are looked up in a registry that is filled once and only read afterwards.
    [[maybe_unused]] static const bool registered = [] {
        cmark_gfm_core_extensions_ensure_registered();
        return true;
    }();
    cmark_parser* parser = cmark_parser_new(CMARK_OPT_DEFAULT);
    for (const char* name : {"table", "strikethrough", "tasklist", "autolink"}) {
        cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(name));
    }
    cmark_parser_feed(parser, body.data(), body.size());
    Tree tree(cmark_parser_finish(parser));
    cmark_parser_free(parser);
    return tree;
}

std::string_view view(const char* text) { return text ? std::string_view(text) : std::string_view(); }

std::string_view type_of(cmark_node* node) { return view(cmark_node_get_type_string(node)); }

bool is_remote(std::string_view url) { return url.starts_with("//") || !scheme_of(url).empty(); }

// What a reader may follow: a page, a letter, a call. A browser ignores control characters in an address, so
// "java\nscript:" would run; none of them has a place in one.
bool may_be_followed(std::string_view link) {
    if (std::any_of(link.begin(), link.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; })) return false;
    const std::string scheme = scheme_of(core::utf8::trimmed(link));
    return scheme.empty() || scheme == "http" || scheme == "https" || scheme == "mailto" || scheme == "tel";
}

struct CalloutName {
    std::string_view name;
    CalloutKind kind;
};
constexpr CalloutName callout_names[] = {
    {"note", CalloutKind::note},         {"info", CalloutKind::note},       {"tip", CalloutKind::tip},
    {"hint", CalloutKind::tip},          {"warning", CalloutKind::warning}, {"important", CalloutKind::warning},
    {"attention", CalloutKind::warning}, {"danger", CalloutKind::danger},   {"caution", CalloutKind::danger},
};

// "[!WARNING]" at the start of a quote.
struct CalloutMark {
    std::string name;
    std::size_t length = 0;  // in bytes, with the brackets
};
std::optional<CalloutMark> callout_mark(std::string_view text) {
    if (!text.starts_with("[!")) return std::nullopt;
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || end < 3 || end > 24) return std::nullopt;
    return CalloutMark{core::utf8::folded(text.substr(2, end - 2)), end + 1};
}

// Takes `count` bytes off the front.
void drop_front(RichText& words, std::size_t count) {
    while (count < words.text.size() && (words.text[count] == ' ' || words.text[count] == '\n')) ++count;
    words.text.erase(0, count);
    for (Span& span : words.spans) {
        span.begin = span.begin > count ? span.begin - count : 0;
        span.end = span.end > count ? span.end - count : 0;
    }
    std::erase_if(words.spans, [](const Span& span) { return span.begin >= span.end; });
}

// "Words {#own-anchor}"
std::string take_own_anchor(RichText& words) {
    const std::size_t open = words.text.rfind("{#");
    if (open == std::string::npos || !words.text.ends_with('}')) return {};
    std::string anchor = words.text.substr(open + 2, words.text.size() - open - 3);
    if (anchor.empty() || anchor.find_first_of(" {}") != std::string::npos) return {};
    words.text.resize(open);
    while (words.text.ends_with(' ')) words.text.pop_back();
    for (Span& span : words.spans) span.end = std::min(span.end, words.text.size());
    std::erase_if(words.spans, [](const Span& span) { return span.begin >= span.end; });
    return anchor;
}

constexpr std::string_view wrapping_tags[] = {"article", "aside", "div", "figure", "p", "section"};

// The Markdown inside <div markdown="1"> … </div>, as kramdown reads it; nothing when the tags do not ask for it.
std::optional<std::string> markdown_in_html(std::string_view html) {
    if (html.find("markdown=") == std::string_view::npos) return std::nullopt;
    std::string inside;
    bool asked = false;
    for (std::size_t at = 0; at < html.size();) {
        if (html[at] == '<') {
            std::size_t next = at;
            const auto tag = read_html_tag(html, next);
            if (tag && std::find(std::begin(wrapping_tags), std::end(wrapping_tags), tag->name) != std::end(wrapping_tags)) {
                asked = asked || tag->attributes.contains("markdown");
                inside += "\n\n";
                at = next;
                continue;
            }
        }
        inside += html[at++];
        // An indented line would be code.
        if (inside.back() == '\n') {
            while (at < html.size() && (html[at] == ' ' || html[at] == '\t')) ++at;
        }
    }
    if (!asked) return std::nullopt;
    return inside;
}

class Walker {
public:
    Walker(const std::string& file, int first_line, core::Problems& problems)
        : file_(file), first_line_(first_line), problems_(problems) {}

    std::vector<Block> run(std::string_view body) {
        walk_text(body);
        return std::move(blocks_);
    }

private:
    struct Place {
        int depth = 0;
        int list_depth = -1;
        int quote_depth = 0;
        std::int32_t callout = -1;
        CalloutKind callout_kind = CalloutKind::note;
        std::string* marker = nullptr;  // of the list item whose first words are still to come
    };

    struct FilePlace {
        int line = 0;
        int column = 1;
    };

    // Inlines in some blocks have no place of their own; the nearest that has one is good enough.
    FilePlace place_of_node(cmark_node* node) const {
        FilePlace found;
        for (cmark_node* at = node; at && found.line <= 0; at = cmark_node_parent(at)) {
            found.line = cmark_node_get_start_line(at);
            found.column = std::max(1, cmark_node_get_start_column(at));
        }
        found.line = first_line_ + std::max(found.line, 1) - 1;
        return found;
    }

    void warn(cmark_node* node, std::string what, std::string remedy, core::Severity severity = core::Severity::warning) {
        const FilePlace place = place_of_node(node);
        problems_.push_back({severity, file_, place.line, place.column, std::move(what), std::move(remedy)});
    }

    void walk_text(std::string_view body) {
        const Tree tree = parse_tree(body);
        walk_children(tree.get(), {});
    }

    void walk_children(cmark_node* parent, const Place& place) {
        for (cmark_node* node = cmark_node_first_child(parent); node && !full_; node = cmark_node_next(node)) {
            walk(node, place);
        }
    }

    void walk(cmark_node* node, const Place& place) {
        if (place.depth > deepest_nesting) {
            if (!too_deep_) warn(node, fmt::format("nested deeper than {}; the inner part is left out", deepest_nesting), "Make it flatter.");
            too_deep_ = true;
            return;
        }
        const std::string_view type = type_of(node);
        if (type == "paragraph") {
            add_paragraph(node, place);
        } else if (type == "heading") {
            add_heading(node, place);
        } else if (type == "list") {
            add_list(node, place);
        } else if (type == "block_quote") {
            add_quote(node, place);
        } else if (type == "code_block") {
            Block block;
            block.kind = Block::Kind::code;
            std::string_view code = view(cmark_node_get_literal(node));
            if (code.ends_with('\n')) code.remove_suffix(1);
            block.words.text = code;
            emit(std::move(block), node, place);
        } else if (type == "thematic_break") {
            Block block;
            block.kind = Block::Kind::rule;
            emit(std::move(block), node, place);
        } else if (type == "table") {
            add_table(node, place);
        } else if (type == "html_block") {
            add_html(node, place);
        } else {
            Place inside = place;
            ++inside.depth;
            walk_children(node, inside);
        }
    }

    void emit(Block block, cmark_node* node, const Place& place) {
        // An item that does not begin with words is its marker alone; the picture or code comes after it.
        if (block.kind != Block::Kind::paragraph && place.marker && !place.marker->empty()) emit_marker(node, place);
        if (blocks_.size() >= most_blocks) {
            warn(node, fmt::format("more than {} blocks; the rest is left out", most_blocks), "Split the article.");
            full_ = true;
            return;
        }
        block.line = place_of_node(node).line;
        block.quote_depth += place.quote_depth;  // those of HTML are counted already
        block.callout = place.callout;
        block.callout_kind = place.callout_kind;
        if (place.list_depth >= 0 && block.kind == Block::Kind::paragraph) {
            block.kind = Block::Kind::list_item;
            block.level = std::min(place.list_depth, deepest_list - 1);
            if (place.marker) block.marker = std::exchange(*place.marker, {});
        }
        blocks_.push_back(std::move(block));
    }

    void emit_marker(cmark_node* node, const Place& place) { emit({}, node, place); }

    void emit_picture(Block picture, cmark_node* node, const Place& place) {
        picture.picture = percent_decoded(picture.picture);
        if (is_remote(picture.picture)) {
            warn(node, fmt::format("the picture {} is on another host and is left out", core::utf8::shortened(picture.picture, 60)),
                 "Put it into `pictures/` and name it by its path.");
            return;
        }
        if (!path_from(file_, picture.picture)) {
            warn(node, fmt::format("the picture {} is outside of the content folder", core::utf8::shortened(picture.picture, 60)),
                 "Put it into `pictures/`.", core::Severity::error);
            return;
        }
        emit(std::move(picture), node, place);
    }

    void add_paragraph(cmark_node* node, const Place& place) {
        std::vector<Block> pictures;
        Block block;
        block.words = read_inlines(node, &pictures);
        if (!block.words.text.empty()) emit(std::move(block), node, place);
        for (Block& picture : pictures) emit_picture(std::move(picture), node, place);
    }

    void add_heading(cmark_node* node, const Place& place) {
        std::vector<Block> pictures;
        Block block;
        block.kind = Block::Kind::heading;
        block.level = cmark_node_get_heading_level(node);
        block.words = read_inlines(node, &pictures);
        for (Block& picture : pictures) emit_picture(std::move(picture), node, place);
        const std::string own = take_own_anchor(block.words);
        if (block.words.text.empty()) return;
        block.anchor = unique_anchor(own.empty() ? anchor_of(block.words.text) : own);
        emit(std::move(block), node, place);
    }

    std::string unique_anchor(const std::string& wanted) {
        std::string anchor = wanted;
        for (int& n = next_numbers_[wanted]; !anchors_.insert(anchor).second;) anchor = fmt::format("{}-{}", wanted, ++n);
        return anchor;
    }

    void add_list(cmark_node* list, const Place& place) {
        const bool numbered = cmark_node_get_list_type(list) == CMARK_ORDERED_LIST;
        int number = cmark_node_get_list_start(list);
        for (cmark_node* item = cmark_node_first_child(list); item && !full_; item = cmark_node_next(item)) {
            std::string marker = numbered ? fmt::format("{}.", number++) : "•";
            if (type_of(item) == "tasklist") marker = cmark_gfm_extensions_get_tasklist_item_checked(item) ? "[x]" : "[ ]";
            Place inside = place;
            ++inside.depth;
            ++inside.list_depth;
            inside.marker = &marker;
            cmark_node* first = cmark_node_first_child(item);
            if (first && type_of(first) == "list") emit_marker(item, inside);
            walk_children(item, inside);
            if (!marker.empty() && !full_) emit_marker(item, inside);
        }
    }

    void add_quote(cmark_node* quote, const Place& place) {
        Place inside = place;
        ++inside.depth;
        cmark_node* first = cmark_node_first_child(quote);
        std::optional<CalloutMark> mark;
        RichText opening;
        std::vector<Block> pictures;
        if (first && type_of(first) == "paragraph") {
            opening = read_inlines(first, &pictures);
            mark = callout_mark(opening.text);
        }
        if (!mark) {
            ++inside.quote_depth;
            walk_children(quote, inside);
            return;
        }
        inside.callout = next_callout_++;
        const auto* known = std::find_if(std::begin(callout_names), std::end(callout_names),
                                         [&](const CalloutName& each) { return each.name == mark->name; });
        if (known == std::end(callout_names)) {
            warn(quote, fmt::format("there is no callout '{}'; it is shown as a note", mark->name),
                 "Use NOTE, TIP, WARNING or DANGER.");
        } else {
            inside.callout_kind = known->kind;
        }
        drop_front(opening, mark->length);
        if (!opening.text.empty()) {
            Block block;
            block.words = std::move(opening);
            emit(std::move(block), quote, inside);
        }
        for (Block& picture : pictures) emit_picture(std::move(picture), quote, inside);
        for (cmark_node* node = cmark_node_next(first); node && !full_; node = cmark_node_next(node)) walk(node, inside);
    }

    void add_table(cmark_node* node, const Place& place) {
        Block block;
        block.kind = Block::Kind::table;
        const std::size_t columns = cmark_gfm_extensions_get_table_columns(node);
        const std::uint8_t* alignments = cmark_gfm_extensions_get_table_alignments(node);
        for (std::size_t i = 0; i < columns; ++i) {
            const char how = alignments ? static_cast<char>(alignments[i]) : 0;
            block.columns.push_back(how == 'c' ? Alignment::centre : how == 'r' ? Alignment::end : Alignment::start);
        }
        std::vector<Block> pictures;
        for (cmark_node* row = cmark_node_first_child(node); row; row = cmark_node_next(row)) {
            std::vector<RichText>& cells = block.rows.emplace_back();
            for (cmark_node* cell = cmark_node_first_child(row); cell; cell = cmark_node_next(cell)) {
                cells.push_back(read_inlines(cell, &pictures));
            }
            cells.resize(columns);
        }
        emit(std::move(block), node, place);
        for (Block& picture : pictures) emit_picture(std::move(picture), node, place);
    }

    void add_html(cmark_node* node, const Place& place) {
        const std::string_view html = view(cmark_node_get_literal(node));
        if (const auto markdown = markdown_in_html(html)) {
            const Tree tree = parse_tree(*markdown);
            const int outer = first_line_;
            first_line_ += cmark_node_get_start_line(node) - 1;
            Place inside = place;
            ++inside.depth;
            walk_children(tree.get(), inside);
            first_line_ = outer;
            return;
        }
        for (Block& block : html_blocks(html)) {
            if (full_) return;
            drop_unsafe_links(block.words, node);
            for (auto& row : block.rows) {
                for (RichText& cell : row) drop_unsafe_links(cell, node);
            }
            if (block.kind == Block::Kind::picture) {
                emit_picture(std::move(block), node, place);
                continue;
            }
            if (block.kind == Block::Kind::heading) block.anchor = unique_anchor(anchor_of(block.words.text));
            emit(std::move(block), node, place);
        }
    }

    // Iterates rather than recurses: emphasis can be nested as deep as the text is long.
    RichText read_inlines(cmark_node* parent, std::vector<Block>* pictures) {
        RichTextBuilder words;
        RunStyle html;  // what open HTML tags ask for
        int bold = 0;
        int italic = 0;
        int strike = 0;
        int in_picture = 0;
        std::string alt;
        std::string link;
        const auto style = [&](bool code = false) {
            return RunStyle{bold > 0 || html.bold, italic > 0 || html.italic, code || html.code, strike > 0 || html.strike,
                            link.empty() ? html.link : link};
        };

        cmark_iter* steps = cmark_iter_new(parent);
        for (cmark_event_type event = cmark_iter_next(steps); event != CMARK_EVENT_DONE; event = cmark_iter_next(steps)) {
            cmark_node* node = cmark_iter_get_node(steps);
            const bool enters = event == CMARK_EVENT_ENTER;
            const int step = enters ? 1 : -1;
            const std::string_view type = type_of(node);
            if (type == "text" || type == "code") {
                const std::string_view text = view(cmark_node_get_literal(node));
                if (in_picture > 0) {
                    alt += text;
                } else {
                    words.add(text, style(type == "code"), type == "code");
                }
            } else if (type == "softbreak") {
                in_picture > 0 ? alt.push_back(' ') : words.soft_break(style());
            } else if (type == "linebreak") {
                words.hard_break();
            } else if (type == "strong") {
                bold += step;
            } else if (type == "emph") {
                italic += step;
            } else if (type == "strikethrough") {
                strike += step;
            } else if (type == "link") {
                link = enters ? std::string(view(cmark_node_get_url(node))) : "";
            } else if (type == "image") {
                in_picture += step;
                if (enters && in_picture == 1) alt.clear();
                if (!enters && in_picture == 0) add_picture(node, alt, *pictures);
            } else if (type == "html_inline") {
                const std::string_view literal = view(cmark_node_get_literal(node));
                std::size_t at = 0;
                const auto tag = read_html_tag(literal, at);
                if (tag && tag->name == "img") {
                    add_html_picture(*tag, *pictures);
                } else if (tag) {
                    apply_inline_tag(*tag, html, words);
                }
            }
        }
        cmark_iter_free(steps);
        RichText read = words.take();
        drop_unsafe_links(read, parent);
        return read;
    }

    void drop_unsafe_links(RichText& words, cmark_node* node) {
        for (Span& span : words.spans) {
            if (may_be_followed(span.link)) continue;
            warn(node, fmt::format("the link {} cannot be followed, and is left out", core::utf8::shortened(span.link, 60)),
                 "Link to an article, or to an address that begins with https:, mailto: or tel:.");
            span.link.clear();
        }
        std::erase_if(words.spans, [](const Span& span) { return span.link.empty() && !span.bold && !span.italic && !span.code && !span.strike; });
    }

    static void add_picture(cmark_node* node, const std::string& alt, std::vector<Block>& pictures) {
        Block& picture = pictures.emplace_back();
        picture.kind = Block::Kind::picture;
        picture.picture = view(cmark_node_get_url(node));
        picture.words.text = view(cmark_node_get_title(node));
        picture.alt = alt;
    }

    static void add_html_picture(const HtmlTag& tag, std::vector<Block>& pictures) {
        const auto source = tag.attributes.find("src");
        if (source == tag.attributes.end() || source->second.empty()) return;
        Block& picture = pictures.emplace_back();
        picture.kind = Block::Kind::picture;
        picture.picture = source->second;
        const auto alt = tag.attributes.find("alt");
        if (alt != tag.attributes.end()) picture.alt = alt->second;
        const auto title = tag.attributes.find("title");
        if (title != tag.attributes.end()) picture.words.text = title->second;
    }

    const std::string& file_;
    int first_line_;
    core::Problems& problems_;
    std::vector<Block> blocks_;
    std::set<std::string> anchors_;
    std::map<std::string, int> next_numbers_;  // of anchors that were wanted twice
    std::int32_t next_callout_ = 0;
    bool full_ = false;
    bool too_deep_ = false;
};

// Cuts what no person wrote: a body without end, and lines without end.
std::string bounded(std::string_view body, const std::string& file, int first_line, core::Problems& problems) {
    if (body.size() > largest_body_bytes) {
        problems.push_back({core::Severity::warning, file, first_line, 1,
                            fmt::format("longer than {} KB; the rest is left out", largest_body_bytes >> 10), "Split the article."});
        body = body.substr(0, largest_body_bytes);
    }
    std::string text;
    text.reserve(body.size());
    bool cut = false;
    int line = first_line;
    for (std::size_t at = 0; at < body.size(); ++line) {
        const std::size_t end = std::min(body.find('\n', at), body.size());
        text += body.substr(at, std::min(end - at, longest_line));
        if (end - at > longest_line && !cut) {
            cut = true;
            problems.push_back({core::Severity::warning, file, line, 1,
                                fmt::format("a line longer than {} KB; its end is left out", longest_line >> 10),
                                "Break the line, or keep data out of the article."});
        }
        if (end < body.size()) text += '\n';
        at = end + 1;
    }
    if (const auto bad = core::utf8::find_invalid(text)) {
        const auto before = std::string_view(text).substr(0, *bad);
        // A cut through a character is ours, not the author's.
        if (!cut && body.size() < largest_body_bytes) {
            problems.push_back({core::Severity::warning, file,
                                first_line + static_cast<int>(std::count(before.begin(), before.end(), '\n')), 1,
                                "not valid UTF-8; the bytes are replaced", "Save the file as UTF-8."});
        }
        text = core::utf8::repaired(text);
    }
    return text;
}

// A row of a table's rule: "| --- | :-: |", perhaps in a quote or a list. Its columns, or 0.
std::size_t columns_ruled(std::string_view line) {
    if (line.find('-') == std::string_view::npos || line.find_first_not_of(" \t|-:>*+0123456789.)\r") != std::string_view::npos) return 0;
    return static_cast<std::size_t>(std::count(line.begin(), line.end(), '|')) + 1;
}

// Every row gets as many cells as the first, so a few kilobytes can ask for more cells than any memory holds. A table
// that goes beyond the bound stays text.
std::string with_bounded_tables(std::string_view text, const std::string& file, int first_line, core::Problems& problems) {
    std::string bounded;
    bounded.reserve(text.size());
    std::size_t cells = 0;
    std::size_t rows_left = 0;  // until the next empty line, which ends every table
    bool told = false;
    int line_number = first_line;
    for (std::size_t at = 0; at < text.size(); ++line_number) {
        if (rows_left == 0) {
            const std::size_t end = std::min(text.find("\n\n", at), text.size());
            rows_left = static_cast<std::size_t>(std::count(text.begin() + static_cast<std::ptrdiff_t>(at), text.begin() + static_cast<std::ptrdiff_t>(end), '\n')) + 2;
        }
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = text.substr(at, end - at);
        std::size_t kept = 0;
        if (const std::size_t columns = columns_ruled(line); columns > 1) {
            if (cells + columns * (rows_left + 1) > most_table_cells) {
                kept = line.find('-');
                bounded.append(line.substr(0, kept)).append("\\");
                if (!told) {
                    problems.push_back({core::Severity::warning, file, line_number, 1, fmt::format("more than {} cells in tables; the rest is shown as text", most_table_cells),
                                        "Divide the article, or keep data out of it."});
                }
                told = true;
            } else {
                cells += columns * (rows_left + 1);
            }
        }
        bounded.append(line.substr(kept));
        if (end < text.size()) bounded += '\n';
        --rows_left;
        at = end + 1;
    }
    return bounded;
}

void append(std::string& text, std::string_view more) {
    if (more.empty()) return;
    if (!text.empty()) text += '\n';
    text += more;
}

}  // namespace

std::vector<Block> parse_markdown(std::string_view body, const std::string& file, int first_line, core::Problems& problems) {
    const std::string text = without_template_tags(bounded(body, file, first_line, problems), file, first_line, problems);
    return Walker(file, first_line, problems).run(with_bounded_tables(text, file, first_line, problems));
}

std::string anchor_of(std::string_view heading) {
    const std::string folded = core::utf8::folded(heading);
    std::string anchor;
    const auto size = static_cast<std::int32_t>(folded.size());
    for (std::int32_t at = 0; at < size && anchor.size() < longest_anchor;) {
        const std::int32_t start = at;
        UChar32 c = 0;
        U8_NEXT(folded.data(), at, size, c);
        if (c == ' ') {
            anchor += '-';
        } else if (c == '-' || c == '_' || u_isalnum(c) || u_getCombiningClass(c) != 0 ||
                   u_charType(c) == U_NON_SPACING_MARK || u_charType(c) == U_COMBINING_SPACING_MARK) {
            anchor.append(folded, static_cast<std::size_t>(start), static_cast<std::size_t>(at - start));
        }
    }
    return anchor.empty() ? "section" : anchor;
}

std::string plain_text(const std::vector<Block>& blocks) {
    std::string text;
    for (const Block& block : blocks) {
        append(text, block.words.text);
        if (block.kind == Block::Kind::picture) append(text, block.alt);
        for (const auto& row : block.rows) {
            std::string line;
            for (const RichText& cell : row) {
                if (!line.empty()) line += " · ";
                line += cell.text;
            }
            append(text, line);
        }
    }
    return text;
}

}  // namespace kb
