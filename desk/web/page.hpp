// Pages: a template from pages/, filled with words and values, inside the common frame.
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.hpp"
#include "core/base/words.hpp"
#include "desk/web/http.hpp"
#include "desk/work/accounts.hpp"

namespace desk::web {

// Words in one language.
class Speech {
public:
    Speech(const core::Words& words, std::string language) : words_(words), language_(std::move(language)) {}
    [[nodiscard]] std::string operator()(std::string_view key, core::Words::Values values = {}) const {
        return words_.say(language_, key, values);
    }
    [[nodiscard]] std::string count(std::string_view key, std::int64_t number) const {
        return words_.count(language_, key, number);
    }
    [[nodiscard]] const std::string& language() const { return language_; }

private:
    const core::Words& words_;
    std::string language_;
};

struct Page {
    std::string_view template_name;  // "queue.html"
    std::string title;
    std::string_view place;  // of the navigation: "queue", "attention", or none
    const Session* session = nullptr;
};

// `values` are what the template names; an empty text, list or null counts as absent there. Everything is escaped.
[[nodiscard]] std::string render(const Page& page, const core::Json& values, const Speech& say);

[[nodiscard]] HttpResponse page_response(int status, std::string html);
[[nodiscard]] HttpResponse see_other(std::string where);

// Where the style sheet and the icon are served: their names change with their content, so they are cached for ever.
[[nodiscard]] const std::string& stylesheet_path();
[[nodiscard]] const std::string& icon_path();

}  // namespace desk::web
