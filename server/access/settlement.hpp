#pragma once

#include <string>

#include "access/origin.hpp"
#include "store/transaction.hpp"

namespace hallpass::server {

/// Writes down what the clock has decided already: requests and grants that ran out, sessions that
/// are over. Enforcement never waits for it; the unique indexes and the record do.

/// For one user in one tenant, before something new is opened for them.
void settle_subject(Transaction& transaction, const std::string& tenant_id,
                    const std::string& subject_id);
/// For everybody, at most `max_rows` of each kind. @returns whether more may be due
bool settle_all(Transaction& transaction, int max_rows);

/// Ends all access that this user gives or has, after a ban or a lost role: grants are revoked by
/// the system and sessions end with them.
void revoke_access_of(Transaction& transaction, const std::string& user_id, const Origin& origin,
                      const char* reason);

}  // namespace hallpass::server
