#include "routes/managed_users.hpp"

#include "access/directory.hpp"
#include "access/record_entries.hpp"
#include "application.hpp"

namespace hallpass::server {

std::string manageable_users(const UserRow& caller) {
    if (caller.all_tenants) return "1 = 1";
    // Asked of each user that comes into question: a list of all of them would be a long one.
    return "EXISTS (SELECT 1 FROM memberships WHERE memberships.user_id = users.id AND " +
           in_tenants_of(caller) + ")";
}

Result<UserRow> managed_user(const Call& call, Connection& store, Permission permission) {
    if (auto may = require(call.identity.caller(), permission); !may) return std::move(may).error();
    const auto& caller = *call.identity.user;
    Binds binds{{"id", call.path("id")}};
    if (!caller.all_tenants) binds.emplace_back("caller", caller.id);
    auto user = store.find<UserRow>("WHERE id = :id AND " + manageable_users(caller), binds);
    if (!user) return make_error(ErrorCode::USER_NOT_FOUND, "there is no such user; check the id");
    if (permission == Permission::user_list || caller.all_tenants) return *std::move(user);
    // An account, its logins and its bans are one thing in every tenant of its owner: an admin of
    // some of these may end the access in theirs, and leaves the rest to who answers for all.
    const bool beyond =
        user->all_tenants ||
        store.number(
            "SELECT COUNT(*) FROM memberships WHERE user_id = :id AND tenant_id NOT IN"
            " (SELECT tenant_id FROM memberships WHERE user_id = :caller)",
            binds) != 0;
    if (beyond) {
        return make_error(ErrorCode::FORBIDDEN, "only an admin of all their tenants may do this");
    }
    return *std::move(user);
}

void write_user(json::Writer& writer, const Call& call, Connection& store, const UserRow& user) {
    writer.begin_object().member("id", user.id).member("name", user.name);
    writer.member("email", user.email).key("roles").begin_array();
    for (const auto role : roles_of(user)) writer.string(role);
    writer.end_array();
    const bool banned = banned_at(user, call.now);
    writer.member("banned", banned);
    if (user.deactivated_by) writer.member("deactivated", true);
    if (banned && user.ban_reason) writer.member("banReason", *user.ban_reason);
    if (banned && user.banned_until_unix_ms) {
        writer.member("bannedUntil", format_rfc3339(from_unix_ms(*user.banned_until_unix_ms)));
    }
    writer.member("timeZone", user.time_zone).member("optedOut", user.opted_out);
    const auto sessions = store.number(
        "SELECT COUNT(*) FROM logins WHERE user_id = :user AND expires_at_unix_ms > :now",
        {{"user", user.id}, {"now", to_unix_ms(call.now)}});
    writer.member("sessionCount", sessions).key("tenantIds").begin_array();
    // Of another tenant's memberships nothing is told.
    const auto& caller = *call.identity.user;
    std::string shared = "SELECT tenant_id FROM memberships WHERE user_id = :user";
    Binds binds{{"user", user.id}};
    if (!caller.all_tenants) {
        shared += " AND " + in_tenants_of(caller);
        binds.emplace_back("caller", caller.id);
    }
    store.query(shared + " ORDER BY tenant_id LIMIT 100", "t", binds,
                [&](Columns& row) { writer.string(row.text()); });
    writer.end_array().end_object();
}

Answer user_answer(const Call& call, Connection& store, const UserRow& user) {
    json::Writer writer;
    write_user(writer, call, store, user);
    return Answer::json(200, std::move(writer).text());
}

void store_ban(Connection& store, const UserRow& user) {
    store.execute(
        "UPDATE users SET banned = :banned, banned_until_unix_ms = :until, ban_reason = :reason"
        " WHERE id = :id",
        {{"banned", user.banned},
         {"until", user.banned_until_unix_ms},
         {"reason", user.ban_reason},
         {"id", user.id}});
}

RecordRow entry_about(const UserRow& user, AuditEvent event, const Origin& origin,
                      std::string metadata) {
    auto entry = entry_of(to_string(event), origin);
    entry.subject_id = user.id;
    entry.metadata = std::move(metadata);
    return entry;
}

void record_ended_logins(Transaction& transaction, const std::string& user_id, std::int64_t ended,
                         const Origin& origin) {
    auto entry = entry_of(to_string(AuditEvent::sessions_revoked), origin);
    entry.subject_id = user_id;
    json::Writer metadata;
    entry.metadata =
        std::move(metadata.begin_object().member("revoked", ended).end_object()).text();
    record_new_standing(transaction, std::move(entry));
}

}  // namespace hallpass::server
