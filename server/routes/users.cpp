#include <algorithm>

#include "access/directory.hpp"
#include "access/enforcement.hpp"
#include "access/record_entries.hpp"
#include "application.hpp"
#include "routes/managed_users.hpp"
#include "routes/page.hpp"
#include "routes/parties.hpp"
#include "routes/routes.hpp"

namespace hallpass::server {
namespace {

/// Text for LIKE … ESCAPE '!', with what would be wildcards in it escaped.
std::string like_pattern(const std::string& text) {
    std::string pattern = "%";
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '!') pattern += '!';
        pattern += c;
    }
    return pattern + "%";
}

Result<Answer> list_users(const Call& call, Connection& store) {
    auto page = Page::of(call, {"search", "role", "banned", "tenantId"});
    if (!page) return page.error();
    if (auto may = require(call.identity.caller(), Permission::user_list); !may) return may.error();
    std::string where = "WHERE " + manageable_users(*call.identity.user);
    Binds binds{{"most", page->limit + 1}};
    if (!call.identity.user->all_tenants) binds.emplace_back("caller", call.identity.user_id());
    if (const auto search = call.query("search")) {
        if (search->size() > 200) return invalid("search", Reason::too_long, "search for less");
        where +=
            " AND (LOWER(name) LIKE LOWER(:search) ESCAPE '!' OR LOWER(email) LIKE LOWER(:search)"
            " ESCAPE '!' OR id = :exact)";
        binds.emplace_back("search", like_pattern(*search));
        binds.emplace_back("exact", *search);
    }
    if (const auto role = call.query("role")) {
        // Not LIKE, which takes no notice of case on SQLite, and does on PostgreSQL.
        where += " AND REPLACE(' ' || roles || ' ', :role, '') <> ' ' || roles || ' '";
        binds.emplace_back("role", " " + *role + " ");
    }
    if (const auto tenant = call.query("tenantId")) {
        where += " AND id IN (SELECT user_id FROM memberships WHERE tenant_id = :tenant";
        // Who else belongs to a tenant that the caller does not work for is not told either.
        if (!call.identity.user->all_tenants) where += " AND " + in_tenants_of(*call.identity.user);
        where += ")";
        binds.emplace_back("tenant", *tenant);
    }
    if (const auto banned = call.query("banned")) {
        if (*banned != "true" && *banned != "false") {
            return invalid("banned", Reason::not_one_of, "banned must be true or false");
        }
        where += std::string{*banned == "true" ? " AND " : " AND NOT "} +
                 "(deactivated_by IS NOT NULL OR (banned = 1 AND"
                 " (banned_until_unix_ms IS NULL OR banned_until_unix_ms > :now)))";
        binds.emplace_back("now", to_unix_ms(call.now));
    }
    if (page->after) {
        where += " AND id > :last";
        binds.emplace_back("last", page->after->second);
    }
    const auto rows = store.select<UserRow>(where + " ORDER BY id LIMIT :most", binds);
    return Answer::json(200, page_json(
                                 rows, *page,
                                 [&](json::Writer& writer, const UserRow& row) {
                                     write_user(writer, call, store, row);
                                 },
                                 [](const UserRow& row) { return Page::cursor(0, row.id); }));
}

Result<Answer> get_user(const Call& call, Connection& store) {
    const auto user = managed_user(call, store, Permission::user_list);
    if (!user) return user.error();
    return user_answer(call, store, *user);
}

Result<Answer> set_role(const Call& call, Transaction& transaction) {
    wire::ObjectReader body{call.body()};
    const std::string role{body.required_string("role", 1, 64)};
    if (auto error = body.finish()) return *error;
    if (!call.application.roles().known(role)) {
        return invalid("role", Reason::not_one_of, "this role is not known", json::quoted(role));
    }
    auto user = managed_user(call, transaction.store(), Permission::user_set_role);
    if (!user) return user.error();
    if (user->id == call.identity.user_id()) {
        return make_error(ErrorCode::FORBIDDEN, "another admin must change your own role");
    }
    // Nobody makes somebody more than they are themselves, nor less of somebody who is.
    const auto& roles = call.application.roles();
    const auto own = call.identity.permissions | roles.permissions_of(role_user);
    if ((own | roles.permissions_of(role) | permissions_of(*user, roles)) != own) {
        return make_error(ErrorCode::FORBIDDEN, "that role permits more than yours; ask an admin",
                          "role");
    }
    const auto before = std::exchange(user->roles, role);
    if (before == role) return user_answer(call, transaction.store(), *user);
    transaction.store().execute("UPDATE users SET roles = :roles WHERE id = :id",
                                {{"roles", role}, {"id", user->id}});
    // Staff cannot be acted for, and who is no agent any more acts no longer: both end what runs.
    revoke_access_of(transaction, user->id, Side::either, "role_changed", call.origin());
    json::Writer metadata;
    metadata.begin_object().member("from", before).member("to", role).end_object();
    record_new_standing(transaction, entry_about(*user, AuditEvent::user_role_changed,
                                                 call.origin(), std::move(metadata).text()));
    return user_answer(call, transaction.store(), *user);
}

Result<Answer> ban(const Call& call, Transaction& transaction) {
    wire::ObjectReader body{call.body()};
    const auto reason = AccessReason::parse(body.required_string("reason", 0, 10'000));
    const auto until = body.optional_instant("until");
    if (auto error = body.finish()) return *error;
    if (!reason) return reason.error();
    if (until && *until <= call.now) {
        return invalid("until", Reason::until_in_past, "choose an end that lies in the future");
    }
    auto user = managed_user(call, transaction.store(), Permission::user_ban);
    if (!user) return user.error();
    if (user->id == call.identity.user_id()) {
        return make_error(ErrorCode::FORBIDDEN, "you cannot ban yourself");
    }
    user->banned = true;
    user->ban_reason = reason->str();
    user->banned_until_unix_ms.reset();
    if (until) user->banned_until_unix_ms = to_unix_ms(*until);
    store_ban(transaction.store(), *user);
    transaction.store().execute("DELETE FROM logins WHERE user_id = :user", {{"user", user->id}});
    revoke_access_of(transaction, user->id, Side::either, "banned", call.origin());
    json::Writer metadata;
    metadata.begin_object().member("reason", reason->str());
    if (until) metadata.member("until", format_rfc3339(*until));
    record_new_standing(transaction, entry_about(*user, AuditEvent::user_banned, call.origin(),
                                                 std::move(metadata.end_object()).text()));
    return user_answer(call, transaction.store(), *user);
}

Result<Answer> unban(const Call& call, Transaction& transaction) {
    wire::ObjectReader body{call.body()};
    const auto given = body.optional_string("reason", 0, 10'000);
    if (auto error = body.finish()) return *error;
    json::Writer metadata;
    metadata.begin_object();
    if (given) {
        const auto reason = AccessReason::parse(*given);
        if (!reason) return reason.error();
        metadata.member("reason", reason->str());
    }
    auto user = managed_user(call, transaction.store(), Permission::user_ban);
    if (!user) return user.error();
    if (!user->banned) return user_answer(call, transaction.store(), *user);
    user->banned = false;
    user->ban_reason.reset();
    user->banned_until_unix_ms.reset();
    store_ban(transaction.store(), *user);
    transaction.record(entry_about(*user, AuditEvent::user_unbanned, call.origin(),
                                   std::move(metadata.end_object()).text()));
    return user_answer(call, transaction.store(), *user);
}

}  // namespace

std::vector<Route> user_routes() {
    std::vector<Route> routes{
        {Method::get, "/api/v1/admin/users", Who::person, BodyKind::none, list_users},
        {Method::get, "/api/v1/admin/users/{id}", Who::person, BodyKind::none, get_user},
        {Method::post, "/api/v1/admin/users/{id}/role", Who::person, BodyKind::json, set_role},
        {Method::post, "/api/v1/admin/users/{id}/ban", Who::person, BodyKind::json, ban},
        {Method::post, "/api/v1/admin/users/{id}/unban", Who::person, BodyKind::json, unban},
    };
    for (const auto& route : user_login_routes()) routes.push_back(route);
    return routes;
}

}  // namespace hallpass::server
