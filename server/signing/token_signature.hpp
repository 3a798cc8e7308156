#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hallpass/verify.hpp"
#include "signing/key_ring.hpp"

namespace hallpass::server {

/// Checks an act-as token as the edge does: the core judges its form and picks the key, libsodium
/// and OpenSSL say whether the signature holds and nothing else.
/// @param types which `typ` are taken; "" stands for none
/// @param header of an earlier token that was checked with these types; gets this one's
/// @errors TOKEN_MALFORMED, TOKEN_SIGNATURE_INVALID, TOKEN_CLAIM_INVALID (field "typ")
Result<SignedToken> check_token_signature(std::string_view token, const KeyRing& ring,
                                          const std::vector<std::string>& types,
                                          UnverifiedToken::KnownHeader& header);

}  // namespace hallpass::server
