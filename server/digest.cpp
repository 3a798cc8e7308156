#include "digest.hpp"

#include <sodium.h>

#include <stdexcept>

#include "hallpass/token.hpp"
#include "signing/openssl.hpp"

namespace hallpass::server {
namespace {

struct Sha256 {
    Owned<EVP_MD> algorithm{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
    Owned<EVP_MD_CTX> context{EVP_MD_CTX_new()};
};

}  // namespace

Sha256Bytes sha256_bytes(std::string_view bytes) {
    // Kept: looking the algorithm up takes longer than hashing a short text. OpenSSL's, as
    // libsodium's does not use the processor's instructions for it.
    thread_local const Sha256 kept;
    Sha256Bytes digest;
    if (EVP_DigestInit_ex2(kept.context.get(), kept.algorithm.get(), nullptr) != 1 ||
        EVP_DigestUpdate(kept.context.get(), bytes.data(), bytes.size()) != 1 ||
        EVP_DigestFinal_ex(kept.context.get(), digest.data(), nullptr) != 1) {
        throw std::runtime_error("SHA-256 is not to be had");
    }
    return digest;
}

std::string sha256(std::string_view bytes) {
    const auto digest = sha256_bytes(bytes);
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string sha256_text(std::string_view bytes) { return base64url_encode(sha256(bytes)); }

std::string hmac_sha256(std::string_view key, std::string_view message) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, bytes_of(key), key.size());
    crypto_auth_hmacsha256_update(&state, bytes_of(message), message.size());
    std::string mac(crypto_auth_hmacsha256_BYTES, '\0');
    crypto_auth_hmacsha256_final(&state, bytes_of(mac));
    sodium_memzero(&state, sizeof state);
    return mac;
}

bool equal_constant_time(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace hallpass::server
