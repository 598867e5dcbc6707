#include "core/base/utf8.hpp"

#include <memory>

#include <unicode/brkiter.h>
#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>

namespace core::utf8 {
namespace {

// Making an iterator costs far more than using it; each thread keeps one.
icu::BreakIterator& characters_of(std::string_view text, UText& holder) {
    thread_local std::unique_ptr<icu::BreakIterator> iterator = [] {
        UErrorCode status = U_ZERO_ERROR;
        return std::unique_ptr<icu::BreakIterator>(
            icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
    }();
    UErrorCode status = U_ZERO_ERROR;
    utext_openUTF8(&holder, text.data(), static_cast<std::int64_t>(text.size()), &status);
    iterator->setText(&holder, status);
    return *iterator;
}

class Characters {
public:
    explicit Characters(std::string_view text) : iterator_(characters_of(text, holder_)) {}
    ~Characters() { utext_close(&holder_); }
    Characters(const Characters&) = delete;
    Characters& operator=(const Characters&) = delete;
    icu::BreakIterator* operator->() { return &iterator_; }

private:
    UText holder_ = UTEXT_INITIALIZER;
    icu::BreakIterator& iterator_;
};

}  // namespace

std::optional<std::size_t> find_invalid(std::string_view text) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto size = static_cast<std::int64_t>(text.size());
    for (std::int64_t at = 0; at < size;) {
        const std::int64_t start = at;
        UChar32 c = 0;
        U8_NEXT(bytes, at, size, c);
        if (c < 0) return static_cast<std::size_t>(start);
    }
    return std::nullopt;
}

std::string repaired(std::string_view text) {
    std::string whole;
    while (const auto bad = find_invalid(text)) {
        whole.append(text.substr(0, *bad)).append("\xEF\xBF\xBD");
        text.remove_prefix(*bad + 1);
        while (!text.empty() && (static_cast<unsigned char>(text.front()) & 0xC0) == 0x80) text.remove_prefix(1);
    }
    return whole.append(text);
}

std::size_t length(std::string_view text) {
    Characters characters(text);
    std::size_t count = 0;
    for (characters->first(); characters->next() != icu::BreakIterator::DONE;) ++count;
    return count;
}

std::size_t next_boundary(std::string_view text, std::size_t at) {
    if (at >= text.size()) return text.size();
    Characters characters(text);
    const auto next = characters->following(static_cast<std::int32_t>(at));
    return next == icu::BreakIterator::DONE ? text.size() : static_cast<std::size_t>(next);
}

std::size_t previous_boundary(std::string_view text, std::size_t at) {
    if (at == 0) return 0;
    Characters characters(text);
    const auto previous = characters->preceding(static_cast<std::int32_t>(std::min(at, text.size())));
    return previous == icu::BreakIterator::DONE ? 0 : static_cast<std::size_t>(previous);
}

std::string shortened(std::string_view text, std::size_t count) {
    Characters characters(text);
    characters->first();
    std::size_t last_fit = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const auto end = characters->next();
        if (end == icu::BreakIterator::DONE) return std::string(text);
        if (i + 1 < count) last_fit = static_cast<std::size_t>(end);
        if (static_cast<std::size_t>(end) == text.size()) return std::string(text);
    }
    return std::string(text.substr(0, last_fit)) + "…";
}

std::string folded(std::string_view text) {
    std::string out;
    icu::StringByteSink<std::string> sink(&out);
    UErrorCode status = U_ZERO_ERROR;
    icu::CaseMap::utf8Fold(0, icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())), sink, nullptr,
                           status);
    return out;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const auto begin = text.find_first_not_of(blank);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

}  // namespace core::utf8
