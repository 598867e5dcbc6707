// The on-screen keyboard. Layouts are data: assets/keyboards, one file a language, and three for all.
//
// A key holds a whole character as people see it, which may be several code points. Its id is that of the
// character without shift, so that a key keeps its name. Keys act when the finger comes down.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "kiosk/ui/frame.hpp"

namespace kiosk::ui {

struct KeyLayout {
    using Rows = std::vector<std::vector<std::string>>;
    std::string name;  // on the key that changes the language
    Rows rows;
    Rows shifted;  // empty: there is no shift
};

class Keyboards {
public:
    [[nodiscard]] static core::Result<Keyboards> load(const std::filesystem::path& folder);

    // Of a language, by its tag or its first part; else the English one.
    [[nodiscard]] const KeyLayout& of(std::string_view language) const;
    [[nodiscard]] bool has(std::string_view language) const;
    [[nodiscard]] const KeyLayout& symbols() const { return symbols_; }
    [[nodiscard]] const KeyLayout& numbers() const { return numbers_; }
    [[nodiscard]] const KeyLayout& code() const { return code_; }

private:
    std::map<std::string, KeyLayout, std::less<>> layouts_;
    KeyLayout symbols_;
    KeyLayout numbers_;
    KeyLayout code_;
};

struct Keyboard {
    enum class Kind : std::uint8_t { letters, numbers, code } kind = Kind::letters;
    std::string enter;  // what the Enter key does, in words
    std::string_view enter_icon;
    std::vector<Deed> enter_deeds;
    std::vector<Deed> hide_deeds = {};  // empty: it cannot be put away
    std::string extra = {};             // one more key beside the space bar: "@"
};

// The keyboard stands at the lower edge of the screen and takes this much of it.
[[nodiscard]] float height_of(Frame& frame, const Keyboards& keyboards, const Keyboard& keyboard);
void draw(Frame& frame, const Keyboards& keyboards, const Keyboard& keyboard);

// The language after the one shown, among those of the company.
[[nodiscard]] std::string next_language(const Keyboards& keyboards,
                                        const std::vector<core::Language>& languages, std::string_view shown);

}  // namespace kiosk::ui
