#include "kiosk/app/screens.hpp"

namespace kiosk::receipt {

Effects update(State& screen, const Action& action) {
    if (const auto* arrived = std::get_if<RequestArrived>(&action); arrived && arrived->request_id == screen.request_id) {
        screen.sent = true;
        screen.ticket = arrived->ticket;
    }
    return {};
}

}  // namespace kiosk::receipt
