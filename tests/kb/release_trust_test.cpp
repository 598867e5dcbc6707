#include "kb/release_trust.hpp"

#include <doctest/doctest.h>

#include "tests/support/clock.hpp"

using support::at;

namespace {

const core::Time now = at("2026-11-24T12:00:00Z");

struct Holders {
    core::SigningKey a = core::make_signing_key();
    core::SigningKey b = core::make_signing_key();
    core::SigningKey c = core::make_signing_key();
    core::SigningKey publisher = core::make_signing_key();

    // Two of three.
    [[nodiscard]] kb::Root root(std::int64_t number) const {
        kb::Root root;
        root.number = number;
        root.threshold = 2;
        root.keys = {a.public_key, b.public_key, c.public_key};
        root.publish.push_back({publisher.public_key, {"stable"}, std::nullopt});
        return root;
    }
};

std::string signed_by(const kb::Root& root, std::initializer_list<core::SigningKey> keys) {
    std::string bytes = kb::to_bytes(root);
    for (const core::SigningKey& key : keys) bytes = kb::signed_root(bytes, key).value();
    return bytes;
}

}  // namespace

TEST_CASE("trust: a root needs as many of its holders as it says, each counted once") {
    const Holders it;
    CHECK_FALSE(kb::first_root(signed_by(it.root(1), {it.a})));
    CHECK_FALSE(kb::first_root(signed_by(it.root(1), {it.a, it.a, it.publisher})));
    const auto root = kb::first_root(signed_by(it.root(1), {it.a, it.c}));
    REQUIRE(root);
    CHECK(*root == it.root(1));
}

TEST_CASE("trust: the next root is signed by enough of the old and of the new, and is the next one") {
    const Holders old;
    const Holders fresh;
    const kb::Root before = old.root(1);
    kb::Root after = fresh.root(2);
    CHECK_FALSE(kb::next_root(signed_by(after, {fresh.a, fresh.b}), before));
    CHECK_FALSE(kb::next_root(signed_by(after, {old.a, old.b}), before));
    CHECK_FALSE(kb::next_root(signed_by(after, {old.a, fresh.a, fresh.b}), before));
    CHECK(kb::next_root(signed_by(after, {old.a, old.b, fresh.a, fresh.b}), before));
    after.number = 3;
    CHECK_FALSE(kb::next_root(signed_by(after, {old.a, old.b, fresh.a, fresh.b}), before));
}

TEST_CASE("trust: a kiosk that knows only a release key follows it to the first root") {
    const Holders it;
    const auto known = kb::first_root(it.publisher.public_key);
    REQUIRE(known);
    CHECK(known->number == 0);
    CHECK_FALSE(kb::next_root(signed_by(it.root(1), {it.a, it.b}), *known));
    CHECK(kb::next_root(signed_by(it.root(1), {it.a, it.b, it.publisher}), *known));
}

TEST_CASE("trust: a publish key is good for its channels, until its last day, while a root names it") {
    const Holders it;
    kb::Root root = it.root(1);
    CHECK(kb::may_publish(root, it.publisher.public_key, "stable", now));
    CHECK_FALSE(kb::may_publish(root, it.publisher.public_key, "canary", now));
    root.publish.front().expires = now;
    CHECK_FALSE(kb::may_publish(root, it.publisher.public_key, "stable", now));
    CHECK(kb::may_publish(root, it.publisher.public_key, "stable", now - std::chrono::seconds{1}));
    root.publish.clear();
    CHECK_FALSE(kb::may_publish(root, it.publisher.public_key, "stable", now));
}

TEST_CASE("trust: changed, mixed and impossible roots are refused") {
    const Holders it;
    std::string bytes = signed_by(it.root(1), {it.a, it.b});
    const std::size_t threshold = bytes.find("threshold");
    bytes[threshold + 13] = '1';
    CHECK_FALSE(kb::first_root(bytes));
    kb::Root root = it.root(1);
    root.threshold = 4;
    CHECK_FALSE(kb::root_from(kb::to_bytes(root)));
    root.threshold = 0;
    CHECK_FALSE(kb::root_from(kb::to_bytes(root)));
    root = it.root(1);
    root.keys[1] = root.keys[0];
    CHECK_FALSE(kb::root_from(kb::to_bytes(root)));
    CHECK_FALSE(kb::first_root("not a key"));
    CHECK_FALSE(kb::first_root(""));
}
