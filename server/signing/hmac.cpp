#include "signing/hmac.hpp"

#include <openssl/core_names.h>

#include <stdexcept>

#include "digest.hpp"

namespace hallpass::server {
namespace {

constexpr std::size_t mac_bytes = 32;

[[noreturn]] void mac_failed() { throw std::runtime_error("HMAC-SHA-256 could not be computed"); }

}  // namespace

HmacSha256::HmacSha256(std::string_view secret) {
    const Owned<EVP_MAC> algorithm{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
    context_.reset(algorithm ? EVP_MAC_CTX_new(algorithm.get()) : nullptr);
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end()};
    if (!context_ ||
        EVP_MAC_init(context_.get(), bytes_of(secret), secret.size(), parameters) != 1) {
        mac_failed();
    }
}

std::string HmacSha256::operator()(std::string_view message) const {
    std::string mac(mac_bytes, '\0');
    std::size_t size = 0;
    const std::lock_guard lock{mutex_};
    // Without a key it begins anew under the one it has.
    const bool done = EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1 &&
                      EVP_MAC_update(context_.get(), bytes_of(message), message.size()) == 1 &&
                      EVP_MAC_final(context_.get(), bytes_of(mac), &size, mac.size()) == 1;
    if (!done || size != mac_bytes) mac_failed();
    return mac;
}

bool HmacSha256::verify(std::string_view message, std::string_view mac) const {
    return equal_constant_time((*this)(message), mac);
}

}  // namespace hallpass::server
