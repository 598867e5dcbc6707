// What the deciding side asks of the world. The shell's worker does these and answers with actions.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/catalog/answers.hpp"
#include "core/catalog/feedback.hpp"

namespace kiosk {

struct FindArticles {
    std::string words;
    std::string language;
};
struct OpenArticle {
    std::string id;
    std::string language;  // that the person reads; another is the fallback
    std::string anchor;
};
// Writes the request to the outbox; answered by Queued or NotQueued.
struct Submit {
    std::string request_id;
    std::string service;
    std::string service_version;
    std::string title;
    std::string language;
    std::string site;
    catalog::Answers answers;  // finalised
    std::string article;
    std::string search_words;
};
struct LookUp {
    std::string claim_code;  // in normal form
};
// A session ended that searched or read: seals what it tells to the desk and keeps it until the desk has it.
struct KeepFeedback {
    catalog::Feedback feedback;
};
// Forget everything of the person: caches, clipboard, the search words in the worker.
struct WipeSession {};

using Effect = std::variant<FindArticles, OpenArticle, Submit, LookUp, KeepFeedback, WipeSession>;
using Effects = std::vector<Effect>;

}  // namespace kiosk
