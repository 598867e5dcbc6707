// A kiosk without a window: real content, real index, real decisions, real drawing; only the clock and the
// desk are ours.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "kb/collection.hpp"
#include "kb/searcher.hpp"
#include "kiosk/app/app.hpp"
#include "kiosk/paint/canvas.hpp"
#include "kiosk/paint/pictures.hpp"
#include "kiosk/paint/rasteriser.hpp"
#include "kiosk/ui/stage.hpp"
#include "kiosk/ui/theme.hpp"
#include "tests/support/folder.hpp"

namespace support {

// What is expensive and never changes: fonts, articles, index. Made once.
struct House {
    House();
    support::Folder folder;
    std::filesystem::path content_folder;
    kb::Collection collection;
    std::shared_ptr<const kiosk::Content> content;
    std::unique_ptr<kb::Searcher> searcher;
    std::unique_ptr<kiosk::paint::Canvas> canvas;
    std::unique_ptr<kiosk::paint::PictureDecoder> decoder;
};
House& house();

struct Look {
    int width = 1920;
    int height = 1080;
    float scale = 1;
    float text_scale = 1;
    std::string language = "en";
    kiosk::ThemeName theme = kiosk::ThemeName::light;
};

class Booth {
public:
    explicit Booth(const Look& look = {});

    kiosk::State state;
    std::unique_ptr<kiosk::ui::Stage> stage;
    double now_ms = 1000;
    core::Time now;

    // Feeds events, applies what comes back, answers effects, and draws until nothing moves.
    kiosk::Actions feel(const std::vector<kiosk::ui::InputEvent>& events);
    void settle() { feel({}); }
    void does(const kiosk::Action& action);
    // A short press in the middle of what is seen of an item; it is scrolled to before, as a person would.
    kiosk::Actions click(const std::string& id);
    void type(const std::string& keys);  // on the on-screen keyboard, letter by letter
    void bring_into_view(const std::string& id);

    [[nodiscard]] const kiosk::ui::Item* item(const std::string& id) const {
        return stage->registry().find(id);
    }
    template <class S>
    [[nodiscard]] const S* on() const {
        return std::get_if<S>(&state.session.screens.back());
    }
    void save(const std::filesystem::path& png);
    [[nodiscard]] const Look& look() const { return look_; }

    bool is_desk_there = true;
    std::optional<catalog::Progress> progress;  // that the desk tells for any code

private:
    void draw();
    void carry_out(const kiosk::Effects& effects);

    Look look_;
    int fresh_ = 0;
    std::vector<kiosk::Action> answers_;
};

// Screens worth looking at, by name, each led to as a person would get there.
struct Scene {
    const char* name;
    void (*enter)(Booth& booth);
};
const std::vector<Scene>& scenes();

}  // namespace support
