#include "identity/identity.hpp"

#include "access/directory.hpp"
#include "ascii.hpp"
#include "digest.hpp"
#include "http/request.hpp"
#include "identity/bearer.hpp"
#include "identity/login.hpp"
#include "identity/provisioners.hpp"
#include "signing/act_as_tokens.hpp"

namespace hallpass::server {
namespace {

Error sign_in_again() {
    return make_error(ErrorCode::UNAUTHORIZED, "your login is over; sign in again");
}

constexpr std::size_t user_agent_max = 256;

/// What follows "Bearer "; nothing where it is another scheme.
std::optional<std::string_view> bearer_of(std::string_view authorization) {
    constexpr std::string_view scheme = "bearer ";
    if (without_case(authorization.substr(0, scheme.size())) != scheme) return std::nullopt;
    return authorization.substr(scheme.size());
}

Error not_a_bearer() {
    return make_error(ErrorCode::UNAUTHORIZED, "use Authorization: Bearer and a token");
}

/// What the cookie says is believed now that the whole of it was found: this server wrote it.
Result<Done> take_up_confines(Credential& credential) {
    if (credential.login_confines.empty()) return Done{};
    auto confines = Confines::of_text(credential.login_confines);
    if (!confines) return sign_in_again();
    credential.confines = *std::move(confines);
    return Done{};
}

/// Whether the user is of that tenant and of no other. A provider that speaks for one tenant must
/// not bring those whose reach is larger: whatever they may do elsewhere, it could do.
bool only_of(Connection& store, const std::optional<UserRow>& user, const std::string& tenant_id) {
    if (!user || user->all_tenants || !works_for(store, *user, tenant_id)) return false;
    return store.number(
               "SELECT COUNT(*) FROM memberships WHERE user_id = :user AND tenant_id <> :tenant",
               {{"user", user->id}, {"tenant", tenant_id}}) == 0;
}

PermissionSet confined_permissions(const UserRow& user, const Roles& roles,
                                   const Confines& confines) {
    auto held = roles_of(user);
    std::erase_if(held, [&](std::string_view role) { return !confines.leaves_role(role); });
    return confines.leaves(roles.permissions_of(held));
}

}  // namespace

Result<Credential> credential_of(const Request& request, const Issuers& issuers,
                                 const ActAsTokens& tokens, Instant now) {
    Credential credential;
    if (const auto authorization = request.header("Authorization"); !authorization.empty()) {
        const auto given = bearer_of(authorization);
        if (!given) return not_a_bearer();
        const auto token = *given;
        // Our own keys sign act-as tokens; everything else must come from a configured provider.
        const auto ours = tokens.check_signature(token);
        if (ours) {
            credential.kind = Credential::Kind::act_as;
            credential.user_id = (*ours)->agent_id;
            credential.token_id = (*ours)->id;
            credential.session_id = (*ours)->session_id;
            credential.acting_as = true;
            return credential;
        }
        const auto claims = issuers.verify(token, now);
        if (!claims) return claims.error();
        tokens.remember_foreign(token);
        credential.kind = Credential::Kind::bearer;
        credential.user_id = claims->user_id;
        credential.confines = claims->confines;
        credential.service = claims->service;
        credential.acting_as = claims->acting_as;
        credential.expires_at = claims->expires_at;
        return credential;
    }
    if (const auto secret = login_cookie(request)) {
        credential.kind = Credential::Kind::login;
        credential.login_sha256 = sha256_text(*secret);
        credential.login_confines = confines_of_cookie(*secret);
    }
    return credential;
}

Result<Credential> provisioning_credential(const Request& request,
                                           const Provisioners& provisioners) {
    Credential credential;
    const auto authorization = request.header("Authorization");
    if (authorization.empty()) return credential;
    const auto token = bearer_of(authorization);
    if (!token) return not_a_bearer();
    credential.provisioner = provisioners.find(*token);
    if (credential.provisioner == nullptr) {
        return make_error(ErrorCode::UNAUTHORIZED, "the provisioning token is not accepted");
    }
    credential.kind = Credential::Kind::provisioner;
    return credential;
}

Caller Identity::caller() const { return {permissions, banned, credential.acting_as}; }

Origin Identity::origin(const Request& request) const {
    Origin origin;
    if (!credential.user_id.empty()) origin.actor_id = credential.user_id;
    if (credential.provisioner != nullptr) origin.actor_id = credential.provisioner->actor_id();
    origin.ip = request.client_address;
    origin.user_agent = printable(request.header("User-Agent"), user_agent_max);
    return origin;
}

Result<Identity> identify(Connection& store, Credential credential, const Roles& roles,
                          Instant now) {
    Identity identity;
    if (credential.kind == Credential::Kind::login) {
        identity.login = store.find<LoginRow>("WHERE secret_sha256 = :secret",
                                              {{"secret", credential.login_sha256}});
        if (!identity.login || now >= from_unix_ms(identity.login->expires_at_unix_ms)) {
            return sign_in_again();
        }
        credential.user_id = identity.login->user_id;
        if (auto confined = take_up_confines(credential); !confined) return confined.error();
    }
    if (credential.kind == Credential::Kind::act_as) {
        const auto token = store.find<TokenRow>("WHERE id = :id", {{"id", credential.token_id}});
        if (token && token->session_id == credential.session_id) {
            identity.token_superseded = token->revoked_at_unix_ms.has_value();
            identity.acting =
                store.find<SessionRow>("WHERE id = :id", {{"id", credential.session_id}});
        }
        if (!identity.acting)
            return make_error(ErrorCode::TOKEN_REVOKED, "this token is not known");
    }
    if (!credential.user_id.empty()) identity.user = find_user(store, credential.user_id);
    const auto& confines = credential.confines;
    if (confines.tenant_id && !only_of(store, identity.user, *confines.tenant_id)) {
        return make_error(ErrorCode::UNAUTHORIZED, "your account is not known here");
    }
    if (identity.user) {
        identity.banned = banned_at(*identity.user, now);
        identity.permissions = confined_permissions(*identity.user, roles, confines);
        // Only staff serve every tenant, and who does not come as staff is none now.
        if (confines.any() && !is_staff(identity.permissions)) identity.user->all_tenants = false;
    } else {
        identity.service = credential.service;
    }
    identity.credential = std::move(credential);
    return identity;
}

}  // namespace hallpass::server
