// What went wrong, as an answer: RFC 9457 for programs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/json.hpp"
#include "core/base/result.hpp"
#include "desk/web/http.hpp"

namespace desk::web {

struct Problem {
    int status = 500;
    std::string type{};    // "clock-skew": stable, clients act on it
    std::string detail{};  // a sentence for the person who looks into it
    std::optional<std::string> now{};           // the desk's time, when the asker's is wrong
    std::optional<std::int64_t> retry_after{};  // seconds

    [[nodiscard]] HttpResponse response() const;
};

// "Not Found": the title of a status.
[[nodiscard]] std::string_view title_of(int status);
// The type that goes with a status when nothing more is known.
[[nodiscard]] std::string_view type_of(int status);

[[nodiscard]] int status_of(core::ErrorKind kind);
[[nodiscard]] Problem problem_of(const core::Error& error);

[[nodiscard]] HttpResponse json_response(int status, const core::Json& body);

}  // namespace desk::web
