#pragma once

#include <string>
#include <vector>

#include "access/sessions.hpp"
#include "http/call.hpp"
#include "routes/page.hpp"

namespace hallpass::server {

/// The session, where the caller may see it: its user, its agent, an admin of the tenant, or its
/// own act-as token while it lives.
/// @errors SESSION_NOT_FOUND, the same for one that is hidden and one that is not there
Result<SessionRow> visible_session(const Call& call, Connection& store, const std::string& id);

/// Checks that an act-as credential's session lives; other credentials pass.
/// @errors TOKEN_REVOKED, TOKEN_EXPIRED
Result<Done> check_live(const Call& call);

struct SessionFilter {
    bool active = false;
    std::optional<std::string> only_about;  ///< only sessions about this user
};
/// Newest first, one more than the page holds where there are more.
std::vector<SessionRow> visible_sessions(const Call& call, Connection& store, const Page& page,
                                         const SessionFilter& filter);
Answer sessions_page(const std::vector<SessionRow>& rows, const Page& page, Connection& store,
                     Instant now);
Answer session_answer(unsigned status, Connection& store, const SessionRow& row, Instant now);

/// POST of a session, by both of its paths.
std::vector<Route> session_start_routes();

}  // namespace hallpass::server
