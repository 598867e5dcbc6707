#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "kb/cli/commands.hpp"
#include "kb/collection.hpp"

namespace kb::cli {
namespace {

struct Options {
    std::string folder;
    std::string article;
    std::string language = "en";
};

std::string_view name_of(CalloutKind kind) {
    switch (kind) {
        case CalloutKind::note: return "NOTE";
        case CalloutKind::tip: return "TIP";
        case CalloutKind::warning: return "WARNING";
        case CalloutKind::danger: return "DANGER";
    }
    return "";
}

void print_line(std::string_view name, const std::string& value) {
    if (!value.empty()) fmt::print("{:12} {}\n", name, value);
}

void print_date(std::string_view name, const std::optional<core::Date>& date) {
    if (date) print_line(name, core::to_text(*date));
}

void print_about(const Article& article) {
    fmt::print("{}\n\n", article.title);
    print_line("id", article.id);
    print_line("language", article.language);
    print_line("description", article.description);
    print_line("category", article.category);
    print_line("keywords", fmt::format("{}", fmt::join(article.keywords, ", ")));
    print_line("owner", article.owner);
    print_date("published", article.published);
    print_date("updated", article.updated);
    print_date("review by", article.review_by);
    print_date("expires", article.expires);
    print_line("audience", fmt::format("{}", fmt::join(article.audience, ", ")));
    print_line("sites", fmt::format("{}", fmt::join(article.sites, ", ")));
    print_line("related", fmt::format("{}", fmt::join(article.related, ", ")));
    print_line("services", fmt::format("{}", fmt::join(article.services, ", ")));
    print_line("translates", article.translation_of);
    if (article.draft) print_line("draft", "yes");
    print_line("reading", fmt::format("{} min", article.reading_minutes()));
    fmt::print("\n");
}

void print_block(const Block& block) {
    const std::string before(static_cast<std::size_t>(block.quote_depth) * 2, '>');
    switch (block.kind) {
        case Block::Kind::heading: fmt::print("\n{}{} {}  (#{})\n", before, std::string(static_cast<std::size_t>(block.level), '#'), block.words.text, block.anchor); break;
        case Block::Kind::paragraph: fmt::print("{}{}\n", before, block.words.text); break;
        case Block::Kind::list_item: fmt::print("{}{}{} {}\n", before, std::string(static_cast<std::size_t>(block.level) * 2, ' '), block.marker, block.words.text); break;
        case Block::Kind::picture: fmt::print("{}[picture {}: {}]\n", before, block.picture, block.alt); break;
        case Block::Kind::code: fmt::print("{}    {}\n", before, block.words.text); break;
        case Block::Kind::rule: fmt::print("{}----\n", before); break;
        case Block::Kind::table:
            for (const auto& row : block.rows) {
                std::string line;
                for (const RichText& cell : row) line += "| " + cell.text + " ";
                fmt::print("{}{}|\n", before, line);
            }
            break;
    }
}

int run(const Options& options) {
    core::Problems problems;
    const auto collection = load_collection(options.folder, problems);
    if (!collection) return say_failure(collection.error());
    const Article* article = collection->article(options.article);
    if (!article) article = collection->in_language(options.article, options.language);
    if (!article) return say_failure({core::ErrorKind::not_found, fmt::format("there is no article '{}' in {}", options.article, options.folder)});
    print_about(*article);
    std::int32_t callout = -1;
    for (const Block& block : article->blocks) {
        if (block.callout >= 0 && block.callout != callout) fmt::print("[{}]\n", name_of(block.callout_kind));
        callout = block.callout;
        print_block(block);
    }
    return done;
}

}  // namespace

void add_show(CLI::App& program, int& exit_code) {
    auto* command = program.add_subcommand("show", "Print an article as plain text, the way the kiosk understands it.");
    auto options = std::make_shared<Options>();
    command->add_option("DIR", options->folder, "A content folder, a release, or any folder of Markdown")->required();
    command->add_option("ARTICLE", options->article, "Its id (en/card-reader) or short name (card-reader)")->required();
    command->add_option("--lang", options->language, "Language, when a short name is given")->default_val("en");
    command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace kb::cli
