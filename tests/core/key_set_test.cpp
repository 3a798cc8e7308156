#include "hallpass/verify.hpp"

#include "hallpass_catch.hpp"

using namespace hallpass;

namespace {

// RFC 8037 appendix A.1 and A.2.
constexpr std::string_view rfc8037_x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
// RFC 7517 appendix A.1, the P-256 key, and A.3, the HMAC key.
constexpr std::string_view rfc7517_x = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4";
constexpr std::string_view rfc7517_y = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM";
constexpr std::string_view rfc7517_k =
    "AyM1SysPpbyfDfZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";

std::string bytes_of(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(std::string{hex.substr(i, 2)}, nullptr, 16));
    }
    return bytes;
}
std::string ed25519(std::string_view x, std::string_view more = {}) {
    return R"({"kty":"OKP","crv":"Ed25519","x":")" + std::string{x} + '"' + std::string{more} + '}';
}
std::string p256(std::string_view x, std::string_view y, std::string_view more = {}) {
    return R"({"kty":"EC","crv":"P-256","x":")" + std::string{x} + R"(","y":")" + std::string{y} +
           '"' + std::string{more} + '}';
}
std::string hmac(std::string_view k, std::string_view more = {}) {
    return R"({"kty":"oct","k":")" + std::string{k} + '"' + std::string{more} + '}';
}
Result<KeySet> set_of(const std::string& keys) {
    return KeySet::parse("{\"keys\":[" + keys + "]}");
}

/// How many keys a set has, or which member was refused and why.
std::string outcome(const std::string& keys) {
    const auto set = set_of(keys);
    if (set) return std::to_string(set->keys().size());
    CHECK(set.error().code == ErrorCode::VALIDATION_ERROR);
    CHECK(set.error().received.empty());  // a key is never repeated
    return set.error().field + " " + std::string{to_string(set.error().reason)};
}

}  // namespace

TEST_CASE("keys: the Ed25519 public key of RFC 8037 A.2, and not the private one of A.1") {
    const auto set = set_of(ed25519(rfc8037_x, R"(,"kid":"k1")"));
    REQUIRE(set.ok());
    REQUIRE(set->keys().size() == 1);
    const auto& key = set->keys().front();
    CHECK(key.algorithm() == Algorithm::EdDSA);
    CHECK(key.key_id() == "k1");
    CHECK(key.material() ==
          bytes_of("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));
    CHECK(outcome(ed25519(rfc8037_x, R"(,"d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")")) ==
          "keys[0].d unsupported_header");
}

TEST_CASE("keys: the examples of RFC 7517 appendix A") {
    // A.1: the EC key is for encryption and the other one is RSA: both are passed over.
    CHECK(outcome(p256(rfc7517_x, rfc7517_y, R"(,"use":"enc","kid":"1")") +
                  R"(,{"kty":"RSA","n":"0vx7","e":"AQAB","alg":"RS256","kid":"2011-04-29"})") ==
          "0");
    CHECK(outcome(p256(rfc7517_x, rfc7517_y, R"(,"kid":"1")")) == "1");
    const auto set = set_of(p256(rfc7517_x, rfc7517_y));
    REQUIRE(set.ok());
    CHECK(set->keys()[0].algorithm() == Algorithm::ES256);
    CHECK(set->keys()[0].material() ==
          bytes_of("04"
                   "30a0424cd21c2944838a2d75c92b37e76ea20d9f00893a3b4eee8a3c0aafec3e"
                   "e04b65e92456d9888b52b379bdfbd51ee869ef1f0fc65b6659695b6cce081723"));
    // A.2: the private part makes the set refused.
    CHECK(outcome(p256(rfc7517_x, rfc7517_y,
                       R"(,"d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE")")) ==
          "keys[0].d unsupported_header");
    // A.3: the first key is for wrapping, the second fits.
    CHECK(outcome(hmac("GawgguFyGrWKav7AX4VKUg", R"(,"alg":"A128KW")") + "," +
                  hmac(rfc7517_k, R"(,"kid":"HMAC key used in JWS spec Appendix A.1 example")")) ==
          "1");
}

TEST_CASE("keys: every Ed25519 point of small order is refused, in every encoding") {
    // Found by multiplying points of the curve by the order of the base point, which leaves one of
    // the eight points of order 1, 2, 4 and 8; listed are both signs of each y, and y + p where
    // that fits into 255 bits.
    constexpr std::string_view small_order[] = {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    };
    for (const auto hex : small_order) {
        CAPTURE(hex);
        CHECK(outcome(ed25519(base64url_encode(bytes_of(hex)))) == "keys[0].x malformed");
    }
}

TEST_CASE("keys: every Ed25519 encoding whose y is not below the field prime is refused") {
    // p = 2^255 - 19: in 255 bits these are the values p to p + 18, with either sign of x.
    for (int k = 0; k < 19; ++k) {
        for (const bool sign : {false, true}) {
            std::string y(1, static_cast<char>(0xED + k));
            y.append(30, '\xFF').push_back(sign ? '\xFF' : '\x7F');
            CAPTURE(k, sign);
            CHECK(outcome(ed25519(base64url_encode(y))) == "keys[0].x malformed");
        }
    }
}

TEST_CASE("keys: points of full order next to the refused values pass") {
    // y = 3, and p - 3: on the curve, found with the same arithmetic.
    for (const char* hex : {"0300000000000000000000000000000000000000000000000000000000000000",
                            "0300000000000000000000000000000000000000000000000000000000000080",
                            "eaffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "eaffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"}) {
        CHECK(outcome(ed25519(base64url_encode(bytes_of(hex)))) == "1");
    }
}

TEST_CASE("keys: coordinates have exactly 32 bytes of canonical base64url") {
    for (const std::size_t size : {0U, 1U, 31U, 33U, 64U}) {
        const auto wrong = base64url_encode(std::string(size, 'x'));
        CAPTURE(size);
        CHECK(outcome(ed25519(wrong)) == "keys[0].x malformed");
        CHECK(outcome(p256(wrong, rfc7517_y)) == "keys[0].x malformed");
        CHECK(outcome(p256(rfc7517_x, wrong)) == "keys[0].y malformed");
    }
    CHECK(outcome(ed25519("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo=")) == "keys[0].x encoding");
    CHECK(outcome(ed25519("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp")) == "keys[0].x encoding");
    CHECK(outcome(ed25519("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo")) == "keys[0].x encoding");
    CHECK(outcome(R"({"kty":"OKP","crv":"Ed25519"})") == "keys[0].x required");
    CHECK(outcome(R"({"kty":"OKP","crv":"Ed25519","x":5})") == "keys[0].x required");
    CHECK(outcome(
              R"({"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"})") ==
          "keys[0].y required");
    CHECK(outcome(R"({"kty":"oct"})") == "keys[0].k required");
}

TEST_CASE("keys: P-256 coordinates lie below the field prime") {
    const auto text = [](const char* hex) { return base64url_encode(bytes_of(hex)); };
    const auto p = text("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    const auto above = text("ffffffff00000001000000000000000000000001000000000000000000000000");
    const auto all_ones = text("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");
    for (const auto& bad : {p, above, all_ones}) {
        CHECK(outcome(p256(bad, rfc7517_y)) == "keys[0] malformed");
        CHECK(outcome(p256(rfc7517_x, bad)) == "keys[0] malformed");
    }
}

TEST_CASE("keys: an HMAC secret has at least 32 bytes") {
    CHECK(outcome(hmac(base64url_encode(std::string(31, 'k')))) == "keys[0].k too_short");
    CHECK(outcome(hmac("")) == "keys[0].k too_short");
    CHECK(outcome(hmac(base64url_encode(std::string(32, 'k')))) == "1");
    CHECK(outcome(hmac(base64url_encode(std::string(32, '\0')))) == "1");
    const auto set = set_of(hmac(rfc7517_k));
    REQUIRE(set.ok());
    CHECK(set->keys()[0].algorithm() == Algorithm::HS256);
    CHECK(set->keys()[0].material().size() == 64);
}

TEST_CASE(
    "keys: for another use, operation, algorithm or kind they are passed over, even if broken") {
    for (const char* more : {R"(,"use":"enc")", R"(,"use":"SIG")", R"(,"use":5)", R"(,"use":null)",
                             R"(,"key_ops":["sign"])", R"(,"key_ops":[])", R"(,"key_ops":"verify")",
                             R"(,"key_ops":{"a":"verify"})", R"(,"key_ops":[["verify"]])",
                             R"(,"key_ops":null)", R"(,"alg":"none")", R"(,"alg":"ES384")",
                             R"(,"alg":"eddsa")", R"(,"alg":null)", R"(,"alg":"Ed25519")"}) {
        CAPTURE(more);
        CHECK(outcome(ed25519(rfc8037_x, more)) == "0");
        CHECK(outcome(ed25519("broken", more)) == "0");
        CHECK(outcome(p256(rfc7517_x, rfc7517_y, more)) == "0");
        CHECK(outcome(hmac(rfc7517_k, more)) == "0");
    }
    CHECK(outcome(ed25519(rfc8037_x, R"(,"alg":"HS256")")) == "0");
    CHECK(outcome(ed25519(rfc8037_x, R"(,"alg":"ES256")")) == "0");
    CHECK(outcome(hmac(rfc7517_k, R"(,"alg":"EdDSA")")) == "0");
    for (const char* more :
         {R"(,"use":"sig")", R"(,"key_ops":["verify"])", R"(,"key_ops":["sign","verify"])",
          R"(,"use":"sig","key_ops":["verify"],"alg":"EdDSA")", R"(,"x5t":"whatever")"}) {
        CHECK(outcome(ed25519(rfc8037_x, more)) == "1");
    }
    for (const char* other :
         {R"({"kty":"OKP","crv":"X25519","x":"AA"})", R"({"kty":"OKP","crv":"Ed448","x":"AA"})",
          R"({"kty":"EC","crv":"P-384","x":"AA","y":"AA"})", R"({"kty":"EC","crv":"secp256k1"})",
          R"({"kty":"RSA"})", R"({"kty":"okp","crv":"Ed25519"})", R"({})", R"({"kty":5})"}) {
        CAPTURE(other);
        CHECK(outcome(other) == "0");
        CHECK(outcome(std::string{other} + "," + ed25519(rfc8037_x)) == "1");
    }
}

TEST_CASE("keys: kid") {
    const auto one = ed25519(rfc8037_x, R"(,"kid":"a")");
    CHECK(outcome(one + "," + one) == "keys[1].kid contradiction");
    CHECK(outcome(one + "," + hmac(rfc7517_k, R"(,"kid":"\u0061")")) ==
          "keys[1].kid contradiction");
    CHECK(outcome(one + "," + hmac(rfc7517_k, R"(,"kid":"A")")) == "2");
    CHECK(outcome(ed25519(rfc8037_x) + "," + ed25519(rfc8037_x)) == "2");
    for (const char* bad : {R"(,"kid":"")", R"(,"kid":5)", R"(,"kid":null)", R"(,"kid":"a\u0000")",
                            R"(,"kid":" a")"}) {
        CHECK(outcome(ed25519(rfc8037_x, bad)) == "keys[0].kid malformed");
    }
}

TEST_CASE("keys: what is no key set") {
    const auto refusal = [](std::string_view text) {
        const auto set = KeySet::parse(text);
        REQUIRE_FALSE(set.ok());
        return set.error().field + " " + std::string{to_string(set.error().reason)};
    };
    CHECK(refusal("") == " malformed");
    CHECK(refusal("[]") == "keys required");
    CHECK(refusal("{}") == "keys required");
    CHECK(refusal(R"({"keys":{}})") == "keys required");
    CHECK(refusal(R"({"keys":null})") == "keys required");
    CHECK(refusal(R"({"keys":[5]})") == "keys[0] wrong_type");
    CHECK(refusal(R"({"keys":[{},[]]})") == "keys[1] wrong_type");
    CHECK(refusal(R"({"keys":[],"keys":[]})") == "keys duplicate_member");
    CHECK(outcome("") == "0");
}
