#include "hallpass/verify.hpp"

#include "act_as_token.hpp"
#include "hallpass_catch.hpp"

#include <algorithm>

using namespace tokens;

namespace {

std::string parsing(std::string_view text, const std::vector<std::string>& types = {"at+jwt"}) {
    const auto parsed = UnverifiedToken::parse(text, types);
    if (!parsed) {
        CHECK(parsed.error().received.empty());
        // No token text in any message.
        CHECK((text.size() < 8 ||
               parsed.error().message.find(text.substr(0, 8)) == std::string::npos));
    }
    return outcome(parsed);
}
std::string with_header(std::string_view json) { return parsing(token(json)); }
std::string with_payload(std::string_view json) { return parsing(token(header, json)); }

/// Form, key and type of a token whose signature holds.
std::string accepting(std::string_view header_json, const std::vector<std::string>& types,
                      SignatureCheck check = SignatureCheck::valid) {
    auto parsed = UnverifiedToken::parse(token(header_json), types);
    if (!parsed) return outcome(parsed);
    const auto key = parsed->select_key(keys());
    if (!key) return outcome(key);
    return outcome(SignedToken::accept(*std::move(parsed), **key, check));
}

// RFC 7515 A.1 and A.3, RFC 8037 A.4.
constexpr std::string_view rfc7515_a1 =
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    "."
    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr std::string_view rfc7515_a3 =
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    "."
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
constexpr std::string_view rfc8037_a4 =
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

}  // namespace

TEST_CASE("unverified: the examples of RFC 7515 and RFC 8037") {
    const auto hmac = UnverifiedToken::parse(rfc7515_a1, {"JWT"});
    REQUIRE(hmac.ok());
    CHECK(hmac->signature().size() == 32);
    CHECK(hmac->signing_input() == rfc7515_a1.substr(0, rfc7515_a1.rfind('.')));
    CHECK(hmac->key_id().empty());
    const auto ecdsa = UnverifiedToken::parse(rfc7515_a3, {""});
    REQUIRE(ecdsa.ok());
    CHECK(ecdsa->signature().size() == 64);
    CHECK(parsing(rfc8037_a4) == "TOKEN_MALFORMED payload malformed");  // its payload is no JSON

    const auto set = KeySet::parse(
        R"({"keys":[{"kty":"oct","k":"AyM1SysPpbyfDfZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"},)"
        R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})");
    REQUIRE(set.ok());
    REQUIRE(hmac->select_key(*set).ok());
    CHECK((*hmac->select_key(*set))->algorithm() == Algorithm::HS256);
    REQUIRE(ecdsa->select_key(*set).ok());
    CHECK((*ecdsa->select_key(*set))->algorithm() == Algorithm::ES256);
    CHECK(outcome(hmac->select_key(keys())) == "TOKEN_SIGNATURE_INVALID  unknown_key");
}

TEST_CASE("unverified: three parts, none of them empty") {
    CHECK(parsing(token(header)) == "ok");
    for (const std::string_view bad : {"", ".", "..", "...", "a", "a.b", "a..b", ".a.b", "a.b.",
                                       "a.b.c.d", "a.b.c.", ".a.b.c"}) {
        CAPTURE(bad);
        CHECK(parsing(bad) == "TOKEN_MALFORMED  malformed");
    }
    CHECK(parsing(token(header) + ".AAAA") == "TOKEN_MALFORMED  malformed");
}

TEST_CASE("unverified: canonical base64url in every part") {
    const auto good = token(header);
    const auto dots = std::pair{good.find('.'), good.rfind('.')};
    for (const std::string_view bad : {"=", " ", "\n", "+", "/", "\t", "%"}) {
        CAPTURE(bad);
        const std::string junk{bad};
        CHECK(parsing(good.substr(0, dots.first) + junk + good.substr(dots.first)) ==
              "TOKEN_MALFORMED header encoding");
        CHECK(parsing(good.substr(0, dots.second) + junk + good.substr(dots.second)) ==
              "TOKEN_MALFORMED payload encoding");
        CHECK(parsing(good + junk) == "TOKEN_MALFORMED signature encoding");
        CHECK(parsing(junk + good) == "TOKEN_MALFORMED header encoding");
    }
    // 64 bytes leave four spare bits in the last character: only "w", "A", "Q" and "g" are
    // canonical.
    auto stray = good;
    stray.back() = static_cast<char>(stray.back() + 1);
    CHECK(parsing(stray) == "TOKEN_MALFORMED signature encoding");
}

TEST_CASE("unverified: 16 KiB pass, one byte more does not") {
    const auto padded = [](std::size_t length) {
        const auto fixed = token(header, "").size();
        for (std::size_t filler = length * 3 / 4 - fixed; filler < length; ++filler) {
            auto text = token(header, "{\"x\":\"" + std::string(filler, 'x') + "\"}");
            if (text.size() == length) return text;
            if (text.size() > length) break;
        }
        return std::string{};
    };
    // Of two neighbouring lengths base64 may reach only one; what matters is the bound.
    bool below = false, above = false;
    for (std::size_t length = 16 * 1024 - 3; length <= 16 * 1024 + 3; ++length) {
        const auto text = padded(length);
        if (text.empty()) continue;
        CHECK(parsing(text) == (length <= 16 * 1024 ? "ok" : "TOKEN_MALFORMED  too_long"));
        (length <= 16 * 1024 ? below : above) = true;
    }
    CHECK(below);
    CHECK(above);
    CHECK(parsing(std::string(16 * 1024, 'a')) == "TOKEN_MALFORMED  malformed");
    CHECK(parsing(std::string(16 * 1024 + 1, 'a')) == "TOKEN_MALFORMED  too_long");
}

TEST_CASE("unverified: header and payload are strict JSON objects") {
    using namespace std::string_view_literals;
    for (const auto bad :
         {""sv, "{"sv, "nonsense"sv, "\xEF\xBB\xBF{}"sv, "{}x"sv, "{}{}"sv, "{}\0"sv,
          R"({"a":"\ud800"})"sv, "{\"a\":\"\xFF\"}"sv, R"({"a":NaN})"sv, "{/**/}"sv}) {
        CAPTURE(bad);
        const auto empty = bad.empty();
        CHECK(with_header(bad) ==
              (empty ? "TOKEN_MALFORMED  malformed" : "TOKEN_MALFORMED header malformed"));
        CHECK(with_payload(bad) ==
              (empty ? "TOKEN_MALFORMED  malformed" : "TOKEN_MALFORMED payload malformed"));
    }
    for (const auto bad : {"[]"sv, "null"sv, "5"sv, "\"x\""sv, "true"sv}) {
        CHECK(with_header(bad) == "TOKEN_MALFORMED header wrong_type");
        CHECK(with_payload(bad) == "TOKEN_MALFORMED payload wrong_type");
    }
    CHECK(with_header(R"({"alg":"EdDSA","\u0061lg":"HS256"})") ==
          "TOKEN_MALFORMED header duplicate_member");
    CHECK(with_payload(R"({"sub":"a","x":{"y":[{"z":1,"z":2}]}})") ==
          "TOKEN_MALFORMED payload duplicate_member");
    const auto deep = [](std::size_t levels) {
        return "{\"x\":" + std::string(levels, '[') + std::string(levels, ']') + "}";
    };
    CHECK(with_payload(deep(31)) == "ok");
    CHECK(with_payload(deep(32)) == "TOKEN_MALFORMED payload malformed");
}

TEST_CASE("unverified: what a header may not ask for, whatever its value") {
    for (const std::string name : {"crit", "b64", "jwk", "jku", "x5u", "x5c"}) {
        for (const char* value : {"[\"exp\"]", "[]", "null", "true", "false", "{}",
                                  "\"https://evil.example/\"", "[\"b64\"]"}) {
            CAPTURE(name, value);
            CHECK(with_header("{\"alg\":\"EdDSA\",\"kid\":\"k\",\"" + name + "\":" + value + "}") ==
                  "TOKEN_MALFORMED " + name + " unsupported_header");
        }
    }
    CHECK(with_header(R"({"alg":"EdDSA","\u0063rit":["x"]})") ==
          "TOKEN_MALFORMED crit unsupported_header");
    CHECK(with_header(R"({"alg":"EdDSA","x5t":"a","cty":"b","unknown":{}})") == "ok");
}

TEST_CASE("unverified: only the three algorithms, by their exact names") {
    for (const std::string alg :
         {"none", "None", "NONE", "nOnE", "none ", "", "eddsa", "EDDSA", "HS384", "HS512", "RS256",
          "PS256", "ES384", "ES256K", "Ed25519", "EdDSA\\u0000"}) {
        CAPTURE(alg);
        CHECK(with_header("{\"alg\":\"" + alg + "\"}") == "TOKEN_SIGNATURE_INVALID  algorithm");
    }
    for (const char* json :
         {"{}", R"({"alg":null})", R"({"alg":5})", R"({"alg":["EdDSA"]})", R"({"Alg":"EdDSA"})"}) {
        CHECK(with_header(json) == "TOKEN_MALFORMED alg required");
    }
}

TEST_CASE("unverified: kid is an id, typ is text") {
    for (const char* kid : {"\"\"", "5", "null", "[]", "\"a\\u0000\"", "\" a\""}) {
        CHECK(with_header(std::string{R"({"alg":"EdDSA","kid":)"} + kid + "}") ==
              "TOKEN_MALFORMED kid malformed");
    }
    CHECK(with_header(R"({"alg":"EdDSA","kid":")" + std::string(128, 'k') + "\"}") == "ok");
    CHECK(with_header(R"({"alg":"EdDSA","kid":")" + std::string(129, 'k') + "\"}") ==
          "TOKEN_MALFORMED kid malformed");
    for (const char* typ : {"5", "null", "[\"at+jwt\"]"}) {
        CHECK(with_header(std::string{R"({"alg":"EdDSA","typ":)"} + typ + "}") ==
              "TOKEN_MALFORMED typ wrong_type");
    }
}

TEST_CASE(
    "unverified: the type is told only after the signature, in any case and with application/") {
    const auto typed = [](const char* typ, const std::vector<std::string>& types) {
        const std::string member = typ != nullptr ? std::string{R"(,"typ":")"} + typ + '"' : "";
        return accepting(R"({"alg":"EdDSA","kid":"k")" + member + "}", types);
    };
    const std::string refused = "TOKEN_CLAIM_INVALID typ not_one_of";
    for (const char* typ :
         {"at+jwt", "AT+JWT", "At+Jwt", "application/at+jwt", "APPLICATION/AT+JWT"}) {
        CHECK(typed(typ, {"at+jwt"}) == "ok");
        CHECK(typed(typ, {"application/at+jwt"}) == "ok");
        CHECK(typed(typ, {"JWT"}) == refused);
        CHECK(typed(typ, {"JWT", "at+jwt"}) == "ok");
        CHECK(typed(typ, {}) == refused);
    }
    for (const char* typ : {"JWT", "at", "at+jwt ", "text/at+jwt", "application/x/at+jwt",
                            "at+jwt;v=1", "application/application/at+jwt"}) {
        CAPTURE(typ);
        CHECK(typed(typ, {"at+jwt"}) == refused);
    }
    CHECK(typed(nullptr, {"at+jwt"}) == refused);
    CHECK(typed(nullptr, {""}) == "ok");
    CHECK(typed(nullptr, {"at+jwt", ""}) == "ok");
    CHECK(typed("at+jwt", {""}) == refused);
    CHECK(accepting(R"({"alg":"EdDSA","kid":"k","typ":"JWT"})", {"at+jwt"},
                    SignatureCheck::invalid) == "TOKEN_SIGNATURE_INVALID  mismatch");
}

TEST_CASE("unverified: the key decides, by kid, or alone of its algorithm") {
    const std::string ed =
        R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")";
    const std::string mac = R"({"kty":"oct","k":")" + base64url_encode(std::string(32, 'k')) + '"';
    const auto picked = [](const std::string& keys_json, std::string_view header_json) {
        const auto set = KeySet::parse("{\"keys\":[" + keys_json + "]}");
        REQUIRE(set.ok());
        const auto parsed = UnverifiedToken::parse(token(header_json), {"at+jwt"});
        REQUIRE(parsed.ok());
        const auto key = parsed->select_key(*set);
        return key ? std::to_string(*key - set->keys().data())
                   : std::string{to_string(key.error().reason)};
    };
    const auto a = ed + R"(,"kid":"a"})", b = ed + R"(,"kid":"b"})", m = mac + R"(,"kid":"m"})";
    const auto bare = ed + "}";
    CHECK(picked(a + "," + b, R"({"alg":"EdDSA","kid":"b"})") == "1");
    CHECK(picked(a + "," + b, R"({"alg":"EdDSA","kid":"c"})") == "unknown_key");
    CHECK(picked(a + "," + b, R"({"alg":"EdDSA"})") == "unknown_key");
    CHECK(picked(a + "," + m, R"({"alg":"EdDSA"})") == "0");
    CHECK(picked(a, R"({"alg":"EdDSA"})") == "0");
    CHECK(picked(bare, R"({"alg":"EdDSA","kid":"a"})") == "unknown_key");
    CHECK(picked(bare + "," + bare, R"({"alg":"EdDSA"})") == "unknown_key");
    CHECK(picked("", R"({"alg":"EdDSA"})") == "unknown_key");
    // An Ed25519 key never verifies a MAC, and the other way round.
    CHECK(picked(a, R"({"alg":"HS256","kid":"a"})") == "algorithm");
    CHECK(picked(a, R"({"alg":"HS256"})") == "unknown_key");
    CHECK(picked(m, R"({"alg":"EdDSA","kid":"m"})") == "algorithm");
    CHECK(picked(a, R"({"alg":"ES256","kid":"a"})") == "algorithm");
    CHECK(picked(m, R"({"alg":"HS256","kid":"m"})") ==
          "encoding");  // 64 bytes are no HS256 signature
}

TEST_CASE("unverified: a header that was read before says what it said then, and only of itself") {
    UnverifiedToken::KnownHeader known;
    const auto said = [&](std::string_view header_json, std::string_view payload_json = payload) {
        auto parsed = UnverifiedToken::parse(token(header_json, payload_json), {"at+jwt"}, known);
        if (!parsed) return outcome(parsed);
        const auto key = parsed->select_key(keys());
        return key ? outcome(SignedToken::accept(*std::move(parsed), **key, SignatureCheck::valid))
                   : outcome(key);
    };
    for (int round = 0; round < 4; ++round) {
        CHECK(said(header) == "ok");
        CHECK(said(header, "[]") == "TOKEN_MALFORMED payload wrong_type");
        CHECK(said(header, R"({"a":1})") == "ok");
        if (round % 2 == 0) continue;
        CHECK(said(R"({"alg":"EdDSA","kid":"k","typ":"JWT"})") ==
              "TOKEN_CLAIM_INVALID typ not_one_of");
        CHECK(said(R"({"alg":"EdDSA","kid":"j"})") == "TOKEN_SIGNATURE_INVALID  unknown_key");
        CHECK(said(R"({"alg":"EdDSA","typ":"at+jwt"})") == "ok");
        CHECK(said(R"({"alg":"EdDSA","b64":1})") == "TOKEN_MALFORMED b64 unsupported_header");
    }
}

TEST_CASE("unverified: a signature of another length is refused before any cryptography") {
    for (const std::size_t size : {1U, 32U, 63U, 65U, 70U, 72U}) {
        const auto text = base64url_encode(header) + "." + base64url_encode(payload) + "." +
                          base64url_encode(std::string(size, 's'));
        const auto parsed = UnverifiedToken::parse(text, {"at+jwt"});
        REQUIRE(parsed.ok());
        CHECK(outcome(parsed->select_key(keys())) == "TOKEN_SIGNATURE_INVALID  encoding");
    }
}

TEST_CASE("signed: an invalid check, or a key of another algorithm, is never accepted") {
    CHECK(accepting(header, {"at+jwt"}) == "ok");
    CHECK(accepting(header, {"at+jwt"}, SignatureCheck::invalid) ==
          "TOKEN_SIGNATURE_INVALID  mismatch");
    const auto set = KeySet::parse(R"({"keys":[{"kty":"oct","k":")" +
                                   base64url_encode(std::string(32, 'k')) + "\"}]}");
    REQUIRE(set.ok());
    auto parsed = UnverifiedToken::parse(token(header), {"at+jwt"});
    REQUIRE(parsed.ok());
    CHECK(outcome(SignedToken::accept(*std::move(parsed), set->keys().front(),
                                      SignatureCheck::valid)) ==
          "TOKEN_SIGNATURE_INVALID  mismatch");
}
