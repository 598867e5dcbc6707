#include "kb/cli/generator.hpp"

#include <algorithm>
#include <array>
#include <random>

#include <fmt/format.h>

#include "core/base/utf8.hpp"

namespace kb::cli {
namespace {

constexpr std::string_view language = "en";  // names, typing errors and the peers' stemmer are for it
constexpr std::size_t fewest_sentences = 8;  // of a real article that is used
constexpr std::size_t fewest_sources = 10;
constexpr std::size_t shortest_sentence = 20;  // bytes
constexpr std::size_t longest_sentence = 400;
constexpr std::size_t bytes_a_section = 500;

// The numbers of one article. Only the engine is used: its numbers are the same everywhere, those of the standard
// library's distributions are not.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : engine_(seed * 0x9E3779B97F4A7C15u + 1) { engine_.discard(2); }
    std::size_t below(std::size_t limit) { return static_cast<std::size_t>(engine_() % limit); }
    bool happens(int percent) { return below(100) < static_cast<std::size_t>(percent); }
    template <class T>
    const T& one_of(const std::vector<T>& all) {
        return all[below(all.size())];
    }

private:
    std::mt19937_64 engine_;
};

// 8,000 family names: more than any company has.
std::string name_of(std::size_t number) {
    static constexpr std::array<std::string_view, 20> first{"Al", "Ber", "Cor", "Dan", "El", "Far", "Gor", "Har", "Il", "Jan", "Kel", "Lor", "Mar", "Nor", "Os", "Pal", "Quin", "Ros", "Sal", "Ter"};
    static constexpr std::array<std::string_view, 20> middle{"a", "be", "ci", "do", "e", "fa", "go", "hi", "i", "ke", "la", "mo", "ni", "o", "pe", "ra", "si", "to", "u", "ve"};
    static constexpr std::array<std::string_view, 20> last{"berg", "cott", "dale", "er", "field", "gard", "ham", "kin", "ley", "man", "nek", "over", "ric", "son", "ton", "uk", "vic", "well", "yard", "zen"};
    return fmt::format("{}{}{}", first[number % 20], middle[number / 20 % 20], last[number / 400 % 20]);
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Two neighbouring letters of a longer word change places.
void mistype(std::string& text, Dice& dice) {
    for (int tries = 0; tries < 20 && text.size() > 8; ++tries) {
        const std::size_t at = 2 + dice.below(text.size() - 6);
        if (std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at) - 2, text.begin() + static_cast<std::ptrdiff_t>(at) + 4, is_letter) && text[at] != text[at + 1]) {
            std::swap(text[at], text[at + 1]);
            return;
        }
    }
}

void add_sentences(const std::string& text, std::vector<std::string>& sentences) {
    std::size_t begin = 0;
    while (begin < text.size()) {
        std::size_t end = text.find(". ", begin);
        end = end == std::string::npos ? text.size() : end + 1;
        const std::string sentence(core::utf8::trimmed(std::string_view(text).substr(begin, end - begin)));
        if (sentence.size() >= shortest_sentence && sentence.size() <= longest_sentence) sentences.push_back(sentence);
        begin = end + 1;
    }
}

Block paragraph(std::string text) {
    Block block;
    block.words.text = std::move(text);
    return block;
}

Block heading(std::string text, std::size_t number) {
    Block block;
    block.kind = Block::Kind::heading;
    block.level = 2;
    block.words.text = std::move(text);
    block.anchor = fmt::format("section-{}", number);
    return block;
}

}  // namespace

core::Result<Generator> Generator::from(const Collection& real, std::size_t mean_bytes) {
    Generator generator;
    generator.mean_bytes_ = mean_bytes;
    for (const Article& article : real.articles) {
        if (article.language != language) continue;
        Source source{article.title, {}, {}};
        for (const Block& block : article.blocks) {
            if (block.kind == Block::Kind::heading) source.headings.push_back(block.words.text);
            if (block.kind == Block::Kind::paragraph || block.kind == Block::Kind::list_item) add_sentences(block.words.text, source.sentences);
        }
        if (source.headings.empty()) source.headings.push_back(article.title);
        if (source.sentences.size() >= fewest_sentences) generator.sources_.push_back(std::move(source));
    }
    if (generator.sources_.size() < fewest_sources) {
        return core::fail(core::ErrorKind::invalid, fmt::format("{} has {} English articles of {} sentences or more; name a folder that has {}", real.folder.string(),
                                                                generator.sources_.size(), fewest_sentences, fewest_sources));
    }
    return generator;
}

Article Generator::article(std::size_t number) const {
    Dice dice(number);
    const Source& source = dice.one_of(sources_);
    Article article;
    article.language = language;
    article.slug = fmt::format("generated-{:07}", number);
    article.id = fmt::format("{}/{}", language, article.slug);
    article.path = fmt::format("articles/{}.md", article.id);
    article.title = fmt::format("{} {}", source.title, name_of(dice.below(8000)));

    const std::size_t size = mean_bytes_ / 2 + dice.below(mean_bytes_);
    std::string text;
    std::size_t sections = 0;
    for (std::size_t bytes = 0; bytes < size;) {
        if (text.size() >= bytes_a_section) {
            article.blocks.push_back(paragraph(std::move(text)));
            text.clear();
            article.blocks.push_back(heading(dice.one_of(source.headings), ++sections));
        }
        const std::string& sentence = dice.one_of(source.sentences);
        if (!text.empty()) text += ' ';
        text += sentence;
        bytes += sentence.size() + 1;
    }
    if (dice.happens(30)) mistype(text, dice);
    if (dice.happens(50)) text += fmt::format(" Incident INC{:07}, ask {} {}.", number, name_of(dice.below(8000)), name_of(dice.below(8000)));
    article.blocks.push_back(paragraph(std::move(text)));
    return article;
}

std::string Generator::question(std::size_t number) const {
    const Article sought = article(number);
    std::vector<std::string> words;
    const auto add_words = [&words](std::string_view text, std::size_t shortest) {
        std::string word;
        for (const char c : text) {
            if (is_letter(c)) {
                word += c;
                continue;
            }
            if (word.size() >= shortest) words.push_back(word);
            word.clear();
        }
        if (word.size() >= shortest) words.push_back(word);
    };
    add_words(sought.title, 1);
    if (words.size() > 4) words.resize(4);
    add_words(sought.blocks.front().words.text, 6);
    words.resize(std::min<std::size_t>(words.size(), 5));
    std::string question;
    for (const std::string& word : words) question += (question.empty() ? "" : " ") + word;
    Dice dice(number);
    if (number % 3 == 0) mistype(question, dice);
    return question;
}

}  // namespace kb::cli
