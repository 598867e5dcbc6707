#include "desk/work/enrol.hpp"

#include <fmt/format.h>

#include "core/base/crypto.hpp"
#include "desk/rules/numbering.hpp"
#include "desk/store/kiosks.hpp"
#include "desk/store/published.hpp"

namespace desk {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t key_bytes = 32;

// As typed: any case, with spaces or hyphens, o for 0, i and l for 1.
std::string normal(std::string_view typed) {
    std::string code;
    for (char c : typed) {
        if (c == ' ' || c == '-') continue;
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        if (c == 'O') c = '0';
        if (c == 'I' || c == 'L') c = '1';
        code += c;
    }
    return code;
}

std::string hash_of_code(std::string_view typed) { return core::blake2b_hex("enrol:" + normal(typed)); }

catalog::Enrolment place_of(const Kiosk& kiosk, const Keys& keys, std::string_view root, core::PreciseTime now) {
    return {kiosk.id,
            kiosk.short_name,
            kiosk.site,
            keys.seal.public_key,
            keys.receipt.public_key,
            keys.release.public_key,
            std::chrono::floor<std::chrono::seconds>(now),
            std::string(root)};
}

}  // namespace

core::Result<std::string> make_enrol_code(core::Database& db, core::Random& random, std::string_view site,
                                          core::Time now) {
    auto listed = Published(db).has_site(site);
    if (!listed) return core::fail(listed.error());
    if (!*listed) {
        return core::fail(core::ErrorKind::not_found,
                          fmt::format("There is no site '{}' in the published content.", site));
    }
    std::string code;
    for (std::size_t i = 0; i < enrol_code_length; ++i) code += alphabet[random.below(alphabet.size())];
    if (auto kept = Kiosks(db).add_code(hash_of_code(code), site, now + enrol_code_lifetime); !kept) {
        return core::fail(kept.error());
    }
    return code;
}

core::Result<catalog::Enrolment> enrol(core::Database& db, const Keys& keys, std::string_view root, core::Random& random,
                                       const catalog::EnrolRequest& request, core::PreciseTime now) {
    const auto key = core::from_base64url(request.public_key);
    if (!key || key->size() != key_bytes) {
        return core::fail(core::ErrorKind::invalid, "The public key is not an Ed25519 key.");
    }
    Kiosks kiosks(db);
    const std::string code = hash_of_code(request.code);
    auto known = kiosks.find_by_key(request.public_key);
    if (!known) return core::fail(known.error());
    if (*known) {
        auto answered = kiosks.has_used_code(code, (*known)->id);
        if (!answered) return core::fail(answered.error());
        if (*answered && (*known)->active) return place_of(**known, keys, root, now);
    }

    const std::string id = *known ? (*known)->id : core::make_uuid7(now, random);
    auto site = kiosks.use_code(code, id, std::chrono::floor<std::chrono::seconds>(now));
    if (!site) return core::fail(site.error());
    if (!*site) {
        return core::fail(core::ErrorKind::denied, "That code is not valid, or no longer; ask for a new one.");
    }
    if (*known) {
        // A kiosk that moved keeps its key and its name: what it has queued stays good.
        if (auto moved = kiosks.move(id, **site); !moved) return core::fail(moved.error());
        if (auto active = kiosks.set_active((*known)->short_name, true); !active) return core::fail(active.error());
        Kiosk kiosk = **known;
        kiosk.site = **site;
        return place_of(kiosk, keys, root, now);
    }

    auto n = kiosks.next_kiosk_number();
    if (!n) return core::fail(n.error());
    if (*n > most_kiosks) return core::fail(core::ErrorKind::full, "This desk has as many kiosks as it can name.");
    Kiosk kiosk;
    kiosk.id = id;
    kiosk.short_name = kiosk_short_name(*n);
    kiosk.site = **site;
    kiosk.public_key = request.public_key;
    kiosk.enrolled_at = std::chrono::floor<std::chrono::seconds>(now);
    if (auto added = kiosks.add(kiosk); !added) return core::fail(added.error());
    return place_of(kiosk, keys, root, now);
}

}  // namespace desk
