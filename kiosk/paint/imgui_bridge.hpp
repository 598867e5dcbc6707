// The few words that our types and ImGui's have in common. Included in .cpp files only.
#pragma once

#include <cstdint>

#include <imgui.h>

#include "kiosk/paint/atlas.hpp"
#include "kiosk/paint/geometry.hpp"

namespace kiosk::paint {

inline ImTextureID texture_id(TextureNumber number) {
    return reinterpret_cast<ImTextureID>(static_cast<std::uintptr_t>(number));
}

inline TextureNumber texture_number(ImTextureID id) {
    return static_cast<TextureNumber>(reinterpret_cast<std::uintptr_t>(id));
}

inline ImVec2 vec(Point point) { return {point.x, point.y}; }

// Binds a texture for as long as it lives. The page that is bound already costs no further draw command.
class BoundTexture {
public:
    BoundTexture(ImDrawList& list, TextureNumber number) : list_(list), number_(number) {
        list_.PushTextureID(texture_id(number));
    }
    ~BoundTexture() { list_.PopTextureID(); }
    BoundTexture(const BoundTexture&) = delete;
    BoundTexture& operator=(const BoundTexture&) = delete;

    void change(TextureNumber number) {
        if (number == number_) return;
        number_ = number;
        list_.PopTextureID();
        list_.PushTextureID(texture_id(number));
    }

private:
    ImDrawList& list_;
    TextureNumber number_;
};

}  // namespace kiosk::paint
