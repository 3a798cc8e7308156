// The claims of a signed token, each missing, of a wrong type, of a wrong value (contract, section
// 7).
#include "hallpass/verify.hpp"

#include "act_as_token.hpp"
#include "hallpass_catch.hpp"

using namespace tokens;

namespace {

/// The good payload with one member's JSON replaced, or with the member left out.
std::string with(std::string_view name, std::optional<std::string> value) {
    const auto document = json::Document::parse(payload);
    REQUIRE(document.ok());
    json::Writer writer;
    writer.begin_object();
    for (auto member = document->root().first(); member; member = member.next()) {
        if (member.name() != name) writer.key(member.name()).raw(member.excerpt());
    }
    if (value) writer.key(name).raw(*value);
    writer.end_object();
    return writer.text();
}
std::string verifying(std::string_view name, std::optional<std::string> value) {
    const auto session = verify(with(name, std::move(value)), issued);
    if (!session) {
        CHECK(session.error().received.empty());
        CHECK(session.error().message.find("piet") == std::string::npos);
    }
    return outcome(session);
}

const char* const not_text[] = {"null", "5", "true", "[]", "{}", "[\"x\"]"};

}  // namespace

TEST_CASE("claims: what a good token carries") {
    const auto session = verify(payload, issued);
    REQUIRE(outcome(session) == "ok");
    CHECK(session->subject().str() == "piet");
    CHECK(session->agent().str() == "jan");
    CHECK(session->session().str() == "s-1");
    CHECK_FALSE(session->token());
    CHECK_FALSE(session->grant());
    CHECK_FALSE(session->tenant());
    CHECK(session->tenant_claim().empty());
    CHECK(session->scopes().empty());
    CHECK_FALSE(session->status());
    CHECK(session->not_after() == expires);
    CHECK(session->not_before() == issued);
}

TEST_CASE("claims: each required one missing, of a wrong type, or malformed") {
    CHECK(verifying("iss", std::nullopt) == "TOKEN_CLAIM_INVALID iss mismatch");
    CHECK(verifying("aud", std::nullopt) == "TOKEN_CLAIM_INVALID aud mismatch");
    CHECK(verifying("exp", std::nullopt) == "TOKEN_CLAIM_INVALID exp required");
    CHECK(verifying("sub", std::nullopt) == "TOKEN_CLAIM_INVALID sub required");
    CHECK(verifying("act", std::nullopt) == "TOKEN_CLAIM_INVALID act required");
    CHECK(verifying("act_as", std::nullopt) == "TOKEN_CLAIM_INVALID act_as required");
    CHECK(verifying("sid", std::nullopt) == "TOKEN_CLAIM_INVALID sid required");
    CHECK(verifying("iat", std::nullopt) == "ok");
    for (const char* value : not_text) {
        CAPTURE(value);
        CHECK(verifying("iss", value) == "TOKEN_CLAIM_INVALID iss mismatch");
        CHECK(verifying("sub", value) == "TOKEN_CLAIM_INVALID sub malformed");
        CHECK(verifying("sid", value) == "TOKEN_CLAIM_INVALID sid malformed");
        CHECK(verifying("jti", value) == "TOKEN_CLAIM_INVALID jti malformed");
        CHECK(verifying("grant_id", value) == "TOKEN_CLAIM_INVALID grant_id malformed");
        CHECK(verifying("act", std::string{R"({"sub":)"} + value + "}") ==
              "TOKEN_CLAIM_INVALID act malformed");
        CHECK(verifying("act", value) == "TOKEN_CLAIM_INVALID act required");
    }
    for (const char* value : {"\"\"", "\"a\\u0000b\"", "\" a\"", "\"a\\n\""}) {
        CAPTURE(value);
        CHECK(verifying("sub", value) == "TOKEN_CLAIM_INVALID sub malformed");
        CHECK(verifying("sid", value) == "TOKEN_CLAIM_INVALID sid malformed");
        CHECK(verifying("jti", value) == "TOKEN_CLAIM_INVALID jti malformed");
        CHECK(verifying("act", std::string{R"({"sub":)"} + value + "}") ==
              "TOKEN_CLAIM_INVALID act malformed");
    }
    CHECK(verifying("sub", "\"" + std::string(129, 'x') + "\"") ==
          "TOKEN_CLAIM_INVALID sub malformed");
    CHECK(verifying("act", "\"jan\"") == "TOKEN_CLAIM_INVALID act required");
}

TEST_CASE("claims: act_as is true, and nothing that resembles it") {
    for (const char* value : {"false", "null", "1", "\"true\"", "[true]", "{}"}) {
        CHECK(verifying("act_as", value) == "TOKEN_CLAIM_INVALID act_as required");
    }
}

TEST_CASE("claims: a nested actor is informational, the outer one acts") {
    const auto session = verify(
        with("act", R"({"sub":"jan","act":{"sub":"kees","act":{}},"actorUserId":5})"), issued);
    REQUIRE(session.ok());
    CHECK(session->agent().str() == "jan");
}

TEST_CASE("claims: issuer and audience match exactly") {
    for (const char* value : {"\"\"", "\"https://api.example.com/\"", "\"HTTPS://api.example.com\"",
                              "\"https://api.example.co\"", "\"https://api.example.com\\u0000\"",
                              "[\"https://api.example.com\"]"}) {
        CHECK(verifying("iss", value) == "TOKEN_CLAIM_INVALID iss mismatch");
    }
    CHECK(verifying("aud", R"("app")") == "ok");
    CHECK(verifying("aud", R"(["app"])") == "ok");
    CHECK(verifying("aud", R"(["x","app","y"])") == "ok");
    for (const char* value : {"[]", "null", "5", "{}", "\"App\"", "\"app \"", "\"\"", "[\"x\"]",
                              "[\"\"]", "{\"app\":\"app\"}"}) {
        CAPTURE(value);
        CHECK(verifying("aud", value) == "TOKEN_CLAIM_INVALID aud mismatch");
    }
    for (const char* value : {"[\"app\",5]", "[5,\"app\"]", "[null]", "[[\"app\"]]"}) {
        CAPTURE(value);
        CHECK(verifying("aud", value) == "TOKEN_CLAIM_INVALID aud wrong_type");
    }
}

TEST_CASE("claims: scope as text or as an array, canonical afterwards") {
    const auto carried = [](const char* value) {
        const auto session = verify(with("scope", value), issued);
        return session ? session->scopes().text() : outcome(session);
    };
    CHECK(carried(R"("documents:read cases:read")") == "cases:read documents:read");
    CHECK(carried(R"(["documents:read","cases:read","cases:read"])") ==
          "cases:read documents:read");
    CHECK(carried(R"("")").empty());
    CHECK(carried("[]").empty());
    for (const char* value : {"\"*\"", "\"cases:*\"", "\"cases\"", "[\"\"]", "[5]", "[null]",
                              "[[\"a:b\"]]", "\"a:b\\tc:d\"", "[\"a:b c:d\"]", "\"a:\\u0000\""}) {
        CAPTURE(value);
        CHECK(carried(value) == "TOKEN_CLAIM_INVALID scope malformed");
    }
    for (const char* value : {"null", "5", "true", "{}", "{\"a\":\"a:b\"}"}) {
        CHECK(carried(value) == "TOKEN_CLAIM_INVALID scope wrong_type");
    }
}

TEST_CASE("claims: ctx names one tenant, under either name") {
    const auto tenant = [](const char* value) {
        const auto session = verify(with("ctx", value), issued);
        if (!session) return outcome(session);
        return std::string{session->tenant_claim()} + " " +
               (session->tenant() ? session->tenant()->str() : "none");
    };
    CHECK(tenant(R"({"tenantId":"a"})") == "tenantId a");
    CHECK(tenant(R"({"lawFirmId":"f","unknown":[1]})") == "lawFirmId f");
    CHECK(tenant("{}") == " none");
    CHECK(tenant(R"({"tenantId":"a","lawFirmId":"a"})") == "TOKEN_CLAIM_INVALID ctx contradiction");
    CHECK(tenant(R"({"tenantId":5})") == "TOKEN_CLAIM_INVALID ctx malformed");
    CHECK(tenant(R"({"tenantId":""})") == "TOKEN_CLAIM_INVALID ctx malformed");
    CHECK(tenant(R"({"tenantId":null})") == "TOKEN_CLAIM_INVALID ctx malformed");
    for (const char* value : {"null", "5", "[]", "\"a\""})
        CHECK(tenant(value) == "TOKEN_CLAIM_INVALID ctx wrong_type");
}

TEST_CASE("claims: status names a list and an index, or is refused") {
    const auto status = [](const std::string& list) {
        return verifying("status", "{\"status_list\":" + list + "}");
    };
    CHECK(status(R"({"idx":0,"uri":"https://x/1"})") == "ok");
    CHECK(status(R"({"idx":4.0e1,"uri":"https://x/1"})") == "ok");
    for (const char* list :
         {"{}", "null", "[]", R"({"idx":-1,"uri":"u"})", R"({"idx":"0","uri":"u"})",
          R"({"idx":0.5,"uri":"u"})", R"({"idx":0})", R"({"idx":0,"uri":""})",
          R"({"idx":0,"uri":5})", R"({"idx":9007199254740992,"uri":"u"})"}) {
        CAPTURE(list);
        CHECK(status(list) == "TOKEN_CLAIM_INVALID status malformed");
    }
    for (const char* value : {"null", "5", "{}", "[]"})
        CHECK(verifying("status", value) == "TOKEN_CLAIM_INVALID status malformed");
}

TEST_CASE("claims: unknown members are ignored, whatever they hold") {
    CHECK(verifying("permissions", R"({"deep":[[[{"sub":"evil"}]]]})") == "ok");
    CHECK(verifying("email", "null") == "ok");
    CHECK(verifying("Sub", "5") == "ok");
}

TEST_CASE("claims: of several faults the first in the fixed order is told") {
    // Each member broken alone gives its own answer; with all broken from one on, that one's.
    const std::pair<std::string_view, std::string_view> order[] = {
        {"iss", "5"},    {"aud", "5"},     {"sub", "5"},      {"act", "5"},    {"act_as", "5"},
        {"sid", "5"},    {"jti", "5"},     {"grant_id", "5"}, {"scope", "5"},  {"ctx", "5"},
        {"status", "5"}, {"exp", "\"5\""}, {"nbf", "\"5\""},  {"iat", "\"5\""}};
    for (std::size_t first = 0; first < std::size(order); ++first) {
        json::Writer writer;
        writer.begin_object();
        const auto good = json::Document::parse(
            R"({"iss":"https://api.example.com","aud":"app","sub":"piet","act":{"sub":"jan"},"act_as":true,"sid":"s-1","jti":"t",)"
            R"("grant_id":"g","scope":"a:b","ctx":{},"status":{"status_list":{"idx":0,"uri":"u"}},"exp":1800001800,"nbf":0,"iat":0})");
        REQUIRE(good.ok());
        for (std::size_t i = std::size(order); i-- > 0;) {
            const auto [name, broken] = order[i];
            writer.key(name).raw(i >= first ? std::string{broken}
                                            : good->root().find(name).excerpt());
        }
        writer.end_object();
        const auto session = verify(writer.text(), issued);
        REQUIRE_FALSE(session.ok());
        CHECK(session.error().field == order[first].first);
    }
}

TEST_CASE("live session: what is checked again on every use") {
    const auto session = verify(with("scope", R"("cases:read documents:read")"), issued);
    REQUIRE(session.ok());
    const auto again = [&](Instant now, const char* required) {
        const auto needed = ScopeSet::parse(required, "scope");
        REQUIRE(needed.ok());
        const auto result = session->check_again(now, *needed);
        return result ? "ok" : outcome(result) + " " + result.error().constraints.one_of;
    };
    constexpr std::chrono::milliseconds tick{1};
    CHECK(again(issued, "") == "ok");
    CHECK(again(expires - tick, "cases:read") == "ok");
    CHECK(again(expires, "cases:read") == "TOKEN_EXPIRED exp none ");
    CHECK(again(expires, "gone:read") == "TOKEN_EXPIRED exp none ");
    CHECK(again(issued - tick, "") == "TOKEN_NOT_YET_VALID nbf none ");
    CHECK(again(issued, "cases:read documents:read") == "ok");
    CHECK(again(issued, "cases:write cases:read x:y") ==
          "INSUFFICIENT_SCOPE scope scope_exceeded cases:write x:y");
}
