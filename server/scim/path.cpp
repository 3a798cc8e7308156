// Which attribute a path means.
#include <algorithm>
#include <utility>

#include "ascii.hpp"
#include "scim/attributes.hpp"
#include "scim/words.hpp"

namespace hallpass::server {
namespace {

constexpr std::size_t path_max_bytes = 256;

constexpr std::pair<std::string_view, ScimAttribute> known_names[] = {
    {"username", ScimAttribute::user_name},
    {"externalid", ScimAttribute::external_id},
    {"active", ScimAttribute::active},
    {"displayname", ScimAttribute::display_name},
    {"name", ScimAttribute::name},
    {"name.formatted", ScimAttribute::formatted_name},
    {"name.givenname", ScimAttribute::given_name},
    {"name.familyname", ScimAttribute::family_name},
    {"locale", ScimAttribute::locale},
    {"timezone", ScimAttribute::time_zone},
    {"id", ScimAttribute::read_only},
    {"meta", ScimAttribute::read_only},
    {"schemas", ScimAttribute::read_only},
    {"name.middlename", ScimAttribute::passed_over},
    {"name.honorificprefix", ScimAttribute::passed_over},
    {"name.honorificsuffix", ScimAttribute::passed_over},
};
// Of these no part is kept. A password, too, is forgotten: this server has none.
constexpr std::string_view names_passed_over[] = {
    "nickname",     "profileurl", "title",           "usertype", "preferredlanguage",
    "password",     "ims",        "photos",          "groups",   "entitlements",
    "phonenumbers", "addresses",  "x509certificates"};

/// `attribute[filter].sub`, taken apart; `literal` as it was written.
struct PathParts {
    std::string base, filter_attribute, literal, sub;
    bool filtered = false;
};

/// Takes `[name eq literal]` from the front. @returns whether it was one
bool take_filter(std::string_view& rest, PathParts& parts) {
    rest.remove_prefix(1);
    bool quoted = false;
    std::size_t end = 0;
    for (; end < rest.size() && (quoted || rest[end] != ']'); ++end) {
        if (rest[end] == '"') quoted = !quoted;
        if (rest[end] == '\\') return false;
    }
    if (end == rest.size()) return false;
    const auto filter = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    const auto first = filter.find(' ');
    if (first == std::string_view::npos) return false;
    const auto tail = filter.substr(first + 1);
    if (without_case(tail.substr(0, 3)) != "eq ") return false;
    parts.filtered = true;
    parts.filter_attribute = without_case(filter.substr(0, first));
    auto literal = tail.substr(3);
    if (literal.size() >= 2 && literal.front() == '"' && literal.back() == '"') {
        literal = literal.substr(1, literal.size() - 2);
    } else if (without_case(literal) != "true" && without_case(literal) != "false") {
        return false;
    }
    if (literal.find('"') != std::string_view::npos) return false;
    parts.literal = literal;
    return true;
}

std::optional<PathParts> take_apart(std::string_view path) {
    PathParts parts;
    const auto end = std::min(path.find_first_of("[."), path.size());
    parts.base = without_case(path.substr(0, end));
    auto rest = path.substr(end);
    if (rest.starts_with('[') && !take_filter(rest, parts)) return std::nullopt;
    if (rest.starts_with('.')) {
        parts.sub = without_case(rest.substr(1));
        rest = {};
        if (parts.sub.empty()) return std::nullopt;
    }
    if (!rest.empty()) return std::nullopt;
    return parts;
}

std::optional<ScimTarget> values_target(ScimAttribute attribute, const PathParts& parts) {
    const auto& sub = parts.sub;
    const ScimTarget passed_over{ScimAttribute::passed_over, {}};
    if (sub == "type" || sub == "primary" || sub == "display" || sub == "$ref") return passed_over;
    if (!sub.empty() && sub != "value") return std::nullopt;
    if (!parts.filtered || parts.filter_attribute == "primary") return ScimTarget{attribute, {}};
    if (parts.filter_attribute == "type") {
        // One address is kept, the one for work; somebody's others are not.
        const bool other =
            attribute == ScimAttribute::emails && without_case(parts.literal) != "work";
        return other ? passed_over : ScimTarget{attribute, {}};
    }
    if (attribute != ScimAttribute::roles || parts.filter_attribute != "value") return std::nullopt;
    return ScimTarget{attribute, parts.literal};
}

}  // namespace

std::optional<std::string_view> within_scim_schema(std::string_view schema, std::string_view name) {
    if (without_case(name.substr(0, schema.size())) != without_case(schema)) return std::nullopt;
    name.remove_prefix(schema.size());
    if (name.empty()) return name;
    if (!name.starts_with(':')) return std::nullopt;
    return name.substr(1);
}

std::optional<ScimTarget> scim_target(std::string_view path) {
    if (path.empty() || path.size() > path_max_bytes) return std::nullopt;
    if (within_scim_schema(scim_enterprise_schema, path)) {
        return ScimTarget{ScimAttribute::passed_over, {}};
    }
    if (const auto own = within_scim_schema(scim_hallpass_schema, path)) {
        const bool all = path.size() == scim_hallpass_schema.size();
        if (all) return ScimTarget{ScimAttribute::extension, {}};
        if (without_case(*own) == "scopes") return ScimTarget{ScimAttribute::scopes, {}};
        return std::nullopt;
    }
    const auto parts = take_apart(within_scim_schema(scim_user_schema, path).value_or(path));
    if (!parts) return std::nullopt;
    for (const auto name : names_passed_over) {
        if (parts->base == name) return ScimTarget{ScimAttribute::passed_over, {}};
    }
    if (parts->base == "emails") return values_target(ScimAttribute::emails, *parts);
    if (parts->base == "roles") return values_target(ScimAttribute::roles, *parts);
    if (parts->filtered) return std::nullopt;
    if (parts->base == "meta") return ScimTarget{ScimAttribute::read_only, {}};
    const auto name = parts->sub.empty() ? parts->base : parts->base + "." + parts->sub;
    for (const auto& [known, attribute] : known_names) {
        if (name == known) return ScimTarget{attribute, {}};
    }
    return std::nullopt;
}

}  // namespace hallpass::server
