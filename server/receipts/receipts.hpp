#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/origin.hpp"
#include "hallpass/audit.hpp"
#include "hallpass/result.hpp"
#include "receipts/receipt_row.hpp"
#include "receipts/shown_wording.hpp"
#include "signing/live_keys.hpp"
#include "store/rows.hpp"
#include "store/transaction.hpp"

namespace hallpass::server {

/// The `typ` of a consent receipt (RFC 8725 section 3.11); nothing else here has it.
inline constexpr std::string_view receipt_type = "consent-receipt+jwt";

/// Gives users signed receipts of what they consented to: a JWS (EdDSA) whose members are named
/// after ISO/IEC TS 27560 and the W3C's Data Privacy Vocabulary (docs/protocol.md).
class Receipts {
  public:
    /// @param issuer `iss`
    /// @param manage_url where consent is withdrawn
    Receipts(const LiveKeys& keys, std::string issuer, std::string manage_url)
        : keys_(keys), issuer_(std::move(issuer)), manage_url_(std::move(manage_url)) {}

    /// Whether a change of a grant is one that its user has a receipt of: consent was given,
    /// amended or ended.
    static bool due(const GrantRow& grant, AuditEvent event);

    /// Signs and stores the receipt of a change, in the change's own transaction.
    /// @param grant as the change left it
    /// @returns metadata for the record's entry: the receipt's id and SHA-256
    /// @errors VALIDATION_ERROR, shown.text: with it the receipt is longer than a token may be
    Result<std::string> give(Transaction& transaction, const GrantRow& grant, AuditEvent event,
                             const Origin& origin, const std::optional<ShownWording>& shown) const;

    /// Every key that ever signed a receipt here, and the one that signs now, as a JWKS.
    std::string published(Connection& store) const;

  private:
    std::string claims_of(Connection& store, const ReceiptRow& receipt, const GrantRow& grant,
                          const Origin& origin, const std::optional<ShownWording>& shown) const;
    const LiveKeys& keys_;
    std::string issuer_, manage_url_;
};

}  // namespace hallpass::server
