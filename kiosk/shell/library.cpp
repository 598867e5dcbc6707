#include "kiosk/shell/library.hpp"

#include <malloc.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/base/file.hpp"
#include "kb/release.hpp"

namespace kiosk {
namespace {

constexpr std::size_t most_hits = 20;
constexpr std::size_t most_suggestions = 6;  // in one row above the keys

bool is_for_site(const std::vector<std::string>& sites, const std::string& site) {
    return site.empty() || sites.empty() || std::find(sites.begin(), sites.end(), site) != sites.end();
}

// Nobody has signed in at a kiosk, so it offers what is for everyone who may stand before it.
bool is_for_everyone(const std::vector<std::string>& audience) {
    return audience.empty() || std::any_of(audience.begin(), audience.end(), [](const std::string& who) {
        return who == "public" || who == "staff";
    });
}

bool is_known_on(const catalog::KnownProblem& known, core::Date day) {
    return (!known.since || *known.since <= day) && (!known.until || day < *known.until);
}

template <class T>
bool same_ids(const std::vector<T>& a, const std::vector<T>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const T& one, const T& other) { return one.id == other.id; });
}

std::shared_ptr<Content> load(const Showing& showing) {
    core::Problems problems;  // told when the release was built; what is wrong now was not wrong enough then
    auto content = std::make_shared<Content>();
    content->catalog = catalog::load_catalog(showing.folder, problems);
    std::erase_if(content->catalog.services, [&](const catalog::Service& service) {
        return !is_for_site(service.sites, showing.site) || !is_for_everyone(service.audience);
    });
    std::erase_if(content->catalog.known_problems, [&](const catalog::KnownProblem& known) {
        return !is_for_site(known.sites, showing.site) || !is_for_everyone(known.audience);
    });
    content->words = core::Words::load(showing.folder / "translations", content->catalog.fallback, problems);
    content->release = showing.release;
    return content;
}

}  // namespace

std::shared_ptr<const Content> load_home(const Showing& showing) {
    auto content = load(showing);
    content->catalog.known_problems.clear();  // which of them are of today is told with the articles
    return content;
}

core::Result<Library> Library::open(const Showing& showing, core::Date today) {
    auto searcher = kb::Searcher::open(kb::index_of(showing.folder));
    if (!searcher) return core::fail(searcher.error().in("search"));
    core::Problems problems;
    auto heads = kb::load_collection(showing.folder, problems);
    if (!heads) return core::fail(heads.error().in("content"));

    for (kb::Article& article : heads->articles) article.blocks = {};
    malloc_trim(0);  // the blocks of all articles stood there for a moment
    auto content = load(showing);
    auto known_problems = std::exchange(content->catalog.known_problems, {});
    Library library(std::move(*heads), std::move(known_problems), std::move(*searcher), std::move(content), showing.site);
    library.turn_to(today);
    return library;
}

bool Library::turn_to(core::Date today) {
    if (today == today_) return false;
    today_ = today;
    auto content = std::make_shared<Content>(*content_);
    content->articles.clear();
    for (const kb::Article& article : heads_.articles) {
        if (!kb::is_shown(article, today) || !is_for_site(article.sites, site_)) continue;
        content->articles.push_back({article.id, article.title, article.language, article.category, article.description});
    }
    auto& known_problems = content->catalog.known_problems;
    known_problems.clear();
    std::copy_if(known_problems_.begin(), known_problems_.end(), std::back_inserter(known_problems),
                 [today](const catalog::KnownProblem& known) { return is_known_on(known, today); });
    const bool differs = !same_ids(content->articles, content_->articles) ||
                         !same_ids(known_problems, content_->catalog.known_problems);
    content_ = std::move(content);
    return differs;
}

core::Result<kb::Found> Library::find(std::string_view words, std::string_view language) const {
    kb::Question question;
    question.words = words;
    question.language = language;
    question.limit = most_hits;
    question.today = today_;
    question.site = site_;
    question.suggestions = most_suggestions;
    return searcher_.search(question);
}

std::shared_ptr<const kb::Article> Library::article(std::string_view id, std::string_view language) const {
    const kb::Article* head = heads_.in_language(id, language, content_->catalog.fallback);
    if (!head || !is_shown(head->id)) return nullptr;
    core::Problems problems;
    auto article = kb::load_article(heads_.folder, head->path, problems);
    if (!article) return nullptr;
    // What a path alone cannot tell was decided when the whole folder was seen.
    article->id = head->id;
    article->slug = head->slug;
    article->language = head->language;
    return std::make_shared<const kb::Article>(std::move(*article));
}

bool Library::is_shown(std::string_view article_id) const {
    const auto& shown = content_->articles;  // in the order of the collection: by id
    const auto found = std::lower_bound(shown.begin(), shown.end(), article_id,
                                        [](const ArticleTitle& title, std::string_view id) { return title.id < id; });
    return found != shown.end() && found->id == article_id;
}

core::Result<std::string> Library::file(std::string_view path) const {
    const auto clean = std::filesystem::path(path).lexically_normal();
    if (clean.is_absolute() || clean.empty() || *clean.begin() == "..") {
        return core::fail(core::ErrorKind::denied, "a picture outside of the content folder");
    }
    return core::read_file(heads_.folder / clean);
}

}  // namespace kiosk
