#include "desk/store/readers.hpp"

#include "core/base/sqlite.hpp"

namespace desk {

core::Result<Readers::Loan> Readers::lend() {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            auto db = std::move(idle_.back());
            idle_.pop_back();
            return Loan(*this, std::move(db));
        }
    }
    auto db = core::open_sqlite(database_, core::SqliteMode::read_only);
    if (!db) return core::fail(db.error());
    return Loan(*this, std::move(*db));
}

void Readers::close_idle() {
    const std::lock_guard lock(mutex_);
    idle_.clear();
}

void Readers::give_back(std::unique_ptr<core::Database> db) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(db));
}

}  // namespace desk
