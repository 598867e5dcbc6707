// The words that pages speak: English as built in, and above it what the newest release brought.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "core/base/clock.hpp"
#include "core/base/words.hpp"

namespace desk {
class Desk;
}

namespace desk::web {

class WordShelf {
public:
    WordShelf();

    static constexpr std::chrono::seconds pause{10};

    // Takes in the translations of the newest release, if it is another one than last time. Cheap to call often: it
    // looks once in `pause`.
    void look_for_new(Desk& desk);

    // Shared: a page that is being made keeps its words while newer ones come.
    [[nodiscard]] std::shared_ptr<const core::Words> words() const;

private:
    mutable std::mutex mutex_;  // guards what follows
    std::shared_ptr<const core::Words> words_;
    std::int64_t release_ = 0;
    std::optional<core::Time> next_look_;
};

}  // namespace desk::web
