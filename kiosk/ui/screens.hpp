// The screens, one file each. Each shows a state and registers what can be touched; what a touch does stands
// beside it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kiosk/app/app.hpp"
#include "kiosk/ui/frame.hpp"
#include "kiosk/ui/keyboard.hpp"

namespace kiosk::ui {

// The row at the top that is the same everywhere: back, start over, what was sent, language, size and
// colours.
struct Bar {
    Rect page;    // what is left for the screen
    Rect middle;  // free room inside of the bar
};
Bar draw_bar(Frame& frame);

// "Are you still there?", over everything.
void draw_idle_warning(Frame& frame);

// What several screens show.
struct ServiceCard {
    std::string id;
    const catalog::Service* service = nullptr;
    bool with_summary = true;
};
// In a grid; answers the bottom.
float draw_service_cards(Frame& frame, Rect area, const std::vector<ServiceCard>& cards,
                         float least_width_units = 420);
// A big icon, what is the matter, and what to do about it. Answers the bottom.
float draw_empty(Frame& frame, Rect area, std::string_view icon, const std::string& title,
                 const std::string& hint);
// Incidents first, each from another topic: what people come for.
[[nodiscard]] std::vector<const catalog::Service*> popular_services(const Frame& frame, std::size_t most);
[[nodiscard]] const TopicCounts& topic_counts(Frame& frame);
[[nodiscard]] const CategoryTint& tint_of(const Frame& frame, std::string_view topic);
// "Answer · Tills & payments": what stands below a title, told apart by dots.
[[nodiscard]] std::string dotted(const std::vector<std::string>& parts);
// The articles with these ids without their language, in the person's language or the fallback; those that are not
// there are passed over.
[[nodiscard]] std::vector<const ArticleTitle*> articles_named(const Frame& frame,
                                                              const std::vector<std::string>& names);
// One below the other. Answers the bottom.
float draw_article_links(Frame& frame, const std::string& id_prefix,
                         const std::vector<const ArticleTitle*>& articles, Rect area);
// A card around what `content` draws from the top of the rectangle that it gets, answering the bottom. How high that
// is, is known from the frame before by `key`. Answers the card's bottom.
float draw_boxed(Frame& frame, const std::string& key, Rect area, const std::function<float(Rect)>& content);
// Draws the keyboard and answers the page above it.
[[nodiscard]] Rect draw_keyboard(Frame& frame, Rect page, const Keyboard& keyboard);

}  // namespace kiosk::ui

namespace kiosk::home {
void draw(const State& state, ui::Frame& frame, const ui::Bar& bar);
}
namespace kiosk::search {
void draw(const State& state, ui::Frame& frame, const ui::Bar& bar);
}
namespace kiosk::article {
void draw(const State& state, ui::Frame& frame, const ui::Bar& bar);
}
namespace kiosk::problem {
void draw(const State& state, ui::Frame& frame, const ui::Bar& bar);
}
namespace kiosk::services {
void draw(const State& state, ui::Frame& frame, const ui::Bar& bar);
}
namespace kiosk::form {
void draw(const State& state, ui::Frame& frame, const ui::Bar& bar);
}
namespace kiosk::receipt {
void draw(const State& state, ui::Frame& frame, const ui::Bar& bar);
}
namespace kiosk::claim {
void draw(const State& state, ui::Frame& frame, const ui::Bar& bar);
}
namespace kiosk::language {
void draw(const State& state, ui::Frame& frame, const ui::Bar& bar);
}
