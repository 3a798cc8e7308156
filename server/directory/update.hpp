#pragma once

#include <set>
#include <string>

#include "hallpass/permission.hpp"
#include "store/rows.hpp"
#include "store/transaction.hpp"

namespace hallpass::server {

/// A user as an import tells them.
struct ImportedUser {
    UserRow row;
    // Nothing said: a ban is the server's own, an opting-out the user's. Both outlive an import.
    bool says_banned = false, says_opted_out = false;
};
struct ImportedMembership {
    MembershipRow row;
    bool removed = false;
};

/// Brings the directory up to date within one transaction: what changed for somebody is put on
/// record, and what is no longer allowed ends, as when an admin changes it over HTTP.
class DirectoryUpdate {
  public:
    DirectoryUpdate(Transaction& transaction, const Roles& roles)
        : transaction_(transaction), roles_(roles) {}

    void put(const TenantRow& row);
    void put(const ImportedUser& user);
    void put(const ImportedMembership& membership);
    /// Comes last: ends what the directory, as it is now, no longer allows.
    void enforce();

  private:
    void change(const UserRow& before, const ImportedUser& user);
    void change_ban(const UserRow& before, const UserRow& after);

    Transaction& transaction_;
    const Roles& roles_;
    std::set<std::string> new_users_;
    std::set<std::string> tenants_, users_;  // to look at again
};

}  // namespace hallpass::server
