#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "access/origin.hpp"
#include "directory/update.hpp"
#include "hallpass/permission.hpp"
#include "hallpass/time_zone.hpp"
#include "identity/provisioners.hpp"
#include "scim/filter.hpp"
#include "scim/user.hpp"
#include "store/rows.hpp"
#include "store/transaction.hpp"

namespace hallpass::server {

/// A user whom a tenant's identity provider keeps, as the directory has them.
struct ProvisionedUser {
    ProvisionedRow row;
    UserRow user;
    std::optional<ScopeSet> scopes;  ///< in the tenant; nothing: no member of it now
    /// Belongs to other tenants as well, or serves every one: the account itself is not this
    /// provider's, only the place in its tenant.
    bool shared = false;
};

/// Whether the user is let in, whoever's word that is: an import may have given back what the
/// provider took, and the provider's next no must count.
bool is_on(const ProvisionedUser& known);

/// Whether an account is not that tenant's alone.
bool is_shared(Connection& store, const UserRow& user, const std::string& tenant_id);

/// Nothing where the tenant's provider keeps no such user, whoever else has them.
std::optional<ProvisionedUser> find_provisioned(Connection& store, const std::string& tenant_id,
                                                const std::string& user_id);

struct ProvisionedPage {
    std::int64_t total = 0;
    std::vector<ProvisionedUser> users;  ///< by id
};
ProvisionedPage list_provisioned(Connection& store, const std::string& tenant_id,
                                 const std::optional<ScimFilter>& filter, std::int64_t skip,
                                 std::int64_t most);

/// As SCIM has them, for reading and as what a change begins with.
ScimUser scim_user_of(const ProvisionedUser& known);
/// What everybody else sees the user called.
std::string account_name(const ScimUser& user);

/// What an identity provider does with its tenant's users: each within one transaction, on record,
/// and what it no longer allows ends with it. A refusal comes before anything is written.
class Provisioning {
  public:
    Provisioning(Transaction& transaction, const Provisioner& provisioner, const Roles& roles,
                 const ZoneTable& zones, Origin origin)
        : transaction_(transaction),
          provisioner_(provisioner),
          roles_(roles),
          zones_(zones),
          origin_(std::move(origin)) {}

    using Outcome = std::variant<ProvisionedUser, ScimRefusal>;
    /// A new user; or one of this tenant's alone whom an import brought, taken over; or one who was
    /// removed before, brought back.
    Outcome create(const ScimUser& wanted);
    Outcome change(const ProvisionedUser& known, const ScimUser& wanted);
    /// Switches the user off, and lets go of them.
    void remove(const ProvisionedUser& known);

  private:
    std::optional<ScimRefusal> check(ScimUser& wanted, const ProvisionedUser* known) const;
    std::optional<ScimRefusal> check_roles(ScimUser& wanted, const ProvisionedUser* known) const;
    std::optional<ScimRefusal> check_unique(const ScimUser& wanted) const;
    Outcome put(ProvisionedUser known, const ScimUser& wanted, std::string_view change);
    void put_account(DirectoryUpdate& update, const ProvisionedUser& known, const ScimUser& wanted);
    void put_place(DirectoryUpdate& update, const ProvisionedUser& known, const ProvisionedRow& row,
                   bool fresh);
    void save(const ProvisionedRow& row, bool exists);
    void record(const std::string& user_id, std::string_view change);
    DirectoryUpdate updater();

    Transaction& transaction_;
    const Provisioner& provisioner_;
    const Roles& roles_;
    const ZoneTable& zones_;
    Origin origin_;
};

}  // namespace hallpass::server
