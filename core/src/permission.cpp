#include "hallpass/permission.hpp"

#include "wire_names.hpp"

namespace hallpass {
namespace {

constexpr char permission_names[] =
#define HALLPASS_X(id, name) name "\0"
    HALLPASS_PERMISSIONS(HALLPASS_X);
#undef HALLPASS_X

constexpr PermissionSet set_of(std::initializer_list<Permission> permissions) {
    PermissionSet set;
    for (const auto permission : permissions) set = set.with(permission);
    return set;
}

using enum Permission;

constexpr PermissionSet of_users = set_of({ticket_create, ticket_read});
constexpr PermissionSet of_agents =
    of_users | set_of({user_list, user_impersonate, session_list, ticket_update, ticket_assign,
                       ticket_close, helpdesk_view_inbox, helpdesk_manage_tickets,
                       support_access_create, support_access_read});
constexpr PermissionSet of_admins =
    of_agents |
    set_of({user_create, user_set_role, user_ban, user_delete, user_set_password, session_revoke,
            session_delete, helpdesk_manage_agents, helpdesk_manage_kb, support_access_end});

bool valid_role_name(std::string_view name) {
    if (name.empty() || name.size() > 64) return false;
    for (const char c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-') return false;
    }
    return true;
}

}  // namespace

std::string_view to_string(Permission permission) { return name_in(permission_names, permission); }
std::optional<Permission> parse_permission(std::string_view text) {
    return value_in<Permission>(permission_names, text);
}

PermissionSet built_in_permissions(std::string_view role) {
    if (role == role_user) return of_users;
    if (role == role_agent) return of_agents;
    if (role == role_admin) return of_admins;
    return {};
}

Roles::Roles() {
    for (const auto role : {role_user, role_agent, role_admin}) {
        roles_.push_back({std::string{role}, built_in_permissions(role)});
    }
}

Result<Done> Roles::add(std::string_view name, const std::vector<std::string_view>& permissions) {
    if (!valid_role_name(name)) {
        return invalid("role", Reason::malformed,
                       "a role's name must be 1 to 64 letters, digits, '_' or '-'");
    }
    if (known(name)) {
        return invalid("role", Reason::contradiction,
                       "this role exists already; choose another name");
    }
    Role role{std::string{name}, {}};
    for (const auto text : permissions) {
        const auto permission = parse_permission(text);
        if (!permission) {
            return invalid("permissions", Reason::not_one_of,
                           "a permission of this role is not known; see the permission list");
        }
        role.permissions = role.permissions.with(*permission);
    }
    roles_.push_back(std::move(role));
    return Done{};
}

bool Roles::known(std::string_view role) const {
    for (const auto& each : roles_) {
        if (each.name == role) return true;
    }
    return false;
}

PermissionSet Roles::permissions_of(std::string_view role) const {
    for (const auto& each : roles_) {
        if (each.name == role) return each.permissions;
    }
    return {};
}

PermissionSet Roles::permissions_of(const std::vector<std::string_view>& roles) const {
    PermissionSet set;
    for (const auto role : roles) set = set | permissions_of(role);
    return set;
}

bool is_staff(PermissionSet permissions) { return (permissions | of_users) != of_users; }

Result<Done> require(const Caller& caller, Permission permission) {
    if (caller.banned) {
        return make_error(ErrorCode::AGENT_BANNED, "your account is banned; ask an administrator");
    }
    if (!caller.permissions.has(permission)) {
        auto error = make_error(ErrorCode::FORBIDDEN,
                                "your role does not permit this; ask an administrator for it", {},
                                Reason::missing_permission);
        error->constraints.one_of = to_string(permission);
        return error;
    }
    if (caller.acting_as) {
        return make_error(ErrorCode::NESTED_IMPERSONATION,
                          "this needs your own login; stop acting as the user first");
    }
    return Done{};
}

}  // namespace hallpass
