#include "scim/attributes.hpp"

#include <algorithm>

#include "ascii.hpp"
#include "hallpass/ids.hpp"
#include "scim/words.hpp"

namespace hallpass::server {
namespace {

constexpr std::size_t text_max_bytes = 200, values_max_count = 64, email_max_bytes = 254;

ScimRefusal invalid_value(std::string detail) {
    return scim_invalid("invalidValue", std::move(detail));
}

/// The one value where it came in a list of its own, as Microsoft Entra ID sends some.
json::Value unwrapped(json::Value value) {
    if (!value.is_array() || value.size() != 1) return value;
    const auto inner = value.first().find("value");
    return inner ? inner : value;
}

std::optional<bool> truth_of(json::Value value) {
    if (const auto plain = value.boolean()) return plain;
    const auto text = value.string();
    if (!text) return std::nullopt;
    const auto word = without_case(*text);
    if (word == "true") return true;
    if (word == "false") return false;
    return std::nullopt;
}

bool printable_text(std::string_view text) {
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

ScimCheck set_text(std::optional<std::string>& member, json::Value value) {
    const auto text = unwrapped(value).string();
    if (!text || text->size() > text_max_bytes || !printable_text(*text)) {
        return invalid_value("names must be text of at most 200 bytes without control characters");
    }
    member.reset();
    if (!text->empty()) member = *text;
    return std::nullopt;
}

/// What ids are made of: userName and externalId.
ScimCheck set_identifier(std::string& member, json::Value value) {
    const auto text = unwrapped(value).string();
    if (!text || !is_valid_id(*text)) {
        return invalid_value("userName and externalId must be text of 1 to 128 bytes");
    }
    member = *text;
    return std::nullopt;
}

/// The address that is kept: the primary one, or the one for work, or the first.
json::Value chosen_address(json::Value list) {
    json::Value work;
    for (auto each = list.first(); each; each = each.next()) {
        if (truth_of(each.find("primary")) == true) return each;
        if (!work && each.find("type").string() == "work") work = each;
    }
    return work ? work : list.first();
}

ScimCheck set_emails(ScimUser& user, json::Value value) {
    if (value.is_array()) {
        if (value.size() > values_max_count) return invalid_value("there are too many emails");
        if (value.size() == 0) {
            user.email.clear();
            return std::nullopt;
        }
        value = chosen_address(value);
    }
    if (value.is_object()) value = value.find("value");
    const auto text = value.string();
    if (!text || !is_email_address(*text)) {
        return invalid_value("an email must be an address of at most 254 bytes");
    }
    user.email = *text;
    return std::nullopt;
}

/// Reads a list of texts, or of objects with a `value`, or one of either.
ScimCheck read_values(json::Value value, std::vector<std::string>& values) {
    if (value.is_array() && value.size() > values_max_count) {
        return invalid_value("there are too many values");
    }
    auto each = value.is_array() ? value.first() : value;
    for (; each; each = value.is_array() ? each.next() : json::Value{}) {
        const auto text = (each.is_object() ? each.find("value") : each).string();
        if (!text || text->empty() || text->size() > text_max_bytes) {
            return invalid_value("each value must be a text of 1 to 200 bytes");
        }
        const auto same = std::find(values.begin(), values.end(), *text);
        if (same == values.end()) values.emplace_back(*text);
    }
    return std::nullopt;
}

ScimCheck set_roles(ScimUser& user, json::Value value, ScimChange change) {
    std::vector<std::string> roles;
    if (change == ScimChange::add && user.roles) roles = *user.roles;
    if (auto refused = read_values(value, roles)) return refused;
    user.roles = std::move(roles);
    return std::nullopt;
}

ScimCheck set_scopes(ScimUser& user, json::Value value, ScimChange change) {
    std::vector<std::string> values;
    if (auto refused = read_values(value, values)) return refused;
    std::string joined;
    if (change == ScimChange::add && user.scopes) joined = user.scopes->text();
    for (const auto& each : values) joined += " " + each;
    auto scopes = ScopeSet::parse(joined, "scopes");
    if (!scopes) return invalid_value("scopes must be resource:action, at most 64 of them");
    user.scopes = *std::move(scopes);
    return std::nullopt;
}

ScimCheck set_active(ScimUser& user, json::Value value) {
    const auto active = truth_of(unwrapped(value));
    if (!active) return invalid_value("active must be true or false");
    user.active = *active;
    return std::nullopt;
}

/// The members of an object within another.
ScimCheck set_inner(ScimUser& user, json::Value object, std::string_view prefix,
                    ScimChange change) {
    if (!object.is_object()) return invalid_value("this attribute must be an object");
    for (auto member = object.first(); member; member = member.next()) {
        const auto target = scim_target(std::string{prefix} + std::string{member.name()});
        if (!target) return scim_invalid("invalidPath", "a member of an object is not known");
        if (auto refused = set_scim_attribute(user, *target, member, change)) return refused;
    }
    return std::nullopt;
}

}  // namespace

bool is_email_address(std::string_view text) {
    const auto at = text.find('@');
    return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
           text.find('@', at + 1) == std::string_view::npos && text.size() <= email_max_bytes &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return static_cast<unsigned char>(c) > 0x20 && c != 0x7f && c != '<' && c != '>' &&
                      c != ',' && c != ';' && c != '"';
           });
}

ScimCheck set_scim_attribute(ScimUser& user, const ScimTarget& target, json::Value value,
                             ScimChange change) {
    if (target.attribute == ScimAttribute::passed_over) return std::nullopt;
    if (target.attribute == ScimAttribute::read_only) {
        return scim_invalid("mutability", "this attribute is the server's own");
    }
    if (value.is_null()) return remove_scim_attribute(user, target, {});
    if (target.value) return scim_invalid("invalidPath", "this filter is for removing alone");
    switch (target.attribute) {
        case ScimAttribute::user_name: return set_identifier(user.user_name, value);
        case ScimAttribute::external_id: return set_identifier(user.external_id.emplace(), value);
        case ScimAttribute::active: return set_active(user, value);
        case ScimAttribute::display_name: return set_text(user.display_name, value);
        case ScimAttribute::formatted_name: return set_text(user.formatted_name, value);
        case ScimAttribute::given_name: return set_text(user.given_name, value);
        case ScimAttribute::family_name: return set_text(user.family_name, value);
        case ScimAttribute::name: return set_inner(user, value, "name.", change);
        case ScimAttribute::emails: return set_emails(user, value);
        case ScimAttribute::locale: return set_text(user.locale, value);
        case ScimAttribute::time_zone: return set_text(user.time_zone, value);
        case ScimAttribute::roles: return set_roles(user, value, change);
        case ScimAttribute::scopes: return set_scopes(user, value, change);
        case ScimAttribute::extension:
            return set_inner(user, value, std::string{scim_hallpass_schema} + ":", change);
        case ScimAttribute::read_only:
        case ScimAttribute::passed_over: break;
    }
    return std::nullopt;
}

ScimCheck remove_scim_attribute(ScimUser& user, const ScimTarget& target, json::Value value) {
    switch (target.attribute) {
        case ScimAttribute::external_id: user.external_id.reset(); break;
        case ScimAttribute::display_name: user.display_name.reset(); break;
        case ScimAttribute::formatted_name: user.formatted_name.reset(); break;
        case ScimAttribute::given_name: user.given_name.reset(); break;
        case ScimAttribute::family_name: user.family_name.reset(); break;
        case ScimAttribute::name:
            user.formatted_name.reset();
            user.given_name.reset();
            user.family_name.reset();
            break;
        case ScimAttribute::emails: user.email.clear(); break;
        case ScimAttribute::roles: {
            std::vector<std::string> gone;
            if (target.value) gone.push_back(*target.value);
            if (value && !value.is_null()) {
                if (auto refused = read_values(value, gone)) return refused;
            }
            auto left = gone.empty() ? std::vector<std::string>{}
                                     : user.roles.value_or(std::vector<std::string>{});
            for (const auto& role : gone) std::erase(left, role);
            user.roles = std::move(left);
            break;
        }
        case ScimAttribute::scopes:
        case ScimAttribute::extension: user.scopes = ScopeSet{}; break;
        case ScimAttribute::locale:
        case ScimAttribute::time_zone:
        case ScimAttribute::passed_over: break;
        case ScimAttribute::user_name:
        case ScimAttribute::active:
        case ScimAttribute::read_only:
            return scim_invalid("mutability", "this attribute cannot be taken away");
    }
    return std::nullopt;
}

ScimCheck set_scim_members(ScimUser& user, json::Value object, ScimChange change, bool whole) {
    for (auto member = object.first(); member; member = member.next()) {
        const auto target = scim_target(member.name());
        if (!target) {
            return whole ? scim_invalid("invalidSyntax", "a member of the user is not known")
                         : scim_invalid("invalidPath", "an attribute is not known");
        }
        // A whole user brings what the server sets along, and nulls for what is not there.
        const bool idle = target->attribute == ScimAttribute::read_only || member.is_null();
        if (whole && idle) continue;
        if (auto refused = set_scim_attribute(user, *target, member, change)) return refused;
    }
    return std::nullopt;
}

}  // namespace hallpass::server
