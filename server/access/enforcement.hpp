#pragma once

#include <string>
#include <string_view>

#include "access/origin.hpp"
#include "hallpass/permission.hpp"
#include "store/transaction.hpp"

namespace hallpass::server {

/// What must end because somebody's standing changed. Sessions end with the change itself, in its
/// own transaction and on record, never at their next look.

/// Which side of an access a user was on.
enum class Side { either, subject };

/// Ends all access that this user gives or has, after a ban, another role or an opting-out: grants
/// are revoked by the system, requests withdrawn, and sessions end.
void revoke_access_of(Transaction& transaction, const std::string& user_id, Side side,
                      std::string_view reason, const Origin& origin);

/// Looks at every grant and session of this user again, on either side, and ends what the
/// directory, as it is now, no longer allows.
void enforce_on_user(Transaction& transaction, const std::string& user_id, const Roles& roles,
                     const Origin& origin);
/// The same for every session in a tenant whose policy changed. Grants stay: they cannot be used
/// while the policy forbids it, and the user's word still counts when it does not.
void enforce_on_tenant(Transaction& transaction, const std::string& tenant_id, const Roles& roles,
                       const Origin& origin);

}  // namespace hallpass::server
