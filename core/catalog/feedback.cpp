#include "core/catalog/feedback.hpp"

#include <array>
#include <optional>
#include <span>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "core/base/utf8.hpp"

namespace catalog {
namespace {

constexpr std::array<std::string_view, 3> results_names{"none", "few", "many"};
constexpr std::array<std::string_view, 3> said_names{"", "helped", "not_helped"};
constexpr std::array<std::string_view, 3> form_names{"", "opened", "sent"};
constexpr std::array<std::string_view, 3> after_names{"", "search", "article"};

constexpr std::size_t most_words = 8;
constexpr int digits_of_a_number = 3;
constexpr int digits_of_a_phone = 5;
constexpr std::size_t size_step = 1'024;
constexpr std::size_t longest_id = 200;  // of articles and services, in bytes

auto wrong(std::string_view what) {
    return core::fail(core::ErrorKind::invalid, fmt::format("feedback: '{}' is missing or wrong", what));
}

template <class Kind>
std::string text_of(Kind kind, std::span<const std::string_view> names) {
    return std::string(names[static_cast<std::size_t>(kind)]);
}

template <class Kind>
std::optional<Kind> kind_at(const core::Json& json, std::string_view key, std::span<const std::string_view> names) {
    const auto text = core::text_at(json, key);
    for (std::size_t i = 0; text && i < names.size(); ++i) {
        if (names[i] == *text) return static_cast<Kind>(i);
    }
    return std::nullopt;
}

std::optional<std::string> id_at(const core::Json& json, std::string_view key) {
    auto text = core::text_at(json, key);
    if (text && (text->empty() || text->size() > longest_id)) return std::nullopt;
    return text;
}

const core::Json* list_at(const core::Json& json, std::string_view key) {
    const core::Json* list = core::member(json, key);
    return list && list->is_array() && list->size() <= most_of_a_session ? list : nullptr;
}

core::Result<Feedback::Search> search_from(const core::Json& json) {
    const auto words = core::text_at(json, "words");
    const auto language = id_at(json, "language");
    const auto results = kind_at<Results>(json, "results", results_names);
    const auto opened = core::truth_at(json, "opened");
    const auto form = kind_at<FormUse>(json, "form", form_names);
    if (!words || !language || !results || !opened || !form) return wrong("searches");
    // What a kiosk with other rules sends is held to ours.
    return Feedback::Search{countable_words(*words), *language, *results, *opened, *form};
}

core::Result<Feedback::Article> article_from(const core::Json& json) {
    const auto id = id_at(json, "id");
    const auto language = id_at(json, "language");
    const auto said = kind_at<Said>(json, "said", said_names);
    const auto form = kind_at<FormUse>(json, "form", form_names);
    const core::Json* offers = list_at(json, "offers");
    if (!id || !language || !said || !form || !offers) return wrong("articles");
    Feedback::Article article{*id, *language, *said, *form, {}};
    for (const core::Json& offer : *offers) {
        if (!offer.is_string() || offer.get_ref<const std::string&>().size() > longest_id) return wrong("offers");
        article.offers.push_back(offer.get<std::string>());
    }
    return article;
}

core::Result<Feedback::Form> form_from(const core::Json& json) {
    const auto service = id_at(json, "service");
    const auto after = kind_at<std::size_t>(json, "after", after_names);
    const auto sent = core::truth_at(json, "sent");
    if (!service || !after || !sent) return wrong("forms");
    return Feedback::Form{*service, std::string(after_names[*after]), *sent};
}

template <class T>
core::Result<void> read_list(const core::Json& json, std::string_view key, core::Result<T> (*read)(const core::Json&),
                             std::vector<T>& into) {
    const core::Json* list = list_at(json, key);
    if (!list) return wrong(key);
    for (const core::Json& item : *list) {
        auto one = read(item);
        if (!one) return core::fail(one.error());
        into.push_back(std::move(*one));
    }
    return {};
}

// The words leave memory with the session.
void wipe(core::Json& json) {
    for (core::Json& search : json["searches"]) core::wipe(search["words"].get_ref<std::string&>());
}

struct Word {
    std::string text;
    int digits = 0;
};

// Runs of letters, their marks, and digits, of any script. What stands between spaces with an @ in it is passed over.
std::vector<Word> words_of(std::string_view text) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto size = static_cast<std::int32_t>(text.size());
    std::vector<Word> words;
    std::size_t first_of_piece = 0;
    bool is_address = false;
    Word word;
    const auto end_word = [&] {
        if (!word.text.empty()) words.push_back(std::move(word));
        word = {};
    };
    const auto end_piece = [&] {
        end_word();
        if (is_address) words.resize(first_of_piece);
        first_of_piece = words.size();
        is_address = false;
    };
    for (std::int32_t at = 0; at < size;) {
        const std::int32_t start = at;
        UChar32 c = 0;
        U8_NEXT_OR_FFFD(bytes, at, size, c);
        const auto type = u_charType(c);
        const bool is_mark = type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK;
        if (u_isalnum(c) || is_mark) {
            word.text.append(text.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(at - start)));
            if (u_isdigit(c)) ++word.digits;
            continue;
        }
        end_word();
        if (c == '#') words.push_back({"#", 0});  // what was counted before comes out as it was
        if (c == '@' || c == 0xFF20) is_address = true;
        if (u_isUWhiteSpace(c)) end_piece();
    }
    end_piece();
    return words;
}

}  // namespace

Results results_of(std::size_t hits) { return hits == 0 ? Results::none : hits <= 3 ? Results::few : Results::many; }

std::string countable_words(std::string_view query) {
    auto words = words_of(core::utf8::folded(query));
    int digits = 0;
    for (const Word& word : words) digits += word.digits;
    std::string counted;
    for (const Word& word : words) {
        const bool is_number = word.text == "#" || word.digits >= digits_of_a_number ||
                               (word.digits > 0 && digits >= digits_of_a_phone);
        if (is_number && counted.ends_with('#')) continue;
        if (!counted.empty()) counted += ' ';
        counted += is_number ? "#" : word.text;
    }
    const bool is_told = words.size() <= most_words && counted.size() <= longest_counted_words;
    if (!is_told) core::wipe(counted);
    for (Word& word : words) core::wipe(word.text);
    return counted;
}

core::Json Feedback::to_json() const {
    core::Json all_searches = core::Json::array();
    for (const Search& it : searches) {
        all_searches.push_back({{"words", it.words},
                                {"language", it.language},
                                {"results", text_of(it.results, results_names)},
                                {"opened", it.opened},
                                {"form", text_of(it.form, form_names)}});
    }
    core::Json all_articles = core::Json::array();
    for (const Article& it : articles) {
        all_articles.push_back({{"id", it.id},
                                {"language", it.language},
                                {"said", text_of(it.said, said_names)},
                                {"form", text_of(it.form, form_names)},
                                {"offers", it.offers}});
    }
    core::Json all_forms = core::Json::array();
    for (const Form& it : forms) all_forms.push_back({{"service", it.service}, {"after", it.after}, {"sent", it.sent}});
    return {{"v", 1},
            {"day", core::to_text(day)},
            {"language", language},
            {"searches", std::move(all_searches)},
            {"articles", std::move(all_articles)},
            {"forms", std::move(all_forms)}};
}

core::Result<Feedback> Feedback::from_json(const core::Json& json) {
    if (core::integer_at(json, "v") != 1) return core::fail(core::ErrorKind::invalid, "feedback: not of version 1");
    Feedback feedback;
    const auto day = core::parse_date(core::text_at(json, "day").value_or(""));
    if (!day) return wrong("day");
    feedback.day = *day;
    auto language = id_at(json, "language");
    if (!language) return wrong("language");
    feedback.language = std::move(*language);
    if (auto read = read_list(json, "searches", search_from, feedback.searches); !read) return core::fail(read.error());
    if (auto read = read_list(json, "articles", article_from, feedback.articles); !read) return core::fail(read.error());
    if (auto read = read_list(json, "forms", form_from, feedback.forms); !read) return core::fail(read.error());
    return feedback;
}

core::Result<std::string> seal_feedback(const Feedback& feedback, std::string_view seal_public_key) {
    core::Json json = feedback.to_json();
    std::string payload = core::canonical(json);
    wipe(json);
    payload.resize((payload.size() / size_step + 1) * size_step, ' ');  // JSON may end in spaces
    auto box = core::seal(payload, seal_public_key);
    core::wipe(payload);
    if (!box) return core::fail(box.error());
    auto text = core::to_base64url(*box);
    if (text.size() > largest_feedback_box) return core::fail(core::ErrorKind::invalid, "feedback: too much for one session");
    return text;
}

core::Result<Feedback> open_feedback(std::string_view box, const core::SealKey& key) {
    const auto bytes = core::from_base64url(box);
    if (!bytes) return core::fail(bytes.error().in("feedback"));
    auto payload = core::open_seal(*bytes, key);
    if (!payload) return core::fail(payload.error().in("feedback"));
    const auto json = core::parse_json(*payload);
    if (!json) return core::fail(json.error().in("feedback"));
    return Feedback::from_json(*json);
}

core::Json FeedbackBatch::to_json() const { return {{"v", 1}, {"number", number}, {"lost", lost}, {"boxes", boxes}}; }

core::Result<FeedbackBatch> FeedbackBatch::from_json(const core::Json& json) {
    if (core::integer_at(json, "v") != 1) return core::fail(core::ErrorKind::invalid, "feedback: not of version 1");
    const auto number = core::integer_at(json, "number");
    const auto lost = core::integer_at(json, "lost");
    const core::Json* boxes = core::member(json, "boxes");
    if (!number || *number < 1) return wrong("number");
    if (!lost || *lost < 0) return wrong("lost");
    if (!boxes || !boxes->is_array() || boxes->size() > largest_feedback_batch) return wrong("boxes");
    FeedbackBatch batch{*number, *lost, {}};
    for (const core::Json& box : *boxes) {
        if (!box.is_string()) return wrong("boxes");
        batch.boxes.push_back(box.get<std::string>());
    }
    return batch;
}

core::Json FeedbackTaken::to_json() const { return {{"v", 1}, {"number", number}, {"outcome", outcome}}; }

core::Result<FeedbackTaken> FeedbackTaken::from_json(const core::Json& json) {
    if (core::integer_at(json, "v") != 1) return core::fail(core::ErrorKind::invalid, "feedback: not of version 1");
    const auto number = core::integer_at(json, "number");
    auto outcome = core::text_at(json, "outcome");
    if (!number) return wrong("number");
    if (outcome != "counted" && outcome != "seen") return wrong("outcome");
    return FeedbackTaken{*number, std::move(*outcome)};
}

}  // namespace catalog
