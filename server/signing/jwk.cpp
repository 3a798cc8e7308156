#include "signing/jwk.hpp"

#include <sodium.h>

#include "hallpass/token.hpp"
#include "signing/key_fault.hpp"
#include "signing/openssl.hpp"

namespace hallpass::server {

std::string jwk_bytes(json::Value jwk, std::string_view name, std::size_t size) {
    const auto text = jwk.find(name).string();
    auto decoded = text ? base64url_decode(*text) : std::nullopt;
    if (!decoded || decoded->empty() || (size != 0 && decoded->size() != size)) {
        throw KeyFault{KeyProblem::key_malformed,
                       "a key's member is missing or malformed: " + std::string{name}};
    }
    return *std::move(decoded);
}

std::string es256_point(json::Value jwk) {
    return '\x04' + jwk_bytes(jwk, "x", coordinate_bytes) + jwk_bytes(jwk, "y", coordinate_bytes);
}

std::string eddsa_identity(std::string_view public_key) {
    return R"("crv":"Ed25519","kty":"OKP","x":")" + base64url_encode(public_key) + '"';
}

std::string es256_identity(std::string_view point) {
    return R"("crv":"P-256","kty":"EC","x":")" +
           base64url_encode(point.substr(1, coordinate_bytes)) + R"(","y":")" +
           base64url_encode(point.substr(1 + coordinate_bytes)) + '"';
}

std::string hs256_identity(std::string_view secret) {
    return R"("k":")" + base64url_encode(secret) + R"(","kty":"oct")";
}

bool eddsa_holds(std::string_view public_key, std::string_view message,
                 std::string_view signature) {
    return public_key.size() == crypto_sign_PUBLICKEYBYTES &&
           signature.size() == crypto_sign_BYTES &&
           crypto_sign_verify_detached(bytes_of(signature), bytes_of(message), message.size(),
                                       bytes_of(public_key)) == 0;
}

}  // namespace hallpass::server
