// The kiosk's data folder: its identity, its outbox, the content it fetched. One running kiosk owns it.
#pragma once

#include <filesystem>

#include "core/base/result.hpp"

namespace kiosk {

struct DataFolder {
    std::filesystem::path path;

    [[nodiscard]] std::filesystem::path identity() const { return path / "identity.json"; }
    [[nodiscard]] std::filesystem::path unenrolled_key() const { return path / "unenrolled.key"; }
    [[nodiscard]] std::filesystem::path outbox() const { return path / "outbox.db"; }
    [[nodiscard]] std::filesystem::path feedback() const { return path / "feedback.db"; }
    [[nodiscard]] std::filesystem::path releases() const { return path / "content"; }   // as kb/release keeps it
    [[nodiscard]] std::filesystem::path starts() const { return path / "starts.json"; }  // that ended early
    [[nodiscard]] std::filesystem::path prepared() const { return path / "prepared"; }  // of a content folder
    [[nodiscard]] std::filesystem::path font_cache() const { return path / "cache"; }
    [[nodiscard]] std::filesystem::path settings() const { return path / "kiosk.yaml"; }
    [[nodiscard]] std::filesystem::path lock() const { return path / "lock"; }
    [[nodiscard]] std::filesystem::path control() const { return path / "control.sock"; }
};

// Held as long as the object lives; the kernel lets go of it when the process dies, however it dies.
class FolderLock {
public:
    // Makes the folder (for its owner alone) if there is none. `conflict`: another kiosk runs on it.
    [[nodiscard]] static core::Result<FolderLock> take(const DataFolder& folder);
    ~FolderLock();
    FolderLock(FolderLock&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
    FolderLock& operator=(FolderLock&&) = delete;

private:
    explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;
};

}  // namespace kiosk
