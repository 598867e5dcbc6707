#include "core/base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace core {
namespace {

class OpenFile {
public:
    OpenFile(const std::filesystem::path& path, int flags, mode_t mode = 0)
        : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
    ~OpenFile() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
    [[nodiscard]] int get() const { return descriptor_; }

private:
    int descriptor_;
};

Result<void> write_all(int descriptor, std::string_view text, const std::filesystem::path& path) {
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor, text.data(), text.size());
        if (written < 0) {
            if (errno == EINTR) continue;
            return fail(system_error("cannot write " + path.string(), errno));
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(descriptor) != 0) return fail(system_error("cannot write " + path.string(), errno));
    return {};
}

}  // namespace

Error system_error(std::string_view doing, int error_number) {
    ErrorKind kind = ErrorKind::unavailable;
    switch (error_number) {
        case ENOSPC:
        case EDQUOT: kind = ErrorKind::full; break;
        case ENOENT:
        case ENOTDIR: kind = ErrorKind::not_found; break;
        case EACCES:
        case EPERM:
        case EROFS: kind = ErrorKind::denied; break;
        case EEXIST: kind = ErrorKind::conflict; break;
        default: break;
    }
    return {kind, fmt::format("{}: {}", doing, std::strerror(error_number))};
}

Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit) {
    const OpenFile file(path, O_RDONLY);
    if (!file.is_open()) return fail(system_error("cannot read " + path.string(), errno));
    struct stat about {};
    if (::fstat(file.get(), &about) != 0) return fail(system_error("cannot read " + path.string(), errno));
    if (S_ISDIR(about.st_mode)) return fail(system_error("cannot read " + path.string(), EISDIR));

    std::string text;
    text.reserve(std::min<std::size_t>(static_cast<std::size_t>(about.st_size), limit));
    char buffer[64 * 1024];
    for (;;) {
        const ssize_t got = ::read(file.get(), buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail(system_error("cannot read " + path.string(), errno));
        if (got == 0) return text;
        text.append(buffer, static_cast<std::size_t>(got));
        if (text.size() > limit) {
            return fail(ErrorKind::full, fmt::format("{} is larger than {} bytes", path.string(), limit));
        }
    }
}

Result<void> write_file(const std::filesystem::path& path, std::string_view text, bool private_to_owner) {
    const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
    const std::filesystem::path half_written = path.string() + fmt::format(".{}.new", ::getpid());
    {
        const OpenFile file(half_written, O_WRONLY | O_CREAT | O_TRUNC, private_to_owner ? 0600 : 0644);
        if (!file.is_open()) return fail(system_error("cannot write " + path.string(), errno));
        if (auto done = write_all(file.get(), text, path); !done) {
            ::unlink(half_written.c_str());
            return done;
        }
    }
    if (::rename(half_written.c_str(), path.c_str()) != 0) {
        const int why = errno;
        ::unlink(half_written.c_str());
        return fail(system_error("cannot write " + path.string(), why));
    }
    // The new name itself is safe only when the folder is.
    const OpenFile directory(folder, O_RDONLY | O_DIRECTORY);
    if (!directory.is_open() || ::fsync(directory.get()) != 0) {
        return fail(system_error("cannot write " + path.string(), errno));
    }
    return {};
}

Result<void> make_folder(const std::filesystem::path& path, bool private_to_owner) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) return fail(system_error("cannot make the folder " + path.string(), error.value()));
    if (private_to_owner && ::chmod(path.c_str(), 0700) != 0) {
        return fail(system_error("cannot protect the folder " + path.string(), errno));
    }
    return {};
}

Result<std::vector<std::filesystem::path>> files_below(const std::filesystem::path& folder) {
    std::error_code error;
    std::vector<std::filesystem::path> found;
    std::filesystem::recursive_directory_iterator it(folder, error);
    if (error) return fail(system_error("cannot read the folder " + folder.string(), error.value()));
    for (const auto end = std::filesystem::recursive_directory_iterator(); it != end; it.increment(error)) {
        if (error) return fail(system_error("cannot read the folder " + folder.string(), error.value()));
        if (it->is_symlink(error) || !it->is_regular_file(error)) continue;
        found.push_back(it->path().lexically_relative(folder));
    }
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace core
