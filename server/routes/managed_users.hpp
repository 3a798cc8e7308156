#pragma once

#include <string>
#include <vector>

#include "hallpass/audit.hpp"
#include "hallpass/json.hpp"
#include "http/call.hpp"

namespace hallpass::server {

/// SQL for the users that this member of staff may see: all, or those who share a tenant (with
/// :caller bound then).
std::string manageable_users(const UserRow& caller);

/// The user of the path, where the caller has the permission and shares a tenant with them; for
/// anything but looking them up, works for each of their tenants.
/// @errors FORBIDDEN; USER_NOT_FOUND, the same for one who is hidden and one who is not there
Result<UserRow> managed_user(const Call& call, Connection& store, Permission permission);

void write_user(json::Writer& writer, const Call& call, Connection& store, const UserRow& user);
Answer user_answer(const Call& call, Connection& store, const UserRow& user);

void store_ban(Connection& store, const UserRow& user);
RecordRow entry_about(const UserRow& user, AuditEvent event, const Origin& origin,
                      std::string metadata);

/// Writes to the record that so many of a user's logins were ended, and ends their event streams.
void record_ended_logins(Transaction& transaction, const std::string& user_id, std::int64_t ended,
                         const Origin& origin);

/// A user's logins: list, revoke one, revoke all.
std::vector<Route> user_login_routes();

}  // namespace hallpass::server
