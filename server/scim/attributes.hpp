#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hallpass/json.hpp"
#include "scim/user.hpp"

namespace hallpass::server {

/// What a path of SCIM leads to.
enum class ScimAttribute {
    user_name,
    external_id,
    active,
    display_name,
    name,
    formatted_name,
    given_name,
    family_name,
    emails,
    locale,
    time_zone,
    roles,
    scopes,
    extension,    ///< all of the Hallpass schema's members
    read_only,    ///< the server's own
    passed_over,  ///< known to RFC 7643, and not kept here
};

struct ScimTarget {
    ScimAttribute attribute;
    std::optional<std::string> value;  ///< of `roles[value eq "…"]`
};

/// What is left of an attribute's name after that schema and a colon, in any case; empty for the
/// schema alone. @returns nothing where the name is not of that schema
std::optional<std::string_view> within_scim_schema(std::string_view schema, std::string_view name);
/// Reads an attribute's path (RFC 7644 section 3.10): names in any case, with or without their
/// schema, and the filters that identity providers send. @returns nothing where it leads nowhere
std::optional<ScimTarget> scim_target(std::string_view path);

enum class ScimChange { add, replace };
/// Gives the attribute that value; null takes it away.
ScimCheck set_scim_attribute(ScimUser& user, const ScimTarget& target, json::Value value,
                             ScimChange change);
ScimCheck remove_scim_attribute(ScimUser& user, const ScimTarget& target, json::Value value);
/// Each member of an object as if it were named by a path.
/// @param whole whether this is a whole user, where the server's own members are passed over
ScimCheck set_scim_members(ScimUser& user, json::Value object, ScimChange change, bool whole);

/// Whether mail could go there: one `@`, nothing that ends a header or an address.
bool is_email_address(std::string_view text);

}  // namespace hallpass::server
