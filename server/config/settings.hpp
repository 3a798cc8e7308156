#pragma once

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "events/revocation_feed.hpp"
#include "http/allowances.hpp"
#include "http/patience.hpp"
#include "identity/bearer.hpp"
#include "identity/provisioners.hpp"
#include "log.hpp"
#include "notify/settings.hpp"
#include "tls/settings.hpp"

namespace hallpass::server {

/// Everything that can be set, with the defaults.
struct Settings {
    std::string listen = "127.0.0.1";
    std::uint16_t port = 8787;                    ///< 0: any free one
    std::string database = "sqlite:hallpass.db";  ///< or postgresql://…, for several servers
    std::string key_file;    ///< empty: the database's file name and `.keys.json`
    std::string static_dir;  ///< empty: no pages
    std::string zones_file;  ///< empty: the table compiled in
    std::string public_url;  ///< empty: the address listened on
    std::string issuer;      ///< empty: public_url
    std::string audience = "hallpass";
    std::string app_url;  ///< empty: public_url
    TlsSettings tls;
    bool demo = false;
    unsigned threads = 2;
    std::size_t max_connections = 20'000;
    Patience patience{};
    std::chrono::minutes login_lifetime{480};
    std::chrono::seconds sweep_every{300};
    std::chrono::hours record_retention{0};  ///< of personal data in the record; 0: for good
    /// Addresses and networks (CIDR) whose X-Forwarded-For is believed (http/client_address.hpp).
    std::vector<std::string> trusted_proxies;
    std::vector<std::string> roles;  ///< of one's own (config/roles.hpp)
    std::vector<IssuerSettings> issuers;
    std::vector<ProvisioningSettings> provisioning;
    RevocationFeed::Limits revocation_streams{};
    NotifySettings notify;
    LogFormat log_format = LogFormat::text;
    bool log_requests = false;          ///< a line for each
    double credential_burst = 60;       ///< credentials tried by one address in a burst …
    double credentials_per_second = 5;  ///< … and steadily
    AllowanceSettings allowances;
};

/// @throws std::runtime_error where the server speaks TLS and says that it is reached without
inline void refuse_clear_address(const Settings& settings) {
    if (settings.tls.on() && settings.public_url.starts_with("http://")) {
        throw std::runtime_error("with --tls-certificate, --public-url begins with https://");
    }
}

/// The key file that the settings name, or the one beside the database.
/// @throws std::runtime_error where there is nothing to be beside
inline std::string key_file_of(const Settings& settings) {
    if (!settings.key_file.empty()) return settings.key_file;
    if (!settings.database.starts_with("sqlite:")) {
        throw std::runtime_error(
            "with PostgreSQL, name the --key-file: every server needs the same keys");
    }
    return settings.database.substr(settings.database.find(':') + 1) + ".keys.json";
}

/// The file of the key that signs the record's heads: beside the key file, and never a part of it.
/// @throws std::runtime_error as key_file_of
inline std::string record_key_file_of(const Settings& settings) {
    return key_file_of(settings) + ".record-key";
}

}  // namespace hallpass::server
