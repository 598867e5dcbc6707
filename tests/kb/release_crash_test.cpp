// A process that is killed, a power cut and a full disk, at every call by which a release gets onto a disk.
//
// The calls themselves are ours here: each is counted, and before a chosen one the process dies or the disk is full. What
// was written and not synced by then is lost when the power goes: such files come back empty.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstring>

#include "core/base/file.hpp"
#include "kb/release_desk.hpp"
#include "tests/kb/release_scene.hpp"

using kb_release::Scene;

namespace {

enum class Fault { none, killed, full };

Fault fault = Fault::none;  // none: calls pass uncounted
long calls_left = 0;

// Files with bytes that only the memory has. Shared with the parent, which outlives the process.
struct Unsynced {
    static constexpr std::size_t most = 512;
    static constexpr std::size_t longest = 400;
    std::size_t count;
    char paths[most][longest];
};
Unsynced* const unsynced = static_cast<Unsynced*>(::mmap(nullptr, sizeof(Unsynced), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));

std::size_t find_unsynced(const char* path) {
    std::size_t i = 0;
    while (i < unsynced->count && std::strcmp(unsynced->paths[i], path) != 0) ++i;
    return i;
}
void add_unsynced(const char* path) {
    if (fault == Fault::none || find_unsynced(path) < unsynced->count) return;
    if (unsynced->count == Unsynced::most || std::strlen(path) >= Unsynced::longest) std::abort();
    std::strcpy(unsynced->paths[unsynced->count++], path);
}
void forget_unsynced(const char* path) {
    const std::size_t found = find_unsynced(path);
    if (found < unsynced->count) std::memmove(unsynced->paths[found], unsynced->paths[--unsynced->count], Unsynced::longest);
}
void forget_unsynced(int file) {
    char path[Unsynced::longest] = {};
    char link[32];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    if (::readlink(link, path, sizeof path - 1) > 0) forget_unsynced(path);
}

// Before each call that changes the disk. False: there is no room for it.
bool may_go_on(bool needs_room) {
    if (fault == Fault::none || --calls_left > 0) return true;
    if (fault == Fault::killed) ::syscall(SYS_kill, ::getpid(), SIGKILL);
    if (!needs_room) return true;
    errno = ENOSPC;
    return false;
}

bool is_for_writing(int flags) { return (flags & (O_WRONLY | O_RDWR)) != 0; }

int open_file(int folder, const char* path, int flags, mode_t mode) {
    if (is_for_writing(flags) && !may_go_on((flags & O_CREAT) != 0)) return -1;
    const long file = ::syscall(SYS_openat, folder, path, flags | O_LARGEFILE, mode);
    if (file >= 0 && is_for_writing(flags)) add_unsynced(path);
    return static_cast<int>(file);
}

}  // namespace

#define FOYER_MODE(last)                                       \
    mode_t mode = 0;                                           \
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {                \
        va_list rest;                                          \
        va_start(rest, last);                                  \
        mode = static_cast<mode_t>(va_arg(rest, unsigned int)); \
        va_end(rest);                                          \
    }

extern "C" {
int open(const char* path, int flags, ...) {
    FOYER_MODE(flags)
    return open_file(AT_FDCWD, path, flags, mode);
}
int open64(const char* path, int flags, ...) {
    FOYER_MODE(flags)
    return open_file(AT_FDCWD, path, flags, mode);
}
int openat(int folder, const char* path, int flags, ...) {
    FOYER_MODE(flags)
    return open_file(folder, path, flags, mode);
}
ssize_t write(int file, const void* bytes, size_t size) { return may_go_on(true) ? ::syscall(SYS_write, file, bytes, size) : -1; }
ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t at) { return may_go_on(true) ? ::syscall(SYS_pwrite64, file, bytes, size, at) : -1; }
ssize_t pwrite(int file, const void* bytes, size_t size, off_t at) { return may_go_on(true) ? ::syscall(SYS_pwrite64, file, bytes, size, at) : -1; }
int rename(const char* from, const char* to) noexcept {
    may_go_on(false);
    const long done = ::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    const std::size_t found = find_unsynced(from);
    if (done == 0) forget_unsynced(to);
    if (done == 0 && found < unsynced->count) {
        forget_unsynced(from);
        add_unsynced(to);
    }
    return static_cast<int>(done);
}
int link(const char* from, const char* to) noexcept { return may_go_on(true) ? static_cast<int>(::syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0)) : -1; }
int symlink(const char* target, const char* path) noexcept { return may_go_on(true) ? static_cast<int>(::syscall(SYS_symlinkat, target, AT_FDCWD, path)) : -1; }
int mkdir(const char* path, mode_t mode) noexcept { return may_go_on(true) ? static_cast<int>(::syscall(SYS_mkdirat, AT_FDCWD, path, mode)) : -1; }
int chmod(const char* path, mode_t mode) noexcept {
    may_go_on(false);
    return static_cast<int>(::syscall(SYS_fchmodat, AT_FDCWD, path, mode));
}
int unlink(const char* path) noexcept {
    may_go_on(false);
    forget_unsynced(path);
    return static_cast<int>(::syscall(SYS_unlinkat, AT_FDCWD, path, 0));
}
int remove(const char* path) noexcept {
    may_go_on(false);
    forget_unsynced(path);
    const long done = ::syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    return static_cast<int>(done != 0 && errno == EISDIR ? ::syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR) : done);
}
int rmdir(const char* path) noexcept {
    may_go_on(false);
    return static_cast<int>(::syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR));
}
int unlinkat(int folder, const char* path, int flags) noexcept {
    may_go_on(false);
    return static_cast<int>(::syscall(SYS_unlinkat, folder, path, flags));
}
int fsync(int file) {
    if (!may_go_on(true)) return -1;
    forget_unsynced(file);
    return static_cast<int>(::syscall(SYS_fsync, file));
}
int fdatasync(int file) {
    if (!may_go_on(true)) return -1;
    forget_unsynced(file);
    return static_cast<int>(::syscall(SYS_fdatasync, file));
}
int syncfs(int file) noexcept {
    if (!may_go_on(true)) return -1;
    unsynced->count = 0;
    return static_cast<int>(::syscall(SYS_syncfs, file));
}
}

namespace {

// Thousands of syncs: what is tested is their order, not the disk.
const bool is_in_memory = ::access("/dev/shm", W_OK) == 0 && ::setenv("TMPDIR", "/dev/shm", 1) == 0;

constexpr int went_well = 0;
constexpr int was_full = 2;

// In a process of its own; answers its exit code, or -1 when it was killed.
template <class Work>
int run(Fault what, long at_call, const Work& work) {
    unsynced->count = 0;
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        fault = what;
        calls_left = at_call;
        const int code = work();
        fault = Fault::none;
        ::_exit(code);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    if (WIFSIGNALED(status)) REQUIRE(WTERMSIG(status) == SIGKILL);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void cut_power() {
    for (std::size_t i = 0; i < unsynced->count; ++i) {
        ::chmod(unsynced->paths[i], 0644);
        if (::truncate(unsynced->paths[i], 0) != 0) REQUIRE(errno == ENOENT);
    }
}

void copy_folder(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::filesystem::remove_all(to);
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive | std::filesystem::copy_options::copy_symlinks);
}

template <class Value>
int exit_code_of(const core::Result<Value>& result) {
    if (result) return went_well;
    return result.error().kind == core::ErrorKind::full ? was_full : 1;
}

// All that is shown is what was published, to the last byte.
void check_shown(const Scene& scene) {
    const auto verified = kb::verify_kiosk(scene.kiosk(), scene.key.public_key);
    REQUIRE_MESSAGE(verified, (verified ? "" : verified.error().message));
    for (const core::Problem& problem : verified->problems) CHECK_MESSAGE(false, problem.line_of_text());
    CHECK(scene.finds("printer") == "en/printer");
}

// Both releases hold "printer", the second one "lift" as well.
void prepare(Scene& scene, bool kiosk_has_first) {
    scene.publish();
    if (kiosk_has_first) REQUIRE(scene.fetch());
    scene.write("lift", "The lift stands still", "Call the porter.");
    scene.publish();
}

void crash_at_every_call(bool kiosk_has_first, bool power_goes) {
    CAPTURE(kiosk_has_first);
    CAPTURE(power_goes);
    Scene scene;
    prepare(scene, kiosk_has_first);
    std::filesystem::create_directories(scene.kiosk());
    const std::filesystem::path before = scene.kiosk().string() + ".before";
    copy_folder(scene.kiosk(), before);
    long call = 1;
    for (;; ++call) {
        CAPTURE(call);
        copy_folder(before, scene.kiosk());
        const int code = run(Fault::killed, call, [&] { return exit_code_of(scene.fetch()); });
        if (power_goes) cut_power();
        if (scene.shown() == 0) {
            CHECK_FALSE(kiosk_has_first);
        } else {
            check_shown(scene);  // the old one or the new, and whole
        }
        const auto fetched = scene.fetch();
        REQUIRE_MESSAGE(fetched, (fetched ? "" : fetched.error().message));
        CHECK(scene.shown() == 2);
        check_shown(scene);
        CHECK(scene.finds("lift") == "en/lift");
        if (code >= 0) {
            CHECK(code == went_well);
            break;
        }
    }
    CHECK(call > 50);  // it did happen
}

}  // namespace

TEST_CASE("release crash: a kiosk killed anywhere while it fetches shows the old release or the new, and catches up") { crash_at_every_call(true, false); }
TEST_CASE("release crash: a kiosk killed anywhere in its first fetch shows nothing or all, and catches up") { crash_at_every_call(false, false); }
TEST_CASE("release crash: a power cut anywhere leaves the old release or the new") { crash_at_every_call(true, true); }

TEST_CASE("release crash: a disk that is full from anywhere on keeps the old release, says so, and catches up") {
    Scene scene;
    prepare(scene, true);
    const std::filesystem::path before = scene.kiosk().string() + ".before";
    copy_folder(scene.kiosk(), before);
    for (long call = 1;; ++call) {
        CAPTURE(call);
        copy_folder(before, scene.kiosk());
        const int code = run(Fault::full, call, [&] { return exit_code_of(scene.fetch()); });
        CHECK((code == went_well || code == was_full));
        check_shown(scene);
        REQUIRE(scene.fetch());
        check_shown(scene);
        CHECK(scene.finds("lift") == "en/lift");
        if (code == went_well && call > 50) break;
        REQUIRE(call < 5000);
    }
}

TEST_CASE("release crash: a release that cannot be shown is mended whole or stays as it was, wherever that ends") {
    Scene scene;
    prepare(scene, true);
    REQUIRE(scene.fetch());
    REQUIRE(core::write_file(scene.kiosk() / "current/topics.yaml", "- {id: ["));
    const std::filesystem::path before = scene.kiosk().string() + ".before";
    copy_folder(scene.kiosk(), before);
    for (long call = 1;; ++call) {
        CAPTURE(call);
        copy_folder(before, scene.kiosk());
        const int code = run(Fault::killed, call, [&] { return exit_code_of(kb::mend_release(scene.kiosk(), scene.now)); });
        cut_power();
        const auto mended = kb::mend_release(scene.kiosk(), scene.now);
        REQUIRE_MESSAGE(mended, (mended ? "" : mended.error().message));
        CHECK(mended->version == 1);
        CHECK(scene.finds("printer") == "en/printer");
        if (code >= 0) break;
    }
}

TEST_CASE("release crash: a desk killed while it publishes has the old store or the new, and publishes again") {
    Scene scene;
    scene.publish();
    const std::filesystem::path before = scene.store().string() + ".before";
    copy_folder(scene.store(), before);
    scene.write("lift", "The lift stands still", "Call the porter.");
    constexpr long stride = 7;  // building the index makes a thousand calls
    for (long call = 1;; call += stride) {
        CAPTURE(call);
        copy_folder(before, scene.store());
        const int code = run(Fault::killed, call, [&] {
            scene.publish();
            return went_well;
        });
        cut_power();
        const auto verified = kb::verify_store(scene.store(), scene.key.public_key, scene.now);
        REQUIRE(verified);
        for (const core::Problem& problem : verified->problems) CHECK_MESSAGE(problem.severity == core::Severity::warning, problem.line_of_text());
        if (code >= 0) break;
        scene.publish();
        CHECK_FALSE(core::has_error(kb::verify_store(scene.store(), scene.key.public_key, scene.now)->problems));
        std::filesystem::remove_all(scene.kiosk());
        REQUIRE(scene.fetch());
        CHECK(scene.finds("lift") == "en/lift");
    }
}
