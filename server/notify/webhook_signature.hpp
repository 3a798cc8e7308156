#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hallpass/time.hpp"

namespace hallpass::server {

/// The keys in a file of `whsec_…` lines (Standard Webhooks 1.0, "Signature scheme"): base64 of 24
/// to 64 bytes each.
/// @throws std::runtime_error where there is none, or one is malformed, too short or too long
std::vector<std::string> webhook_keys(std::string_view lines);

/// The value of `webhook-signature`: one `v1,…` (HMAC-SHA-256) a key, separated by spaces, so that
/// a receiver that knows any of them accepts it.
std::string webhook_signature(const std::vector<std::string>& keys, std::string_view id, Instant at,
                              std::string_view body);

}  // namespace hallpass::server
