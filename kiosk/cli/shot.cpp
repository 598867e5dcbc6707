#include <cstdint>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "kb/release.hpp"
#include "kiosk/cli/commands.hpp"
#include "kiosk/paint/png.hpp"
#include "kiosk/shell/loop.hpp"

namespace kiosk::cli {
namespace {

constexpr int most_frames = 240;  // of one shot, until nothing moves any more
constexpr double frame_ms = 1000.0 / 60.0;

// Does at once what the worker would do, for the screens that a picture can show.
void settle(State& state, const Effects& effects, const Library& library, const Moment& moment) {
    for (const Effect& effect : effects) {
        if (const auto* search = std::get_if<FindArticles>(&effect)) {
            auto found = library.find(search->words, search->language);
            settle(state, update(state, HitsCame{search->words, found ? std::move(*found) : kb::Found{}, search->language}, moment), library, moment);
        } else if (const auto* open = std::get_if<OpenArticle>(&effect)) {
            settle(state, update(state, ArticleCame{open->id, library.article(open->id, open->language), open->language}, moment), library, moment);
        }
    }
}

std::optional<Actions> way_to(const std::string& screen) {
    const auto colon = screen.find(':');
    const std::string name = screen.substr(0, colon);
    const std::string rest = colon == std::string::npos ? "" : screen.substr(colon + 1);
    if (name == "home") return Actions{};
    if (name == "search") return Actions{OpenSearch{}, TypeText{rest}};
    if (name == "article" && !rest.empty()) return Actions{Follow{rest, {}}};
    if (name == "services") return Actions{OpenServices{rest}};
    if (name == "form" && !rest.empty()) return Actions{OpenService{rest}};
    if (name == "claim") return Actions{OpenClaim{}};
    if (name == "language") return Actions{OpenLanguages{}};
    return std::nullopt;
}

}  // namespace

int shot(const ShotOptions& options) {
    if (options.data.empty() == options.content.empty()) return complain("give either --data or --content");
    const auto size = size_from(options.size);
    if (!size) return complain(size.error());
    const auto way = way_to(options.screen);
    if (!way) return complain(fmt::format("there is no screen '{}'; see kiosk shot --help", options.screen));

    const core::SystemClock clock;
    core::SystemRandom random;
    const core::Date today{std::chrono::floor<std::chrono::days>(clock.now())};
    const std::filesystem::path own = std::filesystem::temp_directory_path() / fmt::format("foyer-shot-{}", clock.now_precise().time_since_epoch().count());
    struct Gone {
        const std::filesystem::path& path;
        ~Gone() {
            std::error_code ignored;
            std::filesystem::remove_all(path, ignored);
        }
    } gone{own};
    std::filesystem::path folder;
    if (!options.content.empty()) {
        core::Problems problems;
        const auto prepared = kb::prepare_folder(options.content, own / "prepared", today, problems);
        if (!prepared) return complain(prepared.error());
        folder = prepared->folder;
    } else {
        const auto current = kb::current_release(DataFolder{options.data}.releases());
        if (!current) return complain(current.error());
        if (!*current) return complain("there is no content in this data folder yet");
        folder = (*current)->folder;
    }
    const auto library = Library::open(folder, 0, today);
    if (!library) return complain(library.error());
    const paint::FontPlaces fonts{.bundled = assets() / "fonts", .cache = own / "fonts"};
    const auto canvas = paint::Canvas::open(fonts);
    if (!canvas) return complain(canvas.error());
    const auto stage = ui::Stage::open(**canvas, assets());
    if (!stage) return complain(stage.error());

    const auto& sites = library->content()->catalog.sites;
    State state = start(library->content(), sites.empty() ? "" : sites.front().id, options.language.empty() ? "en" : options.language, clock.now());
    const Moment moment = moment_of(state, clock, random);
    const ThemeName theme = options.theme == "dark" ? ThemeName::dark : options.theme == "light" ? ThemeName::light : ThemeName::high_contrast;
    Actions actions{ChooseTheme{theme}, ChooseTextScale{options.text_scale}};
    actions.insert(actions.end(), way->begin(), way->end());
    for (const Action& action : actions) settle(state, update(state, action, moment), *library, moment);

    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(size->width) * static_cast<std::size_t>(size->height) * 4);
    const paint::Framebuffer target{pixels.data(), size->width, size->height, size->width * 4};
    paint::Rasteriser rasteriser;
    paint::PictureDecoder decoder(fonts);
    const auto short_side = static_cast<float>(std::min(size->width, size->height));
    double now_ms = frame_ms;
    for (int frame = 0; frame < most_frames; ++frame, now_ms += frame_ms) {
        (void)(*stage)->take({}, now_ms);
        (*stage)->draw(state, {.window = {static_cast<float>(size->width), static_cast<float>(size->height)}, .scale = short_side / 1080.0F, .now_ms = now_ms, .now = clock.now()});
        rasteriser.render((*stage)->picture(), (*canvas)->atlas(), target, (*stage)->background(), frame == 0);
        bool more = (*stage)->wants_frames();
        for (const ui::PictureWish& wish : (*stage)->take_wishes()) {
            std::optional<paint::Picture> picture;
            if (const auto file = library->file(wish.path)) {
                auto decoded = decoder.decode(std::span(reinterpret_cast<const std::uint8_t*>(file->data()), file->size()), wish.request);
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
