// The commands of `desk`, one file each. Each answers the exit code: 0 done, 1 failed and said why in a sentence.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "desk/store/feedback.hpp"

namespace desk::cli {

struct Common {
    std::filesystem::path data;
    bool json = false;
};

int init(const Common& common);

struct ServeOptions {
    std::string listen = "127.0.0.1:8080";
    std::string tls_certificate;
    std::string tls_key;
    bool behind_tls = false;
    std::string zone;
};
int serve(const Common& common, const ServeOptions& options);

struct UserAddOptions {
    std::string login;
    std::string name;
    std::vector<std::string> teams;
    std::vector<std::string> roles;
    bool password_stdin = false;
};
int user_add(const Common& common, const UserAddOptions& options);
int user_list(const Common& common);

int kiosk_add(const Common& common, const std::string& site);
int kiosk_list(const Common& common);
int kiosk_revoke(const Common& common, const std::string& short_name);

struct KioskChannelOptions {
    std::string channel;
    std::vector<std::string> names;
    std::vector<std::string> sites;
};
int kiosk_channel(const Common& common, const KioskChannelOptions& options);

struct PublishOptions {
    std::filesystem::path content;
    std::string channel = "stable";
    int percent = 100;
    std::vector<std::string> audience;  // empty: who stands before a kiosk in general
};
int publish(const Common& common, const PublishOptions& options);
int import_outbox(const Common& common, const std::filesystem::path& file);
int verify(const Common& common);
int rebuild(const Common& common);

struct ReportGapsOptions {
    std::string from;  // dates; empty: the last 30 days
    std::string to;
    std::string site;
    std::string language;
    std::int64_t at_least = least_seen;
    std::int64_t most = 20;
    bool csv = false;
};
int report_gaps(const Common& common, const ReportGapsOptions& options);

}  // namespace desk::cli
