// Templates, style sheet, API description and English words, as they were in the source when this was built.
#pragma once

#include <string_view>

namespace desk::web {

// "queue.html", "desk.css", "openapi.yaml", "en.yaml"; empty for a name that is not in CMakeLists.txt.
[[nodiscard]] std::string_view embedded(std::string_view name);

}  // namespace desk::web
