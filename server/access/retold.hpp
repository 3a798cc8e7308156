#pragma once

#include <string_view>

#include "store/connection.hpp"
#include "store/rows.hpp"
#include "store/transaction.hpp"

namespace hallpass::server {

/// SQL for the entries that those who listen are told of.
inline constexpr std::string_view told_entries =
    "event IN ('access_requested', 'access_granted', 'access_declined', 'access_revoked',"
    " 'access_amended', 'access_expired', 'impersonation_started', 'impersonation_ended',"
    " 'access_ending')";
/// SQL for the entries after which their subject's streams end.
inline constexpr std::string_view standing_entries =
    "event IN ('user_banned', 'user_role_changed', 'sessions_revoked', 'membership_changed',"
    " 'user_deactivated')";

/// The event of an entry, with the grant or session as it is now.
LiveEvent retold(const RecordRow& row, Connection& store, Instant now);

}  // namespace hallpass::server
