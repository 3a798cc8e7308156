#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/origin.hpp"
#include "hallpass/permission.hpp"
#include "hallpass/time.hpp"
#include "identity/confines.hpp"
#include "store/connection.hpp"
#include "store/rows.hpp"

namespace hallpass::server {

class ActAsTokens;
class Issuers;
class Provisioners;
struct Provisioner;
struct Request;

/// The role of a token that makes a caller a service: not a person, may report events.
inline constexpr std::string_view role_service = "service";

/// What a request presented, with the cryptography done and nothing looked up yet.
struct Credential {
    enum class Kind { none, bearer, login, act_as, provisioner };
    Kind kind = Kind::none;
    std::string user_id;                ///< bearer: `sub`; act_as: the agent
    Confines confines;                  ///< bearer; login: once it was looked up
    bool service = false;               ///< bearer: a service's, where no user has that id
    bool acting_as = false;             ///< the bearer itself is for acting as somebody
    std::string login_sha256;           ///< login
    std::string login_confines;         ///< login: as its cookie says, not to be believed before
                                        ///< the cookie was looked up
    std::string token_id, session_id;   ///< act_as
    std::optional<Instant> expires_at;  ///< bearer
    const Provisioner* provisioner = nullptr;
};

/// Reads `Authorization` or the login cookie.
/// @errors UNAUTHORIZED for a bearer that does not hold; no credential at all is none, not an error
Result<Credential> credential_of(const Request& request, const Issuers& issuers,
                                 const ActAsTokens& tokens, Instant now);

/// The provisioning token of `Authorization`; no other credential is looked at.
/// @errors UNAUTHORIZED for one that does not hold; none at all is none, not an error
Result<Credential> provisioning_credential(const Request& request,
                                           const Provisioners& provisioners);

/// The caller as the directory knows them at this moment.
struct Identity {
    Credential credential;
    std::optional<UserRow> user;  ///< nothing: not in the directory (a service, or nobody)
    PermissionSet permissions;
    bool banned = false;
    bool service = false;
    std::optional<SessionRow> acting;  ///< with an act-as token: its session, live or not
    bool token_superseded = false;     ///< the act-as token itself was revoked or replaced
    std::optional<LoginRow> login;     ///< with a cookie

    bool known() const { return user.has_value(); }
    const std::string& user_id() const { return credential.user_id; }
    /// Whose Idempotency-Keys those of this caller are: somebody who acts for another has their
    /// own, so that no act-as token is answered with what its agent was told.
    std::string key_owner() const {
        // No id begins with a space.
        return credential.acting_as ? " " + credential.session_id + " " + user_id() : user_id();
    }
    bool admin() const { return permissions.has(Permission::support_access_end); }
    bool agent() const { return permissions.has(Permission::support_access_create); }
    Caller caller() const;
    Origin origin(const Request& request) const;
};

/// Looks the caller up.
/// @errors UNAUTHORIZED where the login is over, the act-as token is not one of ours, or the
///         provider speaks for one tenant and the user is of another one too
Result<Identity> identify(Connection& store, Credential credential, const Roles& roles,
                          Instant now);

}  // namespace hallpass::server
