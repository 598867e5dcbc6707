// What can go wrong in normal life is a value: Result<T> holds a T, or an Error.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace core {

// What a caller can act on. People at a screen see a translation of the kind, never the message.
enum class ErrorKind {
    invalid,      // what came in breaks a rule; sending it again will not help
    not_found,    // there is no such thing
    conflict,     // it is there already, with other content
    denied,       // the caller may not
    unavailable,  // not reachable or busy; trying later may help
    full,         // no space left, or a bound is reached
    corrupt,      // what we kept ourselves cannot be read any more
};

[[nodiscard]] std::string_view name_of(ErrorKind kind);

struct Error {
    ErrorKind kind = ErrorKind::invalid;
    std::string message;

    // The same error, telling where it happened: "laptop.yaml: step 2: no title".
    [[nodiscard]] Error in(std::string_view where) const;
};

template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>(std::move(error));
}

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorKind kind, std::string message) {
    return tl::unexpected<Error>(Error{kind, std::move(message)});
}

// Lets std::visit take one lambda a case.
template <class... Cases>
struct overloaded : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
overloaded(Cases...) -> overloaded<Cases...>;

}  // namespace core
