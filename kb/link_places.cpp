#include "kb/link_places.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/utf8.hpp"

namespace kb {
namespace {

constexpr std::size_t longest_target = 2000;
constexpr std::size_t longest_tag = 4000;
constexpr std::size_t longest_code_span = 1000;  // looking no further also bounds the work
constexpr std::array<std::string_view, 6> picture_endings{".png", ".jpg", ".jpeg", ".webp", ".svg", ".gif"};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    std::vector<LinkPlace> run() {
        while (at_ < text_.size()) {
            if (std::exchange(at_line_start_, false) && (skip_fence() || take_definition())) continue;
            const std::string_view rest = text_.substr(at_);
            if (rest[0] == '\n') {
                end_line();
            } else if (rest[0] == '\\') {
                at_ += at_ + 1 < text_.size() && text_[at_ + 1] != '\n' ? 2 : 1;
            } else if (rest[0] == '`') {
                skip_code_span();
            } else if (rest.starts_with("<!--")) {
                move_to(std::min(text_.find("-->", at_), text_.size()));
            } else if (rest[0] == '<' && rest.size() > 1 && is_letter(rest[1])) {
                take_tag();
            } else if (rest.starts_with("[[") && take_wiki_link()) {
                continue;
            } else if (rest[0] == '[') {
                brackets_.push_back(at_ > 0 && text_[at_ - 1] == '!');
                ++at_;
            } else if (rest[0] == ']') {
                close_bracket();
            } else {
                ++at_;
            }
        }
        return std::move(places_);
    }

private:
    void end_line() {
        ++line_;
        ++at_;
        at_line_start_ = true;
        const std::size_t next = text_.find_first_not_of(" \t\r>", at_);
        if (next != std::string_view::npos && text_[next] == '\n') brackets_.clear();  // a link ends with its paragraph
    }

    void move_to(std::size_t to) {
        line_ += static_cast<int>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_), text_.begin() + static_cast<std::ptrdiff_t>(to), '\n'));
        at_line_start_ = to > at_ && text_[to - 1] == '\n';
        at_ = to;
    }

    [[nodiscard]] std::string_view line_at(std::size_t at) const { return text_.substr(at, std::min(text_.find('\n', at), text_.size()) - at); }

    // What a target may take of the line: looking no further bounds the work.
    [[nodiscard]] std::string_view target_at(std::size_t at) const {
        const std::string_view window = text_.substr(at, longest_target + 2);
        return window.substr(0, window.find('\n'));
    }

    // Code stands in quotes and lists as well.
    [[nodiscard]] static std::string_view fence_of(std::string_view line) {
        line.remove_prefix(std::min(line.find_first_not_of(" \t>"), line.size()));
        if (line.empty() || (line[0] != '`' && line[0] != '~')) return {};
        const std::string_view fence = line.substr(0, line.find_first_not_of(line[0]));
        return fence.size() >= 3 ? fence : std::string_view{};
    }

    bool skip_fence() {
        const std::string_view first = line_at(at_);
        const std::string_view open = fence_of(first);
        // `a` ``` b ``` in one line is a span.
        if (open.empty() || (open[0] == '`' && first.substr(first.find(open) + open.size()).find('`') != std::string_view::npos)) return false;
        std::size_t line = at_;
        do {
            line = std::min(text_.find('\n', line), text_.size() - 1) + 1;
            if (line >= text_.size()) break;
            const std::string_view close = fence_of(line_at(line));
            if (close.size() >= open.size() && close[0] == open[0]) break;
        } while (true);
        move_to(line >= text_.size() ? text_.size() : std::min(text_.find('\n', line), text_.size()));
        return true;
    }

    void skip_code_span() {
        const std::size_t after = std::min(text_.find_first_not_of('`', at_), text_.size());
        const std::string_view ticks = text_.substr(at_, after - at_);
        std::string_view window = text_.substr(after, longest_code_span);
        window = window.substr(0, window.find("\n\n"));
        for (std::size_t close = window.find(ticks); close != std::string_view::npos; close = window.find(ticks, close)) {
            const std::size_t end = std::min(window.find_first_not_of('`', close), window.size());
            if (end - close == ticks.size()) {
                move_to(after + end);
                return;
            }
            close = end;
        }
        move_to(after);
    }

    // "[label]: target"
    bool take_definition() {
        const std::string_view line = line_at(at_);
        const std::size_t open = std::min(line.find_first_not_of(" \t>"), line.size());
        if (open >= line.size() || line[open] != '[' || line.substr(open).starts_with("[^")) return false;
        const std::size_t close = line.find(']', open);
        if (close == std::string_view::npos || !line.substr(close).starts_with("]:")) return false;
        const std::size_t target = line.find_first_not_of(" \t", close + 2);
        if (target == std::string_view::npos) return false;
        at_ += target;
        const std::size_t place = places_.size();
        take_target(false, " \t\r");
        if (place < places_.size() && names_picture(text_.substr(places_[place].begin, places_[place].end - places_[place].begin))) {
            places_[place].kind = LinkPlace::Kind::picture;
        }
        return true;
    }

    void close_bracket() {
        const bool is_picture = !brackets_.empty() && brackets_.back();
        const bool is_open = !brackets_.empty();
        if (is_open) brackets_.pop_back();
        ++at_;
        if (!is_open || at_ >= text_.size() || text_[at_] != '(') return;
        ++at_;
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
        take_target(is_picture, " \t\r)");
    }

    void take_target(bool is_picture, std::string_view ends) {
        LinkPlace place;
        place.kind = is_picture ? LinkPlace::Kind::picture : LinkPlace::Kind::link;
        place.line = line_;
        const std::string_view line = target_at(at_);
        if (line.starts_with('<')) {
            const std::size_t close = line.find('>');
            if (close == std::string_view::npos) return;
            place.in_angles = true;
            place.begin = at_ + 1;
            place.end = at_ + close;
            at_ += close + 1;
        } else {
            std::size_t size = 0;
            int open = 0;
            for (; size < line.size() && size <= longest_target; ++size) {
                const char c = line[size];
                if (c == '(') ++open;
                if (c == ')' && open-- > 0) continue;
                if (ends.find(c) != std::string_view::npos) break;
            }
            place.begin = at_;
            place.end = at_ + size;
            at_ += size;
        }
        if (place.end > place.begin && place.end - place.begin <= longest_target) places_.push_back(place);
    }

    // <a href="…"> and <img src='…'>
    void take_tag() {
        const std::size_t length = text_.substr(at_, longest_tag).find('>');
        if (length == std::string_view::npos) {
            ++at_;
            return;
        }
        const std::size_t stop = at_ + length;
        for (std::size_t at = at_; at < stop;) {
            at = text_.find('=', at);
            if (at == std::string_view::npos || at >= stop) break;
            const std::string_view before = text_.substr(at_, at - at_);
            const bool is_link = before.ends_with("href") && before.size() > 4 && is_blank(before[before.size() - 5]);
            const bool is_picture = before.ends_with("src") && before.size() > 3 && is_blank(before[before.size() - 4]);
            ++at;
            if (at >= stop || (text_[at] != '"' && text_[at] != '\'')) continue;
            const std::size_t close = text_.find(text_[at], at + 1);
            if (close == std::string_view::npos || close > at + longest_target) break;
            if ((is_link || is_picture) && close > at + 1) {
                const int line = line_ + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
                places_.push_back({is_picture ? LinkPlace::Kind::picture : LinkPlace::Kind::link, at + 1, close, line, false});
            }
            at = close + 1;
        }
        move_to(stop + 1);
    }

    bool take_wiki_link() {
        const std::string_view line = target_at(at_);
        const std::size_t close = line.find("]]");
        if (close == std::string_view::npos || close == 2 || line.substr(2, close - 2).find('[') != std::string_view::npos) return false;
        places_.push_back({LinkPlace::Kind::wiki, at_ + 2, at_ + close, line_, false});
        at_ += close + 2;
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int line_ = 1;
    bool at_line_start_ = true;
    std::vector<bool> brackets_;  // open ones; true where a picture's
    std::vector<LinkPlace> places_;
};

}  // namespace

bool names_picture(std::string_view target) {
    const std::string path = core::utf8::folded(target.substr(0, target.find_first_of("?#")));
    return std::any_of(picture_endings.begin(), picture_endings.end(), [&](std::string_view ending) { return path.ends_with(ending); });
}

std::vector<LinkPlace> link_places(std::string_view markdown) { return Scanner(markdown).run(); }

}  // namespace kb
