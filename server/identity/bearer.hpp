#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hallpass/json.hpp"
#include "hallpass/result.hpp"
#include "hallpass/time.hpp"
#include "identity/confines.hpp"
#include "identity/issuer_keys.hpp"
#include "known_texts.hpp"

namespace hallpass::server {

/// A configured identity provider, as told on the command line.
struct IssuerSettings {
    std::string issuer, audience;
    std::string secret_file, jwks_file;  ///< exactly one of them, or `jwks_url`
    std::string jwks_url{};
    ClaimMapping claims{};

    /// `issuer=…,audience=…,secret=FILE` or `…,jwks=FILE` or `…,jwks=https://…`, and what its
    /// claims mean:
    /// `roles-claim=…,role.THEIRS=OURS,scopes-claim=…,tenant-claim=…,tenant=…,services=off`.
    /// @throws std::runtime_error where a part is missing or not known
    static IssuerSettings parse(const std::string& text);
};

/// @throws std::runtime_error where a provider's role is to mean one that there is not
void refuse_unknown_roles(const std::vector<IssuerSettings>& issuers, const Roles& roles);

/// What a valid bearer token says about its holder.
struct BearerClaims {
    std::string user_id;
    Confines confines;
    bool service = false;    ///< it is a service's, where no user has that id
    Instant expires_at;      ///< first millisecond at which it no longer holds
    bool acting_as = false;  ///< the provider itself says that somebody acts for somebody else
};

/// The identity providers whose tokens are accepted (RFC 7519, RFC 8725).
class Issuers {
  public:
    /// @throws std::runtime_error where a key file is missing or broken, or a URL is refused
    Issuers(const std::vector<IssuerSettings>& settings, const Clock& clock);

    /// Signature first, then `iss`, `aud`, `exp`, `nbf`, `iat`, `sub`. A signature that held is
    /// remembered with the token's whole text for as long as the issuer's keys stay the same; its
    /// claims are judged each time.
    /// @errors UNAUTHORIZED; KEYS_UNAVAILABLE while the issuer's keys cannot be had, or are being
    ///         asked for because the token names one that is not known
    Result<BearerClaims> verify(std::string_view token, Instant now) const;
    /// Reads the providers' key files anew. What cannot be used changes nothing.
    void follow_files();

  private:
    struct Issuer {
        std::string issuer, audience;
        ClaimMapping claims;
        std::unique_ptr<FileKeys> file;      ///< or, where there is none:
        std::unique_ptr<RemoteKeys> remote;  ///< of a URL
    };
    struct Known {
        const Issuer* issuer;
        std::weak_ptr<const IssuerKeys> keys;  // what it was checked with; keeps no key alive
        std::shared_ptr<const json::Document> payload;
    };
    static std::shared_ptr<const IssuerKeys> keys_of(const Issuer& issuer);
    std::vector<Issuer> issuers_;
    mutable KnownTexts<Known> known_;
};

}  // namespace hallpass::server
