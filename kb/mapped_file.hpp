// Files of the index that are read in places. Mapped: where much is read, here and there; the system may drop the pages
// again. Read: where little is, since a mapping also keeps what stands around it in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace kb {

class MappedFile {
public:
    // An empty file is an empty text.
    [[nodiscard]] static core::Result<MappedFile> open(const std::filesystem::path& path);
    MappedFile() = default;
    ~MappedFile();
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;

    [[nodiscard]] std::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }
    // What was read through once and will be needed in few places need not stay in memory.
    void forget_pages() const;

private:
    void* data_ = nullptr;
    std::size_t size_ = 0;
};

class ReadFile {
public:
    [[nodiscard]] static core::Result<ReadFile> open(const std::filesystem::path& path);
    ReadFile() = default;
    ~ReadFile();
    ReadFile(ReadFile&& other) noexcept;
    ReadFile& operator=(ReadFile&& other) noexcept;

    [[nodiscard]] std::uint64_t size() const { return size_; }
    // What is beyond the end, or cannot be read any more, is not in it.
    [[nodiscard]] std::string read(std::uint64_t at, std::size_t size) const;

private:
    friend class MappedFile;
    int file_ = -1;
    std::uint64_t size_ = 0;
};

}  // namespace kb
