#include "desk/work/desk.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include <fmt/format.h>

#include "core/base/file.hpp"
#include "core/base/sqlite.hpp"
#include "desk/store/schema.hpp"

namespace desk {
namespace {

std::filesystem::path database_of(const std::filesystem::path& data) { return data / "desk.db"; }
std::filesystem::path keys_of(const std::filesystem::path& data) { return data / "keys.json"; }

}  // namespace

// An exclusive flock, which ends with the process however it ends.
class Desk::Lock {
public:
    static core::Result<std::unique_ptr<Lock>> take(const std::filesystem::path& data) {
        const auto file = data / "desk.lock";
        const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (descriptor < 0) return core::fail(core::system_error("cannot open " + file.string(), errno));
        auto lock = std::make_unique<Lock>(descriptor);
        if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
        if (errno != EWOULDBLOCK) return core::fail(core::system_error("cannot lock " + file.string(), errno));
        return core::fail(core::ErrorKind::unavailable,
                          fmt::format("{} is in use by another desk process", data.string()));
    }
    explicit Lock(int descriptor) : descriptor_(descriptor) {}
    ~Lock() { ::close(descriptor_); }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

private:
    int descriptor_;
};

core::Result<void> Desk::init(const std::filesystem::path& data) {
    if (auto made = core::make_folder(data, true); !made) return made;
    auto lock = Lock::take(data);
    if (!lock) return core::fail(lock.error());
    std::error_code ignored;
    if (std::filesystem::exists(keys_of(data), ignored)) {
        return core::fail(core::ErrorKind::conflict, fmt::format("{} holds a desk already", data.string()));
    }
    for (const char* folder : {"releases", "blobs"}) {
        if (auto made = core::make_folder(data / folder); !made) return made;
    }
    {
        auto db = core::open_sqlite(database_of(data), core::SqliteMode::read_write);
        if (!db) return core::fail(db.error());
        if (auto ready = prepare_schema(**db); !ready) return ready;
    }
    // Last: a directory with keys is a whole one.
    return write_keys(keys_of(data), make_keys());
}

core::Result<std::unique_ptr<Desk>> Desk::open(const std::filesystem::path& data, const core::Clock& clock,
                                               core::Random& random, core::Log log) {
    std::error_code ignored;
    if (!std::filesystem::exists(keys_of(data), ignored)) {
        return core::fail(core::ErrorKind::not_found,
                          fmt::format("{} holds no desk; make one with `desk init --data {}`", data.string(),
                                      data.string()));
    }
    auto lock = Lock::take(data);
    if (!lock) return core::fail(lock.error());
    auto keys = read_keys(keys_of(data));
    if (!keys) return core::fail(keys.error());
    if (!std::filesystem::exists(database_of(data), ignored)) {
        return core::fail(core::ErrorKind::corrupt, fmt::format("{} is missing", database_of(data).string()));
    }
    auto db = core::open_sqlite(database_of(data), core::SqliteMode::read_write);
    if (!db) return core::fail(db.error());
    if (auto sound = check_database(**db); !sound) return core::fail(sound.error().in(database_of(data).string()));
    if (auto ready = prepare_schema(**db); !ready) return core::fail(ready.error().in(database_of(data).string()));

    return std::unique_ptr<Desk>(new Desk(data, std::move(*lock), clock, random, std::move(log), std::move(*keys),
                                          std::move(*db)));
}

Desk::Desk(std::filesystem::path data, std::unique_ptr<Lock> lock, const core::Clock& clock, core::Random& random,
           core::Log log, Keys keys, std::unique_ptr<core::Database> db)
    : data_(std::move(data)),
      lock_(std::move(lock)),
      clock_(clock),
      random_(random),
      log_(std::move(log)),
      keys_(std::move(keys)),
      readers_(database_of(data_)),
      writer_(std::make_unique<Writer>(std::move(db), log_)) {}

Desk::~Desk() {
    readers_.close_idle();
    writer_.reset();  // what waits still signs receipts
    core::wipe(keys_.seal.secret_key);
    core::wipe(keys_.receipt.secret_key);
    core::wipe(keys_.release.secret_key);
}

}  // namespace desk
