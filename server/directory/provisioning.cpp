#include "directory/provisioning.hpp"

#include <algorithm>

#include "access/directory.hpp"
#include "access/record_entries.hpp"
#include "ascii.hpp"
#include "hallpass/ids.hpp"
#include "scim/attributes.hpp"

namespace hallpass::server {
namespace {

ScimRefusal taken() {
    return {409, "uniqueness", "there is a user with this userName, externalId or id already"};
}

bool same_set(std::vector<std::string> left, std::vector<std::string> right) {
    std::sort(left.begin(), left.end());
    std::sort(right.begin(), right.end());
    return left == right;
}

/// A BCP 47 tag; some send an underscore.
bool tidy_locale(std::string& locale) {
    std::replace(locale.begin(), locale.end(), '_', '-');
    return locale.size() >= 2 && locale.size() <= 35 &&
           std::all_of(locale.begin(), locale.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-';
           });
}

std::string text_of(const ScimUser& user) {
    json::Writer writer;
    write_scim_user(writer, user, {});
    return std::move(writer).text();
}

}  // namespace

DirectoryUpdate Provisioning::updater() {
    return {transaction_, roles_, {"provisioning", origin_, provisioner_.tenant_id}};
}

std::optional<ScimRefusal> Provisioning::check_unique(const ScimUser& wanted) const {
    const auto others = [&](const char* column, const std::string& value) {
        return transaction_.store().number(
            std::string{"SELECT COUNT(*) FROM provisioned_users WHERE tenant_id = :tenant AND "} +
                column + " = :value AND removed = 0 AND user_id <> :user",
            {{"tenant", provisioner_.tenant_id}, {"value", value}, {"user", wanted.id}});
    };
    if (others("user_name_key", without_case(wanted.user_name)) != 0) return taken();
    if (wanted.external_id && others("external_id", *wanted.external_id) != 0) return taken();
    return std::nullopt;
}

std::optional<ScimRefusal> Provisioning::check_roles(ScimUser& wanted,
                                                     const ProvisionedUser* known) const {
    std::vector<std::string> before;
    if (known != nullptr) {
        for (const auto role : roles_of(known->user)) before.emplace_back(role);
    }
    if (!wanted.roles) wanted.roles = before;
    auto& roles = *wanted.roles;
    if (roles.empty()) roles.emplace_back(role_user);
    // Who is to be switched off must not be kept by a role that is no longer configured.
    if (same_set(before, roles)) return std::nullopt;
    for (const auto& role : roles) {
        if (!roles_.known(role)) return scim_invalid("invalidValue", "a role is not known");
    }
    // What a provider may not give, it may not take away either.
    before.insert(before.end(), roles.begin(), roles.end());
    for (const auto& role : before) {
        if (role != role_user && !provisioner_.may_give(role)) {
            return ScimRefusal{403, "", "this identity provider may not give or take that role"};
        }
    }
    return std::nullopt;
}

std::optional<ScimRefusal> Provisioning::check(ScimUser& wanted,
                                               const ProvisionedUser* known) const {
    if (wanted.user_name.empty()) return scim_invalid("invalidValue", "userName is required");
    if (auto refused = check_unique(wanted)) return refused;
    if (known != nullptr && known->shared) {
        // The account itself is not this provider's: what it says of it is not looked at.
        const auto account = scim_user_of(*known);
        wanted.email = account.email;
        wanted.locale = account.locale;
        wanted.time_zone = account.time_zone;
        wanted.roles = account.roles;
        return std::nullopt;
    }
    // What is there already is not judged again: it must not keep anybody from being switched off.
    const auto before = known != nullptr ? scim_user_of(*known) : ScimUser{};
    if (wanted.email.empty()) wanted.email = known != nullptr ? before.email : wanted.user_name;
    if (wanted.email != before.email && !is_email_address(wanted.email)) {
        return scim_invalid("invalidValue", "emails is required where userName is no address");
    }
    if (!wanted.time_zone) wanted.time_zone = before.time_zone.value_or("UTC");
    if (wanted.time_zone != before.time_zone) {
        const auto zone = zones_.find(*wanted.time_zone);
        if (!zone) return scim_invalid("invalidValue", "timezone must be an IANA time zone");
        wanted.time_zone = zone->name();
    }
    if (wanted.locale && wanted.locale != before.locale && !tidy_locale(*wanted.locale)) {
        return scim_invalid("invalidValue", "locale must be a language tag, like nl-NL");
    }
    return check_roles(wanted, known);
}

Provisioning::Outcome Provisioning::create(const ScimUser& asked) {
    auto wanted = asked;
    wanted.id = provisioner_.external_ids ? wanted.external_id.value_or("") : wanted.user_name;
    if (!is_valid_id(wanted.id) || wanted.id.starts_with(Provisioner::actor_prefix)) {
        return scim_invalid("invalidValue", provisioner_.external_ids
                                                ? "externalId is required: it is the user's id"
                                                : "userName is required: it is the user's id");
    }
    // Whoever writes addresses would take these for a way up, and meet another resource.
    if (wanted.id == "." || wanted.id == "..") {
        return scim_invalid("invalidValue", "a user's id cannot be . or ..");
    }
    if (!wanted.id.ends_with(provisioner_.id_suffix)) {
        return scim_invalid("invalidValue", "ids of this tenant's users end otherwise");
    }
    auto& store = transaction_.store();
    ProvisionedUser known;
    known.row.tenant_id = provisioner_.tenant_id;
    known.row.user_id = wanted.id;
    auto account = find_user(store, wanted.id);
    if (account) {
        auto row =
            store.find<ProvisionedRow>("WHERE tenant_id = :tenant AND user_id = :user",
                                       {{"tenant", provisioner_.tenant_id}, {"user", wanted.id}});
        known.user = *std::move(account);
        known.scopes = membership_scopes(store, provisioner_.tenant_id, wanted.id);
        known.shared = is_shared(store, known.user, provisioner_.tenant_id);
        // Only this tenant's own are taken over: anybody else is simply taken.
        const bool own = row ? row->removed : known.scopes.has_value() && !known.shared;
        const auto roles = roles_of(known.user);
        const bool within = std::all_of(roles.begin(), roles.end(), [&](std::string_view role) {
            return role == role_user || provisioner_.may_give(role);
        });
        if (!own || !(known.shared || within)) return taken();
        if (row) known.row = *std::move(row);
    }
    const bool exists = !known.user.id.empty();
    if (auto refused = check(wanted, exists ? &known : nullptr)) return *refused;
    return put(std::move(known), wanted, "created");
}

Provisioning::Outcome Provisioning::change(const ProvisionedUser& known, const ScimUser& asked) {
    auto wanted = asked;
    const bool same = provisioner_.external_ids ? wanted.external_id == known.row.external_id
                                                : wanted.user_name == known.row.user_name;
    if (!same) return scim_invalid("mutability", "what is the user's id cannot be changed");
    if (auto refused = check(wanted, &known)) return *refused;
    if (text_of(wanted) == text_of(scim_user_of(known))) return known;
    return put(known, wanted, "updated");
}

void Provisioning::remove(const ProvisionedUser& known) {
    auto wanted = scim_user_of(known);
    wanted.active = false;
    put(known, wanted, "removed");
}

}  // namespace hallpass::server
