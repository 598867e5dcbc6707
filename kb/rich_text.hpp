// Puts the text of a block together run by run.
#pragma once

#include <string>
#include <string_view>

#include "kb/markdown.hpp"

namespace kb {

// How the next run looks; the same fields as a span's.
struct RunStyle {
    bool bold = false;
    bool italic = false;
    bool code = false;
    bool strike = false;
    std::string link;
};

class RichTextBuilder {
public:
    // White space at both ends and around breaks collapses as in a browser; `exact` keeps it.
    void add(std::string_view text, const RunStyle& style, bool exact = false);
    void soft_break() { soft_break_ = true; }
    void hard_break();

    [[nodiscard]] bool empty() const { return words_.text.empty(); }
    // What was built; the builder is empty afterwards.
    [[nodiscard]] RichText take();

private:
    void mark(std::size_t begin, const RunStyle& style);

    RichText words_;
    bool soft_break_ = false;
};

}  // namespace kb
