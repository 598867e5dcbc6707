#include "tests/desk/company.hpp"

#include <fstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/catalog/claim_code.hpp"
#include "core/catalog/service.hpp"
#include "desk/work/enrol.hpp"
#include "desk/work/publishing.hpp"

namespace company {
namespace {

void write(const std::filesystem::path& file, std::string_view text) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
}

}  // namespace

std::string printer_fault(std::string_view title) {
    return "id: printer-fault\ntitle: {en: \"" + std::string(title) + R"(", de: Drucker defekt melden}
summary: Receipt, label and office printers.
icon: print
department: it
category: computers
audience: staff
sites: all
kind: incident
expected: The same day.
articles: [printer]
routing:
  team: it-stores
  rules:
    - {when: {field: site, one_of: [head-office]}, team: it-office}
priority:
  default: normal
  rules:
    - {when: {field: queue, is: true}, priority: high}
steps:
  - id: what
    title: What happens
    fields:
      - id: printer_kind
        type: choice
        label: {en: Which kind of printer?, de: Welcher Drucker?}
        required: true
        choices:
          - {value: receipt, label: {en: Receipt printer, de: Bondrucker}}
          - {value: label, label: Label printer}
      - id: serial
        type: text
        label: Serial number
        show_when: {field: printer_kind, is: label}
        constraint: {matches: "TP-[0-9]{4}"}
        message: TP and four digits.
      - {id: queue, type: yes_no, label: Is a queue waiting?, required: true}
      - {id: since, type: date, label: Since when?, constraint: {before: today+1}, message: Not in the future.}
      - {id: where, type: place, label: Where?}
      - {id: site, type: site, label: Which site?, hint: When it is not this one.}
)";
}

void write_content(const std::filesystem::path& folder) {
    write(folder / "company.yaml", "name: Harbour\nlanguages: [en, de]\nfallback: [en]\n");
    write(folder / "departments.yaml",
          "- {id: it, title: IT, icon: computer}\n- {id: hr, title: People, icon: badge}\n"
          "- {id: safety, title: Safety, icon: health_and_safety}\n");
    write(folder / "topics.yaml", "- {id: computers, title: Computers, icon: computer, colour: 1}\n");
    write(folder / "teams.yaml",
          "- {id: it-stores, title: {en: Store IT, de: IT der Filialen}, department: it}\n"
          "- {id: it-office, title: Office IT, department: it}\n"
          "- {id: hr-services, title: HR services, department: hr}\n"
          "- {id: safety, title: Safety team, department: safety}\n");
    write(folder / "sites.yaml",
          "- {id: harbour-street, number: \"0412\", title: Harbour Street, kind: store, address: Bristol,\n"
          "   zone: Europe/London, language: en, places: [{id: till-1, title: {en: Till 1, de: Kasse 1}}]}\n"
          "- {id: head-office, number: \"0001\", title: Head office, kind: office, address: Bristol,\n"
          "   zone: Europe/London, language: en}\n");
    write(folder / "people.csv",
          "number,name,team,site,manager,roles,language,badge,email\n"
          "10017,Ines Duarte,it-stores,head-office,,staff;fulfiller,en,58585676,ines@harbour.example\n");
    write(folder / "articles/en/printer.md",
          "---\ntitle: The printer does not print\ncategory: computers\naudience: staff\nowner: it-stores\n"
          "pubDate: 2026-03-02\nupdated: 2026-03-02\n---\nOpen the lid.\n");
    write(folder / "services/printer-fault.yaml", printer_fault());
    const auto simple = [&](const std::string& id, const std::string& department, const std::string& team,
                            const std::string& more) {
        write(folder / "services" / (id + ".yaml"),
              "id: " + id + "\ntitle: " + id + "\nsummary: About it.\nicon: help\ndepartment: " + department +
                  "\ncategory: computers\naudience: staff\nsites: all\nkind: request\nexpected: Soon.\nrouting: {team: " +
                  team + "}\n" + more +
                  "steps:\n  - {id: what, title: What, fields: [{id: details, type: long_text, label: Details, required: true}]}\n");
    };
    simple("payslip", "hr", "hr-services", "confidential: hr\n");
    simple("spill", "safety", "safety", "priority: {default: low}\n");
    simple("laptop", "it", "it-office", "approval: [{approvers: [manager], rule: any}]\n");
}

catalog::Request Kiosk::request(const std::string& service, const std::string& version, catalog::Answers answers,
                                core::Time at) {
    catalog::Request request;
    request.id = core::make_uuid7(core::PreciseTime{at}, random_);
    request.claim_code = catalog::make_claim_code(place_.short_name, ++drafted_, random_);
    request.service = service;
    request.service_version = version;
    request.title = "Drucker defekt melden";
    request.language = "de";
    request.site = place_.site;
    request.captured_at = at;
    request.answers = std::move(answers);
    return request;
}

std::string Kiosk::envelope(const catalog::Request& request) {
    auto envelope = catalog::seal_request(request, place_.seal_key);
    REQUIRE(envelope);
    envelope->kiosk = place_.kiosk;
    envelope->sequence = ++sent_;
    REQUIRE(envelope->sign(key_.secret_key));
    return core::canonical(envelope->to_json());
}

Company::Company(bool publish) : content_(folder_.path() / "content") {
    write_content(content_);
    REQUIRE(desk::Desk::init(data()));
    open();
    if (!publish) return;
    core::Problems problems;
    const auto done = desk::publish(*desk_, {content_}, problems);
    for (const core::Problem& problem : problems) {
        if (problem.severity == core::Severity::error) MESSAGE(problem.line_of_text());
    }
    must(done.has_value(), done ? "" : done.error().message);
}

void Company::open() {
    auto opened = desk::Desk::open(data(), clock, random, core::Log::to_nowhere());
    must(opened.has_value(), opened ? "" : opened.error().message);
    desk_ = std::move(*opened);
}

void Company::must(bool holds, const std::string& why) {
    CAPTURE(why);
    REQUIRE(holds);
}

std::string Company::version_of(std::string_view service) const {
    std::ifstream in(content_ / "services" / (std::string(service) + ".yaml"));
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    core::Problems problems;
    const auto parsed = catalog::parse_service(text, std::string(service) + ".yaml", problems);
    REQUIRE(parsed);
    return parsed->version;
}

Kiosk Company::enrol(std::string_view site) {
    const auto code = write<std::string>(
        [&](core::Database& db) { return desk::make_enrol_code(db, random, site, clock.now()); });
    auto key = core::make_signing_key();
    auto place = write<catalog::Enrolment>([&](core::Database& db) {
        return desk::enrol(db, desk_->keys(), "", random, {code, key.public_key}, clock.now_precise());
    });
    return Kiosk(std::move(place), std::move(key));
}

desk::TakenIn Company::deliver(const std::string& envelope, const std::string& carrier) {
    auto taken = desk::deliver(*desk_, envelope, carrier);
    must(taken.has_value(), taken ? "" : taken.error().message);
    return std::move(*taken);
}

std::string Company::printer_ticket(Kiosk& kiosk, bool queue_waits) {
    const auto request = kiosk.request(
        "printer-fault", version_of("printer-fault"),
        {{"printer_kind", catalog::Answer("receipt")}, {"queue", catalog::Answer(queue_waits ? "true" : "false")}},
        clock.now());
    const auto taken = deliver(kiosk.envelope(request), kiosk.id());
    CAPTURE(taken.problem);
    REQUIRE(taken.outcome == desk::Outcome::stored);
    return taken.ticket;
}

desk::Actor actor(std::string login, std::vector<std::string> teams, std::vector<desk::Role> roles) {
    return {login, login, std::move(teams), std::move(roles)};
}

}  // namespace company
