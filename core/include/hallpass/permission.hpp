#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hallpass/result.hpp"

namespace hallpass {

/// Every permission of the contract's section 6: X(identifier, wire name).
#define HALLPASS_PERMISSIONS(X)                           \
    X(user_create, "user:create")                         \
    X(user_list, "user:list")                             \
    X(user_set_role, "user:set-role")                     \
    X(user_ban, "user:ban")                               \
    X(user_impersonate, "user:impersonate")               \
    X(user_delete, "user:delete")                         \
    X(user_set_password, "user:set-password")             \
    X(session_list, "session:list")                       \
    X(session_revoke, "session:revoke")                   \
    X(session_delete, "session:delete")                   \
    X(ticket_create, "ticket:create")                     \
    X(ticket_read, "ticket:read")                         \
    X(ticket_update, "ticket:update")                     \
    X(ticket_assign, "ticket:assign")                     \
    X(ticket_close, "ticket:close")                       \
    X(helpdesk_view_inbox, "helpdesk:view-inbox")         \
    X(helpdesk_manage_tickets, "helpdesk:manage-tickets") \
    X(helpdesk_manage_agents, "helpdesk:manage-agents")   \
    X(helpdesk_manage_kb, "helpdesk:manage-kb")           \
    X(support_access_create, "support:access:create")     \
    X(support_access_read, "support:access:read")         \
    X(support_access_end, "support:access:end")

enum class Permission : std::uint8_t {
#define HALLPASS_X(id, name) id,
    HALLPASS_PERMISSIONS(HALLPASS_X)
#undef HALLPASS_X
};

std::string_view to_string(Permission permission);
std::optional<Permission> parse_permission(std::string_view text);

/// A set of permissions.
class PermissionSet {
  public:
    constexpr PermissionSet() = default;
    constexpr bool has(Permission permission) const { return (bits_ & bit(permission)) != 0; }
    constexpr PermissionSet with(Permission permission) const {
        return PermissionSet{bits_ | bit(permission)};
    }
    constexpr PermissionSet operator|(PermissionSet other) const {
        return PermissionSet{bits_ | other.bits_};
    }
    friend constexpr bool operator==(PermissionSet, PermissionSet) = default;
    /// One bit for each permission, in the order of the list.
    constexpr std::uint32_t bits() const { return bits_; }
    /// The set with these bits; those that stand for no permission are left out.
    static constexpr PermissionSet of_bits(std::uint32_t bits) {
        return PermissionSet{bits & known_bits};
    }

  private:
    explicit constexpr PermissionSet(std::uint32_t bits) : bits_(bits) {}
#define HALLPASS_X(id, name) +1U  // NOLINT(bugprone-macro-parentheses): a term of the sum
    static constexpr std::uint32_t known_bits =
        (std::uint32_t{1} << (0U HALLPASS_PERMISSIONS(HALLPASS_X))) - 1;
#undef HALLPASS_X
    static constexpr std::uint32_t bit(Permission permission) {
        return std::uint32_t{1} << static_cast<unsigned>(permission);
    }
    std::uint32_t bits_ = 0;
};

/// The built-in role names.
inline constexpr std::string_view role_user = "user";
inline constexpr std::string_view role_agent = "helpdeskAgent";
inline constexpr std::string_view role_admin = "helpdeskAdmin";

/// What a built-in role permits; nothing where there is no such role.
PermissionSet built_in_permissions(std::string_view role);

/// Roles and what each may do: the three built-in ones and those that configuration adds.
class Roles {
  public:
    /// The built-in roles of the contract's section 6.
    Roles();
    /// Adds a role. Its name is 1 to 64 of `a-z A-Z 0-9 _ -`; built-in names cannot be redefined.
    /// @errors VALIDATION_ERROR: field "role" (malformed, contradiction), "permissions"
    /// (not_one_of)
    Result<Done> add(std::string_view name, const std::vector<std::string_view>& permissions);
    bool known(std::string_view role) const;
    /// What the roles permit together. An unknown role permits nothing.
    PermissionSet permissions_of(const std::vector<std::string_view>& roles) const;
    PermissionSet permissions_of(std::string_view role) const;

  private:
    struct Role {
        std::string name;
        PermissionSet permissions;
    };
    std::vector<Role> roles_;
};

/// Whether these permissions make an account staff: staff can never be acted for. Everybody who
/// may do more than work on their own tickets is staff.
bool is_staff(PermissionSet permissions);

/// Who asks, for permission decisions: with an act-as token, the agent behind it.
struct Caller {
    PermissionSet permissions;
    bool banned = false;
    bool acting_as = false;  ///< the credential presented is itself an act-as token
};

/// The one permission decision; the first that applies, in this order.
/// @errors AGENT_BANNED; FORBIDDEN with reason missing_permission (constraints.one_of names it);
///         NESTED_IMPERSONATION where the caller's credential is an act-as token
Result<Done> require(const Caller& caller, Permission permission);

}  // namespace hallpass
