// A small company with a desk: real files, a real database, a kiosk that seals and signs. Only the clock is ours.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/crypto.hpp"
#include "core/catalog/answers.hpp"
#include "core/catalog/receipt.hpp"
#include "core/catalog/wire.hpp"
#include "desk/rules/access.hpp"
#include "desk/work/desk.hpp"
#include "desk/work/intake.hpp"
#include "tests/support/clock.hpp"
#include "tests/support/folder.hpp"

namespace company {

// Forms: printer-fault (it-stores, or it-office from the head office), payslip (hr-services, confidential), spill
// (safety), laptop (asks for approval).
void write_content(const std::filesystem::path& folder);
std::string printer_fault(std::string_view title = "Report a broken printer");

// A kiosk as the desk sees it.
class Kiosk {
public:
    Kiosk(catalog::Enrolment place, core::SigningKey key)
        : place_(std::move(place)), key_(std::move(key)), random_(std::hash<std::string>{}(place_.kiosk)) {}

    [[nodiscard]] const std::string& id() const { return place_.kiosk; }
    [[nodiscard]] const catalog::Enrolment& place() const { return place_; }
    [[nodiscard]] const core::SigningKey& key() const { return key_; }

    // A request as a person finished it, with the next sequence number's claim code.
    catalog::Request request(const std::string& service, const std::string& version, catalog::Answers answers,
                             core::Time at);
    // Sealed and signed, as it travels.
    std::string envelope(const catalog::Request& request);

private:
    catalog::Enrolment place_;
    core::SigningKey key_;
    support::SeededRandom random_;
    std::int64_t drafted_ = 0;
    std::int64_t sent_ = 0;
};

class Company {
public:
    explicit Company(bool publish = true);

    [[nodiscard]] desk::Desk& desk() { return *desk_; }
    [[nodiscard]] const std::filesystem::path& content() const { return content_; }
    [[nodiscard]] std::filesystem::path data() const { return folder_.path() / "data"; }
    [[nodiscard]] std::string version_of(std::string_view service) const;

    Kiosk enrol(std::string_view site = "harbour-street");

    // Runs a job of the writer and requires that it succeeds.
    template <class T, class Work>
    T write(Work work) {
        auto done = desk_->writer().run_for<T>(work);
        must(done.has_value(), done ? std::string() : done.error().message);
        return std::move(*done);
    }
    // The same on a connection that only reads.
    template <class T, class Work>
    T read(Work work) {
        auto reader = desk_->readers().lend();
        must(reader.has_value(), reader ? std::string() : reader.error().message);
        core::Result<T> done = work(**reader);
        must(done.has_value(), done ? std::string() : done.error().message);
        return std::move(*done);
    }
    desk::TakenIn deliver(const std::string& envelope, const std::string& carrier);
    // A printer fault from that kiosk, as a ticket's number.
    std::string printer_ticket(Kiosk& kiosk, bool queue_waits = false);

    void close() { desk_.reset(); }
    void open();

    support::ManualClock clock{support::at("2026-11-24T09:00:00Z")};
    support::SeededRandom random{1};

private:
    static void must(bool holds, const std::string& why);

    support::Folder folder_;
    std::filesystem::path content_;
    std::unique_ptr<desk::Desk> desk_;
};

desk::Actor actor(std::string login, std::vector<std::string> teams,
                  std::vector<desk::Role> roles = {desk::Role::fulfiller});

}  // namespace company
