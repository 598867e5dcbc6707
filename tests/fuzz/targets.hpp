// What must hold for every sequence of bytes; a broken promise stops the program. The fuzzers look for such bytes, and
// an ordinary test replays what they found interesting.
#pragma once

#include <string_view>

namespace fuzz {

// An article's way from the file to a hit: front matter, Markdown, words, snippet, and the mechanical mending.
void read_article(std::string_view bytes);

// The list of a release's files, as a kiosk reads it.
void read_manifest(std::string_view bytes);

}  // namespace fuzz
