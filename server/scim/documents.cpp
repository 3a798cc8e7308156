#include "scim/documents.hpp"

#include <cstdint>
#include <initializer_list>

#include "hallpass/json.hpp"
#include "scim/words.hpp"

namespace hallpass::server {
namespace {

struct AttributeSchema {
    const char* name = nullptr;
    const char* description = nullptr;
    const char* type = "string";
    bool required = false, many = false, exact_case = false, unique = false;
    const AttributeSchema* parts = nullptr;  ///< the last one has no name
};

void write_attribute(json::Writer& writer, const AttributeSchema& attribute) {
    writer.begin_object().member("name", attribute.name).member("type", attribute.type);
    writer.member("multiValued", attribute.many).member("description", attribute.description);
    writer.member("required", attribute.required).member("caseExact", attribute.exact_case);
    writer.member("mutability", "readWrite").member("returned", "default");
    writer.member("uniqueness", attribute.unique ? "server" : "none");
    if (attribute.parts != nullptr) {
        writer.key("subAttributes").begin_array();
        for (const auto* part = attribute.parts; part->name != nullptr; ++part) {
            write_attribute(writer, *part);
        }
        writer.end_array();
    }
    writer.end_object();
}

constexpr AttributeSchema name_parts[] = {
    {"formatted", "All of it"}, {"givenName", "Given name"}, {"familyName", "Family name"}, {}};
constexpr AttributeSchema email_parts[] = {
    {"value", "The address"}, {"type", "work"}, {"primary", "true", "boolean"}, {}};
constexpr AttributeSchema role_parts[] = {
    {"value", "The role's name", "string", false, false, true}, {}};
constexpr AttributeSchema user_attributes[] = {
    {"userName", "What the identity provider calls the user", "string", true, false, false, true},
    {"externalId", "The identity provider's own id", "string", false, false, true, true},
    {"name", "The name in parts", "complex", false, false, false, false, name_parts},
    {"displayName", "What others see"},
    {"locale", "The language of notifications"},
    {"timezone", "An IANA time zone; consent ends by its days"},
    {"active", "Whether the user may sign in, act and be acted for", "boolean"},
    {"emails", "One address is kept: the primary one, or the one for work", "complex", false, true,
     false, false, email_parts},
    {"roles", "As far as this identity provider may give them", "complex", false, true, false,
     false, role_parts},
    {}};
constexpr AttributeSchema hallpass_attributes[] = {
    {"scopes", "What the user holds in the tenant, as resource:action", "string", false, true,
     true},
    {}};

void write_meta(json::Writer& writer, const char* type, const std::string& location) {
    writer.key("meta").begin_object().member("resourceType", type);
    writer.member("location", location).end_object();
}

void write_schema_list(json::Writer& writer, const char* schema) {
    writer.key("schemas").begin_array().string(schema).end_array();
}

std::string schema_text(const std::string& base_url, std::string_view id) {
    const bool own = id == scim_hallpass_schema;
    json::Writer writer;
    writer.begin_object();
    write_schema_list(writer, "urn:ietf:params:scim:schemas:core:2.0:Schema");
    writer.member("id", id).member("name", own ? "Hallpass" : "User");
    writer.member("description", own ? "What a user holds in the tenant" : "User account");
    writer.key("attributes").begin_array();
    const auto* attribute = own ? hallpass_attributes : user_attributes;
    for (; attribute->name != nullptr; ++attribute) write_attribute(writer, *attribute);
    writer.end_array();
    write_meta(writer, "Schema", base_url + "/Schemas/" + std::string{id});
    return std::move(writer.end_object()).text();
}

std::string list_text(std::initializer_list<std::string> resources) {
    json::Writer writer;
    writer.begin_object().key("schemas").begin_array().string(scim_list_message).end_array();
    const auto count = static_cast<std::int64_t>(resources.size());
    writer.member("totalResults", count).member("startIndex", 1).member("itemsPerPage", count);
    writer.key("Resources").begin_array();
    for (const auto& each : resources) writer.raw(each);
    return std::move(writer.end_array().end_object()).text();
}

}  // namespace

std::string scim_service_config(const std::string& base_url) {
    json::Writer writer;
    writer.begin_object();
    write_schema_list(writer, "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig");
    writer.key("patch").raw(R"({"supported":true})");
    writer.key("bulk").raw(R"({"supported":false,"maxOperations":0,"maxPayloadSize":0})");
    writer.key("filter").raw(R"({"supported":true,"maxResults":200})");
    writer.key("changePassword").raw(R"({"supported":false})");
    writer.key("sort").raw(R"({"supported":false})");
    writer.key("etag").raw(R"({"supported":false})");
    writer.key("authenticationSchemes")
        .raw(
            R"([{"type":"oauthbearertoken","name":"Provisioning token",)"
            R"("description":"A bearer token of one tenant's identity provider","primary":true}])");
    write_meta(writer, "ServiceProviderConfig", base_url + "/ServiceProviderConfig");
    return std::move(writer.end_object()).text();
}

std::string scim_resource_type(const std::string& base_url) {
    json::Writer writer;
    writer.begin_object();
    write_schema_list(writer, "urn:ietf:params:scim:schemas:core:2.0:ResourceType");
    writer.member("id", "User").member("name", "User").member("endpoint", "/Users");
    writer.member("description", "User account").member("schema", scim_user_schema);
    writer.key("schemaExtensions").begin_array().begin_object();
    writer.member("schema", scim_hallpass_schema).member("required", false);
    writer.end_object().end_array();
    write_meta(writer, "ResourceType", base_url + "/ResourceTypes/User");
    return std::move(writer.end_object()).text();
}

std::string scim_resource_types(const std::string& base_url) {
    return list_text({scim_resource_type(base_url)});
}

std::string scim_schemas(const std::string& base_url) {
    return list_text(
        {schema_text(base_url, scim_user_schema), schema_text(base_url, scim_hallpass_schema)});
}

std::string scim_schema(const std::string& base_url, std::string_view id) {
    if (id != scim_user_schema && id != scim_hallpass_schema) return {};
    return schema_text(base_url, id);
}

}  // namespace hallpass::server
