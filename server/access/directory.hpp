#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hallpass/grant.hpp"
#include "hallpass/policy.hpp"
#include "store/connection.hpp"
#include "store/rows.hpp"

namespace hallpass::server {

struct Tenant {
    std::string id, name;
    Policy policy;
};

std::optional<Tenant> find_tenant(Connection& store, const std::string& id);
std::optional<UserRow> find_user(Connection& store, const std::string& id);
/// The user's scopes in the tenant; nothing where the user is not a member.
std::optional<ScopeSet> membership_scopes(Connection& store, const std::string& tenant_id,
                                          const std::string& user_id);
/// Whether the user is a member, or serves every tenant.
bool works_for(Connection& store, const UserRow& user, const std::string& tenant_id);
/// The same in SQL, about the tenant_id of a row. Where the user does not serve every tenant,
/// :caller must be bound to their id.
std::string in_tenants_of(const UserRow& user);
/// The ids of those tenants in order, so many at most.
std::vector<std::string> tenants_of(Connection& store, const UserRow& user,
                                    std::int64_t most = std::numeric_limits<std::int64_t>::max());
/// The display name; nothing where the user is not known.
std::optional<std::string> name_of(Connection& store, const std::string& user_id);

/// Whether the account is barred: provisioning switched it off, or a ban holds (from `banned` on,
/// while now < banned_until).
bool banned_at(const UserRow& user, Instant now);
std::vector<std::string_view> roles_of(const UserRow& user);
PermissionSet permissions_of(const UserRow& user, const Roles& roles);

/// A user as the core judges them; `scopes` must outlive the facts.
SubjectFacts subject_facts(const UserRow& user, const std::optional<ScopeSet>& scopes,
                           const Roles& roles, Instant now);

}  // namespace hallpass::server
