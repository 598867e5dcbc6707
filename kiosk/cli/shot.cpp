// A picture of a screen without a display: the real state, the real stage, the software rasteriser.
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "core/catalog/claim_code.hpp"
#include "kb/release.hpp"
#include "kiosk/app/form.hpp"
#include "kiosk/cli/commands.hpp"
#include "kiosk/paint/png.hpp"
#include "kiosk/shell/loop.hpp"

namespace kiosk::cli {
namespace {

constexpr int most_frames = 240;  // until nothing moves any more
constexpr double frame_ms = 1000.0 / 60.0;

// A folder that goes with the command.
class WorkFolder {
public:
    WorkFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "kiosk-shot-XXXXXX").string();
        if (::mkdtemp(pattern.data())) path_ = pattern;
    }
    ~WorkFolder() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    WorkFolder(const WorkFolder&) = delete;
    WorkFolder& operator=(const WorkFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

// The kiosk's deciding side, with a worker that answers at once.
struct Player {
    State state;
    const Library& library;
    Moment moment;

    void does(const Action& action) {
        for (const Effect& effect : update(state, action, moment)) {
            if (const auto* search = std::get_if<FindArticles>(&effect)) {
                auto found = library.find(search->words, search->language);
                does(HitsCame{search->words, found ? std::move(*found) : kb::Found{}, search->language});
            } else if (const auto* open = std::get_if<OpenArticle>(&effect)) {
                does(ArticleCame{open->id, library.article(open->id, open->language), open->language});
            }
        }
    }

    [[nodiscard]] form::State& form() { return std::get<form::State>(state.session.screens.back()); }

    // Gives what is missing on the shown step some answer that is taken, so that later steps can be seen.
    void fill_step(const catalog::Service& service) {
        const std::size_t step = form().step;
        for (int round = 0; round < 2; ++round) {  // an answer may show a further field
            for (const catalog::Field& field : service.form.steps[step].fields) {
                const auto verdict = form::verdict(form(), service, form::surroundings(state));
                const catalog::FieldState& now = verdict.of(field.id);
                if (!now.shown || !now.fault) continue;
                does(SetAnswer{field.id, answer_for(now)});
            }
        }
    }

    catalog::Answer answer_for(const catalog::FieldState& field) const {
        using enum catalog::FieldType;
        if (field.field->type == choices && !field.offers.empty()) return catalog::Answer::list({field.offers.front().value});
        if (!field.offers.empty()) return catalog::Answer{field.offers.front().value};
        switch (field.field->type) {
            case yes_no: return catalog::Answer{"true"};
            case number: case money: case rating: return catalog::Answer{field.field->constraint.at_least.value_or("3")};
            case date: {
                const auto later = std::chrono::sys_days{moment.today} + std::chrono::days{30};
                return catalog::Answer{core::to_text(core::Date{later})};
            }
            case time: return catalog::Answer{"09:30"};
            case email: return catalog::Answer{"sam@example.com"};
            case phone: return catalog::Answer{"+44 20 7946 0000"};
            default: return catalog::Answer{"The display stays dark"};
        }
    }

    // Every step of the form leads on, up to the one with that number (from 1); the review is the last.
    core::Result<void> go_to_step(std::size_t step) {
        const catalog::Service* service = form::service_of(form(), *state.content);
        while (form().step + 1 < step) {
            const std::size_t before = form().step;
            if (form::is_review(form(), service->form)) {
                return core::fail(core::ErrorKind::not_found, fmt::format("this form ends with step {}, its review", before + 1));
            }
            fill_step(*service);
            does(NextStep{});
            if (form().step == before) {
                return core::fail(core::ErrorKind::invalid, fmt::format("step {} cannot be filled in by itself", before + 1));
            }
        }
        return {};
    }

    core::Result<void> go_to(const std::string& screen) {
        const auto colon = screen.find(':');
        const std::string name = screen.substr(0, colon);
        std::string rest = colon == std::string::npos ? "" : screen.substr(colon + 1);
        const auto unknown = [&](std::string_view what, const std::string& which) {
            return core::fail(core::ErrorKind::not_found, fmt::format("there is no {} '{}'", what, which));
        };
        if (name == "home") return {};
        if (name == "services") does(OpenServices{rest});
        else if (name == "claim") does(OpenClaim{});
        else if (name == "language") does(OpenLanguages{});
        else if (name == "search") {
            does(OpenSearch{});
            does(TypeText{rest});
        } else if (name == "results") {
            does(OpenSearch{});
            does(TypeText{rest});
            does(ShowKeyboard{false});
        } else if (name == "topic") {
            does(OpenTopic{rest});
        } else if (name == "problem") {
            does(OpenProblem{rest});
            if (!std::holds_alternative<problem::State>(state.session.screens.back())) return unknown("known problem", rest);
        } else if (name == "article") {
            const auto hash = rest.find('#');
            const std::string anchor = hash == std::string::npos ? "" : rest.substr(hash + 1);
            rest.resize(std::min(hash, rest.size()));
            does(Follow{rest, anchor});
            const auto* shown = std::get_if<article::State>(&state.session.screens.back());
            if (!shown || !shown->article) return unknown("article", rest);
        } else if (name == "form") {
            const auto second = rest.find(':');
            std::size_t step = 1;
            if (second != std::string::npos) {
                const std::string number = rest.substr(second + 1);
                rest.resize(second);
                const auto read = std::from_chars(number.data(), number.data() + number.size(), step);
                if (read.ec != std::errc{} || read.ptr != number.data() + number.size()) return unknown("step", number);
            }
            does(OpenService{rest});
            if (!std::holds_alternative<form::State>(state.session.screens.back())) return unknown("service", rest);
            return go_to_step(step);
        } else if (name == "receipt") {
            core::SystemRandom random;
            receipt::State shown;
            shown.claim_code = catalog::make_claim_code("K7", 42, random);
            if (!state.content->catalog.services.empty()) shown.service = state.content->catalog.services.front().id;
            state.session.screens.emplace_back(std::move(shown));
        } else {
            return unknown("screen", name);
        }
        return {};
    }
};

core::Result<std::filesystem::path> content_of(const ShotOptions& options, const std::filesystem::path& work, core::Date today) {
    if (!options.content.empty()) {
        core::Problems problems;
        auto prepared = kb::prepare_folder(options.content, work / "prepared", today, problems);
        if (!prepared) return core::fail(prepared.error());
        return prepared->folder;
    }
    auto current = kb::current_release(DataFolder{options.data}.releases());
    if (!current) return core::fail(current.error());
    if (!*current) return core::fail(core::ErrorKind::not_found, "there is no content in this data folder yet");
    return (*current)->folder;
}

}  // namespace

int shot(const ShotOptions& options) {
    if (options.data.empty() == options.content.empty()) return complain("give either --data or --content");
    const auto size = size_from(options.size);
    if (!size) return complain(size.error());

    const core::SystemClock clock;
    core::SystemRandom random;
    const core::Date today{std::chrono::floor<std::chrono::days>(clock.now())};
    const WorkFolder work;
    const auto folder = content_of(options, work.path(), today);
    if (!folder) return complain(folder.error());
    const std::shared_ptr<const Content> home = load_home({*folder});
    const auto& sites = home->catalog.sites;
    const std::string site = !options.site.empty() || sites.empty() ? options.site : sites.front().id;
    const auto library = Library::open({*folder, 0, site}, today);
    if (!library) return complain(library.error());
    const paint::FontPlaces fonts{.bundled = assets() / "fonts", .cache = work.path() / "fonts"};
    const auto canvas = paint::Canvas::open(fonts);
    if (!canvas) return complain(canvas.error());
    const auto stage = ui::Stage::open(**canvas, assets());
    if (!stage) return complain(stage.error());

    Player player{start(library->content(), site, options.language.empty() ? "en" : options.language, clock.now()), *library, {}};
    player.moment = moment_of(player.state, clock, random);
    const ThemeName theme = options.theme == "dark"    ? ThemeName::dark
                            : options.theme == "light" ? ThemeName::light
                                                       : ThemeName::high_contrast;
    player.does(ChooseTheme{theme});
    player.does(ChooseTextScale{options.text_scale});
    if (auto there = player.go_to(options.screen); !there) return complain(there.error());

    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(size->width) * static_cast<std::size_t>(size->height) * 4);
    const paint::Framebuffer target{pixels.data(), size->width, size->height, size->width * 4};
    paint::Rasteriser rasteriser;
    paint::PictureDecoder decoder(fonts);
    const auto short_side = static_cast<float>(std::min(size->width, size->height));
    double now_ms = frame_ms;
    for (int frame = 0; frame < most_frames; ++frame, now_ms += frame_ms) {
        for (const Action& action : (*stage)->take({}, now_ms)) player.does(action);
        (*stage)->draw(player.state, {.window = {static_cast<float>(size->width), static_cast<float>(size->height)},
                                      .scale = short_side / 1080.0F,
                                      .now_ms = now_ms,
                                      .now = clock.now()});
        rasteriser.render((*stage)->picture(), (*canvas)->atlas(), target, (*stage)->background(), frame == 0);
        bool more = (*stage)->wants_frames();
        for (const ui::PictureWish& wish : (*stage)->take_wishes()) {
            std::optional<paint::Picture> picture;
            if (const auto file = library->file(wish.path)) {
                const auto* bytes = reinterpret_cast<const std::uint8_t*>(file->data());
                auto decoded = decoder.decode(std::span(bytes, file->size()), wish.request);
                if (decoded) picture = std::move(*decoded);
            }
            (*stage)->picture_came(wish, std::move(picture));
            more = true;
        }
        if (!more && frame > 2) break;
    }
    if (const auto written = paint::write_png(options.out, target); !written) return complain(written.error());
    return 0;
}

}  // namespace kiosk::cli
