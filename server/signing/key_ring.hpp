#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hallpass/time.hpp"
#include "hallpass/verify.hpp"
#include "signing/signing_key.hpp"

namespace hallpass::server {

/// What a key is for, as the key file spells it.
// clang-format off
#define HALLPASS_KEY_USES(X) X(waiting) X(signing) X(superseded)
// clang-format on
enum class KeyUse : std::uint8_t {
#define HALLPASS_X(use) use,
    HALLPASS_KEY_USES(HALLPASS_X)
#undef HALLPASS_X
};
std::string_view to_string(KeyUse use);
std::optional<KeyUse> parse_key_use(std::string_view text);

/// A key and its place in time: published and waiting, then signing, then verifying what it signed.
struct HeldKey {
    std::shared_ptr<const SigningKey> key;
    KeyUse use = KeyUse::waiting;
    Instant created_at{};
    std::optional<Instant> superseded_at;
};

/// The keys of a key file as they are at one moment. One signs, all verify. Never changes: each
/// change gives another ring.
class KeyRing {
  public:
    static constexpr std::size_t secret_bytes = 32;

    /// @param secret what `derived_secret` derives from; `secret_bytes` of it
    /// @param receipt_secret what the key of receipts derives from; empty: `secret`
    /// @throws KeyFault file_malformed: not exactly one key that signs; key_exists: one twice
    KeyRing(std::vector<HeldKey> keys, std::string secret, std::string receipt_secret = {});
    /// One new EdDSA key, and it signs.
    static KeyRing fresh(Instant now);

    const SigningKey& active() const { return *active_; }
    /// nullptr where it is not known (any more).
    const SigningKey* find(std::string_view key_id) const;
    const std::vector<HeldKey>& keys() const { return keys_; }
    const KeySet& verification_keys() const { return verification_keys_; }
    const std::string& secret() const { return secret_; }
    /// Signs consent receipts and nothing else, always EdDSA. It is none of `keys`: whoever
    /// verifies act-as tokens never holds it.
    const SigningKey& receipt_key() const { return *receipt_key_; }
    const std::string& receipt_secret() const { return receipt_secret_; }
    /// A secret for another purpose, the same each time and for each key (HMAC-SHA-256 of `label`).
    std::string derived_secret(std::string_view label) const;

    /// With one key more, published from now on, that does not sign yet.
    /// @throws KeyFault key_exists
    KeyRing with(std::shared_ptr<const SigningKey> key, Instant now) const;
    /// With that key signing, and the one that signed before verifying what it signed.
    /// @throws KeyFault key_unknown; key_signs where it does already
    KeyRing signing_with(std::string_view key_id, Instant now) const;
    /// @throws KeyFault key_unknown; key_signs: another key must sign first
    KeyRing without(std::string_view key_id) const;
    /// With another key for receipts, from now on.
    KeyRing with_new_receipt_key() const;

  private:
    std::vector<HeldKey> keys_;
    std::string secret_, receipt_secret_;
    std::shared_ptr<const SigningKey> receipt_key_;
    const SigningKey* active_ = nullptr;
    KeySet verification_keys_;
};

/// A JSON Web Key Set (RFC 7517 section 5) of these keys as they are: secrets too.
std::string verification_jwks(const std::vector<HeldKey>& keys);

}  // namespace hallpass::server
