#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "hallpass/json.hpp"
#include "hallpass/token.hpp"
#include "signing/signing_command.hpp"

namespace hallpass::server {

/// A key that signs act-as tokens and status lists. Never RS256: that is for identity providers.
class SigningKey {
  public:
    virtual ~SigningKey() = default;
    SigningKey(const SigningKey&) = delete;
    SigningKey& operator=(const SigningKey&) = delete;

    Algorithm algorithm() const { return algorithm_; }
    /// RFC 7638 thumbprint, SHA-256, base64url.
    const std::string& key_id() const { return key_id_; }
    /// Whether the world may have what verifies its signatures. An HMAC secret is for those alone
    /// who were given it in a file.
    bool published() const { return algorithm_ != Algorithm::HS256; }

    /// Whether a signature takes more than this process, and may not be had.
    virtual bool may_fail() const { return false; }
    /// EdDSA: RFC 8032; ES256: R and S, 32 bytes each (RFC 7518 section 3.4); HS256: the MAC.
    /// @throws KeyFault command_failed
    virtual std::string sign(std::string_view message) const = 0;
    virtual bool verify(std::string_view message, std::string_view signature) const = 0;

    /// What verifies its signatures, as a JWK with `kid`, `alg` and `use`. For HS256 that is the
    /// secret itself.
    std::string verification_jwk() const;
    /// The members by which the key file keeps it, private part included.
    void write_kept(json::Writer& writer) const;

    /// A new key from the operating system's generator. Its `key_id` never begins with `-`.
    static std::shared_ptr<const SigningKey> generate(Algorithm algorithm);
    /// @throws KeyFault secret_too_short below 32 bytes (RFC 7518 section 3.2)
    static std::shared_ptr<const SigningKey> from_secret(const std::string& secret);
    /// The Ed25519 key of that seed (RFC 8032 section 5.1.5), 32 bytes.
    /// @throws KeyFault key_malformed
    static std::shared_ptr<const SigningKey> from_seed(const std::string& seed);
    /// A key that a command holds. Each of its signatures is checked before it is used.
    /// @param public_jwk EdDSA or ES256
    /// @throws KeyFault key_malformed, algorithm_refused
    static std::shared_ptr<const SigningKey> behind(json::Value public_jwk, SigningCommand command);
    /// As `write_kept` wrote it.
    /// @throws KeyFault key_malformed, algorithm_refused, secret_too_short
    static std::shared_ptr<const SigningKey> from_kept(json::Value jwk);

  protected:
    /// @param identity the JWK members that make the thumbprint, in byte order (RFC 7638 section
    ///        3.2, RFC 8037 section 2)
    SigningKey(Algorithm algorithm, std::string identity);
    /// What the file keeps beside the identity: `"d"`, or the command.
    virtual void write_private(json::Writer& writer) const = 0;

  private:
    Algorithm algorithm_;
    std::string identity_, key_id_;
};

}  // namespace hallpass::server
