#include "scim/user.hpp"

#include "ascii.hpp"
#include "hallpass/time.hpp"
#include "scim/attributes.hpp"
#include "scim/words.hpp"

namespace hallpass::server {
namespace {

constexpr std::size_t operations_max_count = 100;

ScimRefusal invalid_syntax(std::string detail) {
    return scim_invalid("invalidSyntax", std::move(detail));
}

/// The member of that name in any case; absent where there is none.
json::Value member_of(json::Value object, std::string_view name) {
    for (auto each = object.first(); each; each = each.next()) {
        if (without_case(each.name()) == name) return each;
    }
    return {};
}

/// RFC 7644 section 3.1: every body says which schemas it follows.
ScimCheck check_schemas(json::Value body, std::string_view wanted) {
    const auto refused = invalid_syntax("schemas must name " + std::string{wanted});
    if (!body.is_object()) return refused;
    const auto schemas = member_of(body, "schemas");
    for (auto each = schemas.is_array() ? schemas.first() : json::Value{}; each;
         each = each.next()) {
        const auto name = each.string();
        if (name && without_case(*name) == without_case(wanted)) return std::nullopt;
    }
    return refused;
}

ScimCheck apply_operation(json::Value operation, ScimUser& user) {
    if (!operation.is_object()) return invalid_syntax("each operation must be an object");
    const auto named = member_of(operation, "op").string();
    const auto kind = named ? without_case(*named) : std::string{};
    const bool removes = kind == "remove";
    if (!removes && kind != "add" && kind != "replace") {
        return invalid_syntax("op must be add, replace or remove");
    }
    const auto change = kind == "add" ? ScimChange::add : ScimChange::replace;
    const auto value = member_of(operation, "value");
    const auto path = member_of(operation, "path");
    if (!path || path.is_null()) {
        if (removes) return scim_invalid("noTarget", "remove needs a path");
        if (!value.is_object()) {
            return scim_invalid("invalidValue", "without a path the value must be an object");
        }
        return set_scim_members(user, value, change, false);
    }
    const auto text = path.string();
    const auto target = text ? scim_target(*text) : std::nullopt;
    if (!target) return scim_invalid("invalidPath", "this path is malformed or leads nowhere");
    if (removes) return remove_scim_attribute(user, *target, value);
    if (!value) return scim_invalid("invalidValue", "add and replace need a value");
    return set_scim_attribute(user, *target, value, change);
}

void write_texts(json::Writer& writer, const ScimUser& user) {
    const auto text = [&](const char* name, const std::optional<std::string>& value) {
        if (value) writer.member(name, *value);
    };
    text("externalId", user.external_id);
    writer.member("userName", user.user_name);
    if (user.formatted_name || user.given_name || user.family_name) {
        writer.key("name").begin_object();
        text("formatted", user.formatted_name);
        text("givenName", user.given_name);
        text("familyName", user.family_name);
        writer.end_object();
    }
    text("displayName", user.display_name);
    text("locale", user.locale);
    text("timezone", user.time_zone);
}

}  // namespace

ScimCheck read_scim_user(json::Value body, ScimUser& user) {
    if (auto refused = check_schemas(body, scim_user_schema)) return refused;
    return set_scim_members(user, body, ScimChange::replace, true);
}

ScimCheck patch_scim_user(json::Value body, ScimUser& user) {
    if (auto refused = check_schemas(body, scim_patch_message)) return refused;
    const auto operations = member_of(body, "operations");
    if (!operations.is_array() || operations.size() == 0 ||
        operations.size() > operations_max_count) {
        return invalid_syntax("Operations must be a list of 1 to 100 operations");
    }
    for (auto each = operations.first(); each; each = each.next()) {
        if (auto refused = apply_operation(each, user)) return refused;
    }
    return std::nullopt;
}

void write_scim_user(json::Writer& writer, const ScimUser& user, const std::string& location) {
    writer.begin_object().key("schemas").begin_array();
    writer.string(scim_user_schema).string(scim_hallpass_schema).end_array();
    writer.member("id", user.id);
    write_texts(writer, user);
    writer.member("active", user.active).key("emails").begin_array();
    writer.begin_object().member("value", user.email).member("type", "work");
    writer.member("primary", true).end_object().end_array().key("roles").begin_array();
    for (const auto& role : user.roles.value_or(std::vector<std::string>{})) {
        writer.begin_object().member("value", role).end_object();
    }
    writer.end_array().key(scim_hallpass_schema).begin_object().key("scopes").begin_array();
    const auto scopes = user.scopes.value_or(ScopeSet{});
    for (const auto scope : scopes.view().list()) writer.string(scope);
    writer.end_array().end_object().key("meta").begin_object().member("resourceType", "User");
    writer.member("created", format_rfc3339(from_unix_ms(user.created_at_unix_ms)));
    writer.member("lastModified", format_rfc3339(from_unix_ms(user.changed_at_unix_ms)));
    writer.member("location", location).end_object().end_object();
}

}  // namespace hallpass::server
