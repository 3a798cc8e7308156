#include "signing/key_ring.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "digest.hpp"
#include "hallpass/json.hpp"
#include "random.hpp"

namespace hallpass::server {
namespace {

unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

KeySet parsed(const std::string& jwks) {
    auto keys = KeySet::parse(jwks);
    if (!keys) throw std::runtime_error("the key file's public keys are not usable");
    return *std::move(keys);
}

std::string public_jwks(const std::vector<SigningKey>& keys) {
    json::Writer writer;
    writer.begin_object().key("keys").begin_array();
    for (const auto& key : keys) writer.raw(key.public_jwk());
    writer.end_array().end_object();
    return std::move(writer).text();
}

SigningKey read_key(json::Value value) {
    const auto type = value.find("kty").string();
    const auto curve = value.find("crv").string();
    const auto seed = value.find("d").string();
    if (type != "OKP" || curve != "Ed25519" || !seed) {
        throw std::runtime_error("the key file holds a key of an unknown kind");
    }
    const auto bytes = base64url_decode(*seed);
    if (!bytes) throw std::runtime_error("the key file holds a malformed key");
    return SigningKey::from_seed(*bytes);
}

}  // namespace

SigningKey SigningKey::generate() { return from_seed(random_bytes(crypto_sign_SEEDBYTES)); }

SigningKey SigningKey::from_seed(const std::string& seed) {
    if (seed.size() != crypto_sign_SEEDBYTES) {
        throw std::runtime_error("an Ed25519 private key must have 32 bytes");
    }
    SigningKey key;
    key.seed_ = seed;
    key.secret_key_.resize(crypto_sign_SECRETKEYBYTES);
    key.public_key_.resize(crypto_sign_PUBLICKEYBYTES);
    crypto_sign_seed_keypair(bytes_of(key.public_key_), bytes_of(key.secret_key_), bytes_of(seed));
    // RFC 7638 section 3.2 with RFC 8037 appendix A.3: the required members in byte order.
    key.key_id_ = sha256_text(R"({"crv":"Ed25519","kty":"OKP","x":")" +
                              base64url_encode(key.public_key_) + R"("})");
    return key;
}

std::string SigningKey::sign(std::string_view message) const {
    std::string signature(crypto_sign_BYTES, '\0');
    crypto_sign_detached(bytes_of(signature), nullptr, bytes_of(message), message.size(),
                         bytes_of(secret_key_));
    return signature;
}

std::string SigningKey::public_jwk() const {
    json::Writer writer;
    writer.begin_object().member("kty", "OKP").member("crv", "Ed25519");
    writer.member("x", base64url_encode(public_key_)).member("kid", key_id_);
    writer.member("alg", "EdDSA").member("use", "sig").end_object();
    return std::move(writer).text();
}

std::string SigningKey::private_jwk() const {
    json::Writer writer;
    writer.begin_object().member("kty", "OKP").member("crv", "Ed25519");
    writer.member("x", base64url_encode(public_key_)).member("kid", key_id_);
    writer.member("d", base64url_encode(seed_)).end_object();
    return std::move(writer).text();
}

std::string SigningKey::derived_secret(std::string_view label) const {
    return hmac_sha256(seed_, label);
}

KeyRing::KeyRing(std::vector<SigningKey> keys)
    : keys_(std::move(keys)), verification_keys_(parsed(public_jwks(keys_))) {}

KeyRing KeyRing::open(const std::string& file) {
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0) {
        KeyRing ring{{SigningKey::generate()}};
        ring.save(file);
        return ring;
    }
    if ((info.st_mode & 077U) != 0) {
        throw std::runtime_error("the key file can be read by others; set its mode to 0600");
    }
    std::ifstream input{file, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{input}, {}};
    const auto document = json::Document::parse(text);
    if (!document) throw std::runtime_error("the key file is not valid JSON");
    std::vector<SigningKey> keys;
    for (auto key = document->root().find("keys").first(); key; key = key.next()) {
        keys.push_back(read_key(key));
    }
    if (keys.empty()) throw std::runtime_error("the key file holds no key");
    return KeyRing{std::move(keys)};
}

const SigningKey* KeyRing::find(std::string_view key_id) const {
    for (const auto& key : keys_) {
        if (key.key_id() == key_id) return &key;
    }
    return nullptr;
}

std::string KeyRing::jwks_json() const { return public_jwks(keys_); }

void KeyRing::rotate() {
    keys_.insert(keys_.begin(), SigningKey::generate());
    verification_keys_ = parsed(jwks_json());
}

void KeyRing::save(const std::string& file) const {
    json::Writer writer;
    writer.begin_object().key("keys").begin_array();
    for (const auto& key : keys_) writer.raw(key.private_jwk());
    writer.end_array().end_object();
    const auto text = std::move(writer).text() + "\n";

    // Written beside and renamed, so that a crash leaves either the old keys or the new ones.
    const auto fresh = file + ".new";
    ::unlink(fresh.c_str());
    const int handle = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (handle < 0) throw std::runtime_error("the key file cannot be written");
    const bool whole =
        ::write(handle, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    const bool synced = ::fsync(handle) == 0;
    ::close(handle);
    if (!whole || !synced || ::rename(fresh.c_str(), file.c_str()) != 0) {
        throw std::runtime_error("the key file cannot be written");
    }
}

}  // namespace hallpass::server
