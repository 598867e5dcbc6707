// The long-lived parts of a desk on one data directory; whoever holds a Desk holds the directory's lock.
//
//   desk.db        everything the desk knows       keys.json   its identity, for its owner only
//   releases/      what kiosks fetch               blobs/      attachments by hash
//   desk.lock      held while a desk is open       desk.sock   how commands reach a running desk
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>

#include "core/base/clock.hpp"
#include "core/base/id.hpp"
#include "core/base/log.hpp"
#include "core/base/result.hpp"
#include "desk/store/readers.hpp"
#include "desk/store/writer.hpp"
#include "desk/work/forms.hpp"
#include "desk/work/keys.hpp"

namespace desk {

class Desk {
public:
    // Makes directory, keys and tables. A directory that holds a desk already is a `conflict` and stays as it is.
    [[nodiscard]] static core::Result<void> init(const std::filesystem::path& data);

    // Takes the lock (`unavailable` while another process has it), checks the database, starts the writer.
    // `clock` and `random` must outlive the desk; `random` is asked from several threads.
    [[nodiscard]] static core::Result<std::unique_ptr<Desk>> open(const std::filesystem::path& data,
                                                                  const core::Clock& clock, core::Random& random,
                                                                  core::Log log);
    ~Desk();

    [[nodiscard]] const std::filesystem::path& data() const { return data_; }
    [[nodiscard]] std::filesystem::path releases() const { return data_ / "releases"; }
    [[nodiscard]] std::filesystem::path blobs() const { return data_ / "blobs"; }
    [[nodiscard]] static std::filesystem::path socket_of(const std::filesystem::path& data) { return data / "desk.sock"; }

    [[nodiscard]] const core::Clock& clock() const { return clock_; }
    [[nodiscard]] core::Random& random() const { return random_; }
    [[nodiscard]] const core::Log& log() const { return log_; }
    [[nodiscard]] const Keys& keys() const { return keys_; }
    [[nodiscard]] Forms& forms() { return forms_; }
    [[nodiscard]] Readers& readers() { return readers_; }
    [[nodiscard]] Writer& writer() { return *writer_; }

    // True while somebody publishes: one at a time.
    [[nodiscard]] std::atomic<bool>& publishing() { return publishing_; }

private:
    class Lock;
    Desk(std::filesystem::path data, std::unique_ptr<Lock> lock, const core::Clock& clock, core::Random& random,
         core::Log log, Keys keys, std::unique_ptr<core::Database> db);

    std::filesystem::path data_;
    std::unique_ptr<Lock> lock_;  // goes last
    const core::Clock& clock_;
    core::Random& random_;
    core::Log log_;
    Keys keys_;
    Forms forms_;
    Readers readers_;
    std::unique_ptr<Writer> writer_;
    std::atomic<bool> publishing_{false};
};

}  // namespace desk
