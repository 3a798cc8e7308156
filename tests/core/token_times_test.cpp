// NumericDates (RFC 7519 section 2) and the boundaries of a token's life.
#include "hallpass/verify.hpp"

#include "act_as_token.hpp"
#include "hallpass_catch.hpp"

using namespace tokens;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

std::string with_times(std::string_view exp, std::string_view more = {}) {
    return R"({"iss":"https://api.example.com","aud":"app","sub":"piet","act":{"sub":"jan"},"act_as":true,"sid":"s-1","exp":)" +
           std::string{exp} + std::string{more} + "}";
}
std::string at(Instant now, std::string_view exp, std::string_view more = {},
               seconds leeway = seconds{0}) {
    const auto session = verify(with_times(exp, more), now, {rules.issuer, rules.audience, leeway});
    return session ? "ok"
                   : std::string{to_string(session.error().code)} + " " + session.error().field;
}
NumericDate date(std::string_view text) {
    const auto parsed = NumericDate::parse(text);
    REQUIRE(parsed);
    return *parsed;
}
constexpr milliseconds tick{1};

}  // namespace

TEST_CASE("times: numbers from 0 to the year 9999, in any spelling") {
    CHECK(date("1800001800.5") == NumericDate{1800001800, "5"});
    CHECK(date("1.8e9") == NumericDate{1800000000, ""});
    CHECK(date("18E+8") == NumericDate{1800000000, ""});
    CHECK(date("1800000000.000") == NumericDate{1800000000, ""});
    CHECK(date("18000018005e-1") == NumericDate{1800001800, "5"});
    CHECK(date("0") == NumericDate{});
    CHECK(date("-0") == NumericDate{});
    CHECK(date("-0.0e7") == NumericDate{});
    CHECK(date("0e99999") == NumericDate{});
    CHECK(date("0.25") == NumericDate{0, "25"});
    CHECK(date("2.5e-3") == NumericDate{0, "0025"});
    CHECK(date("253402300799") == NumericDate{253402300799, ""});
    CHECK(date("253402300799.999999") == NumericDate{253402300799, "999999"});
    for (const std::string_view bad : {"253402300800", "253402300799e1", "1e300", "1e12", "-1",
                                       "-0.5", "-1e-300", "1e99999999"}) {
        CAPTURE(bad);
        CHECK_FALSE(NumericDate::parse(bad));
    }
}

TEST_CASE("times: compared exactly, however long the fraction") {
    CHECK(date("1.1") < date("1.10000000000000000000000000000000001"));
    CHECK(date("1.9999999999999999999999999999999") < date("2"));
    CHECK(date("1.10") == date("1.1"));
    CHECK(date("1.09") < date("1.1"));
    CHECK(date("9007199254740993e-7") < date("9007199254740994e-7"));
    CHECK(date("0") < date("1e-999999999"));
    CHECK(date("0.5") > date("0.49999999999999999999999999"));
}

TEST_CASE("times: rounded up to the millisecond at which they are reached") {
    const auto ms = [](std::string_view text) { return to_unix_ms(date(text).ceil_to_ms()); };
    CHECK(ms("0") == 0);
    CHECK(ms("1.5") == 1500);
    CHECK(ms("1.001") == 1001);
    CHECK(ms("1.0001") == 1001);
    CHECK(ms("1.0010000000000000000001") == 1002);
    CHECK(ms("1.9999") == 2000);
    CHECK(ms("1e-300") == 1);
}

TEST_CASE("times: exp is exclusive to the millisecond") {
    CHECK(at(expires - tick, "1800001800") == "ok");
    CHECK(at(expires, "1800001800") == "TOKEN_EXPIRED exp");
    CHECK(at(expires + tick, "1800001800") == "TOKEN_EXPIRED exp");
    CHECK(at(expires + milliseconds{499}, "1800001800.5") == "ok");
    CHECK(at(expires + milliseconds{500}, "1800001800.5") == "TOKEN_EXPIRED exp");
    CHECK(at(expires + milliseconds{500}, "1800001800.5000000001") == "ok");
    CHECK(at(expires + milliseconds{501}, "1800001800.5000000001") == "TOKEN_EXPIRED exp");
    CHECK(at(from_unix_s(1'800'000'000) - tick, "1.8e9") == "ok");
    CHECK(at(from_unix_s(1'800'000'000), "1.8e9") == "TOKEN_EXPIRED exp");
    CHECK(at(from_unix_ms(0), "0") == "TOKEN_EXPIRED exp");
    CHECK(at(from_unix_ms(-1), "0") == "ok");
}

TEST_CASE("times: what is no NumericDate is refused in every claim that holds one") {
    for (const std::string bad :
         {"\"1800001800\"", "-1", "1e300", "null", "true", "[]", "{}", "253402300800", "-0.001"}) {
        CAPTURE(bad);
        CHECK(at(issued, bad) == "TOKEN_CLAIM_INVALID exp");
        CHECK(at(issued, "1800001800", ",\"nbf\":" + bad) == "TOKEN_CLAIM_INVALID nbf");
        CHECK(at(issued, "1800001800", ",\"iat\":" + bad) == "TOKEN_CLAIM_INVALID iat");
    }
    for (const std::string_view bad :
         {"NaN", "Infinity", "1e400", "01800001800", "+1800001800", "0x6B49D908", ".5", "1."}) {
        CHECK(at(issued, bad) == "TOKEN_MALFORMED payload");
    }
    CHECK(at(issued, "253402300799") == "ok");
}

TEST_CASE("times: nbf is inclusive, iat must not lie ahead or after exp") {
    CHECK(at(issued - tick, "1800001800", ",\"nbf\":1800000000") == "TOKEN_NOT_YET_VALID nbf");
    CHECK(at(issued, "1800001800", ",\"nbf\":1800000000") == "ok");
    CHECK(at(issued, "1800001800", ",\"nbf\":1800000000.0000001") == "TOKEN_NOT_YET_VALID nbf");
    CHECK(at(issued + tick, "1800001800", ",\"nbf\":1800000000.0000001") == "ok");
    CHECK(at(issued - tick, "1800001800", ",\"iat\":1800000000") == "TOKEN_NOT_YET_VALID iat");
    CHECK(at(issued, "1800001800", ",\"iat\":1800000000") == "ok");
    CHECK(at(issued, "1800001800", ",\"iat\":1800001800") == "TOKEN_NOT_YET_VALID iat");
    CHECK(at(issued, "1800001800", ",\"iat\":1800001801") == "TOKEN_CLAIM_INVALID iat");
    CHECK(at(issued, "1800001800", ",\"iat\":1800001800.00000000000000000001") ==
          "TOKEN_CLAIM_INVALID iat");
    // Expired comes before not yet valid.
    CHECK(at(expires, "1800001800", ",\"nbf\":1800009999") == "TOKEN_EXPIRED exp");
}

TEST_CASE("times: the leeway moves every boundary by itself") {
    for (const int leeway_s : {0, 1, 60}) {
        const seconds leeway{leeway_s};
        CAPTURE(leeway_s);
        CHECK(at(expires + leeway - tick, "1800001800", {}, leeway) == "ok");
        CHECK(at(expires + leeway, "1800001800", {}, leeway) == "TOKEN_EXPIRED exp");
        CHECK(at(issued - leeway, "1800001800", ",\"nbf\":1800000000", leeway) == "ok");
        CHECK(at(issued - leeway - tick, "1800001800", ",\"nbf\":1800000000", leeway) ==
              "TOKEN_NOT_YET_VALID nbf");
        CHECK(at(issued - leeway, "1800001800", ",\"iat\":1800000000", leeway) == "ok");
        CHECK(at(issued - leeway - tick, "1800001800", ",\"iat\":1800000000", leeway) ==
              "TOKEN_NOT_YET_VALID iat");
        // It never makes up for an issue time after the end.
        CHECK(at(expires, "1800001800", ",\"iat\":1800001801", leeway) ==
              "TOKEN_CLAIM_INVALID iat");
        // A session remembers its leeway.
        const auto session =
            verify(with_times("1800001800"), issued, {rules.issuer, rules.audience, leeway});
        REQUIRE(session.ok());
        CHECK(session->check_again(expires + leeway - tick, {}).ok());
        CHECK_FALSE(session->check_again(expires + leeway, {}).ok());
    }
}

TEST_CASE("times: rules that are no rules are refused") {
    const auto refusal = [](const VerifierRules& bad) {
        const auto checked = check_rules(bad);
        REQUIRE_FALSE(checked.ok());
        CHECK(outcome(verify(payload, issued, bad)).rfind("VALIDATION_ERROR", 0) == 0);
        return checked.error().field + " " + std::string{to_string(checked.error().reason)};
    };
    CHECK(refusal({"", "app", seconds{0}}) == "issuer required");
    CHECK(refusal({"i", "", seconds{0}}) == "audience required");
    CHECK(refusal({"i", "a", seconds{61}}) == "clockSkewSeconds out_of_range");
    CHECK(refusal({"i", "a", seconds{-1}}) == "clockSkewSeconds out_of_range");
    CHECK(check_rules({"i", "a", seconds{60}}).ok());
    CHECK(check_rules({"i", "a", seconds{0}}).ok());
}
