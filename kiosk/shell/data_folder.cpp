#include "kiosk/shell/data_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "core/base/file.hpp"

namespace kiosk {

core::Result<FolderLock> FolderLock::take(const DataFolder& folder) {
    if (auto made = core::make_folder(folder.path, true); !made) return core::fail(made.error());
    const int descriptor = ::open(folder.lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return core::fail(core::system_error("cannot open " + folder.lock().string(), errno));
    FolderLock lock(descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            return core::fail(core::ErrorKind::conflict, "a kiosk is already running on " + folder.path.string());
        }
        return core::fail(core::system_error("cannot lock " + folder.lock().string(), errno));
    }
    return lock;
}

FolderLock::~FolderLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace kiosk
