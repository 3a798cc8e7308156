#include "hallpass/time_zone.hpp"

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

std::string begin_of(std::string_view name, date::year_month_day date) {
    const auto first = zone(name).first_instant_of(date);
    return first ? format_rfc3339(*first) : "skipped";
}

std::string end_of(std::string_view name, date::year_month_day date) {
    return format_rfc3339(zone(name).end_of(date));
}

/// Minutes ahead of UTC just before, and at, the instant.
std::pair<double, double> around(std::string_view name, std::string_view instant) {
    const auto in_minutes = [&](Instant moment) {
        return static_cast<double>(zone(name).offset_at(moment).count()) / 60;
    };
    return {in_minutes(at(instant) - std::chrono::milliseconds{1}), in_minutes(at(instant))};
}

using Minutes = std::pair<double, double>;

}  // namespace

TEST_CASE("zones: the embedded table knows its release and every name") {
    const auto& table = ZoneTable::embedded();
    CHECK(table.version() >= "2026f");
    CHECK(table.size() >= 597);
    for (std::size_t i = 0; i < table.size(); ++i) {
        const auto found = table.find(table.name(i));
        REQUIRE(found.ok());
        CHECK(found->name() == table.name(i));
        CHECK(found->number() < 0x80000000U);
        CHECK(table.zone(found->number()).name() == table.name(i));
    }
}

TEST_CASE("zones: links and legacy names are known in any case and keep their own name") {
    CHECK(zone("europe/kiev").name() == "Europe/Kiev");
    CHECK(zone("EUROPE/KYIV").name() == "Europe/Kyiv");
    CHECK(zone("asia/calcutta").name() == "Asia/Calcutta");
    CHECK(zone("us/eastern").name() == "US/Eastern");
    CHECK(zone("est5edt").name() == "EST5EDT");
    CHECK(zone("etc/gmt+12").name() == "Etc/GMT+12");
    CHECK(zone("america/argentina/comodrivadavia").name() == "America/Argentina/ComodRivadavia");
    for (const char* name : {"UTC", "GMT", "Zulu", "Etc/UCT", "GB-Eire", "NZ-CHAT", "W-SU", "PRC",
                             "Antarctica/DumontDUrville", "America/Port-au-Prince"}) {
        CHECK(zone(name).name() == name);
    }
    CHECK(zone("Etc/GMT-14").offset_at(from_unix_s(0)) == std::chrono::hours{14});
}

TEST_CASE("zones: an unknown zone is an error, never UTC") {
    for (const char* name :
         {"", "Europe", "Europe/", "Europe/Amsterdam ", " Europe/Amsterdam", "Europe/Amsterdam/",
          "Europe/Amsterdm", "EuropeAmsterdam", "Mars/Olympus", "UTC+1", "+01:00", "Factory",
          "localtime", "posix/UTC", "right/UTC", "posixrules", "../UTC", "Europe\\Kiev", "CEST"}) {
        INFO(name);
        const auto found = ZoneTable::embedded().find(name);
        REQUIRE_FALSE(found.ok());
        CHECK(found.error().code == ErrorCode::VALIDATION_ERROR);
        CHECK(found.error().reason == Reason::unknown_time_zone);
        CHECK(found.error().field == "timeZone");
    }
    const auto& table = ZoneTable::embedded();
    CHECK_FALSE(table.find(std::string_view{"UTC\0", 4}).ok());
    CHECK(table.find("A\"b").error().received == R"("A\"b")");
    CHECK(table.find("Europe/K\xC3\xB6ln").error().received.empty());
    CHECK(table.find(std::string(100000, 'x')).error().received.empty());
}

TEST_CASE("zones: offsets change to the second, whatever the shape of the change") {
    CHECK(around("Europe/Amsterdam", "2025-03-30T01:00:00Z") == Minutes{60, 120});
    CHECK(around("Europe/Dublin", "2025-03-30T01:00:00Z") == Minutes{0, 60});
    CHECK(around("Europe/Dublin", "2025-10-26T01:00:00Z") == Minutes{60, 0});
    CHECK(around("Australia/Lord_Howe", "2025-04-05T15:00:00Z") == Minutes{660, 630});
    CHECK(around("Antarctica/Troll", "2025-03-30T01:00:00Z") == Minutes{0, 120});
    CHECK(around("Africa/Monrovia", "1972-01-07T00:44:30Z") == Minutes{-44.5, 0});
    CHECK(around("Africa/Casablanca", "2025-02-23T02:00:00Z") == Minutes{60, 0});
    CHECK(around("Africa/El_Aaiun", "2025-04-06T02:00:00Z") == Minutes{0, 60});
    CHECK(around("Asia/Pyongyang", "2018-05-04T15:00:00Z") == Minutes{510, 540});
    CHECK(around("Asia/Kathmandu", "1985-12-31T18:30:00Z") == Minutes{330, 345});
    CHECK(around("America/Caracas", "2007-12-09T07:00:00Z") == Minutes{-240, -270});
    CHECK(around("Europe/London", "1971-10-31T02:00:00Z") == Minutes{60, 0});
    CHECK(around("America/Sao_Paulo", "2019-02-17T02:00:00Z") == Minutes{-120, -180});
    CHECK(zone("America/Sao_Paulo").offset_at(at("2030-01-01T00:00:00Z")) ==
          std::chrono::hours{-3});
    CHECK(around("America/New_York", "2100-11-07T06:00:00Z") == Minutes{-240, -300});
    CHECK(around("America/New_York", "1974-01-06T07:00:00Z") == Minutes{-300, -240});
}

TEST_CASE("zones: outside 1970 to 2100 the first offset and the last rules hold") {
    const auto amsterdam = zone("Europe/Amsterdam");
    CHECK(amsterdam.offset_at(from_unix_ms(min_instant_unix_ms)) == std::chrono::hours{1});
    CHECK(amsterdam.offset_at(at("9999-07-01T00:00:00Z")) == std::chrono::hours{2});
    CHECK(amsterdam.offset_at(from_unix_ms(max_instant_unix_ms)) == std::chrono::hours{1});
    CHECK(around("Europe/Amsterdam", "2999-03-31T01:00:00Z") == Minutes{60, 120});
    CHECK(zone("Asia/Tokyo").local_date(from_unix_ms(max_instant_unix_ms)) == day(10000, 1, 1));
}

TEST_CASE("zones: a day begins where the clock really begins it") {
    CHECK(begin_of("Europe/Amsterdam", day(2025, 5, 7)) == "2025-05-06T22:00:00Z");
    // Midnight is in a gap: the day begins at 01:00.
    CHECK(begin_of("Asia/Beirut", day(2025, 3, 30)) == "2025-03-29T22:00:00Z");
    CHECK(begin_of("America/Havana", day(2025, 3, 9)) == "2025-03-09T05:00:00Z");
    CHECK(begin_of("America/Santiago", day(2025, 9, 7)) == "2025-09-07T04:00:00Z");
    CHECK(begin_of("Africa/Cairo", day(2025, 4, 25)) == "2025-04-24T22:00:00Z");
    CHECK(begin_of("America/St_Johns", day(2005, 4, 3)) == "2005-04-03T03:30:00Z");
    // Midnight happens twice: the first one counts.
    CHECK(begin_of("America/Havana", day(2025, 11, 2)) == "2025-11-02T04:00:00Z");
    CHECK(end_of("America/Havana", day(2025, 11, 1)) == "2025-11-02T04:00:00Z");
    // The clock goes from 24:00 to 23:00: the day lasts an hour longer.
    CHECK(end_of("Africa/Cairo", day(2025, 10, 30)) == "2025-10-30T22:00:00Z");
    CHECK(end_of("America/Santiago", day(2025, 4, 5)) == "2025-04-06T04:00:00Z");
    // Half an hour.
    CHECK(begin_of("Australia/Lord_Howe", day(2025, 4, 6)) == "2025-04-05T13:00:00Z");
    CHECK(end_of("Australia/Lord_Howe", day(2025, 4, 6)) == "2025-04-06T13:30:00Z");
}

TEST_CASE("zones: a day that a zone skipped has no first instant") {
    CHECK(begin_of("Pacific/Apia", day(2011, 12, 29)) == "2011-12-29T10:00:00Z");
    CHECK(begin_of("Pacific/Apia", day(2011, 12, 30)) == "skipped");
    CHECK(begin_of("Pacific/Apia", day(2011, 12, 31)) == "2011-12-30T10:00:00Z");
    CHECK(end_of("Pacific/Apia", day(2011, 12, 29)) == "2011-12-30T10:00:00Z");
    CHECK(end_of("Pacific/Apia", day(2011, 12, 30)) == "2011-12-30T10:00:00Z");
    CHECK(begin_of("Pacific/Fakaofo", day(2011, 12, 30)) == "skipped");
    CHECK(begin_of("Pacific/Kwajalein", day(1993, 8, 21)) == "skipped");
    CHECK(begin_of("Kwajalein", day(1993, 8, 22)) == "1993-08-21T12:00:00Z");
    CHECK(begin_of("Pacific/Kiritimati", day(1994, 12, 31)) == "skipped");
}

TEST_CASE("zones: where a day comes back for an hour, its end depends on when one asks") {
    // 1990-10-28 began at 02:30 UTC; a minute later the clock showed 23:01 of the 27th again.
    const auto st_johns = zone("America/St_Johns");
    const auto saturday = day(1990, 10, 27);
    CHECK(st_johns.local_date(at("1990-10-28T02:30:30Z")) == day(1990, 10, 28));
    CHECK(st_johns.local_date(at("1990-10-28T02:31:00Z")) == saturday);
    CHECK(end_of("America/St_Johns", saturday) == "1990-10-28T02:30:00Z");
    const auto end_after = [&](std::string_view instant) {
        return format_rfc3339(st_johns.end_of(saturday, at(instant)));
    };
    CHECK(end_after("1990-10-28T02:29:59Z") == "1990-10-28T02:30:00Z");
    CHECK(end_after("1990-10-28T02:29:59.999Z") == "1990-10-28T02:30:00Z");
    CHECK(end_after("1990-10-28T02:31:00Z") == "1990-10-28T03:30:00Z");
    CHECK(end_after("1990-10-28T03:29:59.999Z") == "1990-10-28T03:30:00Z");
}

TEST_CASE("zones: local dates and days agree in every zone") {
    const auto& table = ZoneTable::embedded();
    int skipped = 0;
    for (std::size_t i = 0; i < table.size(); ++i) {
        const auto any = zone(table.name(i));
        INFO(any.name());
        for (date::sys_days date = day(1970, 1, 1); date <= day(2100, 12, 31);
             date += date::days{97}) {
            const auto first = any.first_instant_of(date);
            if (!first) {
                ++skipped;
                CHECK(any.end_of(date - date::days{1}) ==
                      any.first_instant_of(date + date::days{1}));
                continue;
            }
            CHECK(any.local_date(*first) == date);
            CHECK(any.local_date(*first - std::chrono::milliseconds{1}) < date);
            CHECK(any.end_of(date - date::days{1}) == *first);
        }
    }
    CHECK(skipped < 10);
}
