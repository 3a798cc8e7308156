#include "signing/key_ring.hpp"

#include <algorithm>

#include "digest.hpp"
#include "random.hpp"
#include "signing/key_fault.hpp"

namespace hallpass::server {
namespace {

constexpr std::string_view use_names[] = {
#define HALLPASS_X(use) #use,
    HALLPASS_KEY_USES(HALLPASS_X)
#undef HALLPASS_X
};

KeySet key_set(const std::string& jwks) {
    auto keys = KeySet::parse(jwks);
    if (!keys) throw KeyFault{KeyProblem::file_malformed, "the keys cannot be used together"};
    return *std::move(keys);
}

auto named(std::string_view key_id) {
    return [key_id](const HeldKey& held) { return held.key->key_id() == key_id; };
}

KeyFault unknown(std::string_view key_id) {
    return {KeyProblem::key_unknown, "there is no such key: " + std::string{key_id}};
}

}  // namespace

std::string_view to_string(KeyUse use) { return use_names[static_cast<std::size_t>(use)]; }

std::optional<KeyUse> parse_key_use(std::string_view text) {
    const auto* found = std::find(std::begin(use_names), std::end(use_names), text);
    if (found == std::end(use_names)) return std::nullopt;
    return static_cast<KeyUse>(found - std::begin(use_names));
}

std::string verification_jwks(const std::vector<HeldKey>& keys) {
    json::Writer writer;
    writer.begin_object().key("keys").begin_array();
    for (const auto& held : keys) writer.raw(held.key->verification_jwk());
    writer.end_array().end_object();
    return std::move(writer).text();
}

KeyRing::KeyRing(std::vector<HeldKey> keys, std::string secret, std::string receipt_secret)
    : keys_(std::move(keys)),
      secret_(std::move(secret)),
      receipt_secret_(std::move(receipt_secret)),
      receipt_key_(SigningKey::from_seed(hmac_sha256(
          receipt_secret_.empty() ? secret_ : receipt_secret_, "hallpass consent receipts"))) {
    for (const auto& held : keys_) {
        if (std::count_if(keys_.begin(), keys_.end(), named(held.key->key_id())) > 1) {
            throw KeyFault{KeyProblem::key_exists, "this key is there already"};
        }
        if (held.use != KeyUse::signing) continue;
        if (active_ != nullptr) {
            throw KeyFault{KeyProblem::file_malformed, "the key file has two keys that sign"};
        }
        active_ = held.key.get();
    }
    if (active_ == nullptr) {
        throw KeyFault{KeyProblem::file_malformed, "the key file has no key that signs"};
    }
    verification_keys_ = key_set(verification_jwks(keys_));
}

KeyRing KeyRing::fresh(Instant now) {
    return {{{SigningKey::generate(Algorithm::EdDSA), KeyUse::signing, now, std::nullopt}},
            random_bytes(secret_bytes)};
}

const SigningKey* KeyRing::find(std::string_view key_id) const {
    const auto found = std::find_if(keys_.begin(), keys_.end(), named(key_id));
    return found == keys_.end() ? nullptr : found->key.get();
}

std::string KeyRing::derived_secret(std::string_view label) const {
    return hmac_sha256(secret_, label);
}

KeyRing KeyRing::with(std::shared_ptr<const SigningKey> key, Instant now) const {
    auto keys = keys_;
    keys.push_back({std::move(key), KeyUse::waiting, now, std::nullopt});
    return {std::move(keys), secret_, receipt_secret_};
}

KeyRing KeyRing::signing_with(std::string_view key_id, Instant now) const {
    auto keys = keys_;
    const auto next = std::find_if(keys.begin(), keys.end(), named(key_id));
    if (next == keys.end()) throw unknown(key_id);
    if (next->use == KeyUse::signing) {
        throw KeyFault{KeyProblem::key_signs, "this key signs already"};
    }
    for (auto& held : keys) {
        if (held.use != KeyUse::signing) continue;
        held.use = KeyUse::superseded;
        held.superseded_at = now;
    }
    next->use = KeyUse::signing;
    next->superseded_at.reset();
    return {std::move(keys), secret_, receipt_secret_};
}

KeyRing KeyRing::without(std::string_view key_id) const {
    auto keys = keys_;
    const auto found = std::find_if(keys.begin(), keys.end(), named(key_id));
    if (found == keys.end()) throw unknown(key_id);
    if (found->use == KeyUse::signing) {
        throw KeyFault{KeyProblem::key_signs, "this key signs; rotate to another one first"};
    }
    keys.erase(found);
    return {std::move(keys), secret_, receipt_secret_};
}

KeyRing KeyRing::with_new_receipt_key() const {
    return {keys_, secret_, random_bytes(secret_bytes)};
}

}  // namespace hallpass::server
