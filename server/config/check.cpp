#include "config/check.hpp"

#include <unistd.h>
#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <set>
#include <stdexcept>

#include "audit/record_key.hpp"
#include "clock.hpp"
#include "config/roles.hpp"
#include "config/zones_file.hpp"
#include "http/client_address.hpp"
#include "notify/egress.hpp"
#include "notify/mailer.hpp"
#include "notify/security_event.hpp"
#include "notify/webhook_sender.hpp"
#include "random.hpp"
#include "signing/key_fault.hpp"
#include "signing/key_file.hpp"
#include "signing/private_file.hpp"
#include "store/migrations.hpp"
#include "store/rights.hpp"
#include "tls/context.hpp"

namespace hallpass::server {
namespace {

[[noreturn]] void refuse(const std::string& why) { throw std::runtime_error(why); }

/// Whether paths can be put behind it, as `/status/1` and `/switch-user?token=…` are.
bool is_base(const std::string& address) {
    const auto url = boost::urls::parse_uri(address);
    return url && !url->encoded_host().empty() && !url->has_userinfo() && !url->has_query() &&
           !url->has_fragment();
}

std::string check_address(const Settings& settings) {
    boost::system::error_code error;
    const auto host = settings.listen == "localhost" ? "127.0.0.1" : settings.listen;
    boost::asio::ip::make_address(host, error);
    if (error) refuse("--listen must be an address, like 127.0.0.1 or ::1");
    for (const auto* url : {&settings.public_url, &settings.app_url}) {
        const bool known = url->starts_with("https://") || url->starts_with("http://");
        if (!url->empty() && !known) refuse("--public-url and --app-url begin with https://");
        if (!url->empty() && !is_base(*url)) {
            refuse(
                "--public-url and --app-url are an address alone, like "
                "https://example.com:8443/path");
        }
    }
    refuse_clear_address(settings);
    if (settings.audience.empty()) refuse("--audience must not be empty");
    const TrustedProxies proxies{settings.trusted_proxies};
    const auto& reached = settings.public_url;
    return host + ", port " + std::to_string(settings.port) +
           (reached.empty() ? "" : ", reached at " + reached);
}

std::string check_tls(const Settings& settings) {
    if (!settings.tls.on()) return "by a proxy in front, or none";
    const SystemClock clock;
    const auto loaded = load_tls(settings.tls, clock.now());
    return "by the server; its certificate holds until " + format_rfc3339(loaded.expires_at);
}

/// A file that the first start makes needs a folder that can be written.
std::string to_be_made(const std::filesystem::path& file) {
    auto folder = file.parent_path();
    if (folder.empty()) folder = ".";
    if (::access(folder.c_str(), W_OK | X_OK) != 0) {
        refuse("it is not there, and its folder cannot be written");
    }
    return "the first start makes it";
}

std::string check_database(const Settings& settings) {
    constexpr std::string_view sqlite = "sqlite:";
    if (settings.database.starts_with(sqlite)) {
        const auto file = settings.database.substr(sqlite.size());
        if (!std::filesystem::exists(file)) return to_be_made(file);
        if (::access(file.c_str(), R_OK | W_OK) != 0) refuse("its file cannot be written");
    }
    Connection connection{settings.database};
    const auto version = schema_version(connection);
    if (version > newest_schema) refuse("it was written by a newer version of hallpassd");
    if (const auto missing = missing_rights(connection); !missing.empty()) refuse(missing);
    const auto open = open_to_others(connection);
    return "version " + std::to_string(version) + " of " + std::to_string(newest_schema) +
           (version < newest_schema ? ", brought up to date by the next start" : "") +
           (open.empty() ? "" : "; " + open);
}

std::string check_keys(const Settings& settings) {
    const KeyFile file{key_file_of(settings)};
    if (!std::filesystem::exists(file.name())) return to_be_made(file.name());
    return file.read().active().key_id() + " signs";
}

bool database_is_there(const Settings& settings) {
    constexpr std::string_view sqlite = "sqlite:";
    return !settings.database.starts_with(sqlite) ||
           std::filesystem::exists(settings.database.substr(sqlite.size()));
}

std::string check_record_key(const Settings& settings) {
    KnownRecordKey known;
    if (database_is_there(settings)) {
        Connection connection{settings.database};
        if (schema_version(connection) == newest_schema) known = known_record_key(connection);
    }
    const auto file = record_key_file_of(settings);
    if (!std::filesystem::exists(file)) {
        if (known.any()) refuse("the record has a key, and its file is not there");
        return to_be_made(file);
    }
    const auto key = RecordKey::parse(read_private_file(file));
    if (!known.is(key.verifier())) refuse("the record's heads are signed with another key");
    return key.verifier().text();
}

/// Whether a tenant that settings name was imported; none is missed while there is no database.
class TenantCheck {
  public:
    explicit TenantCheck(const Settings& settings) {
        if (!database_is_there(settings)) return;
        directory_.emplace(settings.database);
        if (schema_version(*directory_) == 0) directory_.reset();
    }
    void refuse_unknown(const std::string& tenant_id) {
        const bool missing = directory_ && !tenant_id.empty() &&
                             directory_->number("SELECT COUNT(*) FROM tenants WHERE id = :tenant",
                                                {{"tenant", tenant_id}}) == 0;
        if (missing) refuse("tenant= names one that was not imported: " + tenant_id);
    }

  private:
    std::optional<Connection> directory_;
};

std::string check_identity(const Settings& settings) {
    const SystemClock clock;
    const Issuers issuers{settings.issuers, clock};
    refuse_unknown_roles(settings.issuers, configured_roles(settings.roles));
    if (settings.issuers.empty()) {
        if (!settings.demo) refuse("nobody can sign in: name an --identity");
        return "the demo's sign-in alone";
    }
    TenantCheck tenants{settings};
    for (const auto& each : settings.issuers) tenants.refuse_unknown(each.claims.tenant_id);
    return std::to_string(settings.issuers.size()) + " of them" +
           (settings.demo ? ", and the demo's sign-in" : "");
}

std::string check_roles(const Settings& settings) {
    configured_roles(settings.roles);
    return "the built-in ones and " + std::to_string(settings.roles.size()) + " more";
}

std::string check_provisioning(const Settings& settings) {
    const Provisioners provisioners{settings.provisioning, configured_roles(settings.roles)};
    if (provisioners.all().empty()) return "none";
    TenantCheck directory{settings};
    std::string tenants;
    for (const auto& each : provisioners.all()) {
        directory.refuse_unknown(each.tenant_id);
        tenants += (tenants.empty() ? "of " : ", ") + each.tenant_id;
    }
    return tenants;
}

std::string check_zones(const Settings& settings) {
    const ConfiguredZones zones{settings.zones_file};
    return std::string{zones.table().version()} +
           (zones.of_file() ? ", of the file" : ", built in");
}

std::string check_pages(const Settings& settings) {
    if (settings.static_dir.empty()) return "none";
    if (!std::filesystem::is_directory(settings.static_dir)) refuse("--static is not a folder");
    return settings.static_dir;
}

std::string check_mail(const Settings& settings) {
    const auto& mail = settings.notify.mail;
    if (mail.url.empty()) return "none is sent";
    const std::atomic<bool> stop{false};
    const Mailer mailer{mail, settings.notify.transfer_max, stop};
    return "by " + mail.url;
}

void check_signs_events(const Settings& settings) {
    const KeyFile file{key_file_of(settings)};
    const bool to_come = !std::filesystem::exists(file.name());
    if (!to_come && !signs_security_events(file.read())) refuse(key_not_public);
}

std::string check_webhooks(const Settings& settings) {
    const auto& notify = settings.notify;
    const Egress egress{notify.allowed_networks};
    const std::atomic<bool> stop{false};
    std::set<std::string> names;
    for (const auto& webhook : notify.webhooks) {
        const WebhookSender sender{webhook, notify.webhook_ca_file, egress, notify.transfer_max,
                                   stop};
        if (!names.insert(webhook.name).second) refuse("two webhooks have the same name");
        if (webhook.format == WebhookSettings::Format::caep) check_signs_events(settings);
    }
    return std::to_string(names.size()) + " of them";
}

struct Part {
    const char* name;
    std::string (*check)(const Settings&);
};
constexpr Part parts[] = {
    {"address", check_address},
    {"TLS", check_tls},
    {"database", check_database},
    {"keys", check_keys},
    {"record's key", check_record_key},
    {"identity providers", check_identity},
    {"roles", check_roles},
    {"provisioning", check_provisioning},
    {"time zones", check_zones},
    {"pages", check_pages},
    {"mail", check_mail},
    {"webhooks", check_webhooks},
};

}  // namespace

std::vector<CheckedPart> check_settings(const Settings& settings) {
    start_cryptography();
    std::vector<CheckedPart> checked;
    for (const auto& part : parts) {
        try {
            checked.push_back({part.name, true, part.check(settings)});
        } catch (const KeyFault& fault) {
            checked.push_back(
                {part.name, false, std::string{to_string(fault.problem())} + ": " + fault.what()});
        } catch (const std::exception& fault) {
            checked.push_back({part.name, false, fault.what()});
        }
    }
    return checked;
}

int print_check(const Settings& settings) {
    bool good = true;
    for (const auto& part : check_settings(settings)) {
        std::printf("%-8s %s: %s\n", part.good ? "good" : "REFUSED", part.name.c_str(),
                    part.finding.c_str());
        good = good && part.good;
    }
    return good ? 0 : 1;
}

}  // namespace hallpass::server
