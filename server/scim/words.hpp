#pragma once

#include <string_view>

/// The names that SCIM gives to schemas and messages (RFC 7643 section 10, RFC 7644 section 8.2).
namespace hallpass::server {

inline constexpr std::string_view scim_user_schema = "urn:ietf:params:scim:schemas:core:2.0:User";
inline constexpr std::string_view scim_enterprise_schema =
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// What users have here beside RFC 7643. It begins like the IETF's own because Microsoft Entra ID
/// knows extensions under such names alone.
inline constexpr std::string_view scim_hallpass_schema =
    "urn:ietf:params:scim:schemas:extension:hallpass:2.0:User";
inline constexpr std::string_view scim_patch_message =
    "urn:ietf:params:scim:api:messages:2.0:PatchOp";
inline constexpr std::string_view scim_list_message =
    "urn:ietf:params:scim:api:messages:2.0:ListResponse";
inline constexpr std::string_view scim_error_message =
    "urn:ietf:params:scim:api:messages:2.0:Error";

/// Where the endpoints are, below the public URL.
inline constexpr std::string_view scim_base = "/scim/v2";

}  // namespace hallpass::server
