// Reading the users whom identity providers keep.
#include "access/directory.hpp"
#include "ascii.hpp"
#include "directory/provisioning.hpp"
#include "scim/attributes.hpp"

namespace hallpass::server {
namespace {

ProvisionedUser with_account(Connection& store, ProvisionedRow row) {
    auto user = find_user(store, row.user_id);
    if (!user) throw StoreFault("a provisioned user's account is gone");
    ProvisionedUser known{std::move(row), *std::move(user), {}, false};
    known.scopes = membership_scopes(store, known.row.tenant_id, known.row.user_id);
    known.shared = is_shared(store, known.user, known.row.tenant_id);
    return known;
}

}  // namespace

bool is_shared(Connection& store, const UserRow& user, const std::string& tenant_id) {
    return user.all_tenants ||
           store.number(
               "SELECT COUNT(*) FROM memberships WHERE user_id = :user AND tenant_id <> :tenant",
               {{"user", user.id}, {"tenant", tenant_id}}) != 0;
}

std::optional<ProvisionedUser> find_provisioned(Connection& store, const std::string& tenant_id,
                                                const std::string& user_id) {
    auto row =
        store.find<ProvisionedRow>("WHERE tenant_id = :tenant AND user_id = :user AND removed = 0",
                                   {{"tenant", tenant_id}, {"user", user_id}});
    if (!row) return std::nullopt;
    return with_account(store, *std::move(row));
}

ProvisionedPage list_provisioned(Connection& store, const std::string& tenant_id,
                                 const std::optional<ScimFilter>& filter, std::int64_t skip,
                                 std::int64_t most) {
    std::string where = "WHERE tenant_id = :tenant AND removed = 0";
    Binds binds{{"tenant", tenant_id}};
    if (filter) {
        switch (filter->by) {
            case ScimFilter::By::id: where += " AND user_id = :value"; break;
            case ScimFilter::By::user_name: where += " AND user_name_key = :value"; break;
            case ScimFilter::By::external_id: where += " AND external_id = :value"; break;
        }
        const bool name = filter->by == ScimFilter::By::user_name;
        binds.emplace_back("value", name ? without_case(filter->value) : filter->value);
    }
    ProvisionedPage page;
    page.total = store.number("SELECT COUNT(*) FROM provisioned_users " + where, binds);
    if (most == 0) return page;
    binds.emplace_back("most", most);
    binds.emplace_back("skip", skip);
    for (auto& row : store.select<ProvisionedRow>(
             where + " ORDER BY user_id LIMIT :most OFFSET :skip", binds)) {
        page.users.push_back(with_account(store, std::move(row)));
    }
    return page;
}

bool is_on(const ProvisionedUser& known) {
    return known.row.active || (known.scopes && !known.user.deactivated_by);
}

std::string account_name(const ScimUser& user) {
    constexpr std::size_t account_name_max_bytes = 200;
    if (user.display_name) return *user.display_name;
    if (user.formatted_name) return *user.formatted_name;
    auto name = user.given_name.value_or("");
    if (!name.empty() && user.family_name) name += " ";
    name += user.family_name.value_or("");
    return name.empty() || name.size() > account_name_max_bytes ? user.user_name : name;
}

ScimUser scim_user_of(const ProvisionedUser& known) {
    const auto& row = known.row;
    ScimUser user;
    user.id = row.user_id;
    user.user_name = row.user_name;
    user.external_id = row.external_id;
    user.formatted_name = row.formatted_name;
    user.given_name = row.given_name;
    user.family_name = row.family_name;
    user.display_name = row.display_name;
    user.email = known.user.email;
    user.locale = known.user.locale;
    user.time_zone = known.user.time_zone;
    auto& roles = user.roles.emplace();
    for (const auto role : roles_of(known.user)) roles.emplace_back(role);
    user.scopes = known.scopes ? *known.scopes : ScopeSet::trusted(row.scopes);
    user.active = is_on(known);
    user.created_at_unix_ms = row.created_at_unix_ms;
    user.changed_at_unix_ms = row.changed_at_unix_ms;
    return user;
}

}  // namespace hallpass::server
