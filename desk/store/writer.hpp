// The one thread that writes: it takes all jobs that wait, runs them in one transaction, then tells each its result.
//
// A disk confirms some hundred writes a second, so what is shared is the confirmation. Each job has its own
// savepoint: one that fails leaves no trace and does not touch its neighbours. A job may run a second time when
// the batch around it failed, so it sets its result and appends to nothing outside the database.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "core/base/database.hpp"
#include "core/base/log.hpp"
#include "core/base/result.hpp"

namespace desk {

class Writer {
public:
    using Job = std::function<core::Result<void>(core::Database&)>;
    using Done = std::function<void(core::Result<void>)>;

    static constexpr std::size_t longest_queue = 4'096;
    static constexpr std::size_t largest_batch = 1'024;

    // `db` is the only connection that may write and checkpoint; it belongs to the thread from here on.
    Writer(std::unique_ptr<core::Database> db, core::Log log);
    ~Writer();  // finishes what waits
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    // `done` is called on the writer's thread, after the commit: it must be quick. When the queue is full the answer
    // is `unavailable`, at once, and neither is called.
    [[nodiscard]] core::Result<void> submit(Job job, Done done);

    // The same for a job with a value: `done(core::Result<T>)`.
    template <class T, class Work, class Tell>
    [[nodiscard]] core::Result<void> submit_for(Work work, Tell done) {
        auto slot = std::make_shared<std::optional<T>>();  // shared by the two functions of one job
        return submit(
            [slot, work = std::move(work)](core::Database& db) -> core::Result<void> {
                core::Result<T> value = work(db);
                if (!value) return core::fail(value.error());
                *slot = std::move(*value);
                return {};
            },
            [slot, done = std::move(done)](core::Result<void> result) {
                if (!result) return done(core::Result<T>(core::fail(result.error())));
                done(core::Result<T>(std::move(**slot)));
            });
    }

    // Waits for the commit. Not to be called on the writer's own thread.
    [[nodiscard]] core::Result<void> run(Job job);

    template <class T, class Work>
    [[nodiscard]] core::Result<T> run_for(Work work) {
        std::optional<T> slot;
        auto result = run([&](core::Database& db) -> core::Result<void> {
            core::Result<T> value = work(db);
            if (!value) return core::fail(value.error());
            slot = std::move(*value);
            return {};
        });
        if (!result) return core::fail(result.error());
        return std::move(*slot);
    }

    [[nodiscard]] std::size_t waiting() const;

private:
    struct Entry {
        Job job;
        Done done;
    };
    void work_on();
    void carry_out(std::deque<Entry>& batch);

    std::unique_ptr<core::Database> db_;
    core::Log log_;
    mutable std::mutex mutex_;  // guards the two below
    std::deque<Entry> queue_;
    bool ending_ = false;
    std::condition_variable came_;
    std::thread thread_;
};

}  // namespace desk
