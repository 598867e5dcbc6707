// A page of many languages on cards, as a whole screen would be: for the tests that look at all of it.
#pragma once

#include "kiosk/paint/canvas.hpp"
#include "samples.hpp"

namespace kiosk::paint {

// `pressed`: a key at the right bottom is held down.
void paint_page(Canvas& canvas, ImDrawList& list, bool pressed = false);

}  // namespace kiosk::paint
