#include <doctest/doctest.h>

#include "core/base/file.hpp"
#include "kb/manifest.hpp"
#include "kb/release_desk.hpp"
#include "kb/release_store.hpp"
#include "tests/kb/release_scene.hpp"

using kb_release::Scene;
using std::chrono::hours;

namespace {

std::size_t files_in(const Scene& scene, const char* folder) {
    const auto files = core::files_below(scene.store() / folder);
    return files ? files->size() : 0;
}

std::vector<std::int64_t> versions(const Scene& scene) {
    std::vector<std::int64_t> all;
    for (const kb::StoredRelease& release : kb::releases_in(scene.store())) all.push_back(release.version);
    return all;
}

}  // namespace

TEST_CASE("release: a desk's store keeps what heads name, the newest and the young, and loses the rest with its files") {
    Scene scene;
    scene.publish("canary");  // 1: nobody publishes there again
    scene.write("printer", "The printer does not print", "Only release two has this text.");
    const auto second = scene.publish();
    const auto files = kb::stored_manifest(scene.store(), second.manifest);
    REQUIRE(files);
    const std::filesystem::path only_there = scene.store() / kb::object_path(files->file("articles/en/printer.md")->sha256);
    REQUIRE(std::filesystem::exists(only_there));
    for (std::size_t i = 0; i < kb::kept_releases; ++i) {
        scene.write("printer", "The printer does not print", "Text number " + std::to_string(i));
        scene.publish();
    }

    // Young: a kiosk may be fetching it over a slow line.
    auto cleaned = kb::clean_store(scene.store(), scene.now + kb::kept_for - hours{1});
    REQUIRE(cleaned);
    CHECK(cleaned->releases == 0);
    CHECK(versions(scene).size() == 2 + kb::kept_releases);

    const std::size_t deltas = files_in(scene, "deltas");
    cleaned = kb::clean_store(scene.store(), scene.now + kb::kept_for);
    REQUIRE(cleaned);
    CHECK(cleaned->releases == 1);
    CHECK(cleaned->files > 2);
    CHECK_FALSE(std::filesystem::exists(only_there));
    CHECK(files_in(scene, "deltas") < deltas);
    auto left = versions(scene);
    CHECK(left.size() == 1 + kb::kept_releases);
    CHECK(left.back() == 1);  // the canary's head names it
    CHECK(left[left.size() - 2] == 3);

    // All that stayed is whole, for both channels.
    const auto verified = kb::verify_store(scene.store(), scene.key.public_key, scene.now);
    REQUIRE(verified);
    CHECK_FALSE(core::has_error(verified->problems));
    CHECK(scene.fetch()->version == static_cast<std::int64_t>(2 + kb::kept_releases));
    CHECK(kb::clean_store(scene.store(), scene.now + kb::kept_for)->releases == 0);
}

TEST_CASE("release: nothing is cleaned while somebody works on the store, or when what must stay cannot be read") {
    Scene scene;
    for (std::size_t i = 0; i <= kb::kept_releases; ++i) {
        scene.write("printer", "The printer does not print", "Text number " + std::to_string(i));
        scene.publish(i == 0 ? "canary" : "stable");
    }
    scene.write("printer", "The printer does not print", "One more.");
    scene.publish();
    {
        const kb::StoreLock lock(scene.store());
        CHECK(kb::clean_store(scene.store(), scene.now + kb::kept_for).error().kind == core::ErrorKind::unavailable);
    }
    const auto head = kb::stored_head(scene.store(), "canary");
    REQUIRE(head);
    REQUIRE(core::write_file(scene.store() / kb::manifest_path(head->manifest), "{}"));
    CHECK_FALSE(kb::clean_store(scene.store(), scene.now + kb::kept_for));
    CHECK(versions(scene).size() == 1 + kb::kept_releases);
}

TEST_CASE("release: one that the program cannot live with is given up for the one before, and not taken again") {
    Scene scene;
    scene.publish();
    REQUIRE(scene.fetch());
    CHECK_FALSE(kb::give_up_release(scene.kiosk(), scene.now));  // there is none before
    scene.write("printer", "The printer does not print", "Another text.");
    scene.publish();
    REQUIRE(scene.fetch());
    CHECK(scene.shown() == 2);

    const auto before = kb::give_up_release(scene.kiosk(), scene.now);
    REQUIRE(before);
    CHECK(before->version == 1);
    CHECK(scene.shown() == 1);
    CHECK(scene.fetch().error().kind == core::ErrorKind::conflict);
    CHECK_FALSE(kb::give_up_release(scene.kiosk(), scene.now));

    scene.write("printer", "The printer does not print", "A text that mends it.");
    scene.publish();
    REQUIRE(scene.fetch());
    CHECK(scene.shown() == 3);
}
