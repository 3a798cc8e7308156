#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hallpass/policy.hpp"
#include "hallpass/verify.hpp"
#include "signing/key_ring.hpp"
#include "store/rows.hpp"
#include "store/transaction.hpp"

namespace hallpass::server {

/// Issues act-as tokens, signs the same claims again where a token is handed over later, and checks
/// tokens that come back.
class ActAsTokens {
  public:
    struct Names {
        std::string issuer, audience;
        std::string status_base;  ///< a list's uri is this and its number
    };
    ActAsTokens(const KeyRing& keys, Names names) : keys_(keys), names_(std::move(names)) {}

    struct Issued {
        TokenRow row;
        std::string text;  ///< kept nowhere
    };
    /// Signs a token for the session and stores its hash, in the session's own transaction.
    Issued issue(Transaction& transaction, const SessionRow& session,
                 std::string_view tenant_claim) const;
    /// Marks every token of the session as revoked.
    static void revoke(Transaction& transaction, const std::string& session_id);

    /// The token's text: the same claims, signed by the same key, so the very same token.
    /// @returns nothing where the key was retired or the text would differ from what was issued
    std::optional<std::string> text_of(const TokenRow& token, const SessionRow& session,
                                       std::string_view tenant_claim) const;
    /// The one-time hand-over code of a token's session: a secret of the key, never stored.
    std::optional<std::string> hand_over_code(const TokenRow& token) const;
    std::string hand_over_code(const SigningKey& key, const std::string& session_id) const;

    /// A token whose form and signature hold.
    struct Signed {
        SignedToken token;
        std::string id, session_id, subject_id, agent_id;
    };
    /// @errors TOKEN_MALFORMED, TOKEN_SIGNATURE_INVALID, TOKEN_CLAIM_INVALID
    Result<Signed> check_signature(std::string_view token) const;
    /// Claims and times of a token whose signature holds, as the edge checks them.
    Result<LiveSession> check_claims(const SignedToken& token, Instant now) const;

    const KeyRing& keys() const { return keys_; }
    const Names& names() const { return names_; }

  private:
    std::string sign(const TokenRow& token, const SessionRow& session,
                     std::string_view tenant_claim, const SigningKey& key) const;
    const KeyRing& keys_;
    Names names_;
};

}  // namespace hallpass::server
