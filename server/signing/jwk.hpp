#pragma once

#include <string>
#include <string_view>

#include "hallpass/json.hpp"

namespace hallpass::server {

/// An octet sequence of an Ed25519 or P-256 key: each coordinate has 32.
inline constexpr std::size_t coordinate_bytes = 32;

/// The decoded bytes of a base64url member.
/// @throws KeyFault key_malformed where it is not there or has another length (0: any)
std::string jwk_bytes(json::Value jwk, std::string_view name, std::size_t size);
/// 0x04 X Y of an EC key. @throws KeyFault key_malformed
std::string es256_point(json::Value jwk);

/// The members that make the thumbprint, in byte order (RFC 7638 section 3.2, RFC 8037 section 2).
std::string eddsa_identity(std::string_view public_key);
std::string es256_identity(std::string_view point);
std::string hs256_identity(std::string_view secret);

/// RFC 8032, by libsodium, which refuses keys of small order and values of S that are not reduced.
bool eddsa_holds(std::string_view public_key, std::string_view message, std::string_view signature);

}  // namespace hallpass::server
