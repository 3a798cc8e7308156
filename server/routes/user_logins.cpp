#include "access/record_entries.hpp"
#include "application.hpp"
#include "hallpass/wire.hpp"
#include "routes/managed_users.hpp"
#include "routes/page.hpp"

namespace hallpass::server {
namespace {

Result<Answer> list(const Call& call, Connection& store) {
    const auto page = Page::of(call);
    if (!page) return page.error();
    const auto user = managed_user(call, store, Permission::session_list);
    if (!user) return user.error();
    Binds binds{{"user", user->id}, {"now", to_unix_ms(call.now)}, {"most", page->limit + 1}};
    std::string where = "WHERE user_id = :user AND expires_at_unix_ms > :now";
    if (page->after) {
        where += " AND id > :last";
        binds.emplace_back("last", page->after->second);
    }
    const auto rows = store.select<LoginRow>(where + " ORDER BY id LIMIT :most", binds);
    return Answer::json(
        200,
        page_json(
            rows, *page,
            [](json::Writer& writer, const LoginRow& row) {
                writer.begin_object().member("id", row.id);
                writer.member("createdAt", format_rfc3339(from_unix_ms(row.created_at_unix_ms)));
                writer.member("expiresAt", format_rfc3339(from_unix_ms(row.expires_at_unix_ms)));
                writer.member("ip", row.ip).member("userAgent", row.user_agent).end_object();
            },
            [](const LoginRow& row) { return Page::cursor(0, row.id); }));
}

Result<Answer> revoke(const Call& call, Transaction& transaction, const std::string& which,
                      Binds binds) {
    auto& store = transaction.store();
    const auto user = managed_user(call, store, Permission::session_revoke);
    if (!user) return user.error();
    binds.emplace_back("user", user->id);
    const auto revoked = store.execute("DELETE FROM logins WHERE user_id = :user" + which, binds);
    if (revoked == 0 && !which.empty()) {
        return make_error(ErrorCode::SESSION_NOT_FOUND, "there is no such session; check the id");
    }
    record_ended_logins(transaction, user->id, revoked, call.origin());
    json::Writer writer;
    writer.begin_object().member("revoked", revoked).end_object();
    return Answer::json(200, std::move(writer).text());
}

Result<Answer> revoke_one(const Call& call, Transaction& transaction) {
    return revoke(call, transaction, " AND id = :login", {{"login", call.path("session")}});
}

Result<Answer> revoke_all(const Call& call, Transaction& transaction) {
    return revoke(call, transaction, "", {});
}

}  // namespace

std::vector<Route> user_login_routes() {
    return {
        {Method::get, "/api/v1/admin/users/{id}/sessions", Who::person, BodyKind::none, list},
        {Method::delete_, "/api/v1/admin/users/{id}/sessions", Who::person, BodyKind::none,
         revoke_all},
        {Method::delete_, "/api/v1/admin/users/{id}/sessions/{session}", Who::person,
         BodyKind::none, revoke_one},
    };
}

}  // namespace hallpass::server
