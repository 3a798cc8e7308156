#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "signing/openssl.hpp"

namespace hallpass::server {

/// HMAC-SHA-256 (RFC 2104) under one secret, whose key schedule is computed once. For any thread.
class HmacSha256 {
  public:
    /// @throws std::runtime_error where OpenSSL refuses
    explicit HmacSha256(std::string_view secret);
    /// @returns 32 raw bytes
    std::string operator()(std::string_view message) const;
    /// Compares in constant time.
    bool verify(std::string_view message, std::string_view mac) const;

  private:
    mutable std::mutex mutex_;
    Owned<EVP_MAC_CTX> context_;
};

}  // namespace hallpass::server
