// How a command reaches the kiosk that runs on the same data folder: a line of JSON each way, over a Unix socket there.
//
// The outbox has one writer, so `kiosk outbox retry` asks it instead of writing beside it.
#pragma once

#include <filesystem>
#include <functional>

#include "core/base/json.hpp"
#include "core/base/result.hpp"

namespace kiosk {

class ControlDoor {
public:
    // The folder is its owner's alone, and so is the door.
    [[nodiscard]] static core::Result<ControlDoor> open(const std::filesystem::path& path);
    ~ControlDoor();
    ControlDoor(ControlDoor&& other) noexcept;
    ControlDoor& operator=(ControlDoor&&) = delete;

    [[nodiscard]] int descriptor() const { return descriptor_; }  // readable when somebody knocks
    // Answers all who knock; waits for none longer than a moment.
    void serve(const std::function<core::Json(const core::Json& question)>& answer) const;

private:
    ControlDoor(int descriptor, std::filesystem::path path) : descriptor_(descriptor), path_(std::move(path)) {}
    int descriptor_;
    std::filesystem::path path_;
};

// `not_found` when no kiosk listens there.
[[nodiscard]] core::Result<core::Json> ask_running_kiosk(const std::filesystem::path& path, const core::Json& question);

}  // namespace kiosk
