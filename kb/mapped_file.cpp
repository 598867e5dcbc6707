#include "kb/mapped_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "core/base/file.hpp"

namespace kb {

core::Result<ReadFile> ReadFile::open(const std::filesystem::path& path) {
    ReadFile opened;
    opened.file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat about {};
    if (opened.file_ < 0 || ::fstat(opened.file_, &about) != 0) return core::fail(core::system_error(fmt::format("cannot read {}", path.string()), errno));
    opened.size_ = static_cast<std::uint64_t>(about.st_size);
    return opened;
}

ReadFile::~ReadFile() {
    if (file_ >= 0) ::close(file_);
}

ReadFile::ReadFile(ReadFile&& other) noexcept : file_(std::exchange(other.file_, -1)), size_(std::exchange(other.size_, 0)) {}

ReadFile& ReadFile::operator=(ReadFile&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(size_, other.size_);
    return *this;
}

std::string ReadFile::read(std::uint64_t at, std::size_t size) const {
    std::string text(at < size_ ? static_cast<std::size_t>(std::min<std::uint64_t>(size, size_ - at)) : 0, '\0');
    std::size_t got = 0;
    while (got < text.size()) {
        const ssize_t count = ::pread(file_, text.data() + got, text.size() - got, static_cast<off_t>(at + got));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        got += static_cast<std::size_t>(count);
    }
    text.resize(got);
    return text;
}

core::Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
    const auto file = ReadFile::open(path);
    if (!file) return core::fail(file.error());
    MappedFile mapped;
    if (file->size() == 0) return mapped;
    void* data = ::mmap(nullptr, file->size(), PROT_READ, MAP_PRIVATE, file->file_, 0);
    if (data == MAP_FAILED) return core::fail(core::system_error(fmt::format("cannot read {}", path.string()), errno));
    mapped.data_ = data;
    mapped.size_ = file->size();
    return mapped;
}

MappedFile::~MappedFile() {
    if (data_) ::munmap(data_, size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
}

void MappedFile::forget_pages() const {
    if (data_) ::madvise(data_, size_, MADV_DONTNEED);
}

}  // namespace kb
