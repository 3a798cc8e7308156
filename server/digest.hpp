#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace hallpass::server {

using Sha256Bytes = std::array<std::uint8_t, 32>;
/// SHA-256 (FIPS 180-4).
Sha256Bytes sha256_bytes(std::string_view bytes);
/// SHA-256, 32 raw bytes.
std::string sha256(std::string_view bytes);
/// SHA-256 in base64url: how secrets are stored.
std::string sha256_text(std::string_view bytes);
/// HMAC-SHA-256 (RFC 2104) with a key of any length, 32 raw bytes.
std::string hmac_sha256(std::string_view key, std::string_view message);
/// Compares without telling by its duration where two texts of equal length differ.
bool equal_constant_time(std::string_view left, std::string_view right);

}  // namespace hallpass::server
