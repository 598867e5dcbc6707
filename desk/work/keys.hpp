// The desk's identity: made once by `desk init`, in one file that only its owner reads.
//
// Kiosks keep the public halves for ever. Whoever loses this file can open no request that is still sealed.
#pragma once

#include <filesystem>

#include "core/base/crypto.hpp"
#include "core/base/result.hpp"

namespace desk {

struct Keys {
    core::SealKey seal;        // requests are sealed to it
    core::SigningKey receipt;  // receipts are signed by it
    core::SigningKey release;  // releases are signed by it
};

[[nodiscard]] Keys make_keys();
[[nodiscard]] core::Result<void> write_keys(const std::filesystem::path& file, const Keys& keys);
[[nodiscard]] core::Result<Keys> read_keys(const std::filesystem::path& file);

}  // namespace desk
