#include "kiosk/shell/identity.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "core/base/json.hpp"

namespace kiosk {
namespace {

core::Json to_json(const Identity& identity) {
    return {
        {"signing_public", identity.signing.public_key},
        {"signing_secret", identity.signing.secret_key},
        {"seal_key", identity.seal_key},
        {"desk", identity.desk},
        {"kiosk", identity.kiosk},
        {"short_name", identity.short_name},
        {"site", identity.site},
        {"receipt_key", identity.receipt_key},
        {"release_key", identity.release_key},
        {"root", identity.root},
        {"audience", identity.audience},
    };
}

core::Result<void> write_identity(const DataFolder& folder, const Identity& identity) {
    return core::write_file(folder.identity(), core::canonical(to_json(identity)) + "\n", true);
}

core::Result<Identity> make_identity(const DataFolder& folder) {
    // The key first: an identity on disk always has the key that its requests are sealed to.
    const core::SealKey own = core::make_seal_key();
    const core::Json pair{{"public", own.public_key}, {"secret", own.secret_key}};
    if (auto done = core::write_file(folder.unenrolled_key(), core::canonical(pair) + "\n", true); !done) {
        return core::fail(done.error());
    }
    Identity identity;
    identity.signing = core::make_signing_key();
    identity.seal_key = own.public_key;
    if (auto done = write_identity(folder, identity); !done) return core::fail(done.error());
    return identity;
}

}  // namespace

core::Result<Identity> read_identity(const DataFolder& folder) {
    auto text = core::read_file(folder.identity());
    if (!text) return core::fail(text.error());
    const auto json = core::parse_json(*text);
    core::wipe(*text);
    if (!json) return core::fail(core::ErrorKind::corrupt, folder.identity().string() + ": " + json.error().message);

    Identity identity;
    const std::pair<const char*, std::string*> members[] = {
        {"signing_public", &identity.signing.public_key},
        {"signing_secret", &identity.signing.secret_key},
        {"seal_key", &identity.seal_key},
        {"desk", &identity.desk},
        {"kiosk", &identity.kiosk},
        {"short_name", &identity.short_name},
        {"site", &identity.site},
        {"receipt_key", &identity.receipt_key},
        {"release_key", &identity.release_key},
    };
    for (const auto& [name, target] : members) {
        const auto value = core::text_at(*json, name);
        if (!value) {
            return core::fail(core::ErrorKind::corrupt, folder.identity().string() + " has no text \"" + name + "\"");
        }
        *target = *value;
    }
    identity.root = core::text_at(*json, "root").value_or("");  // none in a kiosk from before there were roots
    if (const core::Json* audience = core::member(*json, "audience")) {
        identity.audience.clear();
        for (const core::Json& each : *audience) {
            if (each.is_string()) identity.audience.push_back(each.get<std::string>());
        }
    }
    return identity;
}

core::Result<Identity> load_identity(const DataFolder& folder) {
    auto identity = read_identity(folder);
    if (!identity && identity.error().kind == core::ErrorKind::not_found) return make_identity(folder);
    return identity;
}

core::Result<Identity> keep_enrolment(const DataFolder& folder, Identity identity, const catalog::Enrolment& enrolment,
                                      std::string desk) {
    identity.desk = std::move(desk);
    identity.kiosk = enrolment.kiosk;
    identity.short_name = enrolment.short_name;
    identity.site = enrolment.site;
    identity.seal_key = enrolment.seal_key;
    identity.receipt_key = enrolment.receipt_key;
    identity.release_key = enrolment.release_key;
    identity.root = enrolment.root;
    if (auto done = write_identity(folder, identity); !done) return core::fail(done.error());
    return identity;
}

core::Result<std::optional<core::SealKey>> unenrolled_key(const DataFolder& folder) {
    auto text = core::read_file(folder.unenrolled_key());
    if (!text) {
        if (text.error().kind == core::ErrorKind::not_found) return std::nullopt;
        return core::fail(text.error());
    }
    const auto json = core::parse_json(*text);
    core::wipe(*text);
    const auto public_key = json ? core::text_at(*json, "public") : std::nullopt;
    const auto secret_key = json ? core::text_at(*json, "secret") : std::nullopt;
    if (!public_key || !secret_key) {
        // Half shredded counts as shredded: it opens nothing any more.
        return std::nullopt;
    }
    return core::SealKey{*public_key, *secret_key};
}

core::Result<void> shred_unenrolled_key(const DataFolder& folder) {
    const std::filesystem::path path = folder.unenrolled_key();
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) {
        if (errno == ENOENT) return {};
        return core::fail(core::system_error("cannot destroy " + path.string(), errno));
    }
    struct stat about {};
    bool is_done = ::fstat(descriptor, &about) == 0;
    const std::string zeros(static_cast<std::size_t>(is_done ? about.st_size : 0), '0');
    is_done = is_done && ::pwrite(descriptor, zeros.data(), zeros.size(), 0) == about.st_size && ::fsync(descriptor) == 0;
    const int why = errno;
    ::close(descriptor);
    if (!is_done) return core::fail(core::system_error("cannot destroy " + path.string(), why));
    if (::unlink(path.c_str()) != 0) return core::fail(core::system_error("cannot destroy " + path.string(), errno));
    return {};
}

}  // namespace kiosk
