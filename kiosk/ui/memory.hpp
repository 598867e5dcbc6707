// What the drawing side remembers from frame to frame: where things are scrolled to, what is pressed, what is
// measured.
//
// It belongs to the session: `forget` overwrites what could tell of the person and starts anew. Nothing here
// decides anything; if all of it were lost, the same screen would be shown from its top.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kb/article.hpp"
#include "kiosk/app/content.hpp"
#include "kiosk/paint/atlas.hpp"
#include "kiosk/paint/geometry.hpp"
#include "kiosk/paint/text.hpp"

namespace kiosk::ui {

struct Scroll {
    float offset = 0;    // may lie beyond the ends while a finger pulls
    float velocity = 0;  // pixels a second
    float content_height = 0;
    float view_height = 0;
    bool held = false;

    [[nodiscard]] float furthest() const { return std::max(0.0F, content_height - view_height); }
};

// Where the text of a field stands, so that a tap finds its letter and arrows move by what is seen.
struct TextPlace {
    std::string item;
    std::shared_ptr<const paint::Layout> layout;
    paint::Point origin;  // window pixels
    std::size_t caret = 0;
    std::size_t length = 0;
    bool has_caret = false;
};

struct PictureSlot {
    enum class State : std::uint8_t { wished, shown, broken } state = State::wished;
    paint::PictureTexture texture;
    std::string path;
    int width = 0;  // it was wished for
    std::size_t last_frame = 0;
};

// Heights of an article's blocks, for one width and zoom. Blocks not yet laid out have a guess.
struct Measures {
    std::shared_ptr<const kb::Article> article;
    float width = 0;
    float zoom = 0;
    std::string highlight;
    std::vector<float> heights;
    std::vector<bool> known;
    std::string anchor;                // held at the top until the person scrolls
    std::optional<float> anchored_at;  // the offset that put it there
    std::string anchor_seen;           // that the state named last

    void hold(std::string heading) {
        anchor = std::move(heading);
        anchored_at.reset();
    }
};

// How many answers and forms each topic has, in one language of one content.
struct TopicCounts {
    const Content* content = nullptr;
    std::string language;
    std::map<std::string, std::pair<int, int>, std::less<>> by_topic;
};

struct Memory {
    std::map<std::string, Scroll, std::less<>> scrolls;

    std::string pressed;   // the item under the finger
    std::string released;  // whose press is fading
    double released_ms = 0;

    std::string focus;  // by a physical keyboard or keypad
    bool focus_shown = false;
    std::string reveal;        // to be scrolled into view after this frame
    float reveal_height = 0;   // from its top on, with what belongs to it
    std::string revealed_for;  // what the last reveal answered, so that it is done once

    bool shift = false;
    bool symbols = false;
    std::string keyboard;  // the language chosen on it; empty: the session's
    std::map<std::string, std::chrono::year_month, std::less<>> months;
    std::vector<TextPlace> text_places;

    Measures measures;
    std::map<std::string, PictureSlot, std::less<>> pictures;
    TopicCounts counts;
    std::map<std::string, float, std::less<>>
        card_heights;               // of cards drawn around what is only then measured
    std::size_t results_shown = 0;  // a number for the search that the results answer

    std::string screen;  // the last drawn, so that a new one starts from its top
    std::size_t frame = 0;
    bool again = false;  // this frame wants another

    void forget();
};

}  // namespace kiosk::ui
