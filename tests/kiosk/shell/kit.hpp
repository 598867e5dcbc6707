// A kiosk's data folder with an outbox, and a desk's keys, for tests.
#pragma once

#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "core/base/crypto.hpp"
#include "core/base/file.hpp"
#include "core/catalog/receipt.hpp"
#include "core/catalog/request.hpp"
#include "kiosk/shell/data_folder.hpp"
#include "kiosk/shell/feedback_box.hpp"
#include "kiosk/shell/identity.hpp"
#include "kiosk/shell/outbox.hpp"
#include "tests/support/clock.hpp"
#include "tests/support/folder.hpp"

namespace support {

struct DeskKeys {
    core::SealKey seal = core::make_seal_key();
    core::SigningKey receipts = core::make_signing_key();
    core::SigningKey releases = core::make_signing_key();

    [[nodiscard]] catalog::Enrolment enrolment() const {
        return {"kiosk-7", "K7", "harbour-street", seal.public_key, receipts.public_key, releases.public_key, at("2026-11-24T08:00:00Z")};
    }
    [[nodiscard]] catalog::Receipt receipt(const std::string& id, const std::string& hash, std::string ticket = "IT-1") const {
        catalog::Receipt receipt{id, hash, std::move(ticket), at("2026-11-24T08:00:05Z"), 1, ""};
        REQUIRE(receipt.sign(receipts.secret_key));
        return receipt;
    }
};

inline std::string request_id(int number) {
    std::string tail = std::to_string(number);
    return "01935cd0-0000-7000-8000-" + std::string(12 - tail.size(), '0') + tail;
}

inline catalog::Request request(int number, const std::string& words = "The till is dark") {
    catalog::Request request;
    request.id = request_id(number);
    request.service = "till-fault";
    request.service_version = "v1";
    request.title = "Report a till fault";
    request.language = "en";
    request.site = "harbour-street";
    request.captured_at = at("2026-11-24T08:00:00Z");
    request.answers["details"] = catalog::Answer{words};
    request.search_words = words;
    return request;
}

struct Kit {
    Folder folder;
    kiosk::DataFolder data{folder.path() / "kiosk"};
    SeededRandom random;
    ManualClock clock{at("2026-11-24T08:00:00Z")};
    DeskKeys desk;
    kiosk::Identity identity;
    std::unique_ptr<core::Database> db;
    std::unique_ptr<kiosk::Outbox> outbox;
    std::unique_ptr<core::Database> feedback_db;
    std::unique_ptr<kiosk::FeedbackBox> feedback;

    explicit Kit(bool enrolled = true) {
        REQUIRE(core::make_folder(data.path, true));
        auto made = kiosk::load_identity(data);
        REQUIRE(made);
        identity = *made;
        if (enrolled) {
            auto joined = kiosk::keep_enrolment(data, identity, desk.enrolment(), "http://127.0.0.1:1");
            REQUIRE(joined);
            identity = *joined;
            REQUIRE(kiosk::shred_unenrolled_key(data));
        }
        open();
    }
    void open() {
        outbox.reset();
        db.reset();
        auto opened = kiosk::open_outbox(data.outbox(), core::SqliteMode::read_write);
        REQUIRE_MESSAGE(opened, opened.error().message);
        db = std::move(*opened);
        outbox = std::make_unique<kiosk::Outbox>(*db, random);
        REQUIRE(outbox->release_claims());

        feedback.reset();
        feedback_db.reset();
        auto opened_feedback = kiosk::open_feedback_box(data.feedback());
        REQUIRE_MESSAGE(opened_feedback, opened_feedback.error().message);
        feedback_db = std::move(*opened_feedback);
        feedback = std::make_unique<kiosk::FeedbackBox>(*feedback_db);
    }
    // A session that searched for these words in vain.
    static catalog::Feedback searched(const std::string& words) {
        catalog::Feedback told;
        told.day = core::Date{std::chrono::year{2026}, std::chrono::month{11}, std::chrono::day{24}};
        told.language = "en";
        told.searches.push_back({words, "en", catalog::Results::none, false, catalog::FormUse::none});
        return told;
    }
    void tell(const std::string& words) { REQUIRE(feedback->put(searched(words), identity.seal_key)); }
    std::string put(int number, const std::string& words = "The till is dark") {
        auto code = outbox->put(request(number, words), {identity.short_name, identity.seal_key, 0}, clock.now_precise());
        REQUIRE_MESSAGE(code, code.error().message);
        return *code;
    }
    [[nodiscard]] std::vector<kiosk::Outbox::Pending> claim(std::size_t limit = 100) {
        auto claimed = outbox->claim(clock.now_precise(), limit);
        REQUIRE(claimed);
        return *claimed;
    }
    [[nodiscard]] kiosk::Outbox::Entry entry(int number) {
        auto all = outbox->list(clock.now_precise());
        REQUIRE(all);
        for (const auto& one : *all) {
            if (one.id == request_id(number)) return one;
        }
        FAIL("no such request in the outbox");
        return {};
    }
    // Everything that a thief of the disk would read.
    [[nodiscard]] bool is_in_any_file(std::string_view words) const {
        auto files = core::files_below(data.path);
        REQUIRE(files);
        REQUIRE(!files->empty());
        for (const auto& file : *files) {
            auto bytes = core::read_file(data.path / file);
            REQUIRE(bytes);
            if (bytes->find(words) != std::string::npos) return true;
        }
        return false;
    }
};

}  // namespace support
