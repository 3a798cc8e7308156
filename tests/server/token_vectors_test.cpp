// The shared token vectors through the server's own check, each signature looked at by libsodium or
// OpenSSL: the very code that the edge gives, which reads the same file
// (tests/js/verifier.test.mjs).
#include <fstream>
#include <map>
#include <sstream>

#include "hallpass_catch.hpp"
#include "signing/key_file.hpp"
#include "signing/live_keys.hpp"
#include "signing/token_signature.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

std::string text(json::Value object, std::string_view name) {
    return std::string{object.find(name).string().value_or("")};
}

/// A key set of the vectors as the server holds keys. They have no private parts: the commands that
/// would sign with these are never run.
KeyRing ring_of(json::Value key_set) {
    std::vector<HeldKey> held;
    for (auto jwk = key_set.find("keys").first(); jwk; jwk = jwk.next()) {
        auto key = jwk.find("kty").is_string("oct") ? SigningKey::from_kept(jwk)
                                                    : SigningKey::behind(jwk, {{"/bin/false"}});
        if (jwk.find("kid")) CHECK(key->key_id() == text(jwk, "kid"));
        const auto use = held.empty() ? KeyUse::signing : KeyUse::superseded;
        held.push_back({std::move(key), use, Instant{}, std::nullopt});
    }
    return {std::move(held), std::string(KeyRing::secret_bytes, 's')};
}

/// What a server with these keys checks tokens with.
struct Holder {
    Holder(const KeyRing& ring, ActAsTokens::Names names)
        : keys(file_with(ring)), tokens(keys, std::move(names)) {}

    TemporaryFolder folder;
    LiveKeys keys;
    ActAsTokens tokens;

  private:
    std::string file_with(const KeyRing& ring) const {
        const KeyFile file{folder.file("keys.json")};
        static_cast<void>(file.open());
        file.change([&](const KeyRing&) { return ring; });
        return file.name();
    }
};

struct Vectors {
    json::Document file;
    std::map<std::string, Holder> holders;  ///< by the key set's name

    Vectors() {
        std::ifstream input{HALLPASS_TOKEN_VECTORS};
        std::stringstream read;
        read << input.rdbuf();
        file = *json::Document::parse(read.str(), {.max_bytes = 16U << 20U});
        for (auto set = file.root().find("keySets").first(); set; set = set.next()) {
            holders.try_emplace(std::string{set.name()}, ring_of(set), names());
        }
    }
    ActAsTokens::Names names() const {
        return {text(file.root(), "issuer"), text(file.root(), "audience"), ""};
    }
    json::Value first() const { return file.root().find("vectors").first(); }
    const Holder& holder(json::Value vector) const { return holders.at(text(vector, "keys")); }
};

using Checked = Result<LiveSession>;

Checked with_scopes(Checked session, json::Value vector, Instant now) {
    if (!session) return session;
    const auto required = ScopeSet::parse(text(vector, "requiredScopes"), "scopes");
    if (auto enough = session->check_again(now, required->view()); !enough) return enough.error();
    return session;
}

Instant now_of(json::Value vector) { return from_unix_ms(*vector.find("now").integer()); }

/// By the types and leeway that the vector wants.
Checked as_told(const Holder& holder, json::Value vector) {
    std::vector<std::string> types;
    for (auto type = vector.find("types").first(); type; type = type.next()) {
        types.emplace_back(*type.string());
    }
    const auto& names = holder.tokens.names();
    const VerifierRules rules{names.issuer, names.audience,
                              std::chrono::seconds{*vector.find("clockSkewSeconds").integer()}};
    UnverifiedToken::KnownHeader header;
    const auto check = [&] {
        return check_token_signature(text(vector, "token"), *holder.keys.ring(), types, header);
    };
    const auto first = check();
    const auto token = check();  // with a header and a signature that are known by now
    REQUIRE(token.ok() == first.ok());
    if (!token) CHECK(token.error().code == first.error().code);
    if (!token) return token.error();
    return with_scopes(LiveSession::check(*token, rules, now_of(vector)), vector, now_of(vector));
}

/// By the rules of a server, which has no choice of types and no leeway.
Checked as_served(const Holder& holder, json::Value vector) {
    const auto token = holder.tokens.check_signature(text(vector, "token"));
    if (!token) return token.error();
    const auto now = now_of(vector);
    return with_scopes(holder.tokens.check_claims((*token)->token, now), vector, now);
}

bool has_server_rules(json::Value vector) {
    return vector.find("types").excerpt() == R"(["at+jwt"])" &&
           vector.find("clockSkewSeconds").integer() == 0;
}

void check_answer(const Checked& answer, json::Value expected) {
    REQUIRE(answer.ok() == expected.find("ok").boolean());
    if (answer) return;
    const auto& error = answer.error();
    CHECK(to_string(error.code) == text(expected, "code"));
    if (expected.find("field")) CHECK(error.field == text(expected, "field"));
    if (expected.find("reason")) CHECK(to_string(error.reason) == text(expected, "reason"));
}

}  // namespace

TEST_CASE("vectors: what the server says of each token, its signature checked for real") {
    const Vectors vectors;
    int refused = 0;
    int served = 0;
    for (auto vector = vectors.first(); vector; vector = vector.next()) {
        INFO(text(vector, "name"));
        const auto& holder = vectors.holder(vector);
        const auto expected = vector.find("expect");
        for (const auto* round : {"first", "again"}) {
            INFO(round);
            check_answer(as_told(holder, vector), expected);
            if (!has_server_rules(vector)) continue;
            check_answer(as_served(holder, vector), expected);
            ++served;
        }
        if (expected.find("ok").boolean() == false) ++refused;
    }
    CHECK(refused >= 150);
    CHECK(served >= 2 * 200);
}

TEST_CASE("vectors: a signature holds for the server where it does for the edge") {
    const Vectors vectors;
    int looked_at = 0;
    for (auto vector = vectors.first(); vector; vector = vector.next()) {
        INFO(text(vector, "name"));
        const auto token = text(vector, "token");
        const auto ring = vectors.holder(vector).keys.ring();
        // Also where the payload is no JSON, as of RFC 8037 A.4: the signature alone is asked for.
        const auto end = token.rfind('.');
        const auto signature =
            base64url_decode(end == std::string::npos ? "?" : token.substr(end + 1));
        if (!signature || ring->keys().size() != 1) continue;
        const bool holds = ring->active().verify(token.substr(0, end), *signature);
        CHECK(holds == vector.find("signatureHolds").boolean());
        CHECK_FALSE(ring->active().verify(token.substr(0, end) + "x", *signature));
        ++looked_at;
    }
    CHECK(looked_at == 6);
}

TEST_CASE("vectors: what is no token of the server's is refused over HTTP with the same code") {
    const Vectors vectors;
    TestServer server{[&](Settings& settings) {
        settings.issuer = vectors.names().issuer;
        settings.audience = vectors.names().audience;
    }};
    const KeyFile file{server.folder().file("keys.json")};
    file.change([&](const KeyRing& own) {
        auto keys = own.keys();
        for (const auto& held : vectors.holders.at("all").keys.ring()->keys()) {
            keys.push_back({held.key, KeyUse::superseded, Instant{}, std::nullopt});
        }
        return KeyRing{std::move(keys), own.secret(), own.receipt_secret()};
    });
    server.server().application().follow_keys();
    int asked = 0;
    for (auto vector = vectors.first(); vector; vector = vector.next()) {
        const auto code = text(vector.find("expect"), "code");
        const auto token = text(vector, "token");
        // What the clock decides is decided by another clock here.
        const bool timeless = code == "TOKEN_MALFORMED" || code == "TOKEN_SIGNATURE_INVALID";
        if (!timeless || token.empty() || text(vector, "keys") != "all") continue;
        INFO(text(vector, "name"));
        const auto body = R"({"token":)" + json::quoted(token) + "}";
        const auto reply = server.post("/api/v1/support-access/validate-token", body);
        CHECK(reply.status == 200);
        CHECK(reply.error() == code);
        ++asked;
    }
    CHECK(asked >= 120);
}
