#include "kb/html.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include <cmark-gfm.h>
#include <cmark-gfm/houdini.h>
#include <fmt/format.h>

#include "core/base/utf8.hpp"

namespace kb {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// Their text is not for people.
constexpr std::array<std::string_view, 7> silent_tags{"script", "style",    "svg",     "template",
                                                      "head",   "noscript", "textarea"};
constexpr std::array<std::string_view, 20> block_tags{"p",  "div", "section",    "article", "aside",   "header", "footer", "main",   "nav",      "figure",
                                                      "dl", "dt",  "figcaption", "details", "summary", "form",   "iframe", "center", "fieldset", "address"};

// One row may not make all others as wide as itself.
constexpr std::size_t most_columns = 100;
constexpr int deepest_quote = 8;
constexpr int largest_number = 1'000'000'000;

std::optional<int> heading_level(std::string_view name) {
    if (name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6') return name[1] - '0';
    return std::nullopt;
}

// Of an <ol start="3">
int first_number(const HtmlTag& tag) {
    const auto start = tag.attributes.find("start");
    int number = 1;
    if (start != tag.attributes.end()) std::from_chars(start->second.data(), start->second.data() + start->second.size(), number);
    return std::clamp(number, 0, largest_number);
}

// Turns a stream of tags and text into blocks.
class Reader {
public:
    explicit Reader(std::string_view html) : html_(html) {}

    std::vector<Block> run() {
        while (at_ < html_.size()) {
            if (html_[at_] == '<') {
                std::size_t next = at_;
                if (const auto tag = read_html_tag(html_, next)) {
                    at_ = next;
                    apply(*tag);
                    continue;
                }
            }
            const std::size_t end = std::min(html_.find('<', at_ + 1), html_.size());
            add_text(html_.substr(at_, end - at_));
            at_ = end;
        }
        end_table();
        end_block();
        return std::move(blocks_);
    }

private:
    void add_text(std::string_view text) {
        if (next_.kind == Block::Kind::code && words_.empty() && text.starts_with('\n')) text.remove_prefix(1);  // as browsers do
        words_.add(without_entities(text), style_, next_.kind == Block::Kind::code);
    }

    void apply(const HtmlTag& tag) {
        if (is_one_of(tag.name, silent_tags)) {
            if (!tag.closing) skip_to_end_of(tag.name);
        } else if (const auto level = heading_level(tag.name)) {
            end_block();
            if (!tag.closing) next_.kind = Block::Kind::heading;
            next_.level = *level;
        } else if (tag.name == "li") {
            end_block();
            if (!tag.closing) {
                next_.kind = Block::Kind::list_item;
                next_.level = std::max(static_cast<int>(lists_.size()) - 1, 0);
                next_.marker = lists_.empty() || lists_.back() < 0 ? "•" : fmt::format("{}.", lists_.back()++);
            }
        } else if (tag.name == "dd") {
            end_block();
        } else if (tag.name == "hr") {
            end_block();
            blocks_.emplace_back().kind = Block::Kind::rule;
        } else if (tag.name == "img" && !tag.closing) {
            add_picture(tag);
        } else if (tag.name == "table") {
            end_table();
            end_block();
            in_table_ = !tag.closing;
        } else if (in_table_ && (tag.name == "tr" || tag.name == "td" || tag.name == "th")) {
            end_cell();
            if (tag.name == "tr" && !tag.closing) rows_.emplace_back();
            in_cell_ = tag.name != "tr" && !tag.closing;
        } else if (tag.name == "ul" || tag.name == "ol") {
            if (in_cell_) {
                words_.soft_break();
            } else {
                end_block();
                if (tag.closing && !lists_.empty()) lists_.pop_back();
                if (!tag.closing && lists_.size() < static_cast<std::size_t>(deepest_list)) lists_.push_back(tag.name == "ul" ? -1 : first_number(tag));
            }
        } else if (tag.name == "blockquote" && !in_cell_) {
            end_block();
            quotes_ = std::clamp(quotes_ + (tag.closing ? -1 : 1), 0, deepest_quote);
        } else if (tag.name == "pre" && !in_cell_) {
            end_block();
            if (!tag.closing) next_.kind = Block::Kind::code;
        } else if (is_one_of(tag.name, block_tags)) {
            if (in_cell_) {
                words_.soft_break();
            } else {
                end_block();
            }
        } else {
            apply_inline_tag(tag, style_, words_);
        }
    }

    void skip_to_end_of(std::string_view name) {
        while (at_ < html_.size()) {
            const std::size_t close = html_.find("</", at_);
            if (close == std::string_view::npos) {
                at_ = html_.size();
                return;
            }
            at_ = close;
            std::size_t next = close;
            const auto tag = read_html_tag(html_, next);
            at_ = tag ? next : close + 2;
            if (tag && tag->closing && tag->name == name) return;
        }
    }

    void add_picture(const HtmlTag& tag) {
        const auto source = tag.attributes.find("src");
        if (source == tag.attributes.end() || source->second.empty()) return;
        const auto alt = tag.attributes.find("alt");
        const std::string said = alt == tag.attributes.end() ? "" : alt->second;
        if (in_cell_) {
            words_.add(said, style_);
            return;
        }
        end_block();
        Block& picture = blocks_.emplace_back();
        picture.kind = Block::Kind::picture;
        picture.picture = source->second;
        picture.alt = said;
        if (const auto title = tag.attributes.find("title"); title != tag.attributes.end()) picture.words.text = title->second;
    }

    void end_block() {
        if (in_cell_) return;
        Block block = std::move(next_);
        next_ = {};
        block.words = words_.take();
        if (block.kind == Block::Kind::code) block.words.spans.clear();
        block.quote_depth = quotes_;
        if (!block.words.text.empty()) blocks_.push_back(std::move(block));
    }

    void end_cell() {
        if (!in_cell_) {
            [[maybe_unused]] const RichText between_cells = words_.take();
            return;
        }
        in_cell_ = false;
        if (rows_.empty()) rows_.emplace_back();
        rows_.back().push_back(words_.take());
    }

    void end_table() {
        if (!in_table_) return;
        end_cell();
        in_table_ = false;
        std::erase_if(rows_, [](const auto& row) { return row.empty(); });
        if (rows_.empty()) return;
        std::size_t columns = 0;
        for (const auto& row : rows_) columns = std::max(columns, row.size());
        columns = std::min(columns, most_columns);
        const std::size_t most_rows = (most_table_cells - std::min(cells_, most_table_cells)) / columns;
        if (rows_.size() > most_rows) rows_.resize(most_rows);
        cells_ += rows_.size() * columns;
        if (rows_.empty()) return;
        Block table;
        table.kind = Block::Kind::table;
        table.columns.assign(columns, Alignment::start);
        table.rows = std::move(rows_);
        rows_ = {};
        for (auto& row : table.rows) row.resize(columns);
        blocks_.push_back(std::move(table));
    }

    std::string_view html_;
    std::size_t at_ = 0;
    std::vector<Block> blocks_;
    Block next_;  // the block that the words being read will become
    RichTextBuilder words_;
    RunStyle style_;
    std::vector<int> lists_;  // open ones: the next number, or -1 for bullets
    int quotes_ = 0;
    bool in_table_ = false;
    bool in_cell_ = false;
    std::vector<std::vector<RichText>> rows_;
    std::size_t cells_ = 0;  // of all tables
};

}  // namespace

std::string without_entities(std::string_view text) {
    if (text.find('&') == std::string_view::npos) return std::string(text);
    cmark_strbuf decoded;
    cmark_strbuf_init(cmark_get_default_mem_allocator(), &decoded, 0);
    houdini_unescape_html_f(&decoded, reinterpret_cast<const std::uint8_t*>(text.data()),
                            static_cast<bufsize_t>(text.size()));
    std::string result(reinterpret_cast<const char*>(decoded.ptr), static_cast<std::size_t>(decoded.size));
    cmark_strbuf_free(&decoded);
    return core::utf8::repaired(result);
}

std::optional<HtmlTag> read_html_tag(std::string_view html, std::size_t& at) {
    std::size_t i = at + 1;
    HtmlTag tag;
    if (html.substr(i).starts_with("!--")) {
        const std::size_t end = html.find("-->", i);
        at = end == std::string_view::npos ? html.size() : end + 3;
        return tag;
    }
    if (i < html.size() && (html[i] == '!' || html[i] == '?')) {
        const std::size_t end = html.find('>', i);
        at = end == std::string_view::npos ? html.size() : end + 1;
        return tag;
    }
    if (i < html.size() && html[i] == '/') {
        tag.closing = true;
        ++i;
    }
    if (i >= html.size() || !is_letter(html[i])) return std::nullopt;
    while (i < html.size() && !is_blank(html[i]) && html[i] != '>' && html[i] != '/') tag.name += lower(html[i++]);

    while (i < html.size() && html[i] != '>') {
        if (is_blank(html[i]) || html[i] == '/') {
            ++i;
            continue;
        }
        std::string name;
        while (i < html.size() && !is_blank(html[i]) && html[i] != '=' && html[i] != '>' && html[i] != '/') name += lower(html[i++]);
        while (i < html.size() && is_blank(html[i])) ++i;
        std::string value;
        if (i < html.size() && html[i] == '=') {
            ++i;
            while (i < html.size() && is_blank(html[i])) ++i;
            if (i < html.size() && (html[i] == '"' || html[i] == '\'')) {
                const std::size_t end = std::min(html.find(html[i], i + 1), html.size());
                value = without_entities(html.substr(i + 1, end - i - 1));
                i = std::min(end + 1, html.size());
            } else {
                const std::size_t start = i;
                while (i < html.size() && !is_blank(html[i]) && html[i] != '>') ++i;
                value = without_entities(html.substr(start, i - start));
            }
        } else if (name.empty()) {
            ++i;
        }
        if (!name.empty()) tag.attributes.emplace(std::move(name), std::move(value));
    }
    at = std::min(i + 1, html.size());
    return tag;
}

void apply_inline_tag(const HtmlTag& tag, RunStyle& style, RichTextBuilder& words) {
    const bool on = !tag.closing;
    if (tag.name == "b" || tag.name == "strong") {
        style.bold = on;
    } else if (tag.name == "i" || tag.name == "em" || tag.name == "cite") {
        style.italic = on;
    } else if (tag.name == "code" || tag.name == "kbd" || tag.name == "samp" || tag.name == "tt") {
        style.code = on;
    } else if (tag.name == "s" || tag.name == "del" || tag.name == "strike") {
        style.strike = on;
    } else if (tag.name == "a") {
        const auto target = tag.attributes.find("href");
        style.link = on && target != tag.attributes.end() ? target->second : "";
    } else if (tag.name == "br") {
        words.hard_break();
    }
}

std::vector<Block> html_blocks(std::string_view html) { return Reader(html).run(); }

}  // namespace kb
