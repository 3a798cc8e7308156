#include "signing/signing_key.hpp"

#include <sodium.h>

#include <stdexcept>

#include "digest.hpp"
#include "hallpass/limits.hpp"
#include "random.hpp"
#include "signing/es256.hpp"
#include "signing/held_signatures.hpp"
#include "signing/hmac.hpp"
#include "signing/jwk.hpp"
#include "signing/key_fault.hpp"

namespace hallpass::server {
namespace {

class EdDsaKey : public SigningKey {
  public:
    explicit EdDsaKey(const std::string& seed) : EdDsaKey(seed, pair_of(seed)) {}

    std::string sign(std::string_view message) const override {
        std::string signature(crypto_sign_BYTES, '\0');
        crypto_sign_detached(bytes_of(signature), nullptr, bytes_of(message), message.size(),
                             bytes_of(pair_.secret));
        return signature;
    }
    bool verify(std::string_view message, std::string_view signature) const override {
        return held_.check(message, signature,
                           [&] { return eddsa_holds(pair_.open, message, signature); });
    }

  private:
    struct Pair {
        std::string open, secret;
    };
    static Pair pair_of(const std::string& seed) {
        if (seed.size() != crypto_sign_SEEDBYTES) {
            throw KeyFault{KeyProblem::key_malformed, "an Ed25519 private key has 32 bytes"};
        }
        Pair pair{std::string(crypto_sign_PUBLICKEYBYTES, '\0'),
                  std::string(crypto_sign_SECRETKEYBYTES, '\0')};
        crypto_sign_seed_keypair(bytes_of(pair.open), bytes_of(pair.secret), bytes_of(seed));
        return pair;
    }
    EdDsaKey(const std::string& seed, Pair pair)
        : SigningKey(Algorithm::EdDSA, eddsa_identity(pair.open)),
          seed_(seed),
          pair_(std::move(pair)) {}
    void write_private(json::Writer& writer) const override {
        writer.member("d", base64url_encode(seed_));
    }

    std::string seed_;
    Pair pair_;
    mutable HeldSignatures held_;
};

class EcdsaKey : public SigningKey {
  public:
    explicit EcdsaKey(Es256Key key)
        : SigningKey(Algorithm::ES256, es256_identity(key.point())), key_(std::move(key)) {}
    std::string sign(std::string_view message) const override { return key_.sign(message); }
    bool verify(std::string_view message, std::string_view signature) const override {
        return held_.check(message, signature, [&] { return key_.verify(message, signature); });
    }

  private:
    void write_private(json::Writer& writer) const override {
        writer.member("d", base64url_encode(key_.scalar()));
    }
    Es256Key key_;
    mutable HeldSignatures held_;
};

class HmacKey : public SigningKey {
  public:
    explicit HmacKey(const std::string& secret)
        : SigningKey(Algorithm::HS256, hs256_identity(secret)), mac_(secret) {}
    std::string sign(std::string_view message) const override { return mac_(message); }
    bool verify(std::string_view message, std::string_view signature) const override {
        return mac_.verify(message, signature);
    }

  private:
    void write_private(json::Writer&) const override {}  // the identity says it all
    HmacSha256 mac_;
};

std::shared_ptr<const SigningKey> drawn(Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::EdDSA:
            return std::make_shared<EdDsaKey>(random_bytes(crypto_sign_SEEDBYTES));
        case Algorithm::ES256: return std::make_shared<EcdsaKey>(Es256Key::generate());
        case Algorithm::HS256:
            return SigningKey::from_secret(random_bytes(limits::hmac_key_min_bytes));
    }
    throw KeyFault{KeyProblem::algorithm_refused, "keys are for EdDSA, ES256 or HS256"};
}

}  // namespace

SigningKey::SigningKey(Algorithm algorithm, std::string identity)
    : algorithm_(algorithm),
      identity_(std::move(identity)),
      key_id_(sha256_text("{" + identity_ + "}")) {}

std::string SigningKey::verification_jwk() const {
    return "{" + identity_ + R"(,"kid":")" + key_id_ + R"(","alg":")" +
           std::string{to_string(algorithm_)} + R"(","use":"sig"})";
}

void SigningKey::write_kept(json::Writer& writer) const {
    const auto document = json::Document::parse("{" + identity_ + "}");
    for (auto each = document->root().first(); each; each = each.next()) {
        writer.member(each.name(), *each.string());
    }
    writer.member("kid", key_id_).member("alg", to_string(algorithm_));
    write_private(writer);
}

std::shared_ptr<const SigningKey> SigningKey::generate(Algorithm algorithm) {
    // A name that reads as an option would have to follow `--` in every command, for ever.
    for (;;) {
        auto key = drawn(algorithm);
        if (!key->key_id().starts_with('-')) return key;
    }
}

std::shared_ptr<const SigningKey> SigningKey::from_secret(const std::string& secret) {
    if (secret.size() < limits::hmac_key_min_bytes) {
        throw KeyFault{KeyProblem::secret_too_short, "an HS256 secret has at least 32 bytes"};
    }
    return std::make_shared<HmacKey>(secret);
}

std::shared_ptr<const SigningKey> SigningKey::from_seed(const std::string& seed) {
    return std::make_shared<EdDsaKey>(seed);
}

std::shared_ptr<const SigningKey> SigningKey::from_kept(json::Value jwk) {
    if (jwk.find("command")) return behind(jwk, SigningCommand::from_kept(jwk));
    const auto type = jwk.find("kty").string();
    const auto curve = jwk.find("crv").string();
    if (type == "oct") return from_secret(jwk_bytes(jwk, "k", 0));
    if (type == "OKP" && curve == "Ed25519") {
        return std::make_shared<EdDsaKey>(jwk_bytes(jwk, "d", coordinate_bytes));
    }
    if (type != "EC" || curve != "P-256") {
        throw KeyFault{KeyProblem::algorithm_refused,
                       "the key file holds a key that is not for EdDSA, ES256 or HS256"};
    }
    const auto scalar = jwk_bytes(jwk, "d", coordinate_bytes);
    try {
        return std::make_shared<EcdsaKey>(Es256Key::from_pair(es256_point(jwk), scalar));
    } catch (const KeyFault&) {
        throw;
    } catch (const std::runtime_error&) {
        throw KeyFault{KeyProblem::key_malformed, "the key file holds a broken ES256 key"};
    }
}

}  // namespace hallpass::server
