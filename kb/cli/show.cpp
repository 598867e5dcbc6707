#include <array>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "kb/cli/commands.hpp"
#include "kb/collection.hpp"
#include "kb/reading.hpp"

namespace kb::cli {
namespace {

struct Options {
    std::string folder;
    std::string article;
    std::string language = "en";
    bool revision = false;
    bool json = false;
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
    print_line("revision", revision_of(article));
    if (article.draft) print_line("draft", "yes");
    const auto ease = reading_ease(article.blocks, article.language);
    print_line("reading", fmt::format("{} min{}", article.reading_minutes(), ease ? fmt::format(", {} ({:.0f} of 100, {})", ease->said_as, ease->score, ease->formula) : ""));
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

core::Json to_json(const RichText& words) {
    core::Json json{{"text", words.text}, {"spans", core::Json::array()}};
    for (const Span& span : words.spans) {
        json["spans"].push_back({{"begin", span.begin}, {"end", span.end}, {"bold", span.bold}, {"italic", span.italic}, {"code", span.code}, {"strike", span.strike}, {"link", span.link}});
    }
    return json;
}

core::Json to_json(const Block& block) {
    constexpr std::array<std::string_view, 7> kinds{"heading", "paragraph", "list_item", "table", "picture", "code", "rule"};
    core::Json json{{"kind", kinds[static_cast<std::size_t>(block.kind)]}, {"line", block.line}, {"quote_depth", block.quote_depth}};
    if (block.callout >= 0) json["callout"] = name_of(block.callout_kind);
    switch (block.kind) {
        case Block::Kind::heading: json["anchor"] = block.anchor; [[fallthrough]];
        case Block::Kind::list_item:
            json["level"] = block.level;
            json["marker"] = block.marker;
            [[fallthrough]];
        case Block::Kind::paragraph:
        case Block::Kind::code: json["words"] = to_json(block.words); break;
        case Block::Kind::picture:
            json["picture"] = block.picture;
            json["alt"] = block.alt;
            json["caption"] = block.words.text;
            break;
        case Block::Kind::table:
            json["columns"] = core::Json::array();
            for (const Alignment each : block.columns) json["columns"].push_back(each == Alignment::centre ? "centre" : each == Alignment::end ? "end" : "start");
            json["rows"] = core::Json::array();
            for (const auto& row : block.rows) {
                core::Json& cells = json["rows"].emplace_back(core::Json::array());
                for (const RichText& cell : row) cells.push_back(to_json(cell));
            }
            break;
        case Block::Kind::rule: break;
    }
    return json;
}

core::Json to_json(const Article& article) {
    core::Json json{{"id", article.id},         {"path", article.path},     {"language", article.language}, {"title", article.title}, {"description", article.description},
                    {"category", article.category}, {"keywords", article.keywords}, {"revision", revision_of(article)}, {"blocks", core::Json::array()}};
    for (const Block& block : article.blocks) json["blocks"].push_back(to_json(block));
    return json;
}

int run(const Options& options) {
    core::Problems problems;
    const auto collection = load_collection(options.folder, problems);
    if (!collection) return say_failure(collection.error());
    if (options.article.empty()) {
        for (const Article& each : collection->articles) {
            options.revision ? fmt::print("{} {}\n", revision_of(each), each.id) : fmt::print("{}\n", options.json ? to_json(each).dump() : each.id);
        }
        return done;
    }
    const Article* article = collection->article(options.article);
    if (!article) article = collection->in_language(options.article, options.language);
    if (!article) return say_failure({core::ErrorKind::not_found, fmt::format("there is no article '{}' in {}", options.article, options.folder)});
    if (options.revision || options.json) {
        fmt::print("{}\n", options.revision ? revision_of(*article) : to_json(*article).dump());
        return done;
    }
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
    command->add_option("ARTICLE", options->article, "Its id (en/card-reader) or short name (card-reader); without it all articles are listed");
    command->add_option("--lang", options->language, "Language, when a short name is given")->default_val("en");
    command->add_flag("--revision", options->revision, "Print only its revision, which a translation writes down as `source_revision`");
    command->add_flag("--json", options->json, "Print it as the list of blocks that kiosk and portal show, one line an article; ranges are bytes")->excludes("--revision");
    command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace kb::cli
