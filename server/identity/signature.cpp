#include "identity/signature.hpp"

#include <openssl/core_names.h>
#include <sodium.h>

#include <stdexcept>

#include "hallpass/limits.hpp"
#include "hallpass/token.hpp"
#include "signing/es256.hpp"
#include "signing/hmac.hpp"
#include "signing/jwk.hpp"

namespace hallpass::server {
namespace {

std::string decoded_member(json::Value jwk, std::string_view name) {
    const auto text = jwk.find(name).string();
    const auto bytes = text ? base64url_decode(*text) : std::nullopt;
    if (!bytes || bytes->empty()) throw std::runtime_error("an issuer's key is malformed");
    return *bytes;
}

Owned<BIGNUM> number_of(std::string_view bytes) {
    return Owned<BIGNUM>{BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr)};
}

class HmacKey : public IssuerKey {
  public:
    explicit HmacKey(const std::string& secret) : IssuerKey("HS256", ""), mac_(secret) {}
    bool verify(std::string_view message, std::string_view signature) const override {
        return mac_.verify(message, signature);
    }

  private:
    HmacSha256 mac_;
};

class RsaKey : public IssuerKey {
  public:
    RsaKey(std::string key_id, Owned<EVP_PKEY> key)
        : IssuerKey("RS256", std::move(key_id)), key_(std::move(key)) {}
    // RFC 7518 section 3.3: PKCS #1 v1.5, what OpenSSL does unless it is told otherwise.
    bool verify(std::string_view message, std::string_view signature) const override {
        const Owned<EVP_MD_CTX> context{EVP_MD_CTX_new()};
        return context &&
               EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) ==
                   1 &&
               EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(),
                                bytes_of(message), message.size()) == 1;
    }

  private:
    Owned<EVP_PKEY> key_;
};

class EcKey : public IssuerKey {
  public:
    EcKey(std::string key_id, Es256Key key)
        : IssuerKey("ES256", std::move(key_id)), key_(std::move(key)) {}
    bool verify(std::string_view message, std::string_view signature) const override {
        return key_.verify(message, signature);
    }

  private:
    Es256Key key_;
};

class EdKey : public IssuerKey {
  public:
    EdKey(std::string key_id, std::string key)
        : IssuerKey("EdDSA", std::move(key_id)), key_(std::move(key)) {}
    bool verify(std::string_view message, std::string_view signature) const override {
        return eddsa_holds(key_, message, signature);
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
    return std::make_unique<RsaKey>(std::move(key_id),
                                    checked_key("RSA", builder.get(), EVP_PKEY_PUBLIC_KEY));
}

std::unique_ptr<IssuerKey> p256(json::Value jwk, std::string key_id) {
    const auto x = decoded_member(jwk, "x");
    const auto y = decoded_member(jwk, "y");
    if (x.size() != coordinate_bytes || y.size() != coordinate_bytes)
        throw std::runtime_error("an issuer's key is malformed");
    return std::make_unique<EcKey>(std::move(key_id), Es256Key::from_point('\x04' + x + y));
}

std::unique_ptr<IssuerKey> ed25519(json::Value jwk, std::string key_id) {
    auto x = decoded_member(jwk, "x");
    if (x.size() != coordinate_bytes || crypto_core_ed25519_is_valid_point(bytes_of(x)) != 1) {
        throw std::runtime_error("an issuer's key is not valid");
    }
    return std::make_unique<EdKey>(std::move(key_id), std::move(x));
}

}  // namespace

std::unique_ptr<IssuerKey> IssuerKey::hs256(const std::string& secret) {
    if (secret.size() < limits::hmac_key_min_bytes) {
        throw std::runtime_error("an issuer's secret must have at least 32 bytes");
    }
    return std::make_unique<HmacKey>(secret);
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
