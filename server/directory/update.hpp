#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "access/origin.hpp"
#include "hallpass/json.hpp"
#include "hallpass/permission.hpp"
#include "store/rows.hpp"
#include "store/transaction.hpp"

namespace hallpass::server {

/// On whose behalf a directory is brought up to date.
struct Updater {
    std::string_view by = "import";  ///< as the record's entries say it
    Origin origin{};
    std::optional<std::string> tenant_id{};  ///< whose record it is, where it is one tenant's
};

/// A user as an import tells them.
struct ImportedUser {
    UserRow row;
    // Nothing said: a ban is the server's own, an opting-out the user's. Both outlive an import.
    bool says_banned = false, says_opted_out = false;
    bool says_active = false;  ///< what provisioning switched off works again
};
struct ImportedMembership {
    MembershipRow row;
    bool removed = false;
};

/// Brings the directory up to date within one transaction: what changed for somebody is put on
/// record, and what is no longer allowed ends, as when an admin changes it over HTTP.
class DirectoryUpdate {
  public:
    DirectoryUpdate(Transaction& transaction, const Roles& roles, Updater updater = {})
        : transaction_(transaction), roles_(roles), updater_(std::move(updater)) {}

    void put(const TenantRow& row);
    void put(const ImportedUser& user);
    void put(const ImportedMembership& membership);
    /// Switches an account off: its logins, grants and sessions end; and on again.
    void deactivate(const std::string& user_id, const std::string& tenant_id);
    void activate(const std::string& user_id);
    /// Comes last: ends what the directory, as it is now, no longer allows.
    void enforce();

  private:
    void change(const UserRow& before, const ImportedUser& user);
    void change_ban(UserRow before, UserRow after);
    /// An entry about a user that says on whose behalf.
    RecordRow about(const std::string& user_id, std::string_view event,
                    json::Writer metadata) const;

    Transaction& transaction_;
    const Roles& roles_;
    Updater updater_;
    std::set<std::string> new_users_;
    std::set<std::string> tenants_, users_;  // to look at again
};

}  // namespace hallpass::server
