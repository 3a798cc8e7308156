#include "routes/grant_access.hpp"

#include "routes/parties.hpp"

namespace hallpass::server {
namespace {

bool may_see(const Call& call, Connection& store, const GrantRow& row) {
    const auto& user = *call.identity.user;
    if (row.subject_id == user.id || row.agent_id == user.id) return true;
    if (!call.identity.agent() || !works_for(store, user, row.tenant_id)) return false;
    return call.identity.admin() || !row.agent_id;
}

/// SQL for what the caller may see, with :caller bound.
std::string visibility(const Identity& identity) {
    const std::string own = "subject_id = :caller OR agent_id = :caller";
    if (!identity.agent()) return "(" + own + ")";
    auto which = in_tenants_of(*identity.user);
    if (!identity.admin()) which += " AND agent_id IS NULL";
    return "(" + own + " OR (" + which + "))";
}

}  // namespace

Result<GrantRow> visible_grant(const Call& call, Connection& store, const std::string& id) {
    auto row = store.find<GrantRow>("WHERE id = :id", {{"id", id}});
    if (row && may_see(call, store, *row)) return *std::move(row);
    return make_error(ErrorCode::GRANT_NOT_FOUND, "there is no such grant; check the id");
}

std::vector<GrantRow> visible_grants(const Call& call, Connection& store, const Page& page,
                                     const GrantFilter& filter) {
    std::string where = "WHERE ";
    Binds binds{{"most", page.limit + 1}};
    if (filter.only_about) {
        where += "subject_id = :about";
        binds.emplace_back("about", *filter.only_about);
    } else {
        where += visibility(call.identity);
        binds.emplace_back("caller", call.identity.user_id());
    }
    if (filter.ticket_id) {
        where += " AND ticket_id = :ticket";
        binds.emplace_back("ticket", *filter.ticket_id);
    }
    if (filter.subject_id) {
        where += " AND subject_id = :subject";
        binds.emplace_back("subject", *filter.subject_id);
    }
    if (filter.status) {
        // The status at this moment: what the clock has ended counts as expired.
        const std::string due =
            "((status = 'pending' AND pending_until_unix_ms <= :now) OR"
            " (status = 'granted' AND granted_until_unix_ms <= :now))";
        where += *filter.status == to_string(GrantStatus::expired)
                     ? " AND (status = :status OR " + due + ")"
                     : " AND status = :status AND NOT " + due;
        binds.emplace_back("status", *filter.status);
        binds.emplace_back("now", to_unix_ms(call.now));
    }
    if (page.after) {
        where +=
            " AND (created_at_unix_ms < :after OR (created_at_unix_ms = :after AND id < :last))";
        binds.emplace_back("after", page.after->first);
        binds.emplace_back("last", page.after->second);
    }
    return store.select<GrantRow>(where + " ORDER BY created_at_unix_ms DESC, id DESC LIMIT :most",
                                  binds);
}

Answer grant_answer(unsigned status, Connection& store, const GrantRow& row, Instant now) {
    json::Writer writer;
    write_grant(writer, store, row, now);
    return Answer::json(status, std::move(writer).text());
}

Answer grants_page(const std::vector<GrantRow>& rows, const Page& page, Connection& store,
                   Instant now) {
    return Answer::json(
        200, page_json(
                 rows, page,
                 [&](json::Writer& writer, const GrantRow& row) {
                     write_grant(writer, store, row, now);
                 },
                 [](const GrantRow& row) { return Page::cursor(row.created_at_unix_ms, row.id); }));
}

}  // namespace hallpass::server
