#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hallpass/json.hpp"
#include "hallpass/scope.hpp"
#include "scim/refusal.hpp"

namespace hallpass::server {

/// A user's attributes as they travel between an identity provider and the directory.
struct ScimUser {
    std::string id;
    std::string user_name;
    std::optional<std::string> external_id, formatted_name, given_name, family_name, display_name;
    std::string email;                              ///< empty: none was told
    std::optional<std::string> locale, time_zone;   ///< nothing: as it is
    std::optional<std::vector<std::string>> roles;  ///< nothing: as they are
    std::optional<ScopeSet> scopes;                 ///< in the tenant; nothing: as they are
    bool active = true;
    std::int64_t created_at_unix_ms = 0, changed_at_unix_ms = 0;
};

/// Reads a whole user (POST, PUT) into what is there; what the body does not say stays, and what
/// only the server sets is passed over (RFC 7644 sections 3.3 and 3.5.1).
ScimCheck read_scim_user(json::Value body, ScimUser& user);
/// Applies a PatchOp message (RFC 7644 section 3.5.2), in the order of its operations.
ScimCheck patch_scim_user(json::Value body, ScimUser& user);
/// @param location the resource's own URL
void write_scim_user(json::Writer& writer, const ScimUser& user, const std::string& location);

}  // namespace hallpass::server
