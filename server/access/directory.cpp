#include "access/directory.hpp"

#include "hallpass/json.hpp"
#include "hallpass/wire.hpp"
#include "split.hpp"

namespace hallpass::server {

std::optional<Tenant> find_tenant(Connection& store, const std::string& id) {
    auto row = store.find<TenantRow>("WHERE id = :id", {{"id", id}});
    if (!row) return std::nullopt;
    const auto document = json::Document::parse(row->policy);
    if (!document) throw StoreFault("a tenant's policy is not readable");
    auto policy = wire::read_policy(document->root());
    if (!policy) throw StoreFault("a tenant's policy is not valid");
    return Tenant{std::move(row->id), std::move(row->name), *std::move(policy)};
}

std::optional<UserRow> find_user(Connection& store, const std::string& id) {
    return store.find<UserRow>("WHERE id = :id", {{"id", id}});
}

std::optional<ScopeSet> membership_scopes(Connection& store, const std::string& tenant_id,
                                          const std::string& user_id) {
    const auto row = store.find<MembershipRow>("WHERE tenant_id = :tenant AND user_id = :user",
                                               {{"tenant", tenant_id}, {"user", user_id}});
    if (!row) return std::nullopt;
    return ScopeSet::trusted(row->scopes);
}

bool works_for(Connection& store, const UserRow& user, const std::string& tenant_id) {
    return user.all_tenants || membership_scopes(store, tenant_id, user.id).has_value();
}

std::string in_tenants_of(const UserRow& user) {
    if (user.all_tenants) return "1 = 1";
    return "tenant_id IN (SELECT tenant_id FROM memberships WHERE user_id = :caller)";
}

std::vector<std::string> tenants_of(Connection& store, const UserRow& user, std::int64_t most) {
    Binds binds{{"most", most}};
    if (!user.all_tenants) binds.emplace_back("user", user.id);
    std::vector<std::string> tenants;
    store.query(user.all_tenants ? "SELECT id FROM tenants ORDER BY id LIMIT :most"
                                 : "SELECT tenant_id FROM memberships WHERE user_id = :user"
                                   " ORDER BY tenant_id LIMIT :most",
                "t", binds, [&](Columns& row) { tenants.push_back(row.text()); });
    return tenants;
}

std::optional<std::string> name_of(Connection& store, const std::string& user_id) {
    std::optional<std::string> name;
    store.query("SELECT name FROM users WHERE id = :id", "t", {{"id", user_id}},
                [&](Columns& row) { name = row.text(); });
    return name;
}

bool banned_at(const UserRow& user, Instant now) {
    if (user.deactivated_by) return true;
    return user.banned &&
           (!user.banned_until_unix_ms || now < from_unix_ms(*user.banned_until_unix_ms));
}

std::vector<std::string_view> roles_of(const UserRow& user) { return words_of(user.roles); }

PermissionSet permissions_of(const UserRow& user, const Roles& roles) {
    return roles.permissions_of(roles_of(user));
}

SubjectFacts subject_facts(const UserRow& user, const std::optional<ScopeSet>& scopes,
                           const Roles& roles, Instant now) {
    SubjectFacts facts{SubjectId::View::trusted(user.id), {}};
    if (scopes) facts.scopes = *scopes;
    facts.exists_in_tenant = scopes.has_value();
    facts.staff = is_staff(permissions_of(user, roles));
    facts.banned = banned_at(user, now);
    facts.opted_out = user.opted_out;
    return facts;
}

}  // namespace hallpass::server
