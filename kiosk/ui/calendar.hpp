// A month as a grid of days to touch, for date fields.
#pragma once

#include <functional>
#include <string>

#include "kiosk/ui/frame.hpp"

namespace kiosk::ui {

struct Calendar {
    std::string field;              // ids are form.date.<field>.…
    std::string chosen;             // "2026-11-24", or empty
    std::chrono::year_month begin;  // shown when nothing is chosen
    core::Date today;
    std::function<bool(core::Date)> is_allowed;
};
// Answers the bottom.
float draw(Frame& frame, Rect area, const Calendar& calendar);

}  // namespace kiosk::ui
