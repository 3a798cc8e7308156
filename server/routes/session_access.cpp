#include "routes/session_access.hpp"

#include "routes/parties.hpp"

namespace hallpass::server {
namespace {

bool may_see(const Call& call, Connection& store, const SessionRow& row) {
    if (call.identity.acting) return call.identity.acting->id == row.id;
    const auto& user = *call.identity.user;
    return row.subject_id == user.id || row.agent_id == user.id ||
           oversees(call, store, row.tenant_id);
}

}  // namespace

Result<Done> check_live(const Call& call) {
    if (!call.identity.acting) return Done{};
    const auto& session = *call.identity.acting;
    switch (status_of(session, call.now)) {
        case SessionStatus::active: break;
        case SessionStatus::expired:
            return make_error(ErrorCode::TOKEN_EXPIRED, "the session has run out; start a new one");
        default:
            return make_error(ErrorCode::TOKEN_REVOKED, "the session was ended; start a new one");
    }
    if (call.identity.token_superseded) {
        return make_error(ErrorCode::TOKEN_REVOKED, "the token was replaced; fetch the new one");
    }
    return Done{};
}

Result<SessionRow> visible_session(const Call& call, Connection& store, const std::string& id) {
    auto row = find_session(store, id);
    if (row && may_see(call, store, *row)) return *std::move(row);
    return make_error(ErrorCode::SESSION_NOT_FOUND, "there is no such session; check the id");
}

std::vector<SessionRow> visible_sessions(const Call& call, Connection& store, const Page& page,
                                         const SessionFilter& filter) {
    std::string where = "WHERE ";
    Binds binds{{"most", page.limit + 1}};
    if (filter.only_about) {
        where += "subject_id = :about";
        binds.emplace_back("about", *filter.only_about);
    } else {
        where += "(subject_id = :caller OR agent_id = :caller";
        if (call.identity.admin()) where += " OR " + in_tenants_of(*call.identity.user);
        where += ")";
        binds.emplace_back("caller", call.identity.user_id());
    }
    if (filter.active) {
        where += " AND status = 'active' AND expires_at_unix_ms > :now";
        binds.emplace_back("now", to_unix_ms(call.now));
    }
    if (page.after) {
        where +=
            " AND (started_at_unix_ms < :after OR (started_at_unix_ms = :after AND id < :last))";
        binds.emplace_back("after", page.after->first);
        binds.emplace_back("last", page.after->second);
    }
    return store.select<SessionRow>(
        where + " ORDER BY started_at_unix_ms DESC, id DESC LIMIT :most", binds);
}

Answer sessions_page(const std::vector<SessionRow>& rows, const Page& page, Connection& store,
                     Instant now) {
    return Answer::json(200, page_json(
                                 rows, page,
                                 [&](json::Writer& writer, const SessionRow& row) {
                                     write_session(writer, store, row, now);
                                 },
                                 [](const SessionRow& row) {
                                     return Page::cursor(row.started_at_unix_ms, row.id);
                                 }));
}

Answer session_answer(unsigned status, Connection& store, const SessionRow& row, Instant now) {
    json::Writer writer;
    write_session(writer, store, row, now);
    return Answer::json(status, std::move(writer).text());
}

}  // namespace hallpass::server
