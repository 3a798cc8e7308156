#include "access/enforcement.hpp"
#include "access/record_entries.hpp"
#include "application.hpp"
#include "routes/grant_access.hpp"
#include "routes/parties.hpp"
#include "routes/record_access.hpp"
#include "routes/routes.hpp"
#include "routes/session_access.hpp"

namespace hallpass::server {
namespace {

void write_permissions(json::Writer& writer, PermissionSet permissions) {
    constexpr Permission all[] = {
#define HALLPASS_X(id, name) Permission::id,
        HALLPASS_PERMISSIONS(HALLPASS_X)
#undef HALLPASS_X
    };
    writer.key("permissions").begin_array();
    for (const auto permission : all) {
        if (permissions.has(permission)) writer.string(to_string(permission));
    }
    writer.end_array();
}

void write_tenants(json::Writer& writer, Connection& store, const UserRow& user) {
    const auto rows =
        user.all_tenants
            ? store.select<TenantRow>("ORDER BY name, id LIMIT 1000")
            : store.select<TenantRow>(
                  "WHERE id IN (SELECT tenant_id FROM memberships WHERE user_id = :user)"
                  " ORDER BY name, id LIMIT 1000",
                  {{"user", user.id}});
    writer.key("tenants").begin_array();
    for (const auto& row : rows) {
        const auto tenant = find_tenant(store, row.id);
        if (!tenant) continue;
        writer.begin_object().member("id", tenant->id).member("name", tenant->name);
        writer.member("profile", to_string(tenant->policy.profile()));
        writer.member("tenantClaim", tenant->policy.tenant_claim()).key("policy");
        wire::write(writer, tenant->policy);
        writer.end_object();
    }
    writer.end_array();
}

Result<Answer> me(const Call& call, Connection& store) {
    const auto& user = *call.identity.user;
    json::Writer writer;
    writer.begin_object().member("id", user.id).member("name", user.name);
    writer.member("email", user.email).key("roles").begin_array();
    for (const auto role : roles_of(user)) {
        if (call.identity.credential.confines.leaves_role(role)) writer.string(role);
    }
    writer.end_array();
    write_permissions(writer, call.identity.permissions);
    writer.member("timeZone", user.time_zone).member("optedOut", user.opted_out);
    write_tenants(writer, store, user);
    return Answer::json(200, std::move(writer.end_object()).text());
}

Result<Answer> my_grants_with(const Call& call, Connection& store,
                              std::optional<std::string> status) {
    const auto page = Page::of(call);
    if (!page) return page.error();
    const auto rows =
        visible_grants(call, store, *page,
                       {std::nullopt, std::nullopt, std::move(status), call.identity.user_id()});
    return grants_page(rows, *page, store, call.now);
}

Result<Answer> my_requests(const Call& call, Connection& store) {
    return my_grants_with(call, store, std::string{to_string(GrantStatus::pending)});
}
Result<Answer> my_grants(const Call& call, Connection& store) {
    return my_grants_with(call, store, std::nullopt);
}

Result<Answer> my_sessions(const Call& call, Connection& store) {
    const auto page = Page::of(call);
    if (!page) return page.error();
    return sessions_page(visible_sessions(call, store, *page, {false, call.identity.user_id()}),
                         *page, store, call.now);
}

Result<Answer> my_session_log(const Call& call, Connection& store) {
    const auto page = Page::of(call);
    if (!page) return page.error();
    const auto session = find_session(store, call.path("id"));
    if (!session || session->subject_id != call.identity.user_id()) {
        return make_error(ErrorCode::SESSION_NOT_FOUND, "there is no such session; check the id");
    }
    return record_page(store, "session_id = :session", {{"session", session->id}}, *page,
                       [](const RecordRow&) { return false; });
}

Result<Answer> change_me(const Call& call, Transaction& transaction) {
    wire::ObjectReader body{call.body()};
    const auto time_zone = body.optional_string("timeZone", 1, 64);
    const auto opted_out = body.optional_boolean("optedOut");
    if (auto error = body.finish()) return *error;
    UserRow user = *call.identity.user;
    if (time_zone) {
        const auto zone = call.application.zones().find(*time_zone);
        if (!zone) return zone.error();
        user.time_zone = zone->name();
    }
    if (opted_out) user.opted_out = *opted_out;
    transaction.store().execute(
        "UPDATE users SET time_zone = :zone, opted_out = :opted_out WHERE id = :id",
        {{"zone", user.time_zone}, {"opted_out", user.opted_out}, {"id", user.id}});
    auto entry = entry_of(event_settings_changed, call.origin());
    entry.subject_id = user.id;
    json::Writer metadata;
    metadata.begin_object().member("timeZone", user.time_zone).member("optedOut", user.opted_out);
    entry.metadata = std::move(metadata.end_object()).text();
    transaction.record(std::move(entry));
    if (user.opted_out && !call.identity.user->opted_out) {
        revoke_access_of(transaction, user.id, Side::subject, "opted_out", call.origin());
    }
    return Answer::empty(204);
}

}  // namespace

std::vector<Route> me_routes() {
    return {
        {Method::get, "/api/v1/me", Who::person, BodyKind::none, me},
        {Method::patch, "/api/v1/me", Who::person, BodyKind::json, change_me},
        {Method::get, "/api/v1/me/requests", Who::person, BodyKind::none, my_requests},
        {Method::get, "/api/v1/me/grants", Who::person, BodyKind::none, my_grants},
        {Method::get, "/api/v1/me/sessions", Who::person, BodyKind::none, my_sessions},
        {Method::get, "/api/v1/me/sessions/{id}/audit-logs", Who::person, BodyKind::none,
         my_session_log},
    };
}

}  // namespace hallpass::server
