#include "hallpass/token.hpp"

#include "hallpass/json.hpp"
#include "hallpass/verify.hpp"
#include "hallpass_catch.hpp"

using namespace hallpass;

namespace {
ActAsClaims claims() {
    return {.issuer = "https://api.example.com",
            .audience = "law-firm-app",
            .subject = SubjectId::trusted("user_12345"),
            .agent = AgentId::trusted("admin_789"),
            .session = SessionId::trusted("session_abc123"),
            .token = TokenId::trusted("jti-1"),
            .issued_at = from_unix_s(1729262400),
            .expires_at = from_unix_s(1729264200),
            .tenant_claim = "lawFirmId",
            .tenant = TenantId::trusted("firm_abc"),
            .scopes = ScopeSet::trusted("cases:read documents:read"),
            .grant = GrantId::trusted("grant-1"),
            .status = ActAsClaims::StatusReference{412, "https://api.example.com/status/1"}};
}
std::pair<std::string, std::string> parts(const std::string& input) {
    const auto dot = input.find('.');
    return {*base64url_decode(input.substr(0, dot)), *base64url_decode(input.substr(dot + 1))};
}
}  // namespace

TEST_CASE("token: the algorithms' names") {
    for (const std::string_view name : {"EdDSA", "ES256", "HS256"})
        CHECK(to_string(*parse_algorithm(name)) == name);
    for (const std::string_view name :
         {"none", "None", "NONE", "nOnE", "", "eddsa", "HS512", "RS256", "ES256 "}) {
        CHECK_FALSE(parse_algorithm(name));
    }
}

TEST_CASE("token: the claims of the contract's section 7, to the byte") {
    const auto [header, payload] = parts(signing_input(claims(), Algorithm::EdDSA, "key-1"));
    CHECK(header == R"({"alg":"EdDSA","kid":"key-1","typ":"at+jwt"})");
    CHECK(
        payload ==
        R"({"iss":"https://api.example.com","aud":"law-firm-app","sub":"user_12345","exp":1729264200,)"
        R"("iat":1729262400,"jti":"jti-1","sid":"session_abc123",)"
        R"("act":{"sub":"admin_789","actorUserId":"admin_789"},"act_as":true,"ctx":{"lawFirmId":"firm_abc"},)"
        R"("scope":"cases:read documents:read","grant_id":"grant-1",)"
        R"("status":{"status_list":{"idx":412,"uri":"https://api.example.com/status/1"}}})");
}

TEST_CASE("token: what is optional is left out, what is hostile is escaped") {
    auto lean = claims();
    lean.grant.reset();
    lean.status.reset();
    lean.scopes = {};
    lean.subject = SubjectId::trusted("a\"},{\\");
    const auto [header, payload] = parts(signing_input(lean, Algorithm::HS256, "", "JWT"));
    CHECK(header == R"({"alg":"HS256","typ":"JWT"})");
    const auto document = json::Document::parse(payload);
    REQUIRE(document.ok());
    CHECK(document->root().find("sub").string() == "a\"},{\\");
    CHECK(document->root().find("scope").string() == "");
    CHECK_FALSE(document->root().find("grant_id"));
    CHECK_FALSE(document->root().find("status"));
}

TEST_CASE("token: times are whole seconds, rounded down") {
    auto odd = claims();
    odd.issued_at = from_unix_ms(1729262400999);
    odd.expires_at = from_unix_ms(1729264200999);
    const auto [header, payload] = parts(signing_input(odd, Algorithm::EdDSA, "k"));
    const auto document = json::Document::parse(payload);
    REQUIRE(document.ok());
    CHECK(document->root().find("iat").number_text() == "1729262400");
    CHECK(document->root().find("exp").number_text() == "1729264200");
}

TEST_CASE("token: what is issued is what the verifier reads") {
    const auto keys = KeySet::parse(
        R"({"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"k"}]})");
    REQUIRE(keys.ok());
    const auto input = signing_input(claims(), Algorithm::EdDSA, "k");
    const auto text = with_signature(input, std::string(64, 's'));
    CHECK(text == input + "." + base64url_encode(std::string(64, 's')));
    auto unverified = UnverifiedToken::parse(text, {"at+jwt"});
    REQUIRE(unverified.ok());
    CHECK(unverified->signing_input() == input);
    CHECK(unverified->signature() == std::string(64, 's'));
    const auto key = unverified->select_key(*keys);
    REQUIRE(key.ok());
    const auto token = SignedToken::accept(*std::move(unverified), **key, SignatureCheck::valid);
    REQUIRE(token.ok());
    const auto session = LiveSession::check(
        *token, {"https://api.example.com", "law-firm-app", std::chrono::seconds{0}},
        from_unix_s(1729262400));
    REQUIRE(session.ok());
    CHECK(session->subject() == claims().subject);
    CHECK(session->agent() == claims().agent);
    CHECK(session->session() == claims().session);
    CHECK(session->token() == claims().token);
    CHECK(session->grant() == claims().grant);
    CHECK(session->tenant() == claims().tenant);
    CHECK(session->tenant_claim() == "lawFirmId");
    CHECK(session->scopes() == claims().scopes);
    CHECK(session->not_after() == claims().expires_at);
    REQUIRE(session->status());
    CHECK(session->status()->index == 412);
    CHECK(session->status()->uri == "https://api.example.com/status/1");
}
