#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "hallpass/json.hpp"

namespace hallpass::server {

/// A key of a configured identity provider. The key decides the algorithm, never the token.
class IssuerKey {
  public:
    virtual ~IssuerKey() = default;
    virtual bool verify(std::string_view message, std::string_view signature) const = 0;
    const std::string& key_id() const { return key_id_; }
    const std::string& algorithm() const { return algorithm_; }

    /// @throws std::runtime_error where the secret is shorter than 32 bytes
    static std::unique_ptr<IssuerKey> hs256(const std::string& secret);
    /// RS256 (2048 bits or more), ES256 or EdDSA from a JWK; nullptr for kinds and uses that are
    /// not for verifying (RFC 7517 section 5).
    /// @throws std::runtime_error for one that should be usable and is broken
    static std::unique_ptr<IssuerKey> from_jwk(json::Value jwk);

  protected:
    IssuerKey(std::string algorithm, std::string key_id)
        : algorithm_(std::move(algorithm)), key_id_(std::move(key_id)) {}

  private:
    std::string algorithm_, key_id_;
};

}  // namespace hallpass::server
