// A QR code drawn as squares of whole pixels.
#pragma once

#include <string_view>

#include "kiosk/ui/frame.hpp"

namespace kiosk::ui {

// Fits into a square of `side` pixels, with its quiet zone; always dark on white, since readers want that.
// Answers the side it took; 0 if the text is too long for a code.
float draw_qr(Frame& frame, Point at, float side, std::string_view text);

}  // namespace kiosk::ui
