#include "directory/update.hpp"

#include "access/directory.hpp"
#include "access/enforcement.hpp"
#include "access/record_entries.hpp"
#include "hallpass/audit.hpp"

namespace hallpass::server {
namespace {

void update(Connection& store, const UserRow& row) {
    store.execute(
        "UPDATE users SET name = :name, email = :email, roles = :roles, time_zone = :time_zone,"
        " opted_out = :opted_out, all_tenants = :all_tenants, banned = :banned,"
        " locale = COALESCE(:locale, locale),"
        " banned_until_unix_ms = :banned_until, ban_reason = :ban_reason WHERE id = :id",
        {{"name", row.name},
         {"email", row.email},
         {"roles", row.roles},
         {"time_zone", row.time_zone},
         {"opted_out", row.opted_out},
         {"all_tenants", row.all_tenants},
         {"banned", row.banned},
         {"locale", row.locale},
         {"banned_until", row.banned_until_unix_ms},
         {"ban_reason", row.ban_reason},
         {"id", row.id}});
}

}  // namespace

RecordRow DirectoryUpdate::about(const std::string& user_id, std::string_view event,
                                 json::Writer metadata) const {
    auto entry = entry_of(event, updater_.origin);
    entry.subject_id = user_id;
    entry.tenant_id = updater_.tenant_id;
    entry.metadata = std::move(metadata.member("by", updater_.by).end_object()).text();
    return entry;
}

void DirectoryUpdate::put(const TenantRow& row) {
    auto& store = transaction_.store();
    const auto before = store.find<TenantRow>("WHERE id = :id", {{"id", row.id}});
    if (!before) return store.insert(row);
    store.execute("UPDATE tenants SET name = :name, policy = :policy WHERE id = :id",
                  {{"name", row.name}, {"policy", row.policy}, {"id", row.id}});
    if (before->policy == row.policy) return;
    auto entry = entry_of(event_policy_changed, updater_.origin);
    entry.tenant_id = row.id;
    json::Writer metadata;
    metadata.begin_object().key("from").raw(before->policy).key("to").raw(row.policy);
    entry.metadata = std::move(metadata.member("by", updater_.by).end_object()).text();
    transaction_.record(std::move(entry));
    tenants_.insert(row.id);
}

void DirectoryUpdate::put(const ImportedUser& user) {
    auto& store = transaction_.store();
    const auto before = find_user(store, user.row.id);
    if (before) return change(*before, user);
    store.insert(user.row);
    new_users_.insert(user.row.id);
}

void DirectoryUpdate::change(const UserRow& before, const ImportedUser& user) {
    auto row = user.row;
    if (!user.says_banned) {
        row.banned = before.banned;
        row.ban_reason = before.ban_reason;
        row.banned_until_unix_ms = before.banned_until_unix_ms;
    }
    if (!user.says_opted_out) row.opted_out = before.opted_out;
    if (user.says_active && before.deactivated_by) activate(row.id);
    update(transaction_.store(), row);
    if (before.roles != row.roles) {
        json::Writer metadata;
        metadata.begin_object().member("from", before.roles).member("to", row.roles);
        revoke_access_of(transaction_, row.id, Side::either, "role_changed", updater_.origin);
        record_new_standing(transaction_, about(row.id, to_string(AuditEvent::user_role_changed),
                                                std::move(metadata)));
    }
    change_ban(before, row);
    if (before.opted_out != row.opted_out) {
        json::Writer metadata;
        metadata.begin_object().member("optedOut", row.opted_out);
        transaction_.record(about(row.id, event_settings_changed, std::move(metadata)));
        if (row.opted_out) {
            revoke_access_of(transaction_, row.id, Side::subject, "opted_out", updater_.origin);
        }
    }
    if (before.all_tenants != row.all_tenants) {
        json::Writer metadata;
        metadata.begin_object().member("allTenants", row.all_tenants);
        record_new_standing(transaction_,
                            about(row.id, event_membership_changed, std::move(metadata)));
        users_.insert(row.id);
    }
}

void DirectoryUpdate::activate(const std::string& user_id) {
    transaction_.store().execute("UPDATE users SET deactivated_by = NULL WHERE id = :user",
                                 {{"user", user_id}});
    json::Writer metadata;
    metadata.begin_object();
    transaction_.record(about(user_id, event_user_activated, std::move(metadata)));
}

void DirectoryUpdate::deactivate(const std::string& user_id, const std::string& tenant_id) {
    auto& store = transaction_.store();
    store.execute("UPDATE users SET deactivated_by = :tenant WHERE id = :user",
                  {{"tenant", tenant_id}, {"user", user_id}});
    store.execute("DELETE FROM logins WHERE user_id = :user", {{"user", user_id}});
    revoke_access_of(transaction_, user_id, Side::either, "deactivated", updater_.origin);
    json::Writer metadata;
    metadata.begin_object();
    record_new_standing(transaction_, about(user_id, event_user_deactivated, std::move(metadata)));
}

void DirectoryUpdate::change_ban(UserRow before, UserRow after) {
    // A ban is one thing, and being switched off by provisioning another.
    before.deactivated_by.reset();
    after.deactivated_by.reset();
    const auto now = transaction_.now();
    const bool banned = banned_at(after, now);
    const bool same = banned_at(before, now) == banned &&
                      before.banned_until_unix_ms == after.banned_until_unix_ms &&
                      before.ban_reason == after.ban_reason;
    if (same) return;
    json::Writer metadata;
    metadata.begin_object();
    if (!banned) {
        transaction_.record(
            about(after.id, to_string(AuditEvent::user_unbanned), std::move(metadata)));
        return;
    }
    if (after.ban_reason) metadata.member("reason", *after.ban_reason);
    if (after.banned_until_unix_ms) {
        metadata.member("until", format_rfc3339(from_unix_ms(*after.banned_until_unix_ms)));
    }
    transaction_.store().execute("DELETE FROM logins WHERE user_id = :user", {{"user", after.id}});
    revoke_access_of(transaction_, after.id, Side::either, "banned", updater_.origin);
    record_new_standing(transaction_,
                        about(after.id, to_string(AuditEvent::user_banned), std::move(metadata)));
}

void DirectoryUpdate::put(const ImportedMembership& membership) {
    auto& store = transaction_.store();
    const auto& row = membership.row;
    const auto before = membership_scopes(store, row.tenant_id, row.user_id);
    if (membership.removed) {
        if (!before) return;
        store.execute("DELETE FROM memberships WHERE tenant_id = :tenant AND user_id = :user",
                      {{"tenant", row.tenant_id}, {"user", row.user_id}});
    } else if (!before) {
        store.insert(row);
        if (new_users_.contains(row.user_id)) return;
    } else {
        if (before->text() == row.scopes) return;
        store.execute(
            "UPDATE memberships SET scopes = :scopes WHERE tenant_id = :tenant"
            " AND user_id = :user",
            {{"scopes", row.scopes}, {"tenant", row.tenant_id}, {"user", row.user_id}});
    }
    json::Writer metadata;
    metadata.begin_object();
    if (before) metadata.member("from", before->text());
    if (!membership.removed) metadata.member("to", row.scopes);
    auto entry = about(row.user_id, event_membership_changed, std::move(metadata));
    entry.tenant_id = row.tenant_id;
    record_new_standing(transaction_, std::move(entry));
    users_.insert(row.user_id);
}

void DirectoryUpdate::enforce() {
    for (const auto& tenant : tenants_)
        enforce_on_tenant(transaction_, tenant, roles_, updater_.origin);
    for (const auto& user : users_) enforce_on_user(transaction_, user, roles_, updater_.origin);
}

}  // namespace hallpass::server
