#include "routes/grant_access.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "access/directory.hpp"
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

/// A part of what the caller may see, in the order of one index.
struct Part {
    std::string where;
    Binds binds;
};

/// A grant may be in several of them. Asked for at once, all that the caller may see would be put
/// into order for the sake of one page.
std::vector<Part> parts_of(const Call& call, Connection& store, const GrantFilter& filter) {
    const auto& caller = call.identity.user_id();
    if (filter.only_about) return {{"subject_id = :about", {{"about", *filter.only_about}}}};
    // Of one ticket or one user there are few.
    if (filter.ticket_id || filter.subject_id) {
        return {{visibility(call.identity), {{"caller", caller}}}};
    }
    std::vector<Part> parts{{"subject_id = :caller", {{"caller", caller}}},
                            {"agent_id = :caller", {{"caller", caller}}}};
    if (!call.identity.agent()) return parts;
    const std::string in_tenant =
        call.identity.admin() ? "tenant_id = :tenant" : "tenant_id = :tenant AND agent_id IS NULL";
    for (const auto& tenant : tenants_of(store, *call.identity.user)) {
        parts.push_back({in_tenant, {{"tenant", tenant}}});
    }
    return parts;
}

/// An id by its bytes, as the parts are put together here: a database of PostgreSQL may have
/// another order of letters.
std::string id_by_bytes(const Connection& store) {
    return store.shared() ? "id COLLATE \"C\"" : "id";
}

void narrow(Part& part, const Call& call, const Page& page, const GrantFilter& filter,
            const std::string& id) {
    auto& [where, binds] = part;
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
        // So the index of open grants is known to hold them all.
        const bool open = *filter.status == to_string(GrantStatus::pending) ||
                          *filter.status == to_string(GrantStatus::granted);
        if (open) where += " AND status IN ('pending', 'granted')";
        binds.emplace_back("status", *filter.status);
        binds.emplace_back("now", to_unix_ms(call.now));
    }
    if (page.after) {
        where += " AND created_at_unix_ms <= :after AND (created_at_unix_ms < :after OR ";
        where += id + " < :last)";
        binds.emplace_back("after", page.after->first);
        binds.emplace_back("last", page.after->second);
    }
}

}  // namespace

Result<GrantRow> visible_grant(const Call& call, Connection& store, const std::string& id) {
    auto row = store.find<GrantRow>("WHERE id = :id", {{"id", id}});
    if (row && may_see(call, store, *row)) return *std::move(row);
    return make_error(ErrorCode::GRANT_NOT_FOUND, "there is no such grant; check the id");
}

std::vector<GrantRow> visible_grants(const Call& call, Connection& store, const Page& page,
                                     const GrantFilter& filter) {
    const auto wanted = static_cast<std::size_t>(page.limit) + 1;
    const auto newer = [](const GrantRow& one, const GrantRow& other) {
        return std::tie(one.created_at_unix_ms, one.id) >
               std::tie(other.created_at_unix_ms, other.id);
    };
    const auto same = [](const GrantRow& one, const GrantRow& other) { return one.id == other.id; };
    const auto id = id_by_bytes(store);
    const auto in_order = " ORDER BY created_at_unix_ms DESC, " + id + " DESC LIMIT :most";
    std::vector<GrantRow> newest;
    for (auto part : parts_of(call, store, filter)) {
        narrow(part, call, page, filter, id);
        if (newest.size() == wanted) {
            part.where += " AND created_at_unix_ms >= :oldest";
            part.binds.emplace_back("oldest", newest.back().created_at_unix_ms);
        }
        part.binds.emplace_back("most", static_cast<std::int64_t>(wanted));
        auto rows = store.select<GrantRow>("WHERE " + part.where + in_order, part.binds);
        newest.insert(newest.end(), std::move_iterator{rows.begin()},
                      std::move_iterator{rows.end()});
        std::sort(newest.begin(), newest.end(), newer);
        newest.erase(std::unique(newest.begin(), newest.end(), same), newest.end());
        if (newest.size() > wanted) newest.resize(wanted);
    }
    return newest;
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
