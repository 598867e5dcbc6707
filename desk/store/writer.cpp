#include "desk/store/writer.hpp"

#include <cassert>
#include <future>
#include <vector>

namespace desk {
namespace {

// These spoil the whole transaction: SQLite may have rolled it back already.
bool is_of_the_disk(const core::Error& error) {
    return error.kind == core::ErrorKind::full || error.kind == core::ErrorKind::corrupt ||
           error.kind == core::ErrorKind::unavailable;
}

}  // namespace

Writer::Writer(std::unique_ptr<core::Database> db, core::Log log)
    : db_(std::move(db)), log_(std::move(log)), thread_([this] { work_on(); }) {}

Writer::~Writer() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    came_.notify_one();
    thread_.join();
}

core::Result<void> Writer::submit(Job job, Done done) {
    {
        const std::lock_guard lock(mutex_);
        if (ending_ || queue_.size() >= longest_queue) {
            return core::fail(core::ErrorKind::unavailable, "too much is waiting to be written");
        }
        queue_.push_back({std::move(job), std::move(done)});
    }
    came_.notify_one();
    return {};
}

core::Result<void> Writer::run(Job job) {
    assert(std::this_thread::get_id() != thread_.get_id() && "the writer would wait for itself");
    std::promise<core::Result<void>> promise;
    auto told = promise.get_future();
    if (auto queued = submit(std::move(job), [&](core::Result<void> result) { promise.set_value(std::move(result)); });
        !queued) {
        return queued;
    }
    return told.get();
}

std::size_t Writer::waiting() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

void Writer::work_on() {
    for (;;) {
        std::deque<Entry> batch;
        {
            std::unique_lock lock(mutex_);
            came_.wait(lock, [this] { return ending_ || !queue_.empty(); });
            if (queue_.empty()) return;
            if (queue_.size() <= largest_batch) {
                batch.swap(queue_);
            } else {
                for (std::size_t i = 0; i < largest_batch; ++i) {
                    batch.push_back(std::move(queue_.front()));
                    queue_.pop_front();
                }
            }
        }
        carry_out(batch);
    }
}

void Writer::carry_out(std::deque<Entry>& batch) {
    std::vector<core::Result<void>> results(batch.size());
    const auto committed = db_->transaction([&]() -> core::Result<void> {
        for (std::size_t i = 0; i < batch.size(); ++i) {
            results[i] = db_->transaction([&] { return batch[i].job(*db_); });
            if (!results[i] && is_of_the_disk(results[i].error())) return core::fail(results[i].error());
        }
        return {};
    });
    if (!committed) {
        log_.error("write_failed", {{"jobs", std::to_string(batch.size())}, {"why", committed.error().message}});
        // What is too large for the disk may be one job; the others get their own chance.
        for (std::size_t i = 0; i < batch.size(); ++i) {
            if (batch.size() == 1) results[i] = core::fail(committed.error());
            else results[i] = db_->transaction([&] { return batch[i].job(*db_); });
        }
    }
    for (std::size_t i = 0; i < batch.size(); ++i) batch[i].done(std::move(results[i]));
}

}  // namespace desk
