#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hallpass/json.hpp"
#include "hallpass/permission.hpp"
#include "hallpass/result.hpp"
#include "hallpass/scope.hpp"

namespace hallpass::server {

/// How much less than their user somebody may do who came by a provider's token. It takes from what
/// the directory gives and never adds to it.
struct Confines {
    std::optional<std::vector<std::string>> roles;  ///< held where the user has them; nothing: all
    std::optional<ScopeSet> scopes;                 ///< carried by the token; nothing: all
    std::optional<std::string> tenant_id;           ///< whose people the token can be of

    bool any() const { return roles || scopes || tenant_id; }
    /// Whether that role of the user's is held. What everybody has is never lost.
    bool leaves_role(std::string_view role) const;
    /// Without the permissions that are scopes too and that the token does not carry.
    PermissionSet leaves(PermissionSet permissions) const;

    /// In letters that a cookie may hold; "" where nothing is confined.
    std::string text() const;
    /// @returns nothing where `text` gave no such text
    static std::optional<Confines> of_text(std::string_view text);
    friend bool operator==(const Confines&, const Confines&) = default;
};

/// Where a provider's tokens say what, and what that means here. As it is from the start, nothing
/// but who somebody is counts, and the role `service` of the claim `roles`.
struct ClaimMapping {
    std::string roles_claim, scopes_claim, tenant_claim;  ///< as find_claim has them; empty: none
    /// The provider's names for roles and ours; what is not among them counts for nothing. Empty:
    /// ours are used.
    std::vector<std::pair<std::string, std::string>> role_names;
    std::string tenant_id;  ///< whose people the provider knows; empty: everybody's
    bool services = true;   ///< whether its tokens may be services'

    /// A provider of one tenant knows its people alone: a service sees every tenant.
    bool bound() const { return !tenant_id.empty() || !tenant_claim.empty(); }
    /// Our role's names that the claims carry.
    std::vector<std::string> roles_in(json::Value claims) const;
    /// @errors UNAUTHORIZED where the claims do not name the tenant that they must
    Result<Confines> confines_in(json::Value claims) const;
    bool service_in(json::Value claims) const;
};

/// The claim of that name. One that begins with `/` is a JSON Pointer (RFC 6901); one with a `/` or
/// `:` further on is a URI, or of a namespace, and meant as it is; in any other each dot leads into
/// an object. The name alone decides, never the token.
json::Value find_claim(json::Value claims, std::string_view name);

}  // namespace hallpass::server
