#include "signing/token_signature.hpp"

#include <utility>

namespace hallpass::server {

Result<SignedToken> check_token_signature(std::string_view token, const KeyRing& ring,
                                          const std::vector<std::string>& types,
                                          UnverifiedToken::KnownHeader& header) {
    auto unverified = UnverifiedToken::parse(token, types, header);
    if (!unverified) return std::move(unverified).error();
    const auto key = unverified->select_key(ring.verification_keys());
    if (!key) return key.error();
    const auto* ours = ring.find((*key)->key_id());
    const bool holds = ours != nullptr && ours->algorithm() == (*key)->algorithm() &&
                       ours->verify(unverified->signing_input(), unverified->signature());
    return SignedToken::accept(*std::move(unverified), **key,
                               holds ? SignatureCheck::valid : SignatureCheck::invalid);
}

}  // namespace hallpass::server
