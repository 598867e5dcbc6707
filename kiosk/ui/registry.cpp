#include "kiosk/ui/registry.hpp"

#include <algorithm>

#include "core/base/crypto.hpp"

namespace kiosk::ui {

std::string_view name_of(Role role) {
    switch (role) {
        case Role::button:
            return "button";
        case Role::field:
            return "field";
        case Role::option:
            return "option";
        case Role::link:
            return "link";
        case Role::key:
            return "key";
        case Role::text:
            return "text";
    }
    return "";
}

void Registry::begin_frame() {
    items_.clear();
    areas_.clear();
    texts_.clear();
}

Item& Registry::add(Item item) { return items_.emplace_back(std::move(item)); }

void Registry::add_area(Area area) { areas_.push_back(std::move(area)); }

void Registry::cover_all() {
    for (Item& item : items_) item.covered = true;
    for (Area& area : areas_) area.covered = true;
}

const Item* Registry::find(std::string_view id) const {
    const auto found =
        std::find_if(items_.begin(), items_.end(), [&](const Item& item) { return item.id == id; });
    return found == items_.end() ? nullptr : &*found;
}

const Item* Registry::at(paint::Point point) const {
    const auto found = std::find_if(items_.rbegin(), items_.rend(), [&](const Item& item) {
        return item.is_interactive() && !item.covered && item.visible.contains(point);
    });
    return found == items_.rend() ? nullptr : &*found;
}

const Area* Registry::area_at(paint::Point point) const {
    const auto found = std::find_if(areas_.rbegin(), areas_.rend(), [&](const Area& area) {
        return !area.covered && area.rect.contains(point);
    });
    return found == areas_.rend() ? nullptr : &*found;
}

const Area* Registry::area(std::string_view id) const {
    const auto found =
        std::find_if(areas_.begin(), areas_.end(), [&](const Area& area) { return area.id == id; });
    return found == areas_.end() ? nullptr : &*found;
}

void Registry::forget() {
    for (Item& item : items_) {
        core::wipe(item.label);
        core::wipe(item.value);
    }
    for (TextNote& note : texts_) core::wipe(note.text);
    begin_frame();
}

}  // namespace kiosk::ui
