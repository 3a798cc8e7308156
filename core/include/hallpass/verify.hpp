#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hallpass/ids.hpp"
#include "hallpass/json.hpp"
#include "hallpass/scope.hpp"
#include "hallpass/time.hpp"
#include "hallpass/token.hpp"

namespace hallpass {

/// A public (or shared) key that may verify act-as tokens. Only `KeySet::parse` makes one, so every
/// key was checked: length, canonical encoding, small order, `use`, `key_ops`, `alg`.
class VerificationKey {
  public:
    Algorithm algorithm() const { return algorithm_; }
    const std::string& key_id() const { return key_id_; }  ///< empty: the key has none
    /// EdDSA: 32 bytes (RFC 8032). ES256: 65 bytes, 0x04 X Y (SEC 1). HS256: the secret.
    const std::string& material() const { return material_; }

  private:
    friend class KeySet;
    VerificationKey() = default;
    Algorithm algorithm_{};
    std::string key_id_;
    std::string material_;
};

/// A JSON Web Key Set (RFC 7517). Keys of other kinds or uses are passed over, as section 5 asks;
/// a key that claims to be usable but is broken makes the whole set refused.
class KeySet {
  public:
    /// @errors VALIDATION_ERROR, field "keys[i].…": malformed, too_short, duplicate kid, …
    static Result<KeySet> parse(std::string_view jwks_json);
    const std::vector<VerificationKey>& keys() const { return keys_; }

  private:
    std::vector<VerificationKey> keys_;
};

/// A token whose form is right and about which nothing is known yet. Its claims cannot be read.
class UnverifiedToken {
  public:
    /// A header's text and what it says, for callers that hand it to each `parse`: a key's tokens
    /// have one in common. Good for one list of accepted types.
    class KnownHeader {
        friend class UnverifiedToken;
        Refusal read(std::string_view part, const std::vector<std::string>& accepted_types);

        std::string text_;
        std::string key_id_;
        Algorithm algorithm_{};
        bool type_accepted_ = false;
    };

    /// Checks form alone: three parts, canonical base64url, strict JSON objects, header rules
    /// (RFC 8725): `alg` and `kid`; no `crit`, `b64`, `jwk`, `jku`, `x5u`, `x5c`.
    /// @param accepted_types `typ` must be one of these, "" standing for none given; compared
    /// without
    ///        regard to ASCII case, with or without `application/` (RFC 7515 section 4.1.9). The
    ///        answer comes from `SignedToken::accept`: nothing is said before the signature holds.
    /// @param known the header of an earlier token, which need not be read again where this one's
    ///        text is the same; gets this one's
    /// @errors TOKEN_MALFORMED (malformed, too_long, duplicate_member, unsupported_header, …);
    ///         TOKEN_SIGNATURE_INVALID (algorithm) for an `alg` that is none of ours
    static Result<UnverifiedToken> parse(std::string_view token,
                                         const std::vector<std::string>& accepted_types,
                                         KnownHeader& known);
    static Result<UnverifiedToken> parse(std::string_view token,
                                         const std::vector<std::string>& accepted_types) {
        KnownHeader none;
        return parse(token, accepted_types, none);
    }

    /// Picks the one key that fits: by `kid`, and without one only if a single key has the
    /// algorithm. The key decides the algorithm.
    /// @errors TOKEN_SIGNATURE_INVALID: unknown_key, algorithm, encoding (wrong signature length)
    Result<const VerificationKey*> select_key(const KeySet& keys) const;

    std::string_view key_id() const { return key_id_; }
    std::string_view signing_input() const { return signing_input_; }
    std::string_view signature() const { return signature_; }  ///< decoded bytes

  private:
    friend class SignedToken;
    UnverifiedToken() = default;
    Algorithm algorithm_{};
    std::string key_id_;
    bool type_accepted_ = false;
    std::string signing_input_;
    std::string signature_;
    json::Document payload_;
};

/// What the caller's cryptography said about the signature.
enum class SignatureCheck : std::uint8_t { invalid, valid };

/// A token whose signature holds. Whether it is acceptable is still open.
class SignedToken {
  public:
    /// @param key the key that was picked by `select_key` and used for the check
    /// @errors TOKEN_SIGNATURE_INVALID; TOKEN_CLAIM_INVALID, field "typ" (not_one_of)
    static Result<SignedToken> accept(UnverifiedToken token, const VerificationKey& key,
                                      SignatureCheck check);

  private:
    friend struct ClaimReader;
    friend class LiveSession;
    explicit SignedToken(json::Document payload) : payload_(std::move(payload)) {}
    json::Document payload_;
};

/// What a verifier insists on.
struct VerifierRules {
    std::string issuer;
    std::string audience;
    std::chrono::seconds clock_skew{0};  ///< 0 to 60 s
};
/// @errors VALIDATION_ERROR: issuer, audience (required), clockSkewSeconds (out_of_range)
Result<Done> check_rules(const VerifierRules& rules);

/// A NumericDate (RFC 7519 section 2) without loss: whole seconds and the decimal fraction's
/// digits.
struct NumericDate {
    std::int64_t seconds = 0;
    std::string fraction;  ///< digits after the point, no trailing zeros
    /// Reads any finite JSON number from 0 to the year 9999, exponents included.
    static std::optional<NumericDate> parse(std::string_view json_number);
    friend std::strong_ordering operator<=>(const NumericDate&, const NumericDate&) = default;
    /// The first millisecond that is not before this date.
    Instant ceil_to_ms() const;
};

/// A session that a valid token carries, at the time it was checked. The only type that reaches a
/// handler. `check_again` repeats every check that depends on time, revocation or the route.
class LiveSession {
  public:
    /// Checks every claim (contract, section 7; RFC 7519 section 4.1, RFC 8693 section 4.1).
    /// @errors TOKEN_CLAIM_INVALID with the claim in `field`, TOKEN_EXPIRED (now >= exp),
    ///         TOKEN_NOT_YET_VALID (now < nbf; iat in the future beyond the leeway)
    static Result<LiveSession> check(const SignedToken& token, const VerifierRules& rules,
                                     Instant now);
    /// The part that must be repeated on every use.
    /// @errors TOKEN_EXPIRED, TOKEN_NOT_YET_VALID, INSUFFICIENT_SCOPE (offenders named)
    Result<Done> check_again(Instant now, ScopeView required_scopes) const;

    const SubjectId& subject() const { return subject_; }
    const AgentId& agent() const { return agent_; }
    const SessionId& session() const { return session_; }
    const std::optional<TokenId>& token() const { return token_; }
    const std::optional<GrantId>& grant() const { return grant_; }
    const ScopeSet& scopes() const { return scopes_; }
    /// The tenant and the name of the claim it came under.
    const std::optional<TenantId>& tenant() const { return tenant_; }
    std::string_view tenant_claim() const { return tenant_claim_; }
    Instant not_after() const { return not_after_; }  ///< first millisecond at which it is expired
    Instant not_before() const { return not_before_; }
    struct StatusReference {
        std::uint64_t index;
        std::string uri;
    };
    const std::optional<StatusReference>& status() const { return status_; }

  private:
    friend struct ClaimReader;
    LiveSession() = default;
    SubjectId subject_ = SubjectId::trusted({});
    AgentId agent_ = AgentId::trusted({});
    SessionId session_ = SessionId::trusted({});
    std::optional<TokenId> token_;
    std::optional<GrantId> grant_;
    std::optional<TenantId> tenant_;
    std::string tenant_claim_;
    ScopeSet scopes_;
    Instant not_after_{};
    Instant not_before_ = from_unix_ms(min_instant_unix_ms);
    std::optional<StatusReference> status_;
};

}  // namespace hallpass
