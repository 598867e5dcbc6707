// A publisher and a kiosk in one folder, for tests of releases.
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "kb/release.hpp"
#include "kb/searcher.hpp"
#include "tests/support/clock.hpp"
#include "tests/support/folder.hpp"

namespace kb_release {

// A publisher and a kiosk, with the line between them in our hands.
class Scene {
public:
    Scene() {
        write("opening", "Opening hours", "From eight to eight.");
        write("printer", "The printer does not print", "Switch it off and on again.");
    }

    void write(const std::string& slug, const std::string& title, const std::string& text) const {
        folder_.write("content/articles/en/" + slug + ".md", "---\ntitle: " + title + "\ncategory: help\n---\n\n" + text + "\n");
    }

    void put(const std::string& path, const std::string& text) const { folder_.write("content/" + path, text); }

    kb::ReleaseBuilt publish(const std::string& to = "stable", int percent = 100) {
        const auto version = kb::next_version(store());
        REQUIRE(version);
        core::Problems problems;
        const auto built = kb::build_release({content(), store(), *version, now, viewers}, problems);
        REQUIRE_MESSAGE(built, (built ? "" : built.error().message));
        REQUIRE(sign(built->manifest, to, percent));
        return *built;
    }
    core::Result<std::string> sign(const std::string& manifest, const std::string& to = "stable", int percent = 100) {
        kb::SignOrder order;
        order.store = store();
        order.manifest = manifest;
        order.channel = to;
        order.percent = percent;
        order.now = now;
        order.key = key;
        return kb::sign_release(order);
    }

    core::Result<kb::Fetched> fetch() { return fetch(kb::get_from(store())); }
    core::Result<kb::Fetched> fetch(const kb::Get& get) { return kb::fetch_release(order(), get); }
    [[nodiscard]] kb::FetchOrder order() const {
        kb::FetchOrder order;
        order.trusted = trusted.empty() ? key.public_key : trusted;
        order.store = kiosk();
        order.now = now;
        order.channel = channel;
        order.device = "kiosk-1";
        order.audience = viewers.audience;
        return order;
    }

    // The ids of what a person finds at the kiosk; "none" when it has nothing to show.
    [[nodiscard]] std::string finds(const std::string& words) const {
        const auto current = kb::current_release(kiosk());
        if (!current || !*current) return "none";
        const auto searcher = kb::Searcher::open(kb::index_of((*current)->folder));
        if (!searcher) return "broken: " + searcher.error().message;
        kb::Question question;
        question.words = words;
        const auto found = searcher->search(question);
        if (!found) return "broken: " + found.error().message;
        return found->hits.empty() ? "" : found->hits.front().id;
    }
    [[nodiscard]] std::int64_t shown() const {
        const auto current = kb::current_release(kiosk());
        return current && *current ? (*current)->version : 0;
    }

    [[nodiscard]] std::filesystem::path content() const { return folder_.path() / "content"; }
    [[nodiscard]] std::filesystem::path store() const { return folder_.path() / "store"; }
    [[nodiscard]] std::filesystem::path kiosk() const { return folder_.path() / "kiosk"; }

    core::SigningKey key = core::make_signing_key();
    std::string trusted;
    std::string channel = "stable";
    kb::Viewers viewers;
    core::Time now = support::at("2026-11-24T12:00:00Z");

private:
    support::Folder folder_;
};

}  // namespace kb_release
