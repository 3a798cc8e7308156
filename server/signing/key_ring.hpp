#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hallpass/token.hpp"
#include "hallpass/verify.hpp"

namespace hallpass::server {

/// A private key that signs act-as tokens and status lists.
class SigningKey {
  public:
    /// A new Ed25519 key from the operating system's generator.
    static SigningKey generate();
    /// @param seed the 32 bytes of RFC 8032 section 5.1.5
    /// @throws std::runtime_error where the seed has another length
    static SigningKey from_seed(const std::string& seed);

    Algorithm algorithm() const { return Algorithm::EdDSA; }
    /// RFC 7638 thumbprint, SHA-256, base64url.
    const std::string& key_id() const { return key_id_; }
    std::string sign(std::string_view message) const;
    /// The public key as a JWK (RFC 8037 section 2).
    std::string public_jwk() const;
    /// As kept in the key file, private part included.
    std::string private_jwk() const;
    /// A secret of this key for another purpose, the same each time (HMAC-SHA-256 of `label`).
    std::string derived_secret(std::string_view label) const;

  private:
    std::string seed_, secret_key_, public_key_, key_id_;
};

/// The keys of a key file: the first signs, all verify.
class KeyRing {
  public:
    /// Reads the file, or makes it (mode 0600) with one new key where it does not exist.
    /// @throws std::runtime_error where it is unreadable, malformed or open to others
    static KeyRing open(const std::string& file);

    const SigningKey& active() const { return keys_.front(); }
    /// nullptr where it is not known (any more).
    const SigningKey* find(std::string_view key_id) const;
    const std::vector<SigningKey>& keys() const { return keys_; }
    /// RFC 7517 section 5.
    std::string jwks_json() const;
    const KeySet& verification_keys() const { return verification_keys_; }

    /// Adds a new key that signs from now on; the earlier ones go on verifying.
    void rotate();
    /// @throws std::runtime_error
    void save(const std::string& file) const;

  private:
    explicit KeyRing(std::vector<SigningKey> keys);
    std::vector<SigningKey> keys_;
    KeySet verification_keys_;
};

}  // namespace hallpass::server
