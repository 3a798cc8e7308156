#pragma once

#include <string>
#include <string_view>

#include "signing/openssl.hpp"

namespace hallpass::server {

/// A P-256 key for ES256 (RFC 7518 section 3.4): signatures are R and S, 32 bytes each.
class Es256Key {
  public:
    /// A new pair from OpenSSL's generator.
    static Es256Key generate();
    /// @param point 65 bytes: 0x04 X Y (SEC 1)
    /// @throws std::runtime_error where it is not on the curve
    static Es256Key from_point(std::string_view point);
    /// @param scalar the 32 bytes of the private key
    /// @throws std::runtime_error where the two do not belong together
    static Es256Key from_pair(std::string_view point, std::string_view scalar);

    const std::string& point() const { return point_; }
    /// The private key, 32 bytes. @pre made by `generate` or `from_pair`
    std::string scalar() const;
    /// @pre made by `generate` or `from_pair`
    std::string sign(std::string_view message) const;
    bool verify(std::string_view message, std::string_view signature) const;

  private:
    explicit Es256Key(Owned<EVP_PKEY> key);
    Owned<EVP_PKEY> key_;
    std::string point_;
};

/// A key of that kind ("EC", "RSA") from its parameters, its public part checked (SP 800-56A).
/// @throws std::runtime_error where OpenSSL finds it not valid
Owned<EVP_PKEY> checked_key(const char* kind, OSSL_PARAM_BLD* parameters, int selection);

}  // namespace hallpass::server
