// Services by version, read once and kept: a published version never changes.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/database.hpp"
#include "core/base/result.hpp"
#include "core/catalog/service.hpp"

namespace desk {

class Forms {
public:
    static constexpr std::size_t most_kept = 512;

    // Null when there is no such version; `invalid` when this program cannot read it. Shared, because a reader may
    // outlast its place in here. From any thread.
    [[nodiscard]] core::Result<std::shared_ptr<const catalog::Service>> find(core::Database& db, std::string_view service,
                                                                             std::string_view version);

private:
    std::mutex mutex_;  // guards kept_
    std::map<std::pair<std::string, std::string>, std::shared_ptr<const catalog::Service>> kept_;
};

}  // namespace desk
