#include "kiosk/shell/start_watch.hpp"

#include <doctest/doctest.h>

#include "core/base/file.hpp"
#include "tests/support/folder.hpp"

TEST_CASE("start watch: starts that end early are counted for one release, until one goes well") {
    const support::Folder folder;
    const kiosk::DataFolder data{folder.path()};
    CHECK(kiosk::starts_of(data, "12-0123abcd") == 0);
    REQUIRE(kiosk::note_start(data, "12-0123abcd"));
    REQUIRE(kiosk::note_start(data, "12-0123abcd"));
    CHECK(kiosk::starts_of(data, "12-0123abcd") == 2);
    CHECK(kiosk::starts_of(data, "11-4567cdef") == 0);

    REQUIRE(kiosk::note_start(data, "11-4567cdef"));
    CHECK(kiosk::starts_of(data, "11-4567cdef") == 1);
    CHECK(kiosk::starts_of(data, "12-0123abcd") == 0);

    REQUIRE(kiosk::forget_starts(data));
    REQUIRE(kiosk::forget_starts(data));  // there is nothing left to forget
    CHECK(kiosk::starts_of(data, "11-4567cdef") == 0);
}

TEST_CASE("start watch: a note that cannot be read counts for nothing") {
    const support::Folder folder;
    const kiosk::DataFolder data{folder.path()};
    folder.write("starts.json", "{\"release\": \"12-");
    CHECK(kiosk::starts_of(data, "12-0123abcd") == 0);
    REQUIRE(kiosk::note_start(data, "12-0123abcd"));
    CHECK(kiosk::starts_of(data, "12-0123abcd") == 1);
}
