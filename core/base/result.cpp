#include "core/base/result.hpp"

namespace core {

std::string_view name_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::invalid: return "invalid";
        case ErrorKind::not_found: return "not_found";
        case ErrorKind::conflict: return "conflict";
        case ErrorKind::denied: return "denied";
        case ErrorKind::unavailable: return "unavailable";
        case ErrorKind::full: return "full";
        case ErrorKind::corrupt: return "corrupt";
    }
    return "unknown";
}

Error Error::in(std::string_view where) const { return {kind, std::string(where) + ": " + message}; }

}  // namespace core
