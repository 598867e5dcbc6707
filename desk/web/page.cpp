#include "desk/web/page.hpp"

#include <kainjow/mustache.hpp>
#include <nlohmann/json.hpp>

#include "core/base/crypto.hpp"
#include "desk/web/embedded.hpp"

namespace mustache = kainjow::mustache;

namespace desk::web {
namespace {

mustache::data to_data(const core::Json& value) {
    switch (value.type()) {
        case core::Json::value_t::object: {
            mustache::data data(mustache::data::type::object);
            for (const auto& [key, member] : value.items()) data.set(key, to_data(member));
            return data;
        }
        case core::Json::value_t::array: {
            mustache::data list(mustache::data::type::list);
            for (const auto& item : value) list.push_back(to_data(item));
            return list;
        }
        case core::Json::value_t::string: {
            const auto& text = value.get_ref<const std::string&>();
            return text.empty() ? mustache::data(false) : mustache::data(text);
        }
        case core::Json::value_t::boolean: return mustache::data(value.get<bool>());
        case core::Json::value_t::null: return mustache::data(false);
        default: return mustache::data(value.dump());
    }
}

// {{#say}}desk.key{{/say}}
mustache::data sayer(const Speech& say) {
    return mustache::data(mustache::lambda2{[&say](const std::string& key, const mustache::renderer&) {
        return mustache::html_escape(say(key));
    }});
}

std::string fill(std::string_view name, mustache::data& data) {
    mustache::mustache page{std::string(embedded(name))};
    return page.render(data);
}

std::string hashed_name(std::string_view name, std::string_view stem, std::string_view ending) {
    return "/assets/" + std::string(stem) + "." + core::sha256_hex(embedded(name)).substr(0, 16) + std::string(ending);
}

}  // namespace

const std::string& stylesheet_path() {
    static const std::string path = hashed_name("desk.css", "desk", ".css");
    return path;
}

const std::string& icon_path() {
    static const std::string path = hashed_name("mark.svg", "mark", ".svg");
    return path;
}

std::string render(const Page& page, const core::Json& values, const Speech& say) {
    mustache::data body = to_data(values);
    body.set("say", sayer(say));
    body.set("mark", std::string(embedded("mark.svg")));
    if (page.session) body.set("csrf", page.session->csrf);

    mustache::data frame(mustache::data::type::object);
    frame.set("say", sayer(say));
    frame.set("mark", std::string(embedded("mark.svg")));
    frame.set("language", say.language());
    frame.set("direction", core::is_right_to_left(say.language()) ? "rtl" : "ltr");
    frame.set("title", page.title);
    frame.set("stylesheet", stylesheet_path());
    frame.set("icon", icon_path());
    frame.set("body", fill(page.template_name, body));
    if (page.session) {
        mustache::data person(mustache::data::type::object);
        person.set("name", page.session->actor.name);
        person.set("csrf", page.session->csrf);
        person.set("in_queue", page.place == "queue");
        person.set("in_attention", page.place == "attention");
        person.set("may_mend", authorize(page.session->actor, Duty::mend_quarantine).has_value());
        frame.set("person", person);
    }
    return fill("layout.html", frame);
}

HttpResponse page_response(int status, std::string html) {
    HttpResponse response;
    response.status = status;
    response.headers = {{"content-type", "text/html; charset=utf-8"}, {"cache-control", "no-store"}};
    response.body = std::move(html);
    return response;
}

HttpResponse see_other(std::string where) {
    HttpResponse response;
    response.status = 303;
    response.headers = {{"location", std::move(where)}, {"cache-control", "no-store"}};
    return response;
}

}  // namespace desk::web
