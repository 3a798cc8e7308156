#include "hallpass/time.hpp"

#include "hallpass_catch.hpp"

#include <random>

using namespace hallpass;

namespace {

std::int64_t read(std::string_view text) {
    const auto instant = parse_rfc3339(text, "until");
    INFO(text);
    REQUIRE(instant.ok());
    return to_unix_ms(*instant);
}

Error refused(std::string_view text) {
    auto instant = parse_rfc3339(text, "until");
    INFO(text);
    REQUIRE_FALSE(instant.ok());
    CHECK(instant.error().code == ErrorCode::VALIDATION_ERROR);
    CHECK(instant.error().field == "until");
    CHECK(instant.error().received.size() <= 200);
    return std::move(instant).error();
}

}  // namespace

TEST_CASE("time: instants are written in RFC 3339, milliseconds only where there are any") {
    CHECK(format_rfc3339(from_unix_ms(0)) == "1970-01-01T00:00:00Z");
    CHECK(format_rfc3339(from_unix_s(1760797800)) == "2025-10-18T14:30:00Z");
    CHECK(format_rfc3339(from_unix_ms(1760797800007)) == "2025-10-18T14:30:00.007Z");
    CHECK(format_rfc3339(from_unix_ms(951782399120)) == "2000-02-28T23:59:59.120Z");
    CHECK(format_rfc3339(from_unix_ms(-1)) == "1969-12-31T23:59:59.999Z");
    CHECK(format_rfc3339(from_unix_ms(min_instant_unix_ms)) == "0001-01-01T00:00:00Z");
    CHECK(format_rfc3339(from_unix_ms(max_instant_unix_ms)) == "9999-12-31T23:59:59.999Z");
}

TEST_CASE("time: RFC 3339 date-times with any offset and fraction are read") {
    CHECK(read("1970-01-01T00:00:00Z") == 0);
    CHECK(read("2025-10-18T14:30:00Z") == 1760797800000);
    CHECK(read("2025-10-18t14:30:00z") == 1760797800000);
    CHECK(read("2025-10-18T16:30:00+02:00") == 1760797800000);
    CHECK(read("2025-10-18T05:00:00-09:30") == 1760797800000);
    CHECK(read("2025-10-18T14:30:00-00:00") == 1760797800000);
    CHECK(read("2025-10-19T14:29:00+23:59") == 1760797800000);
    CHECK(read("2025-10-18T14:30:00.5Z") == 1760797800500);
    CHECK(read("2025-10-18T14:30:00.05Z") == 1760797800050);
    CHECK(read("2025-10-18T14:30:00.0009999999999999999999Z") == 1760797800000);
    CHECK(read("2025-10-18T14:30:00.123456789+00:00") == 1760797800123);
    CHECK(read("1969-12-31T23:59:59.999Z") == -1);
    CHECK(read("2000-02-29T00:00:00Z") == 951782400000);
    CHECK(read("0001-01-01T00:00:00Z") == min_instant_unix_ms);
    CHECK(read("9999-12-31T23:59:59.999Z") == max_instant_unix_ms);
}

TEST_CASE("time: what is no RFC 3339 date-time is malformed") {
    for (const char* text : {"",
                             "Z",
                             "2025",
                             "2025-10-18",
                             "2025-10-18T14:30Z",
                             "2025-10-18T14:30:00",
                             "2025-10-18 14:30:00Z",
                             "2025-10-18T14:30:00ZZ",
                             " 2025-10-18T14:30:00Z",
                             "2025-10-18T14:30:00Z ",
                             "2025-10-18T14:30:00.Z",
                             "2025-10-18T14:30:00,5Z",
                             "2025-10-18T14:30:00+0200",
                             "2025-10-18T14:30:00+02",
                             "2025-10-18T14:30:00+24:00",
                             "2025-10-18T14:30:00+02:60",
                             "2025-10-18T14:30:00+2:00",
                             "2025-10-18T24:00:00Z",
                             "2025-10-18T14:60:00Z",
                             "2025-12-31T23:59:60Z",
                             "2025-10-18T14:30:99Z",
                             "2025-02-29T00:00:00Z",
                             "1900-02-29T00:00:00Z",
                             "2025-04-31T00:00:00Z",
                             "2025-00-01T00:00:00Z",
                             "2025-13-01T00:00:00Z",
                             "2025-01-00T00:00:00Z",
                             "25-10-18T14:30:00Z",
                             "12025-10-18T14:30:00Z",
                             "+2025-10-18T14:30:00Z",
                             "-001-10-18T14:30:00Z",
                             "2025-1-18T14:30:00Z",
                             "2025-10-1 T14:30:00Z",
                             "2025/10/18T14:30:00Z",
                             "2025-10-18T1a:30:00Z",
                             "2025-10-18T14:30:00\xC2\xB1"
                             "02:00",
                             "1760797800",
                             "now"}) {
        CHECK(refused(text).reason == Reason::malformed);
    }
    CHECK(refused(std::string_view{"2025-10-18T14:30:00Z\0", 21}).reason == Reason::malformed);
    CHECK(refused("2025-10-18\"").received == R"("2025-10-18\"")");
    CHECK(refused("2025-10-18\x01").received.empty());
    CHECK(refused(std::string(5000, '9')).received.empty());
}

TEST_CASE("time: years outside 0001 to 9999 are out of range, also by the offset") {
    CHECK(refused("0000-12-31T23:59:59Z").reason == Reason::out_of_range);
    CHECK(refused("0001-01-01T00:00:00+00:01").reason == Reason::out_of_range);
    CHECK(refused("9999-12-31T23:59:59-00:01").reason == Reason::out_of_range);
    CHECK(read("0000-12-31T23:59:00-00:01") == min_instant_unix_ms);
}

TEST_CASE("time: every instant survives writing and reading") {
    std::mt19937_64 random{20250507};
    std::uniform_int_distribution<std::int64_t> any{min_instant_unix_ms, max_instant_unix_ms};
    for (int i = 0; i < 20000; ++i) {
        const auto unix_ms = any(random);
        CHECK(read(format_rfc3339(from_unix_ms(unix_ms))) == unix_ms);
    }
}

TEST_CASE("time: whole seconds are rounded towards the past") {
    CHECK(to_unix_s(from_unix_ms(1999)) == 1);
    CHECK(to_unix_s(from_unix_ms(-1)) == -1);
    CHECK(to_unix_ms(floor_to_second(from_unix_ms(-1))) == -1000);
    CHECK(to_unix_ms(floor_to_second(from_unix_ms(2000))) == 2000);
}
