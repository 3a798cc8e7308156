#include "config/roles.hpp"

#include <stdexcept>
#include <string_view>

#include "identity/identity.hpp"
#include "split.hpp"

namespace hallpass::server {
namespace {

constexpr std::string_view name_part = "name=", permissions_part = ",permissions=";

[[noreturn]] void refuse_role(std::string_view name, const std::string& why) {
    throw std::runtime_error("--role " + std::string{name} + ": " + why);
}

void add_role(Roles& roles, std::string_view text) {
    const auto split = text.find(permissions_part);
    if (!text.starts_with(name_part) || split == std::string_view::npos) {
        refuse_role("", "write name=NAME,permissions=PERMISSION …");
    }
    const auto name = text.substr(name_part.size(), split - name_part.size());
    const auto permissions = words_of(text.substr(split + permissions_part.size()));
    if (name == role_service) refuse_role(name, "name: this name is for services");
    if (permissions.empty()) refuse_role(name, "permissions: it needs at least one");
    for (const auto permission : permissions) {
        if (!parse_permission(permission)) {
            refuse_role(name, "permissions: " + std::string{permission} + " is not known");
        }
    }
    const auto added = roles.add(name, permissions);
    if (!added) refuse_role(name, "name: " + added.error().message);
}

}  // namespace

Roles configured_roles(const std::vector<std::string>& settings) {
    Roles roles;
    for (const auto& each : settings) add_role(roles, each);
    return roles;
}

}  // namespace hallpass::server
