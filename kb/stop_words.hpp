// Words that tell little about what is asked, by language.
#pragma once

#include <span>
#include <string_view>

namespace kb {

// Folded and sorted; empty for a language without a list.
[[nodiscard]] std::span<const std::string_view> stop_words(std::string_view base_language);

}  // namespace kb
