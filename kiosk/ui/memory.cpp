#include "kiosk/ui/memory.hpp"

#include "core/base/crypto.hpp"

namespace kiosk::ui {

void Memory::forget() {
    core::wipe(measures.highlight);
    for (TextPlace& place : text_places) place.layout.reset();
    // Pictures are content, and told of no person; decoding them again would only make the next one wait.
    auto kept = std::move(pictures);
    *this = Memory{};
    pictures = std::move(kept);
}

}  // namespace kiosk::ui
