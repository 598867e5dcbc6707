// Read-only connections, lent out one at a time: a connection belongs to one thread while it is used.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "core/base/database.hpp"
#include "core/base/result.hpp"

namespace desk {

class Readers {
public:
    explicit Readers(std::filesystem::path database) : database_(std::move(database)) {}

    // Goes back by itself.
    class Loan {
    public:
        Loan(Readers& from, std::unique_ptr<core::Database> db) : from_(&from), db_(std::move(db)) {}
        Loan(Loan&&) noexcept = default;
        Loan& operator=(Loan&&) = delete;
        ~Loan() {
            if (db_) from_->give_back(std::move(db_));
        }
        core::Database& operator*() const { return *db_; }
        core::Database* operator->() const { return db_.get(); }

    private:
        Readers* from_;
        std::unique_ptr<core::Database> db_;
    };
    [[nodiscard]] core::Result<Loan> lend();
    // Before the writer's connection goes: the last one to close folds the log into the database.
    void close_idle();

private:
    void give_back(std::unique_ptr<core::Database> db);

    std::filesystem::path database_;
    std::mutex mutex_;  // guards idle_
    std::vector<std::unique_ptr<core::Database>> idle_;
};

}  // namespace desk
