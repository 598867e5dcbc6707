// Who this kiosk is: its signing key, and what it must know of its desk.
//
// Until it is enrolled, requests are sealed to a key pair of its own. At enrolment they are sealed anew to the desk's key
// and the private half is destroyed: from then on the kiosk cannot read what it holds.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/crypto.hpp"
#include "core/base/result.hpp"
#include "core/catalog/wire.hpp"
#include "kb/viewers.hpp"
#include "kiosk/shell/data_folder.hpp"

namespace kiosk {

struct Identity {
    core::SigningKey signing;
    std::string seal_key;  // public: the desk's, or our own while not enrolled

    std::string desk;  // "https://desk.example"; empty while not enrolled
    std::string kiosk;
    std::string short_name = "K0";
    std::string site;
    std::string receipt_key;
    std::string release_key;
    // Who stands before it, said by whoever put it there: the desk cannot make it show what is for others.
    std::vector<std::string> audience = kb::Viewers{}.audience;
    std::string root;  // of who may publish; empty when the desk had none, then it is the release key alone

    [[nodiscard]] bool is_enrolled() const { return !desk.empty(); }
    [[nodiscard]] const std::string& trusted() const { return root.empty() ? release_key : root; }
};

// Reads the identity; makes a new one with fresh keys where there is none.
[[nodiscard]] core::Result<Identity> load_identity(const DataFolder& folder);

// The same for a program that must not write: `not_found` where there is none.
[[nodiscard]] core::Result<Identity> read_identity(const DataFolder& folder);

// Takes over what the desk said. Safe on disk when this returns.
[[nodiscard]] core::Result<Identity> keep_enrolment(const DataFolder& folder, Identity identity,
                                                    const catalog::Enrolment& enrolment, std::string desk);

// The pair that unenrolled requests are sealed to; nothing when it was destroyed.
[[nodiscard]] core::Result<std::optional<core::SealKey>> unenrolled_key(const DataFolder& folder);
// Overwrites the file, then removes it.
[[nodiscard]] core::Result<void> shred_unenrolled_key(const DataFolder& folder);

}  // namespace kiosk
