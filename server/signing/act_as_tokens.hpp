#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "hallpass/policy.hpp"
#include "hallpass/verify.hpp"
#include "known_texts.hpp"
#include "signing/live_keys.hpp"
#include "signing/status_places.hpp"
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
    ActAsTokens(const LiveKeys& keys, Names names) : keys_(keys), names_(std::move(names)) {}

    struct Issued {
        TokenRow row;
        /// The token, which is kept nowhere; to be called once, on any thread. Where the key may
        /// fail it is signed already; with others that is left to who hands it over.
        std::function<std::string()> text;
    };
    /// Makes a token for the session and stores the hash of what is signed, in the session's own
    /// transaction. (The signature is no part of the hash: ECDSA gives another one each time.)
    /// @throws KeyFault where the key cannot sign
    Issued issue(Transaction& transaction, const SessionRow& session,
                 std::string_view tenant_claim) const;
    /// Marks every token of the session as revoked.
    static void revoke(Transaction& transaction, const std::string& session_id);

    /// The token's text: the same claims, signed by the same key, so the very same token (with
    /// ES256 in another spelling of its signature).
    /// @returns nothing where the key was retired or the claims would differ from what was issued
    /// @throws KeyFault where the key cannot sign
    std::optional<std::string> text_of(const TokenRow& token, const SessionRow& session,
                                       std::string_view tenant_claim) const;
    /// The one-time hand-over code of a session: derived from a secret of the key file, never
    /// stored, the same whichever key signs.
    std::string hand_over_code(const std::string& session_id) const;

    /// A token whose form and signature hold.
    struct Signed {
        SignedToken token;
        std::string id, session_id, subject_id, agent_id;
    };
    using Checked = Result<std::shared_ptr<const Signed>>;
    /// One that held is remembered by its whole text for as long as the keys stay the same; nothing
    /// that changes with time is.
    /// @errors TOKEN_MALFORMED, TOKEN_SIGNATURE_INVALID, TOKEN_CLAIM_INVALID
    Checked check_signature(std::string_view token) const;
    /// Remembers why this text is no token of ours: of texts that somebody else vouches for, so
    /// that nobody fills the memory with others.
    void remember_foreign(std::string_view token) const;
    /// Claims and times of a token whose signature holds, as the edge checks them.
    Result<LiveSession> check_claims(const SignedToken& token, Instant now) const;

    const Names& names() const { return names_; }

  private:
    struct Known {
        std::weak_ptr<const KeyRing> ring;  // what it was checked with; keeps no key alive
        Checked checked;
    };
    Checked check_anew(std::string_view token, const KeyRing& ring) const;
    std::string input_of(const TokenRow& token, const SessionRow& session,
                         std::string_view tenant_claim, const SigningKey& key) const;
    const LiveKeys& keys_;
    Names names_;
    mutable KnownTexts<Known> known_;
    mutable StatusPlaces places_;
};

}  // namespace hallpass::server
