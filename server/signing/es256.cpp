#include "signing/es256.hpp"

#include <openssl/core_names.h>

#include <stdexcept>

namespace hallpass::server {
namespace {

constexpr int number_bytes = 32;
constexpr std::size_t signature_bytes = 2 * number_bytes, point_bytes = 1 + 2 * number_bytes;

[[noreturn]] void fail() { throw std::runtime_error("an ES256 key could not be used"); }

Owned<BIGNUM> number_of(std::string_view bytes) {
    return Owned<BIGNUM>{BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr)};
}

std::string der_of(std::string_view signature) {
    const Owned<ECDSA_SIG> pair{ECDSA_SIG_new()};
    auto r = number_of(signature.substr(0, number_bytes));
    auto s = number_of(signature.substr(number_bytes));
    if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return {};
    // The pair owns the numbers now.
    static_cast<void>(r.release());
    static_cast<void>(s.release());
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(pair.get(), &der);
    if (size <= 0) return {};
    std::string encoded{reinterpret_cast<char*>(der), static_cast<std::size_t>(size)};
    OPENSSL_free(der);
    return encoded;
}

std::string r_and_s_of(std::string_view der) {
    const auto* at = bytes_of(der);
    const Owned<ECDSA_SIG> pair{d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()))};
    std::string signature(signature_bytes, '\0');
    const bool fits = pair &&
                      BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), bytes_of(signature),
                                   number_bytes) == number_bytes &&
                      BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), bytes_of(signature) + number_bytes,
                                   number_bytes) == number_bytes;
    if (!fits) fail();
    return signature;
}

Owned<OSSL_PARAM_BLD> parameters_of(std::string_view point) {
    if (point.size() != point_bytes || point.front() != '\x04') fail();
    Owned<OSSL_PARAM_BLD> builder{OSSL_PARAM_BLD_new()};
    if (!builder ||
        OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) !=
            1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                         point.size()) != 1) {
        fail();
    }
    return builder;
}

}  // namespace

Owned<EVP_PKEY> checked_key(const char* kind, OSSL_PARAM_BLD* parameters, int selection) {
    const Owned<OSSL_PARAM> built{OSSL_PARAM_BLD_to_param(parameters)};
    const Owned<EVP_PKEY_CTX> context{EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr)};
    EVP_PKEY* key = nullptr;
    const bool made = built && context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
                      EVP_PKEY_fromdata(context.get(), &key, selection, built.get()) == 1;
    Owned<EVP_PKEY> owned{key};
    const Owned<EVP_PKEY_CTX> check{made ? EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr)
                                         : nullptr};
    const bool pair = selection == EVP_PKEY_KEYPAIR;
    if (!check || EVP_PKEY_public_check(check.get()) != 1 ||
        (pair && EVP_PKEY_pairwise_check(check.get()) != 1)) {
        throw std::runtime_error("a key is not valid");
    }
    return owned;
}

Es256Key::Es256Key(Owned<EVP_PKEY> key) : key_(std::move(key)), point_(point_bytes, '\0') {
    std::size_t size = 0;
    if (!key_ ||
        EVP_PKEY_get_octet_string_param(key_.get(), OSSL_PKEY_PARAM_PUB_KEY, bytes_of(point_),
                                        point_.size(), &size) != 1 ||
        size != point_bytes) {
        fail();
    }
}

Es256Key Es256Key::generate() { return Es256Key{Owned<EVP_PKEY>{EVP_EC_gen("P-256")}}; }

Es256Key Es256Key::from_point(std::string_view point) {
    return Es256Key{checked_key("EC", parameters_of(point).get(), EVP_PKEY_PUBLIC_KEY)};
}

Es256Key Es256Key::from_pair(std::string_view point, std::string_view scalar) {
    if (scalar.size() != number_bytes) fail();
    const auto builder = parameters_of(point);
    const auto number = number_of(scalar);
    if (!number || OSSL_PARAM_BLD_push_BN_pad(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, number.get(),
                                              number_bytes) != 1) {
        fail();
    }
    return Es256Key{checked_key("EC", builder.get(), EVP_PKEY_KEYPAIR)};
}

std::string Es256Key::scalar() const {
    BIGNUM* number = nullptr;
    if (EVP_PKEY_get_bn_param(key_.get(), OSSL_PKEY_PARAM_PRIV_KEY, &number) != 1) fail();
    const Owned<BIGNUM> owned{number};
    std::string bytes(number_bytes, '\0');
    if (BN_bn2binpad(number, bytes_of(bytes), number_bytes) != number_bytes) fail();
    return bytes;
}

std::string Es256Key::sign(std::string_view message) const {
    const Owned<EVP_MD_CTX> context{EVP_MD_CTX_new()};
    std::string der(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())), '\0');
    auto size = der.size();
    if (!context ||
        EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), bytes_of(der), &size, bytes_of(message), message.size()) !=
            1) {
        fail();
    }
    der.resize(size);
    return r_and_s_of(der);
}

bool Es256Key::verify(std::string_view message, std::string_view signature) const {
    if (signature.size() != signature_bytes) return false;
    const auto der = der_of(signature);
    const Owned<EVP_MD_CTX> context{EVP_MD_CTX_new()};
    return !der.empty() && context &&
           EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(der), der.size(), bytes_of(message),
                            message.size()) == 1;
}

}  // namespace hallpass::server
