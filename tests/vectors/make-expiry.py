#!/usr/bin/env python3
"""Writes expiry.json. What is expected comes from Python's zoneinfo by the definition alone: the first
instant of the next local day that exists."""

import json
import pathlib
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

UTC = timezone.utc
DAY_MS = 86_400_000


def ms(moment):
    return round(moment.timestamp() * 1000)


def local_day(unix_s, zone):
    return datetime.fromtimestamp(unix_s, zone).date()


def end_of(day, zone):
    """The first instant of a later local day, in ms. Zones shift by whole seconds."""
    noon = int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())
    second = noon - 30 * 3600
    while local_day(second, zone) <= day:
        second += 60
    while local_day(second - 1, zone) > day:
        second -= 1
    return second * 1000


def last_day(until, zone):
    return local_day(until / 1000 - 0.001, zone)


def days_of(now, zone):
    today = datetime.fromtimestamp(now / 1000, zone).date()
    return {
        "end_of_today": today,
        "end_of_tomorrow": today + timedelta(days=1),
        "one_week": today + timedelta(days=7),
        "end_of_week": today + timedelta(days=6 - today.weekday()),
    }


MOMENTS = [
    ("Europe/Amsterdam", "2026-11-20T12:00:00+01:00", "an ordinary Friday"),
    ("Europe/Amsterdam", "2026-03-28T23:59:59+01:00", "the day before clocks go forward"),
    ("Europe/Amsterdam", "2026-03-29T00:30:00+01:00", "a day of 23 hours"),
    ("Europe/Amsterdam", "2026-10-25T02:30:00+02:00", "a day of 25 hours"),
    ("America/Sao_Paulo", "2018-11-03T12:00:00-03:00", "tomorrow begins at 01:00"),
    ("America/Havana", "2026-10-31T12:00:00-04:00", "clocks go back to midnight"),
    ("Asia/Beirut", "2026-03-28T12:00:00+02:00", "tomorrow begins at 01:00"),
    ("Africa/Cairo", "2026-04-23T12:00:00+02:00", "tomorrow begins at 01:00"),
    ("Africa/Cairo", "2026-10-29T12:00:00+03:00", "midnight happens twice"),
    ("Australia/Lord_Howe", "2026-04-04T23:00:00+11:00", "a shift of half an hour"),
    ("Asia/Kolkata", "2026-05-06T20:00:00Z", "five and a half hours ahead"),
    ("Asia/Calcutta", "2026-05-06T20:00:00Z", "a legacy name"),
    ("europe/kiev", "2026-05-06T20:59:59Z", "a legacy name in small letters"),
    ("EUROPE/KYIV", "2026-05-06T21:00:00Z", "in capitals"),
    ("Asia/Kathmandu", "2026-12-31T18:14:59.999Z", "a millisecond before the new year"),
    ("Pacific/Chatham", "2026-09-26T12:00:00Z", "twelve and three quarter hours ahead"),
    ("Europe/Dublin", "2026-10-24T12:00:00Z", "negative daylight saving"),
    ("Africa/Casablanca", "2026-02-14T12:00:00Z", "Ramadan by an explicit table"),
    ("Pacific/Apia", "2011-12-29T12:00:00-10:00", "tomorrow does not exist"),
    ("Pacific/Kiritimati", "1994-12-30T12:00:00-10:00", "the day before a skipped one"),
    ("America/New_York", "2026-11-01T01:30:00-05:00", "the second half past one"),
    ("America/St_Johns", "2006-10-28T23:00:00-02:30", "clocks went back at one past midnight"),
    ("Antarctica/Troll", "2026-03-28T12:00:00Z", "a shift of two hours"),
    ("Africa/Monrovia", "1971-06-01T12:00:00Z", "an offset with seconds"),
    ("Etc/GMT+12", "2026-01-01T11:59:59Z", "the last place of a day"),
    ("Etc/GMT-14", "2026-01-01T10:00:00Z", "the first place of a day"),
    ("UTC", "1970-01-01T00:00:00Z", "the first instant of all"),
    ("UTC", "2026-11-22T00:00:00Z", "a Sunday: the week ends today"),
    ("UTC", "2026-11-23T00:00:00Z", "a Monday: the whole week lies ahead"),
    ("America/Los_Angeles", "2096-02-29T12:00:00Z", "a leap day late in the century"),
    ("Europe/London", "2099-12-30T12:00:00Z", "the last days of the table"),
]

DATES = [
    ("Europe/Amsterdam", "2026-11-20T12:00:00+01:00", "2026-12-01", "a day ahead"),
    ("Europe/Amsterdam", "2026-11-20T12:00:00+01:00", "2026-11-20", "today is allowed"),
    ("America/Sao_Paulo", "2018-11-01T12:00:00-03:00", "2018-11-03", "the next day begins at 01:00"),
    ("Pacific/Apia", "2011-12-20T12:00:00-10:00", "2011-12-29", "the next day that exists begins it"),
    ("Asia/Tokyo", "2028-02-01T00:00:00Z", "2028-02-29", "a leap day"),
]

NOON = "2026-11-20T12:00:00+01:00"
AMS = "Europe/Amsterdam"
REFUSED = [
    ("an unknown zone", {"choice": "end_of_today", "timeZone": "Mars/Olympus"}, "timeZone", "unknown_time_zone"),
    ("an empty zone", {"choice": "end_of_today", "timeZone": ""}, "timeZone", "unknown_time_zone"),
    ("a zone with a space", {"choice": "end_of_today", "timeZone": "Europe/Amsterdam "}, "timeZone", "unknown_time_zone"),
    ("an offset for a zone", {"choice": "end_of_today", "timeZone": "+01:00"}, "timeZone", "unknown_time_zone"),
    ("a path for a zone", {"choice": "end_of_today", "timeZone": "../Europe/Amsterdam"}, "timeZone", "unknown_time_zone"),
    ("yesterday", {"choice": "date", "date": "2026-11-19"}, "date", "date_in_past"),
    ("no day of the calendar", {"choice": "date", "date": "2026-02-30"}, "date", "malformed"),
    ("no leap year", {"choice": "date", "date": "2027-02-29"}, "date", "malformed"),
    ("another order", {"choice": "date", "date": "01-12-2026"}, "date", "malformed"),
    ("short month", {"choice": "date", "date": "2026-1-1"}, "date", "malformed"),
    ("text behind", {"choice": "date", "date": "2026-12-01T00:00:00Z"}, "date", "malformed"),
    ("no date", {"choice": "date", "date": ""}, "date", "malformed"),
    ("a year out of range", {"choice": "date", "date": "2101-01-01"}, "date", "out_of_range"),
    ("beyond the maximum", {"choice": "one_week", "maxGrant": 3 * DAY_MS}, "until", "until_too_late"),
    ("beyond the maximum by a date", {"choice": "date", "date": "2027-06-01", "maxGrant": 30 * DAY_MS}, "until", "until_too_late"),
]


def main():
    vectors = []

    def add(name, request, expected):
        vectors.append({"name": name, **request, "expect": expected})

    for zone_name, now_text, why in MOMENTS:
        zone = ZoneInfo({"europe/kiev": "Europe/Kiev", "EUROPE/KYIV": "Europe/Kyiv"}.get(zone_name, zone_name))
        now = ms(datetime.fromisoformat(now_text.replace("Z", "+00:00")))
        for choice, day in days_of(now, zone).items():
            until = end_of(day, zone)
            add(f"{why}: {choice}", {"choice": choice, "timeZone": zone_name, "now": now},
                {"ok": True, "until": until, "lastDay": last_day(until, zone).isoformat()})
    for zone_name, now_text, day, why in DATES:
        zone = ZoneInfo(zone_name)
        until = end_of(date.fromisoformat(day), zone)
        add(f"date, {why}", {"choice": "date", "date": day, "timeZone": zone_name,
                             "now": ms(datetime.fromisoformat(now_text.replace("Z", "+00:00")))},
            {"ok": True, "until": until, "lastDay": last_day(until, zone).isoformat()})
    noon = ms(datetime.fromisoformat(NOON))
    for name, request, field, reason in REFUSED:
        add(name, {"timeZone": AMS, "now": noon, **request},
            {"ok": False, "code": "VALIDATION_ERROR", "field": field, "reason": reason})
    add("a skipped date", {"choice": "date", "date": "2011-12-30", "timeZone": "Pacific/Apia",
                           "now": ms(datetime(2011, 12, 20, tzinfo=UTC))},
        {"ok": False, "code": "VALIDATION_ERROR", "field": "date", "reason": "date_skipped"})
    for name, until, expected in [
        ("an instant ahead", noon + 1, {"ok": True, "until": noon + 1, "lastDay": "2026-11-20"}),
        ("midnight belongs to the day before", ms(datetime.fromisoformat("2026-11-21T00:00:00+01:00")),
         {"ok": True, "until": ms(datetime.fromisoformat("2026-11-21T00:00:00+01:00")), "lastDay": "2026-11-20"}),
        ("an instant that is now", noon, {"ok": False, "code": "VALIDATION_ERROR", "field": "until", "reason": "until_in_past"}),
        ("an instant in the past", noon - 1, {"ok": False, "code": "VALIDATION_ERROR", "field": "until", "reason": "until_in_past"}),
    ]:
        add(name, {"choice": "instant", "until": until, "timeZone": AMS, "now": noon}, expected)
    exact = {"choice": "instant", "until": noon + 30 * DAY_MS, "timeZone": AMS, "now": noon, "maxGrant": 30 * DAY_MS}
    add("exactly the maximum", exact, {"ok": True, "until": noon + 30 * DAY_MS, "lastDay": "2026-12-20"})
    add("a millisecond beyond the maximum", {**exact, "until": noon + 30 * DAY_MS + 1},
        {"ok": False, "code": "VALIDATION_ERROR", "field": "until", "reason": "until_too_late"})

    target = pathlib.Path(__file__).with_name("expiry.json")
    target.write_text(json.dumps({"vectors": vectors}, indent=1, ensure_ascii=False) + "\n")
    print(f"{len(vectors)} ends of consent")


main()
