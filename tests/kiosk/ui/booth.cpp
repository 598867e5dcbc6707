#include "booth.hpp"

#include <cstdio>
#include <cstdlib>

#include "core/base/file.hpp"
#include "core/base/utf8.hpp"
#include "kb/indexer.hpp"
#include "kiosk/paint/png.hpp"

namespace support {

namespace {

namespace fs = std::filesystem;

constexpr core::Date today{std::chrono::year{2026}, std::chrono::month{11}, std::chrono::day{24}};
constexpr int most_frames = 600;

template <class T>
T need(core::Result<T> result) {
    if (!result) {
        std::fprintf(stderr, "tests/kiosk/ui: %s\n", result.error().message.c_str());
        std::abort();
    }
    return std::move(*result);
}

}  // namespace

House::House() : content_folder(fs::path(FOYER_SOURCE) / "content") {
    core::Problems problems;
    auto made = std::make_shared<kiosk::Content>();
    made->catalog = catalog::load_catalog(content_folder, problems);
    const std::string file = "tests/kiosk/ui/everything.yaml";
    auto everything =
        catalog::parse_service(need(core::read_file(fs::path(FOYER_SOURCE) / file)), file, problems);
    if (!everything) {
        for (const core::Problem& problem : problems)
            std::fprintf(stderr, "%s\n", problem.line_of_text().c_str());
        std::abort();
    }
    made->catalog.services.push_back(std::move(*everything));
    made->words = core::Words::load(content_folder / "translations", made->catalog.fallback, problems);
    collection = need(kb::load_collection(content_folder, problems));
    for (const kb::Article& article : collection.articles) {
        made->articles.push_back(
            {article.id, article.title, article.language, article.category, article.description});
    }
    (void)need(kb::build_index(collection, made->catalog, folder.path() / "index", today));
    searcher = std::make_unique<kb::Searcher>(need(kb::Searcher::open(folder.path() / "index")));
    content = std::move(made);
    const kiosk::paint::FontPlaces fonts{{}, fs::path(FOYER_BIN).parent_path() / "test-fonts"};
    canvas = need(kiosk::paint::Canvas::open(fonts));
    decoder = std::make_unique<kiosk::paint::PictureDecoder>(fonts);
}

House& house() {
    static House the_house;
    return the_house;
}

Booth::Booth(const Look& look) : look_(look) {
    now = *core::parse_time("2026-11-24T09:00:00Z");
    state = kiosk::start(house().content, "harbour-street", look.language, now);
    state.today = today;
    state.session.theme = look.theme;
    state.session.text_scale = look.text_scale;
    state.sync = {.enrolled = true, .online = true, .waiting = 0};
    stage = need(kiosk::ui::Stage::open(*house().canvas, fs::path(FOYER_SOURCE) / "assets"));
    stage->registry().watch_texts(true);
    settle();
}

void Booth::draw() {
    stage->draw(state, {.window = {static_cast<float>(look_.width), static_cast<float>(look_.height)},
                        .scale = look_.scale,
                        .now_ms = now_ms,
                        .now = now});
    for (const kiosk::ui::PictureWish& wish : stage->take_wishes()) {
        auto bytes = core::read_file(house().content_folder / wish.path);
        std::optional<kiosk::paint::Picture> picture;
        if (bytes) {
            auto decoded = house().decoder->decode(
                {reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size()}, wish.request);
            if (decoded) picture = std::move(*decoded);
        }
        stage->picture_came(wish, std::move(picture));
    }
}

kiosk::Actions Booth::feel(const std::vector<kiosk::ui::InputEvent>& events) {
    kiosk::Actions all;
    std::span<const kiosk::ui::InputEvent> rest = events;
    for (int frame = 0; frame < most_frames; ++frame) {
        const kiosk::Actions actions = stage->take(rest, now_ms);
        rest = {};
        for (const kiosk::Action& action : actions) {
            does(action);
            all.push_back(action);
        }
        for (const kiosk::Action& answer : std::exchange(answers_, {})) does(answer);
        now_ms += 16;
        draw();
        if (!stage->wants_frames() && answers_.empty()) break;
    }
    return all;
}

void Booth::does(const kiosk::Action& action) {
    carry_out(kiosk::update(state, action, {now, today, "request-" + std::to_string(++fresh_)}));
}

void Booth::carry_out(const kiosk::Effects& effects) {
    for (const kiosk::Effect& effect : effects) {
        std::visit(core::overloaded{
                       [&](const kiosk::FindArticles& find) {
                           auto found = need(house().searcher->search({.words = find.words,
                                                                       .language = find.language,
                                                                       .category = {},
                                                                       .today = today,
                                                                       .site = state.site,
                                                                       .suggestions = 6}));
                           answers_.push_back(kiosk::HitsCame{find.words, std::move(found), find.language});
                       },
                       [&](const kiosk::OpenArticle& open) {
                           const kb::Article* article =
                               house().collection.in_language(open.id, open.language);
                           if (!article) article = house().collection.article(open.id);
                           answers_.push_back(kiosk::ArticleCame{
                               open.id, article ? std::make_shared<const kb::Article>(*article) : nullptr,
                               open.language});
                       },
                       [&](const kiosk::Submit& submit) {
                           answers_.push_back(kiosk::Queued{submit.request_id, "K7-0042-R4TX-9"});
                       },
                       [&](const kiosk::LookUp& look) {
                           answers_.push_back(kiosk::ProgressCame{look.claim_code, progress, !is_desk_there});
                       },
                       [&](const kiosk::WipeSession&) { stage->forget(); },
                       [](const kiosk::KeepFeedback&) {},
                   },
                   effect);
    }
}

void Booth::bring_into_view(const std::string& id) {
    for (int tries = 0; tries < 100; ++tries) {
        const kiosk::ui::Item* found = item(id);
        if (!found || found->area.empty()) return;
        const kiosk::ui::Area* area = stage->registry().area(found->area);
        const float middle = found->rect.centre().y;
        if (!area || (middle > area->rect.y + 2 && middle < area->rect.bottom() - 2)) return;
        const kiosk::paint::Point at = area->rect.centre();
        const float steps =
            (at.y - middle) / (120 * look_.scale * look_.text_scale);  // what a wheel's step scrolls
        feel({kiosk::ui::Wheel{at.x, at.y, steps, now_ms}});
    }
}

kiosk::Actions Booth::click(const std::string& id) {
    bring_into_view(id);
    const kiosk::ui::Item* found = item(id);
    if (!found) {
        std::fprintf(stderr, "no item %s\n", id.c_str());
        return {};
    }
    const kiosk::paint::Point at = found->visible.centre();
    return feel({kiosk::ui::PointerMoved{at.x, at.y, now_ms},
                 kiosk::ui::PointerPressed{at.x, at.y, now_ms, true},
                 kiosk::ui::PointerReleased{at.x, at.y, now_ms + 20}});
}

void Booth::type(const std::string& keys) {
    for (std::size_t at = 0; at < keys.size();) {
        const std::size_t next = core::utf8::next_boundary(keys, at);
        const std::string key = keys.substr(at, next - at);
        click(key == " " ? "key.space" : "key." + core::utf8::folded(key));
        at = next;
    }
}

void Booth::save(const fs::path& png) {
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(look_.width * look_.height * 4));
    const kiosk::paint::Framebuffer target{pixels.data(), look_.width, look_.height, look_.width * 4};
    kiosk::paint::Rasteriser rasteriser;
    rasteriser.render(stage->picture(), house().canvas->atlas(), target, stage->background(), true);
    if (auto written = kiosk::paint::write_png(png, target); !written) {
        std::fprintf(stderr, "%s\n", written.error().message.c_str());
        std::abort();
    }
}

namespace {

void open_form(Booth& booth) {
    booth.does(kiosk::OpenService{"everything"});
    booth.settle();
}

void to_second_step(Booth& booth) {
    open_form(booth);
    booth.does(kiosk::SetAnswer{"place", catalog::Answer{"till-1"}});
    booth.does(kiosk::SetAnswer{"since", catalog::Answer{"2026-11-23"}});
    booth.does(kiosk::NextStep{});
    booth.settle();
}

void to_third_step(Booth& booth) {
    to_second_step(booth);
    booth.does(kiosk::SetAnswer{"problem", catalog::Answer{"red_light"}});
    booth.does(kiosk::SetAnswer{"serial", catalog::Answer{"TP-4410-203"}});
    booth.does(kiosk::NextStep{});
    booth.settle();
}

void to_review(Booth& booth) {
    to_third_step(booth);
    booth.does(kiosk::SetAnswer{"waiting", catalog::Answer{"true"}});
    booth.does(kiosk::SetAnswer{"printers", catalog::Answer{"2"}});
    booth.does(kiosk::NextStep{});
    booth.settle();
}

void search_for(Booth& booth, const std::string& words, bool keyboard) {
    booth.does(kiosk::OpenSearch{});
    booth.does(kiosk::TypeText{words});
    if (!keyboard) booth.does(kiosk::ShowKeyboard{false});
    booth.settle();
}

// As people of that language would type it; else in English.
struct Words {
    std::string en, de, ar, zh;
    [[nodiscard]] const std::string& in(const std::string& language) const {
        return language == "de" ? de : language == "ar" ? ar : language == "zh-Hans" ? zh : en;
    }
};
const Words misspelled{"recipt prnter", "Bondrukcer", "كلمة السرر", "密码"};
const Words known_problem{"tap declined", "kontaktlos abgelehnt", "مرفوضة", "非接触"};
const Words half_typed{"re", "be", "كل", "如"};

void look_up(Booth& booth) {
    booth.progress = catalog::Progress{
        .request = "r",
        .claim_code = "K7-0042-R4TX-9",
        .ticket = "HB-1042",
        .title = "Report a broken printer",
        .state = "in_progress",
        .updated_at = booth.now,
        .notes = {
            {booth.now, "Store IT", "We will bring a new printer this afternoon, between 14:00 and 16:00."},
            {booth.now, "Store IT", "Please keep the old one at the till."}}};
    booth.does(kiosk::OpenClaim{});
    for (const char* part : {"K7-0042-R4TX-9"}) booth.does(kiosk::TypeText{part});
    auto& claim = std::get<kiosk::claim::State>(booth.state.session.screens.back());
    claim.asked = "K7-0042-R4TX-9";
    claim.waiting = true;
    booth.does(kiosk::ProgressCame{"K7-0042-R4TX-9", booth.progress, !booth.is_desk_there});
    booth.settle();
}

void open_article(Booth& booth, const char* slug) {
    booth.does(kiosk::Follow{slug, {}});
    booth.settle();
}

}  // namespace

const std::vector<Scene>& scenes() {
    static const std::vector<Scene> all{
        {"home", [](Booth&) {}},
        {"home-offline",
         [](Booth& booth) {
             booth.state.sync = {.enrolled = true, .online = false, .waiting = 3};
             booth.settle();
         }},
        {"search-begin",
         [](Booth& booth) {
             booth.does(kiosk::OpenSearch{});
             booth.settle();
         }},
        {"search-keyboard", [](Booth& booth) { search_for(booth, "printer not work", true); }},
        {"search-results", [](Booth& booth) { search_for(booth, "printer not work", false); }},
        {"search-typo",
         [](Booth& booth) { search_for(booth, misspelled.in(booth.look().language), false); }},
        {"search-problem",
         [](Booth& booth) { search_for(booth, known_problem.in(booth.look().language), false); }},
        {"search-suggestions",
         [](Booth& booth) { search_for(booth, half_typed.in(booth.look().language), true); }},
        {"search-nothing", [](Booth& booth) { search_for(booth, "qqxxzzvv", false); }},
        {"problem",
         [](Booth& booth) {
             booth.does(kiosk::OpenProblem{"contactless-payments-slow"});
             booth.settle();
         }},
        {"search-topic",
         [](Booth& booth) {
             booth.does(kiosk::OpenTopic{"computers"});
             booth.settle();
         }},
        {"article", [](Booth& booth) { open_article(booth, "receipt-printer-does-not-print"); }},
        {"article-section",
         [](Booth& booth) {
             const auto* article = house().collection.in_language("receipt-printer-does-not-print",
                                                                  booth.look().language);
             std::string last;
             for (const kb::Block& block : article->blocks) {
                 if (block.kind == kb::Block::Kind::heading && !block.anchor.empty()) last = block.anchor;
             }
             booth.does(kiosk::Follow{article->id, last});
             booth.settle();
         }},
        {"article-helped-no",
         [](Booth& booth) {
             open_article(booth, "receipt-printer-does-not-print");
             booth.does(kiosk::SayHelped{false});
             booth.settle();
         }},
        {"services",
         [](Booth& booth) {
             booth.does(kiosk::OpenServices{});
             booth.settle();
         }},
        {"form-first", open_form},
        {"form-second", to_second_step},
        {"form-faults",
         [](Booth& booth) {
             to_second_step(booth);
             booth.does(kiosk::SetAnswer{"serial", catalog::Answer{"TP-4410-2"}});
             booth.does(kiosk::NextStep{});
             booth.settle();
         }},
        {"form-typing",
         [](Booth& booth) {
             to_second_step(booth);
             booth.does(kiosk::SetAnswer{"problem", catalog::Answer{"other"}});
             booth.settle();
             booth.does(kiosk::FocusField{"details"});
             booth.does(kiosk::TypeText{"It hums and then"});
             booth.settle();
         }},
        {"form-third", to_third_step},
        {"form-number",
         [](Booth& booth) {
             to_third_step(booth);
             booth.does(kiosk::FocusField{"printers"});
             booth.settle();
         }},
        {"review", to_review},
        {"receipt",
         [](Booth& booth) {
             to_review(booth);
             booth.state.sync = {.enrolled = true, .online = false, .waiting = 1};
             booth.does(kiosk::Send{});
             booth.settle();
         }},
        {"receipt-sent",
         [](Booth& booth) {
             to_review(booth);
             booth.does(kiosk::Send{});
             booth.settle();
             auto& receipt = std::get<kiosk::receipt::State>(booth.state.session.screens.back());
             receipt.sent = true;
             receipt.ticket = "HB-1042";
             booth.settle();
         }},
        {"claim",
         [](Booth& booth) {
             booth.does(kiosk::OpenClaim{});
             booth.does(kiosk::TypeText{"K7-0042"});
             booth.settle();
         }},
        {"claim-progress", look_up},
        {"claim-offline",
         [](Booth& booth) {
             booth.is_desk_there = false;
             booth.state.sync.online = false;
             look_up(booth);
         }},
        {"language",
         [](Booth& booth) {
             booth.does(kiosk::OpenLanguages{});
             booth.settle();
         }},
        {"idle",
         [](Booth& booth) {
             to_second_step(booth);
             booth.state.session.warned = true;
             booth.state.session.last_touch = booth.now - std::chrono::seconds{120};
             booth.settle();
         }},
    };
    return all;
}

}  // namespace support
