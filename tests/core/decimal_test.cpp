#include "decimal.hpp"

#include "hallpass_catch.hpp"

using namespace hallpass;

TEST_CASE("decimal: digits and point, without zeros at either end") {
    const struct {
        std::string_view text;
        bool negative;
        std::string_view digits;
        std::int32_t point;
    } rows[] = {
        {"0", false, "", 0},
        {"-0", true, "", 0},
        {"0.000", false, "", 0},
        {"0e999999999", false, "", 0},
        {"1", false, "1", 1},
        {"10", false, "1", 2},
        {"100.00", false, "1", 3},
        {"0.001", false, "1", -2},
        {"0.1", false, "1", 0},
        {"1.5", false, "15", 1},
        {"-12.250", true, "1225", 2},
        {"1e3", false, "1", 4},
        {"1E+3", false, "1", 4},
        {"1e-3", false, "1", -2},
        {"1.8e9", false, "18", 10},
        {"1800001800.5", false, "18000018005", 10},
        {"0.00012e4", false, "12", 1},
        {"1e99999999999999999999", false, "1", 1000000},
        {"1e-99999999999999999999", false, "1", -1000000},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const auto decimal = Decimal::of(row.text);
        CHECK(decimal.negative == row.negative);
        CHECK(decimal.digits == row.digits);
        CHECK(decimal.point == row.point);
        CHECK(decimal.zero() == row.digits.empty());
    }
}

TEST_CASE("decimal: integers are exact or not there") {
    constexpr std::int64_t max = 9007199254740991;
    const auto integer = [](std::string_view text) { return Decimal::of(text).integer(max); };
    CHECK(integer("0") == 0);
    CHECK(integer("-0.0") == 0);
    CHECK(integer("5") == 5);
    CHECK(integer("5.0") == 5);
    CHECK(integer("5e0") == 5);
    CHECK(integer("0.5e1") == 5);
    CHECK(integer("50e-1") == 5);
    CHECK(integer("-120") == -120);
    CHECK(integer("9007199254740991") == max);
    CHECK(integer("-9007199254740991") == -max);
    CHECK(integer("9.007199254740991e15") == max);
    CHECK_FALSE(integer("9007199254740992"));
    CHECK_FALSE(integer("9007199254740990.5"));
    CHECK_FALSE(integer("0.5"));
    CHECK_FALSE(integer("5.00000000000000000000000000000000001"));
    CHECK_FALSE(integer("1e18"));
    CHECK_FALSE(integer("1e19"));
    CHECK_FALSE(integer("99999999999999999999999999"));
    CHECK_FALSE(integer("1e1000000000"));
    CHECK_FALSE(integer("1e-1000000000"));
}

TEST_CASE("decimal: a long text is no trouble") {
    const auto ones = "1" + std::string(100000, '0');
    CHECK(Decimal::of(ones).digits == "1");
    CHECK(Decimal::of(ones).point == 100001);
    CHECK(Decimal::of(ones + "e-100000").integer(10) == 1);
}
