// Prints the median nanoseconds of issuing and of verifying an act-as token as the server does it,
// and of libsodium's bare calls over the same bytes: "issue", "sign", "verify", "open", one a line.
#include <sodium.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string>

#include "hallpass/verify.hpp"
#include "signing/held_signatures.hpp"
#include "signing/jwk.hpp"
#include "signing/signing_key.hpp"

namespace {

using namespace hallpass;

constexpr int calls = 200;
constexpr std::size_t rounds = 31;

struct Subject {
    const char* name;
    bool (*run)(const void* scene);
    std::array<double, rounds> batches{};
};

struct Scene {
    std::shared_ptr<const server::SigningKey> key = server::SigningKey::generate(Algorithm::EdDSA);
    KeySet keys = *KeySet::parse(R"({"keys":[)" + key->verification_jwk() + "]}");
    ActAsClaims claims{
        .issuer = "https://api.example.com",
        .audience = "law-firm-app",
        .subject = SubjectId::trusted("user_12345"),
        .agent = AgentId::trusted("admin_789"),
        .session = SessionId::trusted("session_abc123"),
        .token = TokenId::trusted("jti-1"),
        .issued_at = from_unix_s(1'795'176'000),
        .expires_at = from_unix_s(1'795'177'800),
        .tenant_claim = "lawFirmId",
        .tenant = TenantId::trusted("firm_abc"),
        .scopes = ScopeSet::trusted("cases:read documents:read"),
        .grant = GrantId::trusted("gr_1"),
        .status = ActAsClaims::StatusReference{412, "https://api.example.com/status/1"}};
    VerifierRules rules{.issuer = claims.issuer, .audience = claims.audience};
    std::vector<std::string> types{"at+jwt"};
    mutable UnverifiedToken::KnownHeader header;
    std::string token = issued();
    std::string input = token.substr(0, token.rfind('.'));
    std::string signature = *base64url_decode(token.substr(token.rfind('.') + 1));
    std::array<unsigned char, crypto_sign_SECRETKEYBYTES> bare_secret{};
    std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> bare_public{};

    Scene() { crypto_sign_keypair(bare_public.data(), bare_secret.data()); }
    std::string issued() const {
        auto text = signing_input(claims, key->algorithm(), key->key_id());
        const auto signed_by_key = key->sign(text);
        return with_signature(std::move(text), signed_by_key);
    }
};

const unsigned char* bytes(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

bool issue(const void* scene) { return !static_cast<const Scene*>(scene)->issued().empty(); }

bool sign(const void* scene) {
    const auto& s = *static_cast<const Scene*>(scene);
    std::array<unsigned char, crypto_sign_BYTES> out{};
    return crypto_sign_detached(out.data(), nullptr, bytes(s.input), s.input.size(),
                                s.bare_secret.data()) == 0;
}

/// Form, key, signature, claims and times: all that `hallpassd` checks before it asks its database.
bool verify(const void* scene) {
    const auto& s = *static_cast<const Scene*>(scene);
    // The server keeps the last token's header, as the edge does: a key's tokens have it in common.
    auto unverified = UnverifiedToken::parse(s.token, s.types, s.header);
    if (!unverified) return false;
    const auto key = unverified->select_key(s.keys);
    if (!key) return false;
    // A key remembers what held; nothing is remembered here, as of a token that comes for the first
    // time.
    const auto message = unverified->signing_input();
    const auto signature = unverified->signature();
    const bool holds = server::HeldSignatures{}.check(message, signature, [&] {
        return server::eddsa_holds((*key)->material(), message, signature);
    });
    const auto accepted = SignedToken::accept(
        *std::move(unverified), **key, holds ? SignatureCheck::valid : SignatureCheck::invalid);
    return accepted && LiveSession::check(*accepted, s.rules, s.claims.issued_at).ok();
}

bool open(const void* scene) {
    const auto& s = *static_cast<const Scene*>(scene);
    return crypto_sign_verify_detached(bytes(s.signature), bytes(s.input), s.input.size(),
                                       bytes(s.keys.keys().front().material())) == 0;
}

}  // namespace

int main() {
    using clock = std::chrono::steady_clock;
    if (sodium_init() < 0) return 1;
    const Scene scene;
    std::array subjects{Subject{"issue", issue}, Subject{"sign", sign}, Subject{"verify", verify},
                        Subject{"open", open}};
    for (std::size_t round = 0; round < rounds; ++round) {
        for (auto& subject : subjects) {
            const auto start = clock::now();
            for (int call = 0; call < calls; ++call) {
                if (!subject.run(&scene)) return 1;
            }
            const std::chrono::duration<double, std::nano> took = clock::now() - start;
            subject.batches[round] = took.count() / calls;
        }
    }
    for (auto& subject : subjects) {
        std::nth_element(subject.batches.begin(), subject.batches.begin() + rounds / 2,
                         subject.batches.end());
        std::printf("%s %.1f\n", subject.name, subject.batches[rounds / 2]);
    }
}
