#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/grants.hpp"
#include "http/call.hpp"
#include "routes/page.hpp"

namespace hallpass::server {

/// The grant, where the caller may see it: its user, its agent (any agent of the tenant for
/// standing access), an admin of the tenant.
/// @errors GRANT_NOT_FOUND, the same for one that is hidden and one that is not there
Result<GrantRow> visible_grant(const Call& call, Connection& store, const std::string& id);

struct GrantFilter {
    std::optional<std::string> ticket_id, subject_id, status;
    std::optional<std::string> only_about;  ///< only grants of this user, whatever the caller is
};
/// Newest first, one more than the page holds where there are more.
std::vector<GrantRow> visible_grants(const Call& call, Connection& store, const Page& page,
                                     const GrantFilter& filter);

Answer grant_answer(unsigned status, Connection& store, const GrantRow& row, Instant now);
Answer grants_page(const std::vector<GrantRow>& rows, const Page& page, Connection& store,
                   Instant now);

/// Grant, decline, withdraw, revoke, amend.
std::vector<Route> grant_change_routes();

}  // namespace hallpass::server
