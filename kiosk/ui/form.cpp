#include "kiosk/app/form.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "kiosk/ui/calendar.hpp"
#include "kiosk/ui/screens.hpp"
#include "kiosk/ui/text_field.hpp"
#include "kiosk/ui/widgets.hpp"

namespace kiosk::form {

using namespace ui;
using catalog::Field;
using catalog::FieldState;
using catalog::FieldType;

namespace {

const catalog::Answer no_answer;

// What drawing a step or the review needs to know.
struct Sheet {
    const State& state;
    const catalog::Service& service;
    const catalog::Surroundings& world;
    const catalog::FormState& verdict;
    Frame& frame;

    [[nodiscard]] const catalog::Answer& answer(const Field& field) const {
        const auto found = state.answers.find(field.id);
        return found == state.answers.end() ? no_answer : found->second;
    }
    [[nodiscard]] std::string readable(const Field& field) const {
        return catalog::readable(field, answer(field), world, frame.language(), frame.tr("form.yes"),
                                 frame.tr("form.no"));
    }
};

std::string fault_words(const Frame& frame, const Field& field, catalog::Fault fault) {
    const bool is_missing = fault == catalog::Fault::missing;
    if (!is_missing && !field.constraint.message.empty()) return frame.read(field.constraint.message);
    const catalog::Constraint& constraint = field.constraint;
    const auto number = [](const std::optional<std::int64_t>& value) {
        return value ? std::to_string(*value) : std::string{};
    };
    return frame.tr("fault." + std::string(name_of(fault)), {{"at_least", constraint.at_least.value_or("")},
                                                             {"at_most", constraint.at_most.value_or("")},
                                                             {"min_length", number(constraint.min_length)},
                                                             {"max_length", number(constraint.max_length)}});
}

Action answer_with(const Field& field, std::string value) {
    return SetAnswer{field.id, catalog::Answer{std::move(value)}};
}

float draw_offers(const Sheet& sheet, const FieldState& field, Rect area) {
    const catalog::Answer& answer = sheet.answer(*field.field);
    const bool many = field.field->type == FieldType::choices;
    std::vector<Option> options;
    for (const catalog::Offer& offer : field.offers) {
        const bool chosen =
            std::find(answer.values.begin(), answer.values.end(), offer.value) != answer.values.end();
        Action action = answer_with(*field.field, offer.value);
        if (many) {
            std::vector<std::string> values = answer.values;
            if (chosen)
                std::erase(values, offer.value);
            else
                values.push_back(offer.value);
            action = SetAnswer{field.field->id, catalog::Answer::list(std::move(values))};
        } else if (chosen && !field.required) {
            action = SetAnswer{field.field->id, catalog::Answer{}};  // a second touch takes it back
        }
        options.push_back({.id = "form.choice." + field.field->id + "." + offer.value,
                           .label = sheet.frame.read(offer.label),
                           .icon = offer.icon,
                           .selected = chosen,
                           .many = many,
                           .deeds = {std::move(action)}});
    }
    return draw_options(sheet.frame, area, options, field.field->type == FieldType::place ? 260 : 320);
}

float draw_yes_no(const Sheet& sheet, const FieldState& field, Rect area) {
    const std::string_view answer = sheet.answer(*field.field).one();
    const auto option = [&](std::string value, std::string_view words, std::string icon) {
        return Option{.id = "form.choice." + field.field->id + "." + value,
                      .label = sheet.frame.tr(words),
                      .icon = std::move(icon),
                      .selected = answer == value,
                      .deeds = {answer_with(*field.field, value)}};
    };
    area.width = std::min(area.width, sheet.frame.px(660));
    return draw_options(sheet.frame, area,
                        {option("true", "form.yes", "check"), option("false", "form.no", "close")}, 180);
}

float draw_rating(const Sheet& sheet, const FieldState& field, Rect area) {
    Frame& frame = sheet.frame;
    const std::string_view answer = sheet.answer(*field.field).one();
    const int most = 5;
    const float gap = frame.px(12);
    const float side =
        std::max(frame.target(0), std::min(frame.px(96), std::floor((area.width - gap * (most - 1)) / most)));
    int chosen = 0;
    std::from_chars(answer.data(), answer.data() + answer.size(), chosen);
    float x = area.x;
    for (int value = 1; value <= most; ++value) {
        const std::string id = "form.choice." + field.field->id + "." + std::to_string(value);
        const Rect rect = Rect{x, area.y, side, side}.snapped();
        const bool lit = value <= chosen;
        frame.fill(rect,
                   lit ? frame.theme.tint : frame.theme.surface.mixed(frame.theme.tint, frame.press_of(id)),
                   frame.px(unit::radius_row));
        frame.border(rect, lit ? frame.theme.primary : frame.theme.control, frame.px(unit::stroke),
                     frame.px(unit::radius_row));
        frame.icon_in(lit ? "star" : "star_border", rect, side * 0.55F,
                      lit ? frame.theme.primary : frame.theme.ink_2);
        frame.focus_ring(id, rect, frame.px(unit::radius_row));
        frame.item({.id = id,
                    .role = Role::option,
                    .label = frame.count("form.stars", value),
                    .value = value == chosen ? "true" : "false",
                    .rect = rect,
                    .selected = value == chosen,
                    .deeds = {answer_with(*field.field, std::to_string(value))}});
        x += side + gap;
    }
    return area.y + side;
}

float draw_date(const Sheet& sheet, const FieldState& field, Rect area) {
    const core::Date today = sheet.world.today;
    const auto after = catalog::read_date(field.field->constraint.after, today);
    const auto before = catalog::read_date(field.field->constraint.before, today);
    core::Date begin = today;
    if (after && *after > begin) begin = core::Date{std::chrono::sys_days{*after} + std::chrono::days{1}};
    return ui::draw(sheet.frame, area,
                    Calendar{.field = field.field->id,
                             .chosen = std::string(sheet.answer(*field.field).one()),
                             .begin = begin.year() / begin.month(),
                             .today = today,
                             .is_allowed = [=](core::Date date) {
                                 return (!after || date > *after) && (!before || date < *before);
                             }});
}

TextField text_field(const Sheet& sheet, const FieldState& field, bool faulty) {
    const Field& of = *field.field;
    const bool active = sheet.state.focused == of.id;
    TextField made{.id = "form.field." + of.id,
                   .label = sheet.frame.read(of.label),
                   .text = std::string(sheet.answer(of).one()),
                   .caret = sheet.state.caret,
                   .active = active,
                   .faulty = faulty,
                   .many_lines = of.type == FieldType::long_text};
    if (!active) made.deeds.emplace_back(Action{FocusField{of.id}});
    return made;
}

// One more or one less, within what is allowed. Nothing where it cannot go on.
std::optional<std::string> stepped(const Sheet& sheet, const Field& field, int by) {
    const auto whole = [](std::string_view text) -> std::optional<long long> {
        long long value = 0;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
        return read.ec == std::errc{} ? std::optional(value) : std::nullopt;
    };
    const auto least = field.constraint.at_least ? whole(*field.constraint.at_least) : std::nullopt;
    const auto most = field.constraint.at_most ? whole(*field.constraint.at_most) : std::nullopt;
    const auto now = whole(sheet.answer(field).one());
    long long next = now ? *now + by : by > 0 ? least.value_or(1) : most.value_or(0);
    if (least && next < *least) {
        if (now && *now <= *least) return std::nullopt;
        next = *least;
    }
    if (most && next > *most) {
        if (now && *now >= *most) return std::nullopt;
        next = *most;
    }
    if (!least && next < 0) return std::nullopt;  // how many of something
    return std::to_string(next);
}

float draw_number(const Sheet& sheet, const FieldState& field, Rect area, bool faulty) {
    Frame& frame = sheet.frame;
    const float height = frame.target(unit::field_height);
    const float gap = frame.px(14);
    const auto stepper = [&](std::string_view name, std::string_view words, std::string_view icon, int by,
                             float x) {
        const auto value = stepped(sheet, *field.field, by);
        ui::draw(frame, {x, area.y, height, height},
                 Button{.id = "form." + std::string(name) + "." + field.field->id,
                        .label = frame.tr(words),
                        .icon = icon,
                        .deeds = value ? std::vector<Deed>{answer_with(*field.field, *value)}
                                       : std::vector<Deed>{},
                        .icon_only = true,
                        .enabled = value.has_value()});
    };
    stepper("less", "form.less", "remove", -1, area.x);
    const float width = std::min(frame.px(280), area.width - 2 * height - 2 * gap);
    ui::draw(frame, {area.x + height + gap, area.y, width, height}, text_field(sheet, field, faulty));
    stepper("more", "form.more", "add", 1, area.x + height + width + 2 * gap);
    return area.y + height;
}

float draw_input(const Sheet& sheet, const FieldState& field, Rect area, bool faulty) {
    switch (field.field->type) {
        case FieldType::choice:
        case FieldType::choices:
        case FieldType::site:
        case FieldType::place:
            return draw_offers(sheet, field, area);
        case FieldType::yes_no:
            return draw_yes_no(sheet, field, area);
        case FieldType::rating:
            return draw_rating(sheet, field, area);
        case FieldType::date:
            return draw_date(sheet, field, area);
        case FieldType::number:
            return draw_number(sheet, field, area, faulty);
        case FieldType::note:
            return area.y;
        case FieldType::text:
        case FieldType::long_text:
        case FieldType::money:
        case FieldType::time:
        case FieldType::person:
        case FieldType::asset:
        case FieldType::email:
        case FieldType::phone:
            break;
    }
    const TextField made = text_field(sheet, field, faulty);
    const bool is_short = field.field->type == FieldType::money || field.field->type == FieldType::time;
    const float width = std::min(area.width, sheet.frame.px(is_short ? 360 : 900));
    const float height = height_of(sheet.frame, made, width);
    ui::draw(sheet.frame, {area.x, area.y, width, height}, made);
    return area.y + height;
}

float draw_field(const Sheet& sheet, const FieldState& field, Rect area) {
    Frame& frame = sheet.frame;
    const Theme& theme = frame.theme;
    const Field& of = *field.field;
    const std::string label = frame.read(of.label);
    const std::string hint = frame.read(of.hint);
    if (of.type == FieldType::note) {
        return ui::draw(frame, area.origin(), area.width,
                        Banner{.tone = Tone::note,
                               .icon = of.icon.empty() ? "info" : std::string_view(of.icon),
                               .title = label,
                               .text = hint});
    }
    const bool faulty = sheet.state.show_faults && field.fault.has_value();
    float y = area.y;
    const std::string optional = frame.tr("form.optional");
    const Say optional_say{.text = optional, .type = type::caption, .colour = theme.ink_3};
    const float optional_width = field.required ? 0 : frame.measure(optional_say).width + frame.px(20);
    const Say label_say{
        .text = label, .type = type::h3, .colour = theme.ink, .width = area.width - optional_width};
    const float label_height = frame.draw({area.x, y}, label_say);
    if (!field.required) {
        frame.draw({area.right() - optional_width + frame.px(20), y + frame.px(4)}, optional_say);
    }
    y += label_height;
    if (!hint.empty())
        y += frame.px(2) +
             frame.draw({area.x, y + frame.px(2)},
                        {.text = hint, .type = type::caption, .colour = theme.ink_2, .width = area.width});
    y += frame.px(16);
    y = draw_input(sheet, field, {area.x, y, area.width, 0}, faulty);
    if (faulty) {
        const std::string words = fault_words(frame, of, *field.fault);
        const float bottom =
            draw_remark(frame, {area.x, y + frame.px(12)}, area.width, "error", words, theme.danger);
        tell(frame, "form.fault." + of.id, label, words,
             {area.x, y + frame.px(12), area.width, bottom - y - frame.px(12)});
        y = bottom;
    }
    return y;
}

// What should be seen now: the field that is typed into, or the first fault. Told once for each change.
void reveal(const Sheet& sheet, const std::string& field, const std::string& first_item, float height) {
    if (field.empty() || first_item.empty()) return;
    const std::string why = sheet.state.request_id + "/" + std::to_string(sheet.state.step) + "/" + field +
                            (sheet.state.focused.empty() ? "/fault" : "/focus");
    if (sheet.frame.memory.revealed_for == why) return;
    sheet.frame.memory.revealed_for = why;
    sheet.frame.memory.reveal = first_item;
    sheet.frame.memory.reveal_height = height;
}

float draw_step(const Sheet& sheet, Rect area) {
    Frame& frame = sheet.frame;
    float y = area.y;
    std::string wanted = sheet.state.focused;
    bool first = true;
    bool revealed = false;
    for (const Field& field : sheet.service.form.steps[sheet.state.step].fields) {
        const FieldState& field_state = sheet.verdict.of(field.id);
        if (!field_state.shown) continue;
        if (!first) y += frame.px(40);
        first = false;
        const std::size_t before = frame.registry.items().size();
        const float top = y;
        y = draw_field(sheet, field_state, {area.x, y, area.width, 0});
        if (wanted.empty() && sheet.state.show_faults && field_state.fault) wanted = field.id;
        if (wanted == field.id && frame.registry.items().size() > before) {
            reveal(sheet, wanted, frame.registry.items()[before].id, y - top);
            revealed = true;
        }
    }
    if (!revealed) frame.memory.revealed_for.clear();
    return y;
}

// All answers with a way back to each step, and what is promised.
float draw_review(const Sheet& sheet, Rect area) {
    Frame& frame = sheet.frame;
    const Theme& theme = frame.theme;
    float y = area.y;
    y += frame.draw(
        {area.x, y},
        {.text = frame.tr("review.title"), .type = type::h2, .colour = theme.ink, .width = area.width});
    y += frame.px(18);
    if (sheet.state.failed) {
        const std::string_view key =
            *sheet.state.failed == core::ErrorKind::full ? "form.failed_full" : "form.failed";
        y = ui::draw(frame, {area.x, y}, area.width,
                     Banner{.tone = Tone::danger, .icon = "error", .text = frame.tr(key)}) +
            frame.px(18);
    }
    if (!sheet.service.expected.empty()) {
        y = ui::draw(frame, {area.x, y}, area.width,
                     Banner{.tone = Tone::ok, .icon = "bolt", .text = frame.read(sheet.service.expected)});
        y += frame.px(26);
    }
    for (const std::size_t step : shown_steps(sheet.service.form, sheet.verdict)) {
        const Button edit{.id = "review.edit." + std::to_string(step),
                          .label = frame.tr("review.edit"),
                          .icon = "edit",
                          .look = Look::tonal,
                          .deeds = {Action{GoToStep{step}}},
                          .height = 64};
        const Size edit_size = size_of(frame, edit);
        const std::string title = frame.read(sheet.service.form.steps[step].title);
        const Say heading{.text = title,
                          .type = type::h3,
                          .colour = theme.ink,
                          .width = area.width - edit_size.width - frame.px(20)};
        const float head = std::max(edit_size.height, frame.measure(heading).height);
        frame.draw_in({area.x, y, heading.width, head}, heading);
        ui::draw(frame,
                 {area.right() - edit_size.width, std::round(y + (head - edit_size.height) / 2),
                  edit_size.width, edit_size.height},
                 edit);
        y += head + frame.px(10);
        for (const Field& field : sheet.service.form.steps[step].fields) {
            const FieldState& field_state = sheet.verdict.of(field.id);
            if (!field_state.shown || field.type == FieldType::note) continue;
            const bool blank = sheet.answer(field).blank();
            if (blank && !field_state.fault) continue;
            const std::string label = frame.read(field.label);
            const std::string text = blank ? frame.tr("review.missing") : sheet.readable(field);
            const bool in_two = area.width >= frame.px(860);
            const float half = std::floor(area.width * 0.44F);
            const Say label_say{.text = label,
                                .type = type::label,
                                .colour = theme.ink_2,
                                .width = in_two ? half - frame.px(24) : area.width};
            const Say text_say{.text = text,
                               .type = type::strong,
                               .colour = field_state.fault ? theme.danger : theme.ink,
                               .width = in_two ? area.width - half : area.width};
            frame.fill({area.x, y, area.width, std::max(1.0F, frame.px(1.5F))}, theme.line);
            y += frame.px(14);
            const float label_height = frame.draw({area.x, y}, label_say);
            if (in_two) {
                y += std::max(label_height, frame.draw({area.x + half, y}, text_say));
            } else {
                y += label_height;
                y += frame.draw({area.x, y}, text_say);
            }
            y += frame.px(14);
        }
        y += frame.px(22);
    }
    return y - frame.px(22);
}

struct StepMark {
    std::size_t step;
    std::string title;
};

std::vector<StepMark> marks_of(const Sheet& sheet) {
    std::vector<StepMark> marks;
    for (const std::size_t step : shown_steps(sheet.service.form, sheet.verdict)) {
        marks.push_back({step, sheet.frame.read(sheet.service.form.steps[step].title)});
    }
    marks.push_back({sheet.service.form.steps.size(), sheet.frame.tr("form.check_and_send")});
    return marks;
}

// How far one has come. Steps seen already can be touched.
float draw_steps(const Sheet& sheet, Rect area) {
    Frame& frame = sheet.frame;
    const Theme& theme = frame.theme;
    const auto marks = marks_of(sheet);
    const float gap = frame.px(14);
    const Grid grid(area, static_cast<int>(marks.size()), gap);
    const bool with_words = grid.width() >= frame.px(190);
    const float bar = std::max(4.0F, frame.px(10));
    const std::size_t now = std::min(sheet.state.step, sheet.service.form.steps.size());
    std::size_t number = 0;
    std::size_t current = 0;
    float bottom = area.y + bar;
    for (const StepMark& mark : marks) {
        const std::size_t index = number++;
        const bool done = mark.step < now;
        const bool here = mark.step == now;
        if (here) current = index;
        const float x = grid.x(index);
        frame.fill({x, area.y, grid.width(), bar}, theme.line, bar / 2);
        if (done || here)
            frame.fill({x, area.y, here ? std::round(grid.width() / 2) : grid.width(), bar}, theme.primary,
                       bar / 2);
        if (!with_words) continue;
        const float icon = frame.px(28);
        const float y = area.y + bar + frame.px(14);
        const float text_x = x + icon + frame.px(10);
        const Say say{.text = mark.title,
                      .type = {22, here ? 700 : 500, 1.35F},
                      .colour = here   ? theme.ink
                                : done ? theme.ink_2
                                       : theme.ink_3,
                      .width = grid.width() - icon - frame.px(10),
                      .lines = 2,
                      .may_be_cut = true};
        const float height = std::max(icon, frame.measure(say).height);
        if (done) {
            frame.icon("check_circle", {x, y + frame.px(1), icon, icon}, theme.primary);
        } else {
            frame.draw({x, y},
                       {.text = core::format_number(frame.language(), static_cast<std::int64_t>(index + 1)),
                        .type = say.type,
                        .colour = say.colour,
                        .width = icon,
                        .lines = 1,
                        .flow = Flow::centre});
        }
        frame.draw({text_x, y}, say);
        bottom = std::max(bottom, y + height);
        if (done || (sheet.state.reviewed && !here)) {
            const std::string id = "form.step." + std::to_string(mark.step);
            const Rect rect{x, area.y - frame.px(6), grid.width(),
                            std::max(frame.target(64), y + height - area.y + frame.px(10))};
            frame.focus_ring(id, rect, frame.px(unit::radius_row));
            frame.item({.id = id,
                        .role = Role::button,
                        .label = mark.title,
                        .rect = rect,
                        .deeds = {Action{GoToStep{mark.step}}}});
        }
    }
    if (!with_words) {
        const std::string where = frame.tr(
            "form.step_of",
            {{"step", core::format_number(frame.language(), static_cast<std::int64_t>(current + 1))},
             {"steps", core::format_number(frame.language(), static_cast<std::int64_t>(marks.size()))},
             {"title", marks[current].title}});
        const float y = area.y + bar + frame.px(10);
        bottom = y + frame.draw(
                         {area.x, y},
                         {.text = where, .type = {22, 600, 1.35F}, .colour = theme.ink, .width = area.width});
    }
    return bottom;
}

// Wide screens show beside the questions what was answered so far.
void draw_so_far(const Sheet& sheet, Rect rect) {
    Frame& frame = sheet.frame;
    const Theme& theme = frame.theme;
    card(frame, rect, Elevation::low);
    const float padding = frame.px(32);
    ScrollArea scroll(frame, "form.side", rect.inset(frame.px(3)), theme.surface, frame.px(24));
    const Rect column{rect.x + padding, scroll.top() + frame.px(26), rect.width - 2 * padding, 0};
    float y = column.y;
    y +=
        frame.draw(
            {column.x, y},
            {.text = frame.tr("form.so_far"), .type = type::h3, .colour = theme.ink, .width = column.width}) +
        frame.px(16);
    bool any = false;
    for (const FieldState& field : sheet.verdict.fields) {
        if (!field.shown || field.field->type == FieldType::note || sheet.answer(*field.field).blank())
            continue;
        any = true;
        y += frame.draw({column.x, y}, {.text = frame.read(field.field->label),
                                        .type = type::caption,
                                        .colour = theme.ink_2,
                                        .width = column.width});
        y += frame.draw({column.x, y}, {.text = sheet.readable(*field.field),
                                        .type = type::label,
                                        .colour = theme.ink,
                                        .width = column.width,
                                        .lines = 3,
                                        .may_be_cut = true});
        y += frame.px(12);
        frame.fill({column.x, y, column.width, std::max(1.0F, frame.px(1.5F))}, theme.line);
        y += frame.px(14);
    }
    if (!any)
        y += frame.draw({column.x, y}, {.text = frame.tr("form.nothing_yet"),
                                        .type = type::label,
                                        .colour = theme.ink_3,
                                        .width = column.width}) +
             frame.px(20);
    if (!sheet.service.expected.empty()) {
        const Banner promise{.tone = Tone::ok, .icon = "bolt", .text = frame.read(sheet.service.expected)};
        y = ui::draw(frame, {column.x - frame.px(10), y + frame.px(10)}, column.width + frame.px(20),
                     promise);
    }
    scroll.end(y + frame.px(26));
}

Keyboard keyboard_for(const Frame& frame, const Field& field) {
    Keyboard keyboard{.enter = frame.tr("keyboard.next"),
                      .enter_icon = "check",
                      .enter_deeds = {Action{TypeText{"\n"}}},
                      .hide_deeds = {Action{FocusField{}}}};
    switch (field.type) {
        case FieldType::number:
        case FieldType::money:
            keyboard.kind = Keyboard::Kind::numbers;
            break;
        case FieldType::phone:
            keyboard.kind = Keyboard::Kind::numbers;
            keyboard.extra = "+";
            break;
        case FieldType::time:
            keyboard.kind = Keyboard::Kind::numbers;
            keyboard.extra = ":";
            break;
        case FieldType::asset:
            keyboard.kind = Keyboard::Kind::code;
            break;
        case FieldType::email:
            keyboard.extra = "@";
            break;
        case FieldType::long_text:
            keyboard.enter = frame.tr("keyboard.new_line");
            keyboard.enter_icon = "keyboard_return";
            break;
        default:
            break;
    }
    return keyboard;
}

// Back, and on. Answers the page above.
Rect draw_foot(const Sheet& sheet, Rect page, bool low) {
    Frame& frame = sheet.frame;
    const Theme& theme = frame.theme;
    const float margin = frame.margin();
    const float above = frame.px(low || frame.is_short() ? 10 : 24);
    const float button_units = low ? 68 : unit::button;
    const float button = frame.target(button_units);
    const Rect foot = Rect{0, page.bottom() - button - 2 * above, page.width, button + 2 * above}.snapped();
    frame.fill(foot, theme.surface);
    frame.fill({0, foot.y, foot.width, std::max(1.0F, frame.px(theme.outline ? 3 : 1.5F))}, theme.line);

    const bool review = is_review(sheet.state, sheet.service.form);
    Button back{.id = "form.back",
                .label = frame.tr("bar.back"),
                .icon = "arrow_back",
                .deeds = {Action{Back{}}},
                .enabled = !sheet.state.sending,
                .height = button_units};
    const Button next{.id = "form.next",
                      .label = frame.tr("form.next"),
                      .look = Look::primary,
                      .deeds = {Action{NextStep{}}},
                      .onward = true,
                      .height = button_units};
    const Button send{.id = "review.send",
                      .label = frame.tr(sheet.state.sending ? "review.sending" : "review.send"),
                      .icon = "send",
                      .look = Look::primary,
                      .deeds = {Action{Send{}}},
                      .enabled = !sheet.state.sending,
                      .height = button_units};
    const Button& on = review ? send : next;
    const float room = page.width - 2 * margin;
    float on_width = std::max(size_of(frame, on).width, std::min(frame.px(360), room * 0.45F));
    if (size_of(frame, back).width + on_width + frame.px(16) > room) back.icon_only = true;
    const float back_width = size_of(frame, back).width;
    on_width = std::min(on_width, room - back_width - frame.px(16));
    const float y = foot.y + above;
    ui::draw(frame, {margin, y, back_width, button}, back);
    ui::draw(frame, {page.width - margin - on_width, y, on_width, button}, on);

    const float x = margin + back_width + frame.px(28);
    const float left = page.width - margin - on_width - frame.px(28) - x;
    if (left > frame.px(420) && !low) {
        const std::string words = frame.tr(review ? "review.kept" : "form.private");
        const float icon = frame.px(28);
        frame.icon(review ? "save" : "lock", {x, std::round(foot.centre().y - icon / 2), icon, icon},
                   theme.ink_2);
        frame.draw_in(
            {x + icon + frame.px(14), foot.y, left - icon - frame.px(14), foot.height},
            {.text = words, .type = type::caption, .colour = theme.ink_2, .lines = 2, .may_be_cut = true});
    }
    return {page.x, page.y, page.width, foot.y - page.y};
}

}  // namespace

void draw(const State& state, Frame& frame, const Bar& bar) {
    const Theme& theme = frame.theme;
    const catalog::Service* service = service_of(state, *frame.state.content);
    const float margin = frame.margin();
    if (!service) {
        draw_empty(frame, {margin, bar.page.y + frame.px(40), bar.page.width - 2 * margin, 0}, "help_outline",
                   frame.tr("form.gone"), frame.tr("form.gone_hint"));
        return;
    }
    const catalog::Surroundings world = surroundings(frame.state);
    const catalog::FormState judged = verdict(state, *service, world);
    const Sheet sheet{state, *service, world, judged, frame};
    const bool review = is_review(state, service->form);

    Rect page = bar.page;
    const Field* typed = state.focused.empty() || review ? nullptr : service->form.find(state.focused);
    if (typed) page = draw_keyboard(frame, page, keyboard_for(frame, *typed));
    // Where typing leaves no room for both, the question stays and the buttons wait until the keyboard is
    // away.
    const bool has_foot = !typed || page.height >= frame.px(68 + 20) + std::max(frame.px(180), 150.0F);
    if (has_foot) page = draw_foot(sheet, page, typed != nullptr);

    // With the keyboard up, the question needs the room more than the title does.
    const bool low = page.height < frame.px(560);
    const std::string title = frame.read(service->title);
    float y = page.y;
    const float width = page.width - 2 * margin;
    if (!low) {
        y += frame.draw({margin, y}, {.text = title,
                                      .type = frame.is_narrow() ? type::h2 : type::h1,
                                      .colour = theme.ink,
                                      .width = width,
                                      .lines = 2,
                                      .may_be_cut = true});
        y += frame.px(14);
        y = draw_steps(sheet, {margin, y, width, 0}) + frame.px(26);
    }

    const bool side = frame.is_wide() && !review;  // the review shows the same, and more
    const float side_width = side ? frame.px(430) : 0;
    const float between = side ? frame.px(32) : 0;
    const Rect card_rect = Rect{margin, y, width - side_width - between,
                                std::max(frame.px(40), page.bottom() - y - frame.px(low ? 10 : 24))}
                               .snapped();
    card(frame, card_rect, Elevation::high, 0, 28);
    if (side)
        draw_so_far(sheet, Rect{card_rect.right() + between, y, side_width, card_rect.height}.snapped());

    ScrollArea scroll(frame, "form." + state.request_id + "." + std::to_string(state.step),
                      card_rect.inset(frame.px(3)), theme.surface, frame.px(26));
    const float padding = frame.px(frame.is_narrow() ? 26 : 52);
    const Rect column{card_rect.x + padding, scroll.top() + frame.px(low ? 18 : 40),
                      card_rect.width - 2 * padding, 0};
    const float bottom = review ? draw_review(sheet, column) : draw_step(sheet, column);
    scroll.end(bottom + frame.px(low ? 24 : 44));
}

}  // namespace kiosk::form
