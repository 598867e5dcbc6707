#include "tests/kiosk/app/kit.hpp"

namespace support {
namespace {

constexpr const char* till_fault = R"(
id: till-fault
title: {en: Report a till fault, de: Kassenstörung melden}
summary: {en: Tills and drawers., de: Kassen und Schubladen.}
icon: point_of_sale
department: it
category: tills
kind: incident
routing: {team: it-stores}
steps:
  - id: what
    title: {en: What happens}
    fields:
      - id: problem
        type: choice
        label: {en: What is wrong?}
        required: true
        choices:
          - {value: dark, label: {en: It is dark}}
          - {value: drawer, label: {en: The drawer sticks}}
  - id: drawer
    title: {en: The drawer}
    fields:
      - id: key
        type: yes_no
        label: {en: Is the key there?}
        required: true
        show_when: {field: problem, is: drawer}
  - id: more
    title: {en: More}
    fields:
      - id: details
        type: long_text
        label: {en: What did you see?}
        required: true
        prefill: search
      - id: helped_by
        type: text
        label: {en: Article}
        prefill: article
      - id: where
        type: site
        label: {en: Where}
        prefill: site
      - id: count
        type: number
        label: {en: How many}
)";

constexpr const char* question = R"(
id: question
title: {en: Ask us anything}
summary: {en: We find who knows.}
icon: help
department: it
category: other
kind: question
routing: {team: it-stores}
steps:
  - id: what
    title: {en: Your question}
    fields:
      - {id: words, type: long_text, label: {en: Your question}, required: true}
)";

}  // namespace

std::shared_ptr<const kiosk::Content> small_content() {
    auto content = std::make_shared<kiosk::Content>();
    content->catalog.languages = {"en", "de"};
    content->catalog.departments.push_back({"it", core::Text("IT"), "computer"});
    content->catalog.topics.push_back({"tills", core::Text("Tills"), "point_of_sale", 1});
    catalog::Site site;
    site.id = "harbour-street";
    site.title = core::Text("Harbour Street");
    site.zone = "Europe/London";
    content->catalog.sites.push_back(site);
    for (const char* text : {question, till_fault}) {
        core::Problems problems;
        auto service = catalog::parse_service(text, "service.yaml", problems);
        for (const core::Problem& problem : problems) MESSAGE(problem.line_of_text());
        REQUIRE(service);
        content->catalog.services.push_back(std::move(*service));
    }
    catalog::KnownProblem known;
    known.id = "till-freezes";
    known.title = core::Text("Tills freeze at noon");
    known.meanwhile = core::Text("Wait a minute, it comes back.");
    known.category = "tills";
    known.services = {"till-fault"};
    content->catalog.known_problems.push_back(known);
    content->articles = {
        {"de/till-dark", "Die Kasse ist dunkel", "de", "tills", "Drei Handgriffe"},
        {"en/drawer", "The drawer sticks", "en", "tills", "Use the key"},
        {"en/leave", "Request leave", "en", "hr", "How it goes"},
        {"en/till-dark", "The till is dark", "en", "tills", "Three checks"},
    };
    return content;
}

}  // namespace support
