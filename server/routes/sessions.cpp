#include <algorithm>

#include "access/hand_over.hpp"
#include "application.hpp"
#include "routes/parties.hpp"
#include "routes/routes.hpp"
#include "routes/session_access.hpp"

namespace hallpass::server {
namespace {

Result<Answer> list_active(const Call& call, Connection& store) {
    const auto page = Page::of(call);
    if (!page) return page.error();
    return sessions_page(visible_sessions(call, store, *page, {true, std::nullopt}), *page, store,
                         call.now);
}

Result<Answer> get_session(const Call& call, Connection& store) {
    if (auto live = check_live(call); !live) return live.error();
    const auto row = visible_session(call, store, call.path("id"));
    if (!row) return row.error();
    return session_answer(200, store, *row, call.now);
}

/// Stopping always works, also when it is over already, also with the token of that very session.
Result<Answer> end(const Call& call, Transaction& transaction) {
    auto& store = transaction.store();
    wire::ObjectReader body{call.body()};
    const auto reason = body.optional_string("reason", 1, 100);
    if (auto error = body.finish()) return *error;
    auto row = visible_session(call, store, call.path("id"));
    if (!row) return row.error();
    const bool active = row->status == to_string(SessionStatus::active);
    const bool own = row->agent_id == call.identity.user_id();
    if (!own && !oversees(call, store, row->tenant_id)) {
        // The user it is about ends it by taking the consent back.
        return make_error(ErrorCode::FORBIDDEN, "withdraw your consent to end this session", {},
                          Reason::not_yours);
    }
    if (active) {
        end_session(transaction, *row, own ? SessionStatus::stopped : SessionStatus::ended,
                    reason.value_or(own ? "stopped" : "ended"), call.origin());
    }
    return session_answer(200, store, *row, call.now);
}

/// `{"token","session"}` of a live session: the very token that was issued for it last.
Result<Answer> token_answer(const Call& call, Connection& store, const SessionRow& session) {
    const auto token = store.find<TokenRow>(
        "WHERE session_id = :session AND revoked_at_unix_ms IS NULL", {{"session", session.id}});
    const auto tenant = find_tenant(store, session.tenant_id);
    const auto text = token && tenant ? call.application.tokens().text_of(
                                            *token, session, tenant->policy.tenant_claim())
                                      : std::nullopt;
    if (!text) {
        return make_error(ErrorCode::SESSION_ENDED,
                          "its token can no longer be given; start again");
    }
    json::Writer writer;
    writer.begin_object().member("token", *text).key("session");
    write_session(writer, store, session, call.now);
    return Answer::json(200, std::move(writer.end_object()).text());
}

Error code_refused() {
    return invalid("code", Reason::mismatch, "this code is not valid any more; start again");
}

Result<Answer> exchange(const Call& call, Transaction& transaction) {
    auto& store = transaction.store();
    wire::ObjectReader body{call.body()};
    const std::string code{body.required_string("code", 1, 128)};
    if (auto error = body.finish()) return *error;
    const auto row =
        store.find<SessionRow>("WHERE code_sha256 = :code", {{"code", kept_code(code)}});
    // One answer for a code that is unknown, used, too old or somebody else's.
    if (!row || row->agent_id != call.identity.user_id() || row->code_used_at_unix_ms ||
        call.now >= from_unix_ms(row->code_expires_at_unix_ms)) {
        return code_refused();
    }
    if (status_of(*row, call.now) != SessionStatus::active) {
        return make_error(ErrorCode::SESSION_ENDED, "the session has ended; start a new one");
    }
    store.execute("UPDATE sessions SET code_used_at_unix_ms = :now WHERE id = :id",
                  {{"now", to_unix_ms(call.now)}, {"id", row->id}});
    return token_answer(call, store, *row);
}

/// After an amendment the session has a new, narrower token, which its agent fetches here.
Result<Answer> current_token(const Call& call, Connection& store) {
    wire::ObjectReader body{call.body()};
    if (auto error = body.finish()) return *error;
    const auto row = visible_session(call, store, call.path("id"));
    if (!row) return row.error();
    if (row->agent_id != call.identity.user_id()) {
        return make_error(ErrorCode::FORBIDDEN, "only the agent of this session may have its token",
                          {}, Reason::not_yours);
    }
    if (status_of(*row, call.now) != SessionStatus::active) {
        return make_error(ErrorCode::SESSION_ENDED, "the session has ended; start a new one");
    }
    return token_answer(call, store, *row);
}

}  // namespace

std::vector<Route> session_routes() {
    auto routes = session_start_routes();
    Route ending{Method::post, "/api/v1/support-access/support-sessions/{id}/end",
                 Who::person_or_act_as, BodyKind::json, end};
    ending.always_heard = true;
    const std::vector<Route> others{
        {Method::post, "/api/v1/support-access/exchange", Who::person, BodyKind::json, exchange,
         64 * 1024, true, true},
        {Method::get, "/api/v1/support-access/support-sessions/active", Who::person, BodyKind::none,
         list_active},
        {Method::get, "/api/v1/support-access/support-sessions/{id}", Who::person_or_act_as,
         BodyKind::none, get_session},
        ending,
        {Method::post, "/api/v1/support-access/support-sessions/{id}/token", Who::person,
         BodyKind::json, current_token, 64 * 1024, false, true},
    };
    routes.insert(routes.end(), others.begin(), others.end());
    return routes;
}

}  // namespace hallpass::server
