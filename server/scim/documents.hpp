#pragma once

#include <string>
#include <string_view>

namespace hallpass::server {

/// What a SCIM client may ask about this server (RFC 7644 section 4, RFC 7643 sections 5 to 7).
std::string scim_service_config(const std::string& base_url);
/// The one resource type, or, in a list, all of them.
std::string scim_resource_type(const std::string& base_url);
std::string scim_resource_types(const std::string& base_url);
std::string scim_schemas(const std::string& base_url);
/// The schema of that id; empty where there is none.
std::string scim_schema(const std::string& base_url, std::string_view id);

}  // namespace hallpass::server
