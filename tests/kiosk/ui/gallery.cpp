// Paints the kiosk's screens to PNG files, for people who look at them while they change them.
//
//   kiosk_gallery OUT [--scene NAME]... [--size 1920x1080] [--scale 1] [--text 1] [--language en] [--theme
//   light|dark|contrast]
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>

#include "booth.hpp"

int main(int count, char** values) {
    if (count < 2) {
        std::fprintf(stderr,
                     "kiosk_gallery OUT [--scene NAME]... [--size WxH] [--scale S] [--text S] [--language L] "
                     "[--theme T]\n");
        return 2;
    }
    const std::filesystem::path out = values[1];
    support::Look look;
    std::set<std::string> wanted;
    for (int i = 2; i + 1 < count; i += 2) {
        const std::string name = values[i];
        const std::string value = values[i + 1];
        if (name == "--scene") wanted.insert(value);
        if (name == "--size") std::sscanf(value.c_str(), "%dx%d", &look.width, &look.height);
        if (name == "--scale") look.scale = std::strtof(value.c_str(), nullptr);
        if (name == "--text") look.text_scale = std::strtof(value.c_str(), nullptr);
        if (name == "--language") look.language = value;
        if (name == "--theme" && value == "dark") look.theme = kiosk::ThemeName::dark;
        if (name == "--theme" && value == "contrast") look.theme = kiosk::ThemeName::high_contrast;
    }
    std::filesystem::create_directories(out);
    for (const support::Scene& scene : support::scenes()) {
        if (!wanted.empty() && !wanted.contains(scene.name)) continue;
        support::Booth booth(look);
        scene.enter(booth);
        booth.save(out / (std::string(scene.name) + ".png"));
    }
    return 0;
}
