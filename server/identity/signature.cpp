#include "identity/signature.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <sodium.h>

#include <stdexcept>

#include "digest.hpp"
#include "hallpass/limits.hpp"
#include "hallpass/token.hpp"

namespace hallpass::server {
namespace {

struct OpensslDeleter {
    void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
    void operator()(EVP_PKEY_CTX* p) const { EVP_PKEY_CTX_free(p); }
    void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
    void operator()(OSSL_PARAM_BLD* p) const { OSSL_PARAM_BLD_free(p); }
    void operator()(OSSL_PARAM* p) const { OSSL_PARAM_free(p); }
    void operator()(BIGNUM* p) const { BN_free(p); }
    void operator()(ECDSA_SIG* p) const { ECDSA_SIG_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, OpensslDeleter>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string decoded_member(json::Value jwk, std::string_view name) {
    const auto text = jwk.find(name).string();
    const auto bytes = text ? base64url_decode(*text) : std::nullopt;
    if (!bytes || bytes->empty()) throw std::runtime_error("an issuer's key is malformed");
    return *bytes;
}

Owned<BIGNUM> number_of(std::string_view bytes) {
    return Owned<BIGNUM>{BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr)};
}

Owned<EVP_PKEY> public_key(const char* kind, OSSL_PARAM_BLD* builder) {
    const Owned<OSSL_PARAM> parameters{OSSL_PARAM_BLD_to_param(builder)};
    const Owned<EVP_PKEY_CTX> context{EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr)};
    EVP_PKEY* key = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
        throw std::runtime_error("an issuer's key is not valid");
    }
    Owned<EVP_PKEY> owned{key};
    const Owned<EVP_PKEY_CTX> check{EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr)};
    if (!check || EVP_PKEY_public_check(check.get()) != 1) {
        throw std::runtime_error("an issuer's key is not valid");
    }
    return owned;
}

bool openssl_verify(EVP_PKEY* key, std::string_view message, std::string_view signature) {
    const Owned<EVP_MD_CTX> context{EVP_MD_CTX_new()};
    return context &&
           EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message),
                            message.size()) == 1;
}

class HmacKey : public IssuerKey {
  public:
    explicit HmacKey(std::string secret) : IssuerKey("HS256", ""), secret_(std::move(secret)) {}
    bool verify(std::string_view message, std::string_view signature) const override {
        return equal_constant_time(hmac_sha256(secret_, message), signature);
    }

  private:
    std::string secret_;
};

class RsaKey : public IssuerKey {
  public:
    RsaKey(std::string key_id, Owned<EVP_PKEY> key)
        : IssuerKey("RS256", std::move(key_id)), key_(std::move(key)) {}
    bool verify(std::string_view message, std::string_view signature) const override {
        return openssl_verify(key_.get(), message, signature);
    }

  private:
    Owned<EVP_PKEY> key_;
};

class EcKey : public IssuerKey {
  public:
    EcKey(std::string key_id, Owned<EVP_PKEY> key)
        : IssuerKey("ES256", std::move(key_id)), key_(std::move(key)) {}
    // RFC 7518 section 3.4: R and S, 32 bytes each; OpenSSL wants DER.
    bool verify(std::string_view message, std::string_view signature) const override {
        if (signature.size() != 64) return false;
        const Owned<ECDSA_SIG> pair{ECDSA_SIG_new()};
        auto r = number_of(signature.substr(0, 32));
        auto s = number_of(signature.substr(32));
        if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return false;
        // The pair owns the numbers now.
        static_cast<void>(r.release());
        static_cast<void>(s.release());
        unsigned char* der = nullptr;
        const int size = i2d_ECDSA_SIG(pair.get(), &der);
        if (size <= 0) return false;
        const std::string encoded{reinterpret_cast<char*>(der), static_cast<std::size_t>(size)};
        OPENSSL_free(der);
        return openssl_verify(key_.get(), message, encoded);
    }

  private:
    Owned<EVP_PKEY> key_;
};

class EdKey : public IssuerKey {
  public:
    EdKey(std::string key_id, std::string key)
        : IssuerKey("EdDSA", std::move(key_id)), key_(std::move(key)) {}
    bool verify(std::string_view message, std::string_view signature) const override {
        return signature.size() == crypto_sign_BYTES &&
               crypto_sign_verify_detached(bytes_of(signature), bytes_of(message), message.size(),
                                           bytes_of(key_)) == 0;
    }

  private:
    std::string key_;
};

std::unique_ptr<IssuerKey> rsa(json::Value jwk, std::string key_id) {
    const auto modulus = decoded_member(jwk, "n");
    const auto exponent = decoded_member(jwk, "e");
    const auto n = number_of(modulus);
    const auto e = number_of(exponent);
    if (!n || !e || BN_num_bits(n.get()) < 2048 || BN_num_bits(n.get()) > 8192) {
        throw std::runtime_error("an issuer's RSA key must have 2048 to 8192 bits");
    }
    const Owned<OSSL_PARAM_BLD> builder{OSSL_PARAM_BLD_new()};
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
    return std::make_unique<RsaKey>(std::move(key_id), public_key("RSA", builder.get()));
}

std::unique_ptr<IssuerKey> p256(json::Value jwk, std::string key_id) {
    const auto x = decoded_member(jwk, "x");
    const auto y = decoded_member(jwk, "y");
    if (x.size() != 32 || y.size() != 32) throw std::runtime_error("an issuer's key is malformed");
    const auto point = '\x04' + x + y;
    const Owned<OSSL_PARAM_BLD> builder{OSSL_PARAM_BLD_new()};
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
    OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                     point.size());
    return std::make_unique<EcKey>(std::move(key_id), public_key("EC", builder.get()));
}

std::unique_ptr<IssuerKey> ed25519(json::Value jwk, std::string key_id) {
    auto x = decoded_member(jwk, "x");
    if (x.size() != crypto_sign_PUBLICKEYBYTES ||
        crypto_core_ed25519_is_valid_point(bytes_of(x)) != 1) {
        throw std::runtime_error("an issuer's key is not valid");
    }
    return std::make_unique<EdKey>(std::move(key_id), std::move(x));
}

}  // namespace

std::unique_ptr<IssuerKey> IssuerKey::hs256(std::string secret) {
    if (secret.size() < limits::hmac_key_min_bytes) {
        throw std::runtime_error("an issuer's secret must have at least 32 bytes");
    }
    return std::make_unique<HmacKey>(std::move(secret));
}

std::unique_ptr<IssuerKey> IssuerKey::from_jwk(json::Value jwk) {
    const auto use = jwk.find("use").string();
    if (use && *use != "sig") return nullptr;
    if (const auto operations = jwk.find("key_ops")) {
        bool verifies = false;
        for (auto each = operations.first(); each; each = each.next()) {
            verifies = verifies || each.string() == "verify";
        }
        if (!verifies) return nullptr;
    }
    const auto type = jwk.find("kty").string();
    const auto curve = jwk.find("crv").string();
    const auto algorithm = jwk.find("alg").string();
    std::string key_id{jwk.find("kid").string().value_or("")};
    if (type == "RSA" && algorithm.value_or("RS256") == "RS256") return rsa(jwk, std::move(key_id));
    if (type == "EC" && curve == "P-256" && algorithm.value_or("ES256") == "ES256") {
        return p256(jwk, std::move(key_id));
    }
    if (type == "OKP" && curve == "Ed25519" && algorithm.value_or("EdDSA") == "EdDSA") {
        return ed25519(jwk, std::move(key_id));
    }
    return nullptr;
}

}  // namespace hallpass::server
