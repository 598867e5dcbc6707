// Shapes as blocks of the atlas, on whole pixels. What they are for is told in canvas.hpp.
#pragma once

#include "kiosk/paint/atlas.hpp"
#include "kiosk/paint/geometry.hpp"

struct ImDrawList;

namespace kiosk::paint {

struct Shadow {
    float blur = 0;  // how far it reaches outside of the box
    Point offset = {};
    Colour colour = {};
};

void fill(ImDrawList& list, Atlas& atlas, Rect rect, Colour colour, float radius = 0);
void gradient(ImDrawList& list, Atlas& atlas, Rect rect, Colour top, Colour bottom, float radius = 0);
void border(ImDrawList& list, Atlas& atlas, Rect rect, Colour colour, float stroke, float radius = 0);
void shadow(ImDrawList& list, Atlas& atlas, Rect rect, float radius, const Shadow& shadow);
void line(ImDrawList& list, Atlas& atlas, Point from, Point to, Colour colour, float stroke);
void picture(ImDrawList& list, Atlas& atlas, Point origin, const PictureTexture& picture, Colour tint = white);

}  // namespace kiosk::paint
