#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hallpass/ids.hpp"
#include "hallpass/scope.hpp"
#include "hallpass/time.hpp"

namespace hallpass {

/// The algorithms of act-as tokens (RFC 7518 section 3.1, RFC 8037 section 3.1).
#define HALLPASS_ALGORITHMS(X) X(EdDSA) X(ES256) X(HS256)
enum class Algorithm : std::uint8_t {
#define HALLPASS_X(algorithm) algorithm,
    HALLPASS_ALGORITHMS(HALLPASS_X)
#undef HALLPASS_X
};
std::string_view to_string(Algorithm algorithm);
std::optional<Algorithm> parse_algorithm(std::string_view text);

/// Base64url without padding (RFC 4648 section 5, RFC 7515 section 2).
std::string base64url_encode(std::string_view bytes);
/// Strict: no padding, no white space, no stray trailing bits. Nothing where it is not canonical.
std::optional<std::string> base64url_decode(std::string_view text);

/// The claims of an act-as token to be issued (contract, section 7).
struct ActAsClaims {
    std::string issuer;
    std::string audience;
    SubjectId subject;
    AgentId agent;
    SessionId session;
    TokenId token;
    Instant issued_at;              ///< whole second
    Instant expires_at;             ///< whole second
    std::string_view tenant_claim;  ///< "tenantId" or "lawFirmId", from the policy
    TenantId tenant;
    ScopeSet scopes;
    std::optional<GrantId> grant;
    struct StatusReference {  ///< Token Status List (draft-ietf-oauth-status-list) section 6
        std::uint64_t index;
        std::string uri;
    };
    std::optional<StatusReference> status;
};

/// The first two parts of a JWS, joined by a dot: what a signature is made over (RFC 7515
/// section 5.1).
/// @param key_id the header's `kid`; left out where it is empty
/// @param type the header's `typ`, "at+jwt" by default
std::string signing_input(const ActAsClaims& claims, Algorithm algorithm, std::string_view key_id,
                          std::string_view type = "at+jwt");
/// The finished token.
std::string with_signature(std::string signing_input, std::string_view signature_bytes);

}  // namespace hallpass
