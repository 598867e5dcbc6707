#include "desk/work/forms.hpp"

#include <fmt/format.h>

#include "desk/store/published.hpp"

namespace desk {

core::Result<std::shared_ptr<const catalog::Service>> Forms::find(core::Database& db, std::string_view service,
                                                                  std::string_view version) {
    std::pair key{std::string(service), std::string(version)};
    {
        const std::lock_guard lock(mutex_);
        if (const auto kept = kept_.find(key); kept != kept_.end()) return kept->second;
    }
    auto body = Published(db).form(service, version);
    if (!body) return core::fail(body.error());
    if (!*body) return std::shared_ptr<const catalog::Service>();

    core::Problems problems;
    auto parsed = catalog::parse_service(**body, key.first + ".yaml", problems);
    if (!parsed) {
        return core::fail(core::ErrorKind::invalid,
                          fmt::format("the kept version of '{}' can no longer be read{}{}", service,
                                      problems.empty() ? "" : ": ", problems.empty() ? "" : problems.front().what));
    }
    auto shared = std::make_shared<const catalog::Service>(std::move(*parsed));
    const std::lock_guard lock(mutex_);
    if (kept_.size() >= most_kept) kept_.clear();
    kept_.emplace(std::move(key), shared);
    return shared;
}

}  // namespace desk
