// Who stands before what we show.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace kb {

struct Viewers {
    std::vector<std::string> audience{"public", "staff"};  // as at a kiosk, where nobody has signed in
    std::vector<std::string> sites = {};                   // where they stand; empty: at any site
};

// Sorted, each once: as releases tell it.
[[nodiscard]] inline std::vector<std::string> in_order(std::vector<std::string> audience) {
    std::sort(audience.begin(), audience.end());
    audience.erase(std::unique(audience.begin(), audience.end()), audience.end());
    return audience;
}

// As content writes it: no audience means staff, no site means every site.
[[nodiscard]] inline bool may_see(const std::vector<std::string>& audience, const std::vector<std::string>& sites, const Viewers& viewers) {
    const auto among = [](const std::vector<std::string>& all, std::string_view one) { return std::find(all.begin(), all.end(), one) != all.end(); };
    const bool is_for_them = audience.empty() ? among(viewers.audience, "staff")
                                              : std::any_of(audience.begin(), audience.end(), [&](const std::string& each) {
                                                    return each == "public" || each == "all" || among(viewers.audience, each);
                                                });
    const bool is_here = sites.empty() || viewers.sites.empty() || std::any_of(sites.begin(), sites.end(), [&](const std::string& each) { return among(viewers.sites, each); });
    return is_for_them && is_here;
}

}  // namespace kb
