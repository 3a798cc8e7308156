#include <map>

#include "access/directory.hpp"
#include "application.hpp"
#include "routes/parties.hpp"
#include "routes/record_access.hpp"
#include "routes/routes.hpp"

namespace hallpass::server {
namespace {

/// Everything recorded about a ticket, as far as it concerns the caller. A ticket that is not
/// known gives the same empty page as one that is none of the caller's business.
Result<Answer> activity(const Call& call, Connection& store) {
    const auto page = Page::of(call);
    if (!page) return page.error();
    std::string where = "ticket_id = :ticket AND (subject_id = :caller OR agent_id = :caller";
    if (call.identity.admin()) where += " OR " + in_tenants_of(*call.identity.user);
    where += ")";
    // An entry of a tenant that the caller no longer works for is theirs still, its origin is not.
    std::map<std::string, bool> known;  // most entries of a ticket are of one tenant
    const auto overseen = [&](const RecordRow& row) {
        if (!row.tenant_id) return false;
        const auto [place, fresh] = known.try_emplace(*row.tenant_id, false);
        if (fresh) place->second = oversees(call, store, *row.tenant_id);
        return place->second;
    };
    return record_page(store, where,
                       {{"ticket", call.path("id")}, {"caller", call.identity.user_id()}}, *page,
                       overseen);
}

}  // namespace

std::vector<Route> ticket_routes() {
    return {{Method::get, "/api/v1/tickets/{id}/activity", Who::person, BodyKind::none, activity}};
}

}  // namespace hallpass::server
