#!/usr/bin/env python3
"""Compares the core's zones and presets with Python's zoneinfo over the system's tzdata.

    zoneinfo_reference.py <zone_answers>   compare everything; any difference fails
    zoneinfo_reference.py --answer         answer zone_answers' questions from standard input

Every zone and link name takes part. Where the system's tzdata is not the release of the embedded
table, a table made from the system's by the generator is compared in its place.
"""

import collections
import datetime
import functools
import hashlib
import multiprocessing
import pathlib
import subprocess
import sys
import tempfile
import zoneinfo

ROOT = pathlib.Path("/usr/share/zoneinfo")
GENERATOR = pathlib.Path(__file__).resolve().parents[2] / "core" / "zones" / "generate.py"
UTC = datetime.timezone.utc
EPOCH = datetime.date(1970, 1, 1)
FIRST, LAST = EPOCH, datetime.date(2100, 12, 31)
ONE_DAY = datetime.timedelta(1)
DAY = 86400
PRESETS = ("end_of_today", "end_of_tomorrow", "one_week", "end_of_week")
PRESET_YEARS = range(2025, 2038)

zoneinfo.reset_tzpath(to=[str(ROOT)])


def midnight_utc(day):
    return (day - EPOCH).days * DAY


class Reference:
    """One zone as zoneinfo sees it; instants are whole seconds since 1970 UTC."""

    def __init__(self, name):
        self.zone = zoneinfo.ZoneInfo(name)
        self.first_instant = functools.cache(self.first_instant)

    def offset(self, at):
        offset = datetime.datetime.fromtimestamp(at, self.zone).utcoffset()
        return offset.days * DAY + offset.seconds

    def date(self, at):
        return datetime.datetime.fromtimestamp(at, self.zone).date()

    def change_between(self, low, high):
        """The last instant up to `high` at which the offset became what it is at `high`."""
        target = self.offset(high)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.offset(middle) == target else (middle, high)
        return high

    def midnight(self, day, fold):
        return int(datetime.datetime(day.year, day.month, day.day, tzinfo=self.zone,
                                     fold=fold).timestamp())

    def first_instant(self, day):
        """When `day` begins; None where the zone skips it."""
        at = self.midnight(day, 0)
        if at + self.offset(at) == midnight_utc(day):
            return at
        # Midnight falls into a gap: the day begins at the gap's end, if that is still this day.
        before = self.midnight(day, 1) - 60
        after = self.midnight(day, 0) + 60
        at = self.change_between(min(before, after), max(before, after))
        return at if self.date(at) == day else None

    def end_of(self, day, now_ms):
        """The first instant after `now_ms` with a later local date than `day`."""
        following = day + ONE_DAY
        while self.first_instant(following) is None:
            following += ONE_DAY
        end = self.first_instant(following)
        # A clock put back across midnight comes to the following day twice.
        return end if end * 1000 > now_ms else self.midnight(following, 1)

    def until(self, choice, now_ms):
        today = self.date(now_ms // 1000)
        if choice in PRESETS:
            days = {"end_of_today": 0, "end_of_tomorrow": 1, "one_week": 7,
                    "end_of_week": 7 - today.isoweekday()}[choice]
            day = today + datetime.timedelta(days)
        else:
            day = datetime.date.fromisoformat(choice)
            if day < today:
                return "date_in_past"
            if self.first_instant(day) is None:
                return "date_skipped"
        end = self.end_of(day, now_ms)
        last_day = self.date(end - 1)
        return "out_of_range" if last_day > LAST else f"{end * 1000} {last_day}"

    def changes(self):
        """Every change of offset: since 1970 no zone kept one for less than six days."""
        found = []
        step = 4 * DAY
        offset = self.offset(-DAY)
        for at in range(step - DAY, midnight_utc(LAST) + DAY + step, step):
            now = self.offset(at)
            if now != offset:
                found.append(self.change_between(at - step, at))
                offset = now
        return found


def answer(reference, line):
    question, _, rest = line.partition(" ")
    if question == "offset":
        return str(reference.offset(int(rest)))
    if question == "day":
        first = reference.first_instant(datetime.date.fromisoformat(rest))
        return "skipped" if first is None else str(first)
    choice, _, now = rest.partition(" ")
    return reference.until(choice, int(now))


def preset_questions(reference, day, change):
    """Every choice at the moments of `day` that matter."""
    first = reference.first_instant(day)
    if first is None:
        return
    end = reference.end_of(day, first * 1000)
    moments = {first * 1000, (first + end) * 500, end * 1000 - 1}
    moments |= {moment for moment in (change * 1000 - 1, change * 1000, (change + 1800) * 1000)
                if first * 1000 <= moment < end * 1000}
    choices = PRESETS + tuple(str(day + datetime.timedelta(days)) for days in (-1, 0, 1, 30))
    for moment in sorted(moments):
        for choice in choices:
            yield f"until {choice} {moment}"


def questions(reference):
    """What to ask about one zone: each change and its neighbours, and a sample between them."""
    for change in reference.changes():
        yield f"offset {change - 1}"
        yield f"offset {change}"
        # A skipped day lies between the dates on both sides of the change.
        day, last = (reference.date(change - 1) - ONE_DAY, reference.date(change) + ONE_DAY)
        while day <= last:
            if FIRST <= day <= LAST:
                yield f"day {day}"
                if day.year in PRESET_YEARS:
                    yield from preset_questions(reference, day, change)
            day += ONE_DAY
        if 0 <= change < midnight_utc(LAST):
            for moment in (change * 1000 - 1, change * 1000, (change + 1800) * 1000):
                yield f"until end_of_today {moment}"
                yield f"until end_of_tomorrow {moment}"
    for year in range(FIRST.year, LAST.year + 1):
        for month in (1, 7):
            day = datetime.date(year, month, 1)
            yield f"offset {midnight_utc(day)}"
            yield f"day {day}"
            yield f"until one_week {midnight_utc(day) * 1000}"
    yield f"day {LAST}"


def compare(driver, names):
    """Asks the native side everything about names that share one file: the differences."""
    reference = Reference(names[0])
    asked = list(questions(reference))
    expected = [answer(reference, question) for question in asked]
    text = "".join("\n".join([f"zone {name}", *asked, ""]) for name in names)
    lines = subprocess.run(driver, input=text, stdout=subprocess.PIPE, check=True,
                           text=True).stdout.splitlines()
    wrong = []
    for i, name in enumerate(names):
        part = lines[i * (len(asked) + 1) : (i + 1) * (len(asked) + 1)]
        if len(part) != len(asked) + 1 or part[0] != name:
            wrong.append(f"{name}: not found, or answers are missing")
        wrong += [f"{name}: {question}: core {got}, zoneinfo {want}"
                  for question, got, want in zip(asked, part[1:], expected) if got != want]
    return len(asked) * len(names), wrong


def system_version():
    with open(ROOT / "tzdata.zi", encoding="ascii") as file:
        return file.readline().split()[-1]


def ask(driver, question):
    return subprocess.run(driver, input=question + "\n", stdout=subprocess.PIPE, check=True,
                          text=True).stdout.strip()


def run(driver):
    known = set(ask(driver, "names").split())
    wanted = zoneinfo.available_timezones() - {"Factory", "localtime", "posixrules"}
    wrong = [f"{name}: known on one side only" for name in sorted(known ^ wanted)]
    files = collections.defaultdict(list)
    for name in sorted(wanted & known):
        files[hashlib.sha256((ROOT / name).read_bytes()).digest()].append(name)
    count = 0
    with multiprocessing.Pool(2) as pool:
        work = [(driver, names) for names in files.values()]
        for asked, differences in pool.starmap(compare, work, chunksize=4):
            count += asked
            wrong += differences
    for line in wrong[:50]:
        print(line)
    print(f"tzdata {ask(driver, 'version')}, {len(wanted)} names: {count} answers, "
          f"{len(wrong)} differences")
    return bool(wrong) or count < 100_000


def main(arguments):
    if arguments == ["--answer"]:
        reference = None
        for line in sys.stdin:
            if line.startswith("zone "):
                reference = Reference(line[5:].strip())
                print(line[5:].strip())
            else:
                print(answer(reference, line.strip()))
        return 0
    driver = [str(pathlib.Path(arguments[0]).resolve())]
    if ask(driver, "version") == system_version():
        return run(driver)
    with tempfile.TemporaryDirectory() as folder:
        print(f"the embedded table is older or newer than the system's {system_version()}")
        subprocess.run([sys.executable, str(GENERATOR), "--output", folder], check=True)
        return run([*driver, f"{folder}/zones.bin"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
