#include "kiosk/ui/qr.hpp"

#include <cmath>
#include <memory>
#include <string>

#include <qrencode.h>

namespace kiosk::ui {

namespace {
constexpr int quiet_zone = 3;
constexpr Colour dark = Colour::rgb(0x14212B);
}  // namespace

float draw_qr(Frame& frame, Point at, float side, std::string_view text) {
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
        QRcode_encodeString(std::string(text).c_str(), 0, QR_ECLEVEL_M, QR_MODE_8, 1), &QRcode_free);
    if (!code) return 0;
    const int modules = code->width + 2 * quiet_zone;
    const float cell = std::floor(side / static_cast<float>(modules));
    if (cell < 1) return 0;
    const float total = cell * static_cast<float>(modules);
    const Rect window = frame.out(Rect{at.x, at.y, total, total}.snapped());

    const Frame::Unmirrored as_is(frame);  // a mirrored code is another code
    frame.fill(window, paint::white, frame.px(12));
    for (int y = 0; y < code->width; ++y) {
        // Neighbours in a row are one bar: a tenth of the squares, and no hairlines between them.
        for (int x = 0; x < code->width;) {
            int end = x;
            while (end < code->width && (code->data[y * code->width + end] & 1) != 0) ++end;
            if (end > x) {
                frame.fill({window.x + cell * static_cast<float>(x + quiet_zone),
                            window.y + cell * static_cast<float>(y + quiet_zone),
                            cell * static_cast<float>(end - x), cell},
                           dark);
            }
            x = end + 1;
        }
    }
    return total;
}

}  // namespace kiosk::ui
