#include "hallpass/permission.hpp"

#include "hallpass_catch.hpp"

#include <algorithm>

using namespace hallpass;

namespace {
// Contract, section 6: who may do what, written out cell by cell.
constexpr struct {
    std::string_view permission;
    bool user, agent, admin;
} table[] = {
    {"user:create", false, false, true},
    {"user:list", false, true, true},
    {"user:set-role", false, false, true},
    {"user:ban", false, false, true},
    {"user:impersonate", false, true, true},
    {"user:delete", false, false, true},
    {"user:set-password", false, false, true},
    {"session:list", false, true, true},
    {"session:revoke", false, false, true},
    {"session:delete", false, false, true},
    {"ticket:create", true, true, true},
    {"ticket:read", true, true, true},
    {"ticket:update", false, true, true},
    {"ticket:assign", false, true, true},
    {"ticket:close", false, true, true},
    {"helpdesk:view-inbox", false, true, true},
    {"helpdesk:manage-tickets", false, true, true},
    {"helpdesk:manage-agents", false, false, true},
    {"helpdesk:manage-kb", false, false, true},
    {"support:access:create", false, true, true},
    {"support:access:read", false, true, true},
    {"support:access:end", false, false, true},
};
using Names = std::vector<std::string_view>;
PermissionSet only(Permission permission) { return PermissionSet{}.with(permission); }
}  // namespace

TEST_CASE("permissions: every built-in role against every permission") {
    const Roles roles;
    std::size_t index = 0;
    for (const auto& row : table) {
        CAPTURE(row.permission);
        const auto permission = parse_permission(row.permission);
        REQUIRE(permission);
        CHECK(to_string(*permission) == row.permission);
        CHECK(static_cast<std::size_t>(*permission) == index++);
        CHECK(roles.permissions_of("user").has(*permission) == row.user);
        CHECK(roles.permissions_of("helpdeskAgent").has(*permission) == row.agent);
        CHECK(roles.permissions_of("helpdeskAdmin").has(*permission) == row.admin);
    }
    CHECK(index == static_cast<std::size_t>(Permission::support_access_end) + 1);
    CHECK_FALSE(parse_permission("user:*"));
    CHECK_FALSE(parse_permission("User:create"));
    CHECK_FALSE(parse_permission(""));
}

TEST_CASE("permissions: unknown roles permit nothing, several roles add up") {
    const Roles roles;
    CHECK(roles.permissions_of("root") == PermissionSet{});
    CHECK(roles.permissions_of("HelpdeskAdmin") == PermissionSet{});
    CHECK(roles.permissions_of("") == PermissionSet{});
    CHECK(roles.permissions_of(Names{"user", "root"}) == roles.permissions_of("user"));
    CHECK(roles.permissions_of(Names{"user", "helpdeskAgent"}) ==
          roles.permissions_of("helpdeskAgent"));
    CHECK(roles.permissions_of(Names{}) == PermissionSet{});
    CHECK_FALSE(roles.known("root"));
    CHECK(roles.known("user"));
}

TEST_CASE("permissions: a set of bits holds the permissions there are and no others") {
    const auto all = PermissionSet::of_bits(~std::uint32_t{0});
    for (const auto& row : table) CHECK(all.has(*parse_permission(row.permission)));
    CHECK(all.bits() == (std::uint32_t{1} << std::size(table)) - 1);
    const auto agents = Roles{}.permissions_of(role_agent);
    CHECK(PermissionSet::of_bits(agents.bits()) == agents);
    CHECK(PermissionSet::of_bits(0) == PermissionSet{});
}

TEST_CASE("permissions: custom roles") {
    Roles roles;
    REQUIRE(roles.add("auditor", {"support:access:read", "session:list"}).ok());
    CHECK(roles.known("auditor"));
    CHECK(roles.permissions_of("auditor") ==
          only(Permission::support_access_read).with(Permission::session_list));
    REQUIRE(roles.add("nobody", {}).ok());
    CHECK(roles.permissions_of("nobody") == PermissionSet{});
    REQUIRE(roles.add(std::string(64, 'r'), {}).ok());
    CHECK(roles.permissions_of("helpdeskAgent") == Roles{}.permissions_of("helpdeskAgent"));
}

TEST_CASE("permissions: custom roles that are refused leave the roles as they were") {
    const auto refusal = [](std::string_view name,
                            const std::vector<std::string_view>& permissions) {
        Roles roles;
        const auto added = roles.add(name, permissions);
        REQUIRE_FALSE(added.ok());
        CHECK(roles.permissions_of("helpdeskAdmin") == Roles{}.permissions_of("helpdeskAdmin"));
        CHECK(roles.permissions_of("user") == Roles{}.permissions_of("user"));
        return added.error().field + " " + std::string{to_string(added.error().reason)};
    };
    CHECK(refusal("", {}) == "role malformed");
    CHECK(refusal("a b", {}) == "role malformed");
    CHECK(refusal("röle", {}) == "role malformed");
    CHECK(refusal(std::string(65, 'r'), {}) == "role malformed");
    CHECK(refusal("user", {"user:create"}) == "role contradiction");
    CHECK(refusal("helpdeskAgent", {}) == "role contradiction");
    CHECK(refusal("helpdeskAdmin", {}) == "role contradiction");
    CHECK(refusal("x", {"ticket:read", "ticket:burn"}) == "permissions not_one_of");
    Roles roles;
    REQUIRE(roles.add("twice", {}).ok());
    CHECK_FALSE(roles.add("twice", {"user:create"}).ok());
    CHECK_FALSE(roles.add("half", {"ticket:read", "nonsense"}).ok());
    CHECK_FALSE(roles.known("half"));
}

TEST_CASE("permissions: staff is everybody who may do more than a user") {
    const Roles roles;
    CHECK_FALSE(is_staff({}));
    CHECK_FALSE(is_staff(roles.permissions_of("user")));
    CHECK(is_staff(roles.permissions_of("helpdeskAgent")));
    CHECK(is_staff(roles.permissions_of("helpdeskAdmin")));
    for (const auto& row : table) {
        CAPTURE(row.permission);
        const auto permissions = only(*parse_permission(row.permission));
        CHECK(is_staff(permissions) == !row.user);
        CHECK(is_staff(permissions | roles.permissions_of("user")) == !row.user);
    }
}

TEST_CASE("permissions: one decision, the first obstacle is the answer") {
    const auto full = Roles{}.permissions_of("helpdeskAdmin");
    const auto needed = Permission::support_access_create;
    for (int bits = 0; bits < 8; ++bits) {
        const bool banned = (bits & 1) != 0, missing = (bits & 2) != 0, acting = (bits & 4) != 0;
        const Caller caller{missing ? PermissionSet{} : full, banned, acting};
        const auto answer = require(caller, needed);
        CAPTURE(banned, missing, acting);
        REQUIRE(answer.ok() == (bits == 0));
        if (bits == 0) continue;
        const auto expected = banned    ? ErrorCode::AGENT_BANNED
                              : missing ? ErrorCode::FORBIDDEN
                                        : ErrorCode::NESTED_IMPERSONATION;
        CHECK(answer.error().code == expected);
        if (expected == ErrorCode::FORBIDDEN) {
            CHECK(answer.error().reason == Reason::missing_permission);
            CHECK(answer.error().constraints.one_of == "support:access:create");
        }
    }
}
