#include "kiosk/ui/article_view.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>

#include "core/base/utf8.hpp"
#include "kiosk/ui/widgets.hpp"

namespace kiosk::ui {

namespace {

constexpr std::size_t slice_characters = 6'000;   // measured a frame beyond what is seen
constexpr std::size_t shortest_match = 3;         // "is" and "to" would paint the page yellow
constexpr std::size_t frames_out_of_sight = 600;  // after which a picture's pixels go
constexpr int most_columns = 12;

// Draws, or only measures, one block after the other.
class Painter {
public:
    Painter(Frame& frame, const kb::Article& article, const std::string& highlight)
        : frame_(frame), article_(article), highlight_(highlight) {}

    float unit(const Unit& unit, Point at, float width, bool paint) {
        paint_ = paint;
        const kb::Block& first = article_.blocks[unit.begin];
        if (first.callout >= 0) return callout(unit, at, width);
        return block(first, at, width, unit.begin == 0);
    }

    int next_link = 0;  // links are numbered through the article

    static std::size_t links_in(const kb::RichText& words) {
        return static_cast<std::size_t>(std::count_if(
            words.spans.begin(), words.spans.end(), [](const kb::Span& span) { return !span.link.empty(); }));
    }

private:
    struct Rich {
        std::vector<paint::Span> spans;
        std::vector<std::string> links;
    };

    Rich rich(const kb::RichText& words) const {
        Rich made;
        for (const kb::Span& span : words.spans) {
            paint::Span out{.begin = span.begin, .end = span.end};
            if (span.bold) out.weight = 600;
            out.italic = span.italic;
            out.strike = span.strike;
            if (span.code) {
                out.mono = true;
                out.background = frame_.theme.surface_2;
            }
            if (!span.link.empty() && leads_somewhere(span.link)) {
                out.underline = true;
                out.colour = frame_.theme.primary;
                out.link = static_cast<int>(made.links.size());
                made.links.push_back(span.link);
            }
            made.spans.push_back(out);
        }
        for (const auto& [begin, end] : matches_in(words.text, highlight_)) {
            made.spans.push_back({.begin = begin,
                                  .end = end,
                                  .colour = frame_.theme.ink,
                                  .background = frame_.theme.highlight});
        }
        return made;
    }

    bool leads_somewhere(const std::string& link) const {
        const Target target = target_of(article_, link);
        return !target.article.empty() || !target.anchor.empty();
    }

    float words(const kb::RichText& text, Point at, float width, Type type, Colour colour,
                Flow flow = Flow::own) {
        if (text.text.empty()) return 0;
        const Rich made = rich(text);
        const Say say{.text = text.text,
                      .type = type,
                      .colour = colour,
                      .width = width,
                      .flow = flow,
                      .language = article_.language,
                      .spans = made.spans};
        if (!paint_) return frame_.measure(say).height;
        const float height = frame_.draw(at, say);
        if (!made.links.empty()) links(made, *frame_.layout(say), say, at);
        return height;
    }

    // A link is as high as a finger, even if its line is not.
    void links(const Rich& made, const paint::Layout& layout, const Say& say, Point at) {
        const float left = frame_.text_left(at.x, say, layout);
        for (const paint::Span& span : made.spans) {
            if (span.link < 0) continue;
            Rect all;
            for (const Rect& box : layout.boxes(span.begin, span.end)) all = all.united(box);
            const float grow = std::max(0.0F, (unit::least_target_px - all.height) / 2);
            const Rect rect = all.moved(left, at.y).inset(-frame_.px(4), -grow);
            const Target target = target_of(article_, made.links[static_cast<std::size_t>(span.link)]);
            std::vector<Deed> deeds;
            if (target.article == article_.id || target.article.empty())
                deeds.emplace_back(JumpToAnchor{target.anchor});
            else
                deeds.emplace_back(Action{Follow{target.article, target.anchor}});
            const std::string id = "article.link." + std::to_string(++next_link);
            const Frame::Unmirrored in_window(frame_);
            frame_.focus_ring(id, rect, frame_.px(6));
            frame_.item({.id = id,
                         .role = Role::link,
                         .label = std::string(say.text.substr(span.begin, span.end - span.begin)),
                         .rect = rect,
                         .deeds = std::move(deeds)});
        }
    }

    float block(const kb::Block& block, Point at, float width, bool first) {
        const Theme& theme = frame_.theme;
        const float quote = static_cast<float>(block.quote_depth) * frame_.px(28);
        const float start = at.y;
        float height = 0;
        const Point inner{at.x + quote, at.y};
        const float inner_width = std::max(frame_.px(80), width - quote);
        switch (block.kind) {
            case kb::Block::Kind::heading: {
                const float above = first ? 0 : frame_.px(block.level <= 2 ? 26 : 16);
                const Type type = block.level <= 2 ? type::h2 : block.level == 3 ? type::h3 : type::strong;
                height = above +
                         words(block.words, {inner.x, inner.y + above}, inner_width, type, theme.ink) +
                         frame_.px(14);
                break;
            }
            case kb::Block::Kind::paragraph:
                height = words(block.words, inner, inner_width, type::body, theme.ink) + frame_.px(20);
                break;
            case kb::Block::Kind::list_item:
                height = list_item(block, inner, inner_width);
                break;
            case kb::Block::Kind::table:
                height = table(block, inner, inner_width) + frame_.px(24);
                break;
            case kb::Block::Kind::picture:
                height = picture(block, inner, inner_width) + frame_.px(24);
                break;
            case kb::Block::Kind::code:
                height = code(block, inner, inner_width) + frame_.px(24);
                break;
            case kb::Block::Kind::rule:
                if (paint_)
                    frame_.fill({inner.x, inner.y + frame_.px(12), inner_width, frame_.px(2)}, theme.line);
                height = frame_.px(36);
                break;
        }
        if (paint_) {
            for (int depth = 0; depth < block.quote_depth; ++depth) {
                frame_.fill({at.x + static_cast<float>(depth) * frame_.px(28), start, frame_.px(5), height},
                            theme.line, frame_.px(2));
            }
        }
        return height;
    }

    float list_item(const kb::Block& block, Point at, float width) {
        const Theme& theme = frame_.theme;
        const bool numbered =
            !block.marker.empty() && block.marker.front() >= '0' && block.marker.front() <= '9';
        const bool task = !block.marker.empty() && block.marker.front() == '[';
        const float indent = static_cast<float>(block.level) * frame_.px(50) + frame_.px(62);
        const float line = std::round(frame_.px(type::body.size) * type::body.line_height);
        const float gap = frame_.px(block.level == 0 ? 14 : 8);
        const float text_y = at.y + frame_.px(2);
        const float middle = text_y + line / 2;
        const Point mark{at.x + static_cast<float>(block.level) * frame_.px(50), middle};
        if (paint_ && numbered) {
            const float radius = frame_.px(22);
            frame_.circle({mark.x + radius, middle}, radius, theme.tint);
            std::string number = block.marker;
            if (number.back() == '.' || number.back() == ')') number.pop_back();
            frame_.draw_in({mark.x, std::round(middle - radius), 2 * radius, 2 * radius},
                           {.text = number,
                            .type = {22, 600, 1.3F},
                            .colour = theme.on_tint,
                            .lines = 1,
                            .flow = Flow::centre});
        } else if (paint_ && task) {
            const bool done = block.marker != "[ ]";
            frame_.icon(
                done ? "check_box" : "check_box_outline_blank",
                {mark.x + frame_.px(6), std::round(middle - frame_.px(17)), frame_.px(34), frame_.px(34)},
                done ? theme.primary : theme.control);
        } else if (paint_ && !block.marker.empty()) {
            frame_.circle({mark.x + frame_.px(22), middle}, frame_.px(block.level == 0 ? 6 : 5),
                          theme.primary);
        }
        const float text = words(block.words, {at.x + indent, text_y},
                                 std::max(frame_.px(60), width - indent), type::body, theme.ink);
        return std::max(numbered ? frame_.px(46) : line, text) + gap + frame_.px(2);
    }

    float callout(const Unit& unit, Point at, float width) {
        const Tone tone = tone_of(article_.blocks[unit.begin].callout_kind);
        const Colours colours = colours_of(frame_, tone);
        const float padding = frame_.px(24);
        const float icon = frame_.px(36);
        const float indent = padding + frame_.px(12) + icon + frame_.px(20);
        const float inner = width - indent - padding;
        const bool paint = paint_;

        const auto run = [&](float y) {
            for (std::size_t i = unit.begin; i < unit.end; ++i)
                y += block(article_.blocks[i], {at.x + indent, y}, inner, i == unit.begin);
            return y;
        };
        paint_ = false;
        const int links_before = next_link;
        const float text = run(0) - frame_.px(20);  // the last paragraph's space below is the padding's
        next_link = links_before;
        paint_ = paint;
        const float height = std::ceil(text + 2 * padding);
        if (paint_) {
            const Rect rect = Rect{at.x, at.y, width, height}.snapped();
            frame_.fill(rect, colours.ground, frame_.px(unit::radius_field));
            if (frame_.theme.outline)
                frame_.border(rect, colours.ink, frame_.px(2), frame_.px(unit::radius_field));
            frame_.fill(
                {rect.x + frame_.px(8), rect.y + frame_.px(14), frame_.px(6), rect.height - frame_.px(28)},
                colours.ink, frame_.px(3));
            const float line = std::round(frame_.px(type::body.size) * type::body.line_height);
            frame_.icon(
                icon_of(tone),
                {at.x + padding + frame_.px(10), std::round(at.y + padding + (line - icon) / 2), icon, icon},
                colours.ink);
            run(at.y + padding);
        }
        return height + frame_.px(26);
    }

    static Tone tone_of(kb::CalloutKind kind) {
        switch (kind) {
            case kb::CalloutKind::note:
                return Tone::note;
            case kb::CalloutKind::tip:
                return Tone::ok;
            case kb::CalloutKind::warning:
                return Tone::warning;
            case kb::CalloutKind::danger:
                return Tone::danger;
        }
        return Tone::note;
    }
    static std::string_view icon_of(Tone tone) {
        switch (tone) {
            case Tone::ok:
                return "lightbulb";
            case Tone::warning:
                return "warning";
            case Tone::danger:
                return "report";
            default:
                return "info";
        }
    }

    float code(const kb::Block& block, Point at, float width) {
        const float padding = frame_.px(22);
        const Say say{.text = block.words.text,
                      .type = {23, 400, 1.45F},
                      .colour = frame_.theme.ink,
                      .width = width - 2 * padding,
                      .flow = Flow::own,
                      .language = article_.language,
                      .family = paint::Family::mono};
        const float height = frame_.measure(say).height + 2 * padding;
        if (paint_) {
            frame_.fill({at.x, at.y, width, height}, frame_.theme.surface_2, frame_.px(unit::radius_row));
            frame_.draw({at.x + padding, at.y + padding}, say);
        }
        return height;
    }

    Flow flow_of(const kb::Block& block, std::size_t column) const {
        if (column >= block.columns.size()) return Flow::own;
        switch (block.columns[column]) {
            case kb::Alignment::start:
                return Flow::own;
            case kb::Alignment::centre:
                return Flow::centre;
            case kb::Alignment::end:
                return Flow::end;
        }
        return Flow::own;
    }

    // Each column gets what its longest cell would like, or, where that is too much, its fair share of the
    // rest.
    std::vector<float> column_widths(const kb::Block& block, std::size_t columns, float width,
                                     float padding) {
        std::vector<float> wanted(columns, frame_.px(60));
        for (std::size_t row = 0; row < block.rows.size(); ++row) {
            for (std::size_t column = 0; column < std::min(columns, block.rows[row].size()); ++column) {
                const kb::RichText& cell = block.rows[row][column];
                if (cell.text.empty()) continue;
                const Rich made = rich(cell);
                const Size size = frame_.measure({.text = cell.text,
                                                  .type = row == 0 ? type::strong : type::label,
                                                  .language = article_.language,
                                                  .spans = made.spans});
                wanted[column] = std::max(wanted[column], std::ceil(size.width) + 2);
            }
        }
        const float room = width - 2 * padding * static_cast<float>(columns);
        float sum = 0;
        for (const float w : wanted) sum += w;
        std::vector<float> given(columns, 0);
        if (sum <= room) {
            for (std::size_t i = 0; i < columns; ++i) given[i] = wanted[i] + (room - sum) * wanted[i] / sum;
        } else {
            const float fair = room / static_cast<float>(columns);
            float left = room;
            float still_wanted = 0;
            for (std::size_t i = 0; i < columns; ++i) {
                given[i] = std::min(wanted[i], fair);
                left -= given[i];
                still_wanted += wanted[i] - given[i];
            }
            for (std::size_t i = 0; i < columns && still_wanted > 0; ++i)
                given[i] += left * (wanted[i] - given[i]) / still_wanted;
        }
        for (float& w : given) w = std::floor(w + 2 * padding);
        return given;
    }

    float table(const kb::Block& block, Point at, float width) {
        if (block.rows.empty()) return 0;
        std::size_t columns = 0;
        for (const auto& row : block.rows) columns = std::max(columns, row.size());
        columns = std::min<std::size_t>(columns, most_columns);
        if (columns == 0) return 0;
        if (width < static_cast<float>(columns) * frame_.px(190))
            return stacked_table(block, at, width, columns);

        const Theme& theme = frame_.theme;
        const float padding = frame_.px(20);
        const float above = frame_.px(14);
        const std::vector<float> widths = column_widths(block, columns, width, padding);
        std::vector<float> heights;
        float height = 0;
        const bool paint = paint_;
        paint_ = false;
        const int links_before = next_link;
        for (std::size_t r = 0; r < block.rows.size(); ++r) {
            float row_height = 0;
            for (std::size_t c = 0; c < std::min(columns, block.rows[r].size()); ++c) {
                row_height = std::max(row_height, words(block.rows[r][c], {}, widths[c] - 2 * padding,
                                                        r == 0 ? type::strong : type::label, {}));
            }
            heights.push_back(std::max(row_height, frame_.px(34)) + 2 * above);
            height += heights.back();
        }
        next_link = links_before;
        paint_ = paint;
        if (!paint_) return height;

        const Rect rect = Rect{at.x, at.y, width, height}.snapped();
        const float radius = frame_.px(unit::radius_row);
        frame_.fill({rect.x, rect.y, rect.width, std::round(heights.front())}, theme.surface_2, radius);
        // The lower corners of the header are square: rows follow.
        if (heights.size() > 1) {
            frame_.fill({rect.x, rect.y + std::round(heights.front()) - radius, rect.width, radius},
                        theme.surface_2);
        }
        float y = rect.y;
        for (std::size_t r = 0; r < block.rows.size(); ++r) {
            if (r > 0)
                frame_.fill({rect.x, std::round(y), rect.width, std::max(1.0F, frame_.px(1.5F))}, theme.line);
            float x = rect.x;
            for (std::size_t c = 0; c < std::min(columns, block.rows[r].size()); ++c) {
                words(block.rows[r][c], {x + padding, std::round(y + above)}, widths[c] - 2 * padding,
                      r == 0 ? type::strong : type::label, theme.ink, flow_of(block, c));
                x += widths[c];
            }
            y += heights[r];
        }
        frame_.border(rect, theme.line, std::max(1.0F, frame_.px(2)), radius);
        return height;
    }

    // Where a table has no room beside each other, each row is a small list of "header: cell".
    float stacked_table(const kb::Block& block, Point at, float width, std::size_t columns) {
        const Theme& theme = frame_.theme;
        const float padding = frame_.px(20);
        const float gap = frame_.px(14);
        const std::size_t first = block.rows.size() > 1 ? 1 : 0;
        float y = at.y;
        const bool paint = paint_;
        for (std::size_t r = first; r < block.rows.size(); ++r) {
            const auto run = [&](float from) {
                float row_y = from;
                for (std::size_t c = 0; c < std::min(columns, block.rows[r].size()); ++c) {
                    if (block.rows[r][c].text.empty()) continue;
                    if (c > 0) row_y += frame_.px(8);
                    if (first == 1 && c < block.rows[0].size()) {
                        row_y += words(block.rows[0][c], {at.x + padding, row_y}, width - 2 * padding,
                                       type::caption, theme.ink_2);
                    }
                    row_y += words(block.rows[r][c], {at.x + padding, row_y}, width - 2 * padding,
                                   c == 0 ? type::strong : type::label, theme.ink);
                }
                return row_y;
            };
            paint_ = false;
            const int links_before = next_link;
            const float height = run(0) + 2 * padding;
            next_link = links_before;
            paint_ = paint;
            if (paint_) {
                const Rect rect = Rect{at.x, y, width, height}.snapped();
                frame_.fill(rect, theme.surface_2, frame_.px(unit::radius_row));
                if (theme.outline) frame_.border(rect, theme.line, frame_.px(2), frame_.px(unit::radius_row));
                run(y + padding);
            }
            y += height + gap;
        }
        return y - gap - at.y;
    }

    float picture(const kb::Block& block, Point at, float width) {
        const Theme& theme = frame_.theme;
        const std::string path = picture_path(article_, block.picture);
        const float radius = frame_.px(unit::radius_field);
        const int box_width = static_cast<int>(std::floor(width));
        const int box_height =
            static_cast<int>(std::floor(std::min(width * 0.62F, frame_.view.window.height * 0.62F)));

        PictureSlot* slot = nullptr;
        if (!path.empty()) {
            const std::string key = path + "@" + std::to_string(box_width) + "x" + std::to_string(box_height);
            auto found = frame_.memory.pictures.find(key);
            if (found == frame_.memory.pictures.end() && paint_) {
                found = frame_.memory.pictures.emplace(key, PictureSlot{}).first;
                found->second.path = path;
                frame_.wishes.push_back({.path = path,
                                         .request = {.box = {box_width, box_height},
                                                     .fit = paint::Fit::inside,
                                                     .corner_radius = static_cast<int>(radius)}});
            }
            if (found != frame_.memory.pictures.end()) {
                slot = &found->second;
                slot->last_frame = frame_.memory.frame;
            }
        }
        float height = 0;
        if (slot && slot->state == PictureSlot::State::shown) {
            height = static_cast<float>(slot->texture.height());
            if (paint_) {
                frame_.picture({std::round(at.x + (width - static_cast<float>(slot->texture.width())) / 2),
                                std::round(at.y)},
                               slot->texture);
            }
        } else if (slot && slot->state == PictureSlot::State::wished) {
            height = static_cast<float>(box_height);
            if (paint_) {
                frame_.fill({at.x, at.y, width, height}, theme.surface_2, radius);
                frame_.icon_in("image", {at.x, at.y, width, height}, frame_.px(72), theme.ink_3);
            }
        } else if (path.empty() || (slot && slot->state == PictureSlot::State::broken)) {
            // What the picture would have shown is said instead.
            const std::string text = block.alt.empty() ? block.words.text : block.alt;
            const float padding = frame_.px(24);
            const Say say{.text = text,
                          .type = type::label,
                          .colour = theme.ink_2,
                          .width = width - 2 * padding - frame_.px(60),
                          .flow = Flow::own,
                          .language = article_.language};
            height = std::max(frame_.px(60), text.empty() ? 0 : frame_.measure(say).height) + 2 * padding;
            if (paint_) {
                frame_.fill({at.x, at.y, width, height}, theme.surface_2, radius);
                frame_.icon("broken_image", {at.x + padding, at.y + padding, frame_.px(40), frame_.px(40)},
                            theme.ink_3);
                if (!text.empty()) frame_.draw({at.x + padding + frame_.px(60), at.y + padding}, say);
            }
        } else {
            height = static_cast<float>(box_height);
        }
        if (!block.words.text.empty()) {
            height += frame_.px(10);
            height += words(block.words, {at.x, at.y + height}, width, type::caption, theme.ink_2);
        }
        return height;
    }

    Frame& frame_;
    const kb::Article& article_;
    const std::string& highlight_;
    bool paint_ = false;
};

std::size_t characters_of(const kb::Article& article, const Unit& unit) {
    std::size_t characters = 0;
    for (std::size_t i = unit.begin; i < unit.end; ++i) {
        const kb::Block& block = article.blocks[i];
        characters += block.words.text.size();
        for (const auto& row : block.rows) {
            for (const kb::RichText& cell : row) characters += cell.text.size();
        }
    }
    return characters;
}

std::size_t links_of(const kb::Article& article, const Unit& unit) {
    std::size_t links = 0;
    for (std::size_t i = unit.begin; i < unit.end; ++i) {
        const kb::Block& block = article.blocks[i];
        const auto add = [&](const kb::RichText& words) {
            for (const kb::Span& span : words.spans) {
                if (span.link.empty()) continue;
                const Target target = target_of(article, span.link);
                if (!target.article.empty() || !target.anchor.empty()) ++links;
            }
        };
        add(block.words);
        for (const auto& row : block.rows) {
            for (const kb::RichText& cell : row) add(cell);
        }
    }
    return links;
}

std::string resolved(const std::string& article_path, std::string_view link) {
    if (link.find("://") != std::string_view::npos || link.starts_with("mailto:") || link.starts_with("tel:"))
        return {};
    const std::filesystem::path folder = std::filesystem::path(article_path).parent_path();
    const std::filesystem::path path =
        (link.starts_with("/") ? std::filesystem::path(link.substr(1)) : folder / std::filesystem::path(link))
            .lexically_normal();
    const std::string text = path.generic_string();
    return text.starts_with("..") ? std::string{} : text;
}

}  // namespace

std::vector<Unit> units_of(const std::vector<kb::Block>& blocks) {
    std::vector<Unit> units;
    for (std::size_t i = 0; i < blocks.size();) {
        std::size_t end = i + 1;
        while (blocks[i].callout >= 0 && end < blocks.size() && blocks[end].callout == blocks[i].callout)
            ++end;
        units.push_back({i, end});
        i = end;
    }
    return units;
}

std::vector<Heading> headings_of(const kb::Article& article) {
    std::vector<Heading> headings;
    for (const kb::Block& block : article.blocks) {
        if (block.kind != kb::Block::Kind::heading || block.level > 2 || block.anchor.empty()) continue;
        headings.push_back({block.anchor, block.words.text});
    }
    return headings;
}

Target target_of(const kb::Article& article, std::string_view link) {
    Target target;
    const std::size_t hash = link.find('#');
    if (hash != std::string_view::npos) target.anchor = std::string(link.substr(hash + 1));
    const std::string_view path = link.substr(0, hash);
    if (path.empty()) return target;
    std::string file = resolved(article.path, path);
    if (file.ends_with(".md")) file.resize(file.size() - 3);
    if (file.starts_with("articles/")) file = file.substr(9);
    if (file.empty()) return {};
    target.article = std::move(file);
    return target;
}

std::string picture_path(const kb::Article& article, std::string_view picture) {
    return picture.empty() ? std::string{} : resolved(article.path, picture);
}

std::vector<std::pair<std::size_t, std::size_t>> matches_in(std::string_view text,
                                                            std::string_view searched) {
    const auto is_letter = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    const auto words_of = [&](std::string_view from) {
        std::vector<std::pair<std::size_t, std::size_t>> words;
        for (std::size_t i = 0; i < from.size();) {
            if (!is_letter(from[i])) {
                ++i;
                continue;
            }
            const std::size_t begin = i;
            while (i < from.size() && is_letter(from[i])) ++i;
            words.emplace_back(begin, i);
        }
        return words;
    };
    std::vector<std::pair<std::size_t, std::size_t>> matches;
    std::vector<std::string> wanted;
    for (const auto& [begin, end] : words_of(searched)) {
        std::string word = core::utf8::folded(searched.substr(begin, end - begin));
        if (core::utf8::length(word) >= shortest_match) wanted.push_back(std::move(word));
    }
    if (wanted.empty()) return matches;
    for (const auto& [begin, end] : words_of(text)) {
        const std::string word = core::utf8::folded(text.substr(begin, end - begin));
        if (std::any_of(wanted.begin(), wanted.end(),
                        [&](const std::string& start) { return word.starts_with(start); })) {
            matches.emplace_back(begin, end);
        }
    }
    return matches;
}

namespace {

// Keeps a heading at the top also when what stands above it turns out to be higher or lower: a picture came, a guess
// was wrong. False once the person has scrolled.
bool hold_anchor(Scroll& scroll, Measures& measures, float wanted) {
    if (!measures.anchored_at) {
        scroll.velocity = 0;
        scroll.offset = wanted;  // how far one can scroll is known after the next frame
    } else {
        const bool is_moved = scroll.held || scroll.velocity != 0 ||
                              scroll.offset != std::clamp(*measures.anchored_at, 0.0F, scroll.furthest());
        if (is_moved) return false;
        scroll.offset = std::min(wanted, scroll.furthest());
    }
    measures.anchored_at = scroll.offset;
    return true;
}

}  // namespace

float draw_blocks(Frame& frame, const std::shared_ptr<const kb::Article>& article, Point at, float width,
                  const ScrollArea& area, const std::string& highlight) {
    Measures& measures = frame.memory.measures;
    const std::vector<Unit> units = units_of(article->blocks);
    if (measures.article != article || measures.width != width || measures.zoom != frame.zoom() ||
        measures.highlight != highlight || measures.heights.size() != units.size()) {
        measures.article = article;
        measures.width = width;
        measures.zoom = frame.zoom();
        measures.highlight = highlight;
        measures.heights.clear();
        measures.known.assign(units.size(), false);
        // Half a line of letters is a fair guess; it is mended before anybody sees it.
        const float line = frame.px(type::body.size * type::body.line_height);
        const float per_line = std::max(10.0F, width / frame.px(type::body.size * 0.5F));
        for (const Unit& unit : units) {
            measures.heights.push_back(
                line * std::ceil(static_cast<float>(characters_of(*article, unit)) / per_line) +
                frame.px(20));
        }
    }

    Painter painter(frame, *article, highlight);
    const auto measure = [&](std::size_t i) {
        if (measures.known[i]) return;
        measures.heights[i] = painter.unit(units[i], {at.x, 0}, width, false);
        measures.known[i] = true;
    };

    if (!measures.anchor.empty()) {
        float above = 0;
        std::size_t i = 0;
        for (; i < units.size(); ++i) {
            const kb::Block& block = article->blocks[units[i].begin];
            if (block.kind == kb::Block::Kind::heading && block.anchor == measures.anchor) break;
            measure(i);
            above += measures.heights[i];
        }
        const bool is_there = i < units.size();
        const bool is_jump = is_there && !measures.anchored_at;
        const float wanted = std::max(0.0F, at.y - area.top() + above - frame.px(12));
        if (!is_there || !hold_anchor(frame.memory.scrolls[area.id()], measures, wanted)) measures.hold({});
        const float shown = area.rect().y - area.top();
        if (std::round(frame.memory.scrolls[area.id()].offset) != shown) frame.want_another_frame();
        if (is_jump) {
            // Seen from the next frame on: what stood at the place before must not flash up, nor its pictures be wished.
            frame.want_another_frame();
            return at.y + std::accumulate(measures.heights.begin(), measures.heights.end(), 0.0F);
        }
    }

    const float clip_top = frame.clip().y;
    const float clip_bottom = frame.clip().bottom();
    float y = at.y;
    std::size_t budget = slice_characters;
    for (std::size_t i = 0; i < units.size(); ++i) {
        const bool may_be_seen = y < clip_bottom && y + measures.heights[i] >= clip_top;
        if (!measures.known[i] && (may_be_seen || y < clip_bottom || budget > 0)) {
            budget -= std::min(budget, characters_of(*article, units[i]) + 200);
            measure(i);
        }
        if (!measures.known[i]) frame.want_another_frame();
        const bool is_seen = y < clip_bottom && y + measures.heights[i] > clip_top;
        if (is_seen) {
            measures.heights[i] = painter.unit(units[i], {at.x, std::round(y)}, width, true);
        } else {
            painter.next_link += static_cast<int>(links_of(*article, units[i]));
        }
        y += measures.heights[i];
    }
    std::erase_if(frame.memory.pictures, [&](const auto& entry) {
        const PictureSlot& slot = entry.second;
        return slot.state == PictureSlot::State::shown &&
               slot.last_frame + frames_out_of_sight < frame.memory.frame;
    });
    return y;
}

std::string current_anchor(const Frame& frame, const kb::Article& article, std::string_view area, float top) {
    const Measures& measures = frame.memory.measures;
    if (measures.article.get() != &article) return {};
    const auto scroll = frame.memory.scrolls.find(area);
    const float seen = (scroll == frame.memory.scrolls.end() ? 0 : scroll->second.offset) + frame.px(90);
    const bool at_end = scroll != frame.memory.scrolls.end() && scroll->second.furthest() > 1 &&
                        scroll->second.offset >= scroll->second.furthest() - 1;
    const std::vector<Unit> units = units_of(article.blocks);
    std::string anchor;
    float y = top;
    for (std::size_t i = 0; i < units.size() && i < measures.heights.size(); ++i) {
        const kb::Block& block = article.blocks[units[i].begin];
        if (block.kind == kb::Block::Kind::heading && block.level <= 2) {
            if (anchor.empty() || y <= seen || at_end) anchor = block.anchor;
        }
        y += measures.heights[i];
    }
    return anchor;
}

}  // namespace kiosk::ui
