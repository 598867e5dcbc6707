// The words that pages speak: English as built in, and above it what the newest release brought.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>

#include "core/base/words.hpp"

namespace desk {
class Desk;
}

namespace desk::web {

class WordShelf {
public:
    WordShelf();

    // Takes in the translations of the newest release, if it is another one than last time.
    void look_for_new(Desk& desk);

    // Shared: a page that is being made keeps its words while newer ones come.
    [[nodiscard]] std::shared_ptr<const core::Words> words() const;

private:
    mutable std::mutex mutex_;  // guards the two below
    std::shared_ptr<const core::Words> words_;
    std::int64_t release_ = 0;
};

}  // namespace desk::web
