// Where Markdown names what it links to and shows: for changing targets without touching anything else.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace kb {

struct LinkPlace {
    enum class Kind { link, picture, wiki };
    Kind kind = Kind::link;
    std::size_t begin = 0;  // of the target without its brackets or quotes; of a wiki link, what stands between [[ and ]]
    std::size_t end = 0;
    int line = 1;
    bool in_angles = false;  // <my file.md>: only there may a target hold spaces
};

// [a](b.md), [a](<b c.md>), ![a](b.png), [a]: b.md, <a href="b.md">, <img src="b.png">, [[Page|words]]; in their order, and
// not in fenced code, code spans and comments. What is indented by four spaces may be code or part of a list: only the
// parser knows, so these places are among the answers.
[[nodiscard]] std::vector<LinkPlace> link_places(std::string_view markdown);

// By its ending: "till.PNG".
[[nodiscard]] bool names_picture(std::string_view target);

}  // namespace kb
