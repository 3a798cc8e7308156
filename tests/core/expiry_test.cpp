#include "hallpass/expiry.hpp"

#include "hallpass_catch.hpp"

using namespace hallpass;

namespace {

TimeZone zone(std::string_view name) {
    const auto found = ZoneTable::embedded().find(name);
    INFO(name);
    REQUIRE(found.ok());
    return *found;
}

Instant at(std::string_view text) {
    const auto instant = parse_rfc3339(text, "at");
    REQUIRE(instant.ok());
    return *instant;
}

date::year_month_day day(int year, unsigned month, unsigned number) {
    return date::year{year} / date::month{month} / date::day{number};
}

/// "2025-05-07T22:00:00Z through 2025-05-07"
std::string end(const ExpiryChoice& choice, std::string_view now, std::string_view name) {
    const auto result = expiry(choice, at(now), zone(name));
    INFO(now << " in " << name);
    if (!result) return "refused: " + std::string{to_string(result.error().reason)};
    CHECK(result->until > at(now));
    CHECK(last_day_of(result->until, zone(name)) == result->last_day);
    return format_rfc3339(result->until) + " through " + format_date(result->last_day);
}

Error refused(const ExpiryChoice& choice, std::string_view now,
              std::optional<std::chrono::milliseconds> max_grant = std::nullopt) {
    auto result = expiry(choice, at(now), zone("Europe/Amsterdam"), max_grant);
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().code == ErrorCode::VALIDATION_ERROR);
    CHECK_FALSE(result.error().message.empty());
    return std::move(result).error();
}

constexpr auto today = ExpiryPreset::end_of_today;
constexpr auto tomorrow = ExpiryPreset::end_of_tomorrow;
constexpr auto one_week = ExpiryPreset::one_week;
constexpr auto end_of_week = ExpiryPreset::end_of_week;
constexpr auto noon = "2025-05-07T10:00:00Z";  // a Wednesday
constexpr auto amsterdam = "Europe/Amsterdam";

}  // namespace

TEST_CASE("expiry: presets end with the local day they name") {
    CHECK(default_expiry_preset == today);
    CHECK(end(today, noon, amsterdam) == "2025-05-07T22:00:00Z through 2025-05-07");
    CHECK(end(tomorrow, noon, amsterdam) == "2025-05-08T22:00:00Z through 2025-05-08");
    CHECK(end(one_week, noon, amsterdam) == "2025-05-14T22:00:00Z through 2025-05-14");
    CHECK(end(end_of_week, noon, amsterdam) == "2025-05-11T22:00:00Z through 2025-05-11");
}

TEST_CASE("expiry: today is the user's, not UTC's") {
    CHECK(end(today, "2025-05-07T23:30:00Z", amsterdam) ==
          "2025-05-08T22:00:00Z through 2025-05-08");
    CHECK(end(today, "2025-05-07T23:30:00Z", "UTC") == "2025-05-08T00:00:00Z through 2025-05-07");
    CHECK(end(today, "2025-05-07T03:00:00Z", "America/Los_Angeles") ==
          "2025-05-07T07:00:00Z through 2025-05-06");
    CHECK(end(today, "2025-05-07T10:30:00Z", "Pacific/Kiritimati") ==
          "2025-05-08T10:00:00Z through 2025-05-08");
}

TEST_CASE("expiry: the end is exclusive, so a day's first instant belongs to that day") {
    CHECK(end(today, "2025-05-07T21:59:59.999Z", amsterdam) ==
          "2025-05-07T22:00:00Z through 2025-05-07");
    CHECK(end(today, "2025-05-07T22:00:00Z", amsterdam) ==
          "2025-05-08T22:00:00Z through 2025-05-08");
}

TEST_CASE("expiry: the ISO week ends with Sunday, from Monday to Sunday itself") {
    for (const char* now : {"2025-05-05T10:00:00Z", "2025-05-06T10:00:00Z", "2025-05-10T10:00:00Z",
                            "2025-05-11T10:00:00Z", "2025-05-11T21:59:59Z"}) {
        CHECK(end(end_of_week, now, amsterdam) == "2025-05-11T22:00:00Z through 2025-05-11");
    }
    CHECK(end(end_of_week, "2025-05-11T22:00:00Z", amsterdam) ==
          "2025-05-18T22:00:00Z through 2025-05-18");
    CHECK(end(end_of_week, "2025-12-31T12:00:00Z", amsterdam) ==
          "2026-01-04T23:00:00Z through 2026-01-04");
}

TEST_CASE("expiry: daylight saving moves the end, not the day") {
    CHECK(end(one_week, "2025-03-24T12:00:00Z", amsterdam) ==
          "2025-03-31T22:00:00Z through 2025-03-31");
    CHECK(end(today, "2025-10-26T12:00:00Z", amsterdam) ==
          "2025-10-26T23:00:00Z through 2025-10-26");
    // Midnight in a gap: the day before lasts until the clock jumps to 01:00.
    CHECK(end(today, "2025-03-29T12:00:00Z", "Asia/Beirut") ==
          "2025-03-29T22:00:00Z through 2025-03-29");
    CHECK(end(today, "2025-09-06T12:00:00Z", "America/Santiago") ==
          "2025-09-07T04:00:00Z through 2025-09-06");
    // Midnight twice in Havana: the day is over the first time.
    CHECK(end(today, "2025-11-01T12:00:00Z", "America/Havana") ==
          "2025-11-02T04:00:00Z through 2025-11-01");
    // Cairo's last hour twice: the day is over after the second.
    CHECK(end(today, "2025-10-30T20:30:00Z", "Africa/Cairo") ==
          "2025-10-30T22:00:00Z through 2025-10-30");
    CHECK(end(today, "2025-10-30T21:30:00Z", "Africa/Cairo") ==
          "2025-10-30T22:00:00Z through 2025-10-30");
}

TEST_CASE("expiry: in an hour that brings yesterday back, today still has an end") {
    constexpr auto st_johns = "America/St_Johns";
    CHECK(end(today, "1990-10-28T02:29:00Z", st_johns) ==
          "1990-10-28T02:30:00Z through 1990-10-27");
    CHECK(end(today, "1990-10-28T02:30:30Z", st_johns) ==
          "1990-10-29T03:30:00Z through 1990-10-28");
    CHECK(end(today, "1990-10-28T03:00:00Z", st_johns) ==
          "1990-10-28T03:30:00Z through 1990-10-27");
    CHECK(end(day(1990, 10, 27), "1990-10-28T03:00:00Z", st_johns) ==
          "1990-10-28T03:30:00Z through 1990-10-27");
}

TEST_CASE("expiry: a skipped day still counts as a calendar day") {
    constexpr auto apia = "Pacific/Apia";
    constexpr auto thursday = "2011-12-29T20:00:00Z";
    CHECK(end(today, thursday, apia) == "2011-12-30T10:00:00Z through 2011-12-29");
    CHECK(end(tomorrow, thursday, apia) == "2011-12-30T10:00:00Z through 2011-12-29");
    CHECK(end(end_of_week, thursday, apia) == "2012-01-01T10:00:00Z through 2012-01-01");
    CHECK(end(one_week, "2011-12-23T20:00:00Z", apia) == "2011-12-30T10:00:00Z through 2011-12-29");
    CHECK(end(day(2011, 12, 29), thursday, apia) == "2011-12-30T10:00:00Z through 2011-12-29");
    CHECK(end(day(2011, 12, 30), thursday, apia) == "refused: date_skipped");
    CHECK(end(day(2011, 12, 31), thursday, apia) == "2011-12-31T10:00:00Z through 2011-12-31");
}

TEST_CASE("expiry: a chosen date is today or later, and a day of the calendar") {
    CHECK(end(day(2025, 5, 7), noon, amsterdam) == "2025-05-07T22:00:00Z through 2025-05-07");
    CHECK(end(day(2025, 6, 1), noon, amsterdam) == "2025-06-01T22:00:00Z through 2025-06-01");
    const auto past = refused(day(2025, 5, 6), noon);
    CHECK(past.reason == Reason::date_in_past);
    CHECK(past.field == "date");
    CHECK(past.received == R"("2025-05-06")");
    CHECK(refused(day(2025, 2, 29), noon).reason == Reason::malformed);
    CHECK(refused(day(1969, 12, 31), noon).reason == Reason::out_of_range);
    CHECK(refused(day(2101, 1, 1), noon).reason == Reason::out_of_range);
    // Yesterday by UTC may be today there, and the other way round.
    CHECK(end(day(2025, 5, 6), "2025-05-07T03:00:00Z", "America/Los_Angeles") ==
          "2025-05-07T07:00:00Z through 2025-05-06");
    CHECK(refused(day(2025, 5, 7), "2025-05-07T23:00:00Z").reason == Reason::date_in_past);
}

TEST_CASE("expiry: a chosen instant is taken as given, if it is to come") {
    CHECK(end(at("2025-05-07T10:00:00.001Z"), noon, amsterdam) ==
          "2025-05-07T10:00:00.001Z through 2025-05-07");
    CHECK(end(at("2025-05-07T22:00:00Z"), noon, amsterdam) ==
          "2025-05-07T22:00:00Z through 2025-05-07");
    CHECK(end(at("2025-05-07T22:00:00.001Z"), noon, amsterdam) ==
          "2025-05-07T22:00:00.001Z through 2025-05-08");
    for (const char* instant :
         {noon, "2025-05-07T09:59:59.999Z", "1969-01-01T00:00:00Z", "0001-01-01T00:00:00Z"}) {
        const auto error = refused(at(instant), noon);
        CHECK(error.reason == Reason::until_in_past);
        CHECK(error.field == "until");
        CHECK(error.received == '"' + std::string{instant} + '"');
    }
}

TEST_CASE("expiry: the policy's maximum may be reached but not passed") {
    using std::chrono::hours;
    const auto thirty_days = std::chrono::days{30};
    CHECK(expiry(at("2025-06-06T10:00:00Z"), at(noon), zone(amsterdam), thirty_days).ok());
    const auto late = refused(at("2025-06-06T10:00:00.001Z"), noon, thirty_days);
    CHECK(late.reason == Reason::until_too_late);
    CHECK(late.field == "until");
    CHECK(late.received == R"("2025-06-06T10:00:00.001Z")");
    CHECK(late.constraints.max == to_unix_ms(at("2025-06-06T10:00:00Z")));
    CHECK_FALSE(late.constraints.min.has_value());
    CHECK(expiry(today, at(noon), zone(amsterdam), hours{12}).ok());
    CHECK(refused(tomorrow, noon, hours{12}).reason == Reason::until_too_late);
    CHECK(refused(day(2025, 6, 6), noon, thirty_days).reason == Reason::until_too_late);
    CHECK(refused(today, noon, hours{0}).reason == Reason::until_too_late);
    CHECK(expiry(today, at(noon), zone(amsterdam), std::chrono::milliseconds::max()).ok());
}

TEST_CASE("expiry: everything lies in the years 1970 to 2100") {
    CHECK(end(today, "1970-01-01T00:00:00Z", amsterdam) ==
          "1970-01-01T23:00:00Z through 1970-01-01");
    CHECK(end(today, "1970-01-01T05:00:00Z", "America/New_York") ==
          "1970-01-02T05:00:00Z through 1970-01-01");
    // It was still 1969 there.
    CHECK(end(today, "1970-01-01T04:59:59Z", "America/New_York") == "refused: out_of_range");
    CHECK(end(today, "2100-12-31T12:00:00Z", amsterdam) ==
          "2100-12-31T23:00:00Z through 2100-12-31");
    CHECK(end(today, "2100-12-31T12:00:00Z", "Etc/GMT+12") ==
          "2101-01-01T12:00:00Z through 2100-12-31");
    CHECK(end(day(2100, 12, 31), noon, "Etc/GMT+12") == "2101-01-01T12:00:00Z through 2100-12-31");
    CHECK(end(tomorrow, "2100-12-31T12:00:00Z", amsterdam) == "refused: out_of_range");
    CHECK(end(today, "2100-12-31T12:00:00Z", "Pacific/Kiritimati") == "refused: out_of_range");
    CHECK(refused(today, "1969-12-31T23:59:59.999Z").field == "now");
    CHECK(refused(today, "2101-01-01T00:00:00Z").field == "now");
    CHECK(refused(at("2100-12-31T23:00:00.001Z"), noon).reason == Reason::out_of_range);
    CHECK(refused(at("2100-12-31T23:00:00.001Z"), noon).field == "until");
    CHECK(refused(from_unix_ms(max_instant_unix_ms + 1), noon).reason == Reason::out_of_range);
    CHECK(refused(Instant::max(), noon).reason == Reason::out_of_range);
    CHECK(refused(Instant::min(), noon).reason == Reason::out_of_range);
}

TEST_CASE("expiry: preset names are the wire's, and nothing else is a preset") {
    for (const auto preset : {today, tomorrow, one_week, end_of_week}) {
        CHECK(parse_expiry_preset(to_string(preset)) == preset);
    }
    CHECK(to_string(today) == "end_of_today");
    for (const char* text : {"", "End_of_today", "end_of_today ", "today", "end_of_year"}) {
        CHECK_FALSE(parse_expiry_preset(text).has_value());
    }
}

TEST_CASE("expiry: dates are YYYY-MM-DD of 1970 to 2100 and nothing else") {
    for (const char* text : {"1970-01-01", "2000-02-29", "2026-12-01", "2100-12-31"}) {
        const auto date = parse_date(text);
        REQUIRE(date.ok());
        CHECK(format_date(*date) == text);
    }
    const auto reason = [](std::string_view text) {
        const auto date = parse_date(text);
        INFO(text);
        REQUIRE_FALSE(date.ok());
        CHECK(date.error().field == "date");
        return date.error().reason;
    };
    for (const char* text : {"", "2026", "2026-12", "2026-12-1", "2026-12-011", "2026-12-01 ",
                             " 2026-12-01", "2026-12-01T00:00:00Z", "2026/12/01", "20261201",
                             "2026-00-01", "2026-13-01", "2026-12-00", "2026-12-32", "2026-02-29",
                             "2100-02-29", "-2026-12-01", "2026-1x-01", "morgen"}) {
        CHECK(reason(text) == Reason::malformed);
    }
    for (const char* text : {"0000-01-01", "1969-12-31", "2101-01-01", "9999-12-31"}) {
        CHECK(reason(text) == Reason::out_of_range);
    }
    CHECK(parse_date("2101-01-01").error().received == R"("2101-01-01")");
    CHECK(parse_date("\xFF").error().received.empty());
}
