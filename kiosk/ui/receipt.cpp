#include <algorithm>
#include <cmath>

#include "kiosk/ui/qr.hpp"
#include "kiosk/ui/screens.hpp"
#include "kiosk/ui/widgets.hpp"

namespace kiosk::receipt {

using namespace ui;

namespace {

struct Truth {
    Banner banner;
    std::string value;
};

// "Sent" stands here only if the desk has signed for it.
Truth truth_of(const State& state, const Frame& frame) {
    const SyncState& sync = frame.state.sync;
    if (state.sent) {
        const std::string text = state.ticket.empty()
                                     ? frame.tr("receipt.sent")
                                     : frame.tr("receipt.sent_ticket", {{"ticket", state.ticket}});
        return {{.tone = Tone::ok, .icon = "cloud_done", .text = text}, "sent"};
    }
    if (sync.enrolled && sync.online)
        return {{.tone = Tone::note, .icon = "cloud_upload", .text = frame.tr("receipt.sending")}, "sending"};
    return {{.tone = Tone::warning, .icon = "save", .text = frame.tr("receipt.kept")}, "kept"};
}

float draw_next(Frame& frame, const State& state, Point at, float width) {
    const Theme& theme = frame.theme;
    float y = at.y;
    y += frame.draw(
             {at.x, y},
             {.text = frame.tr("receipt.next"), .type = type::h3, .colour = theme.ink, .width = width}) +
         frame.px(14);
    std::vector<std::string> steps{frame.tr("receipt.next_code")};
    const catalog::Service* service = frame.state.content->catalog.service(state.service);
    if (service && !service->expected.empty()) steps.push_back(frame.read(service->expected));
    steps.push_back(frame.tr("receipt.next_look"));
    const float radius = frame.px(22);
    int number = 0;
    for (const std::string& step : steps) {
        const float line = std::round(frame.px(type::body.size) * type::body.line_height);
        frame.circle({at.x + radius, y + line / 2}, radius, theme.tint);
        frame.draw_in({at.x, std::round(y + line / 2 - radius), 2 * radius, 2 * radius},
                      {.text = core::format_number(frame.language(), ++number),
                       .type = {22, 600, 1.3F},
                       .colour = theme.on_tint,
                       .lines = 1,
                       .flow = Flow::centre});
        y += std::max(2 * radius, frame.draw({at.x + frame.px(62), y}, {.text = step,
                                                                        .type = type::body,
                                                                        .colour = theme.ink,
                                                                        .width = width - frame.px(62)})) +
             frame.px(10);
    }
    return y;
}

}  // namespace

void draw(const State& state, Frame& frame, const Bar& bar) {
    const Theme& theme = frame.theme;
    const float margin = frame.margin();
    const float width = std::min(bar.page.width - 2 * margin, frame.px(1320));
    const float padding = frame.px(frame.is_narrow() ? 26 : 56);
    ScrollArea scroll(frame, "receipt", bar.page, theme.background);
    const Rect sheet{std::round((bar.page.width - width) / 2), scroll.top() + frame.px(8), width, 0};
    const bool side_by_side = width - 2 * padding >= frame.px(820);

    // The card's height is known from the frame before.
    float& height = frame.memory.card_heights["receipt"];
    card(frame, {sheet.x, sheet.y, sheet.width, height}, Elevation::high, 0, 28);

    const float x = sheet.x + padding;
    const float inner = width - 2 * padding;
    float y = sheet.y + padding * 0.8F;
    const float mark = frame.px(76);
    frame.circle({x + mark / 2, y + mark / 2}, mark / 2, theme.ok_tint);
    if (theme.outline) frame.border({x, y, mark, mark}, theme.ok, frame.px(3), mark / 2);
    frame.icon_in("check", {x, y, mark, mark}, frame.px(46), theme.ok);
    const float title_x = x + mark + frame.px(26);
    const catalog::Service* service = frame.state.content->catalog.service(state.service);
    float title_y = y;
    title_y += frame.draw({title_x, title_y}, {.text = frame.tr("receipt.title"),
                                               .type = frame.is_narrow() ? type::h2 : type::h1,
                                               .colour = theme.ink,
                                               .width = inner - mark - frame.px(26)});
    if (service)
        title_y += frame.draw({title_x, title_y}, {.text = frame.read(service->title),
                                                   .type = type::body,
                                                   .colour = theme.ink_2,
                                                   .width = inner - mark - frame.px(26)});
    y = std::max(y + mark, title_y) + frame.px(28);

    // The code, as large as it can be copied from two steps away, beside itself as a picture.
    const float qr_side = frame.px(side_by_side ? 300 : 260);
    const float code_width = side_by_side ? inner - qr_side - frame.px(40) : inner;
    const float top = y;
    y += frame.draw({x, y}, {.text = frame.tr("receipt.code"),
                             .type = type::label,
                             .colour = theme.ink_2,
                             .width = code_width}) +
         frame.px(4);
    Type code_type = type::code;
    while (code_type.size > 30 &&
           frame.measure({.text = state.claim_code, .type = code_type}).width > code_width)
        code_type.size -= 4;
    const float code_height = frame.draw(
        {x, y}, {.text = state.claim_code, .type = code_type, .colour = theme.ink, .width = code_width});
    tell(frame, "receipt.code", frame.tr("receipt.code"), state.claim_code, {x, y, code_width, code_height});
    y += code_height + frame.px(16);
    const Truth truth = truth_of(state, frame);
    const float banner_y = y;
    y = ui::draw(frame, {x, y}, code_width, truth.banner);
    tell(frame, "receipt.state", truth.banner.text, truth.value, {x, banner_y, code_width, y - banner_y});
    if (side_by_side) {
        const float took = draw_qr(frame, {x + inner - qr_side, top}, qr_side, state.claim_code);
        y = std::max(y, top + took);
    } else {
        y += frame.px(20);
        const float took =
            draw_qr(frame, {std::round(x + (inner - qr_side) / 2), y}, qr_side, state.claim_code);
        y += took;
    }
    y += frame.px(34);
    y = draw_next(frame, state, {x, y}, inner) + frame.px(22);

    y = draw_row(frame, {x, y, inner, 0},
                 {{.id = "receipt.done",
                   .label = frame.tr("receipt.done"),
                   .icon = "check",
                   .look = Look::primary,
                   .deeds = {Action{StartOver{}}}},
                  {.id = "receipt.look",
                   .label = frame.tr("home.claim"),
                   .icon = "confirmation_number",
                   .look = Look::outlined,
                   .deeds = {Action{OpenClaim{}}}}},
                 unit::m);
    const float total = std::ceil(y + padding * 0.8F - sheet.y);
    if (total != height) {
        height = total;
        frame.want_another_frame();
    }
    scroll.end(sheet.y + total + frame.px(36));
}

}  // namespace kiosk::receipt
