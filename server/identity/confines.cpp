#include "identity/confines.hpp"

#include <algorithm>

#include "hallpass/ids.hpp"
#include "hallpass/token.hpp"
#include "identity/identity.hpp"
#include "split.hpp"

namespace hallpass::server {
namespace {

Error no_tenant() {
    return make_error(ErrorCode::UNAUTHORIZED,
                      "the bearer token is not for a tenant that its issuer may speak for");
}

/// RFC 6901: `~1` stands for `/`, `~0` for `~`.
std::string unescaped(std::string_view step) {
    std::string name;
    for (std::size_t i = 0; i < step.size(); ++i) {
        const auto two = step.substr(i, 2);
        const bool escaped = two == "~1" || two == "~0";
        name += escaped ? (two == "~1" ? '/' : '~') : step[i];
        if (escaped) ++i;
    }
    return name;
}

/// The texts of an array, or the one text.
std::vector<std::string_view> texts_of(json::Value value) {
    std::vector<std::string_view> texts;
    if (const auto text = value.string()) texts.push_back(*text);
    for (auto each = value.is_array() ? value.first() : json::Value{}; each; each = each.next()) {
        if (const auto text = each.string()) texts.push_back(*text);
    }
    return texts;
}

/// What of it is a scope here; `openid` and its like are none. Too many are as good as none.
ScopeSet scopes_of(json::Value claim) {
    std::vector<std::string_view> scopes;
    for (const auto text : texts_of(claim)) {
        for (const auto word : words_of(text)) {
            if (ScopeSet::parse(word, "scope")) scopes.push_back(word);
        }
    }
    auto set = ScopeSet::from_list(scopes, "scope");
    return set ? *std::move(set) : ScopeSet{};
}

bool named_among(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

json::Value find_claim(json::Value claims, std::string_view name) {
    const bool pointer = name.starts_with('/');
    if (!pointer && name.find_first_of("/:") != std::string_view::npos) return claims.find(name);
    if (pointer) name.remove_prefix(1);
    auto found = claims;
    for (bool more = true; more && found;) {
        const auto end = name.find(pointer ? '/' : '.');
        const auto step = name.substr(0, end);
        more = end != std::string_view::npos;
        if (more) name.remove_prefix(end + 1);
        found = pointer ? found.find(unescaped(step)) : found.find(step);
    }
    return found;
}

bool Confines::leaves_role(std::string_view role) const {
    return !roles || role == role_user || named_among(*roles, role);
}

PermissionSet Confines::leaves(PermissionSet permissions) const {
    if (!scopes) return permissions;
    auto bits = permissions.bits();
    for (const auto each : {Permission::support_access_create, Permission::support_access_read,
                            Permission::support_access_end}) {
        if (!scopes->view().contains(to_string(each))) bits &= ~PermissionSet{}.with(each).bits();
    }
    return PermissionSet::of_bits(bits);
}

std::string Confines::text() const {
    if (!any()) return {};
    json::Writer writer;
    writer.begin_object();
    if (roles) {
        writer.key("roles").begin_array();
        for (const auto& role : *roles) writer.string(role);
        writer.end_array();
    }
    if (scopes) writer.member("scopes", scopes->text());
    if (tenant_id) writer.member("tenant", *tenant_id);
    return base64url_encode(writer.end_object().text());
}

std::optional<Confines> Confines::of_text(std::string_view text) {
    const auto decoded = base64url_decode(text);
    const auto document = json::Document::parse(decoded.value_or(""));
    if (!document || !document->root().is_object()) return std::nullopt;
    Confines confines;
    if (const auto roles = document->root().find("roles")) {
        confines.roles.emplace();
        for (const auto role : texts_of(roles)) confines.roles->emplace_back(role);
    }
    if (const auto scopes = document->root().find("scopes").string()) {
        confines.scopes = ScopeSet::trusted(std::string{*scopes});
    }
    if (const auto tenant = document->root().find("tenant").string()) {
        confines.tenant_id = std::string{*tenant};
    }
    return confines;
}

std::vector<std::string> ClaimMapping::roles_in(json::Value claims) const {
    std::vector<std::string> roles;
    for (const auto name : texts_of(find_claim(claims, roles_claim))) {
        if (role_names.empty()) roles.emplace_back(name);
        for (const auto& [theirs, ours] : role_names) {
            if (theirs == name && !named_among(roles, ours)) roles.push_back(ours);
        }
    }
    return roles;
}

Result<Confines> ClaimMapping::confines_in(json::Value claims) const {
    Confines confines;
    if (!roles_claim.empty()) confines.roles = roles_in(claims);
    if (!scopes_claim.empty()) confines.scopes = scopes_of(find_claim(claims, scopes_claim));
    if (!tenant_id.empty()) confines.tenant_id = tenant_id;
    if (!tenant_claim.empty()) {
        const auto named = texts_of(find_claim(claims, tenant_claim));
        if (named.size() != 1 || !is_valid_id(named.front())) return no_tenant();
        if (confines.tenant_id && *confines.tenant_id != named.front()) return no_tenant();
        confines.tenant_id = std::string{named.front()};
    }
    return confines;
}

bool ClaimMapping::service_in(json::Value claims) const {
    if (!services || bound()) return false;
    if (!roles_claim.empty()) return named_among(roles_in(claims), role_service);
    const auto roles = claims.find("roles");
    for (auto role = roles.is_array() ? roles.first() : json::Value{}; role; role = role.next()) {
        if (role.string() == role_service) return true;
    }
    return false;
}

}  // namespace hallpass::server
