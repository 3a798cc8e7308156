"""Reads compiled time zones (TZif, RFC 9636) as plain lists of changes of offset."""

import datetime
import os
import pathlib
import re
import struct
from typing import NamedTuple

DAY = 86400
EPOCH = datetime.date(1970, 1, 1)
LAST_YEAR = 2100
# Local days that touch the range at either end reach past it by at most a day and a bit.
START = -2 * DAY
END = (datetime.date(LAST_YEAR + 1, 1, 3) - EPOCH).days * DAY

NOT_ZONES = {"posix", "right", "posixrules", "localtime", "Factory"}


class Change(NamedTuple):
    """At `at` (seconds since 1970 UTC) the offset goes from `before` to `after` (seconds)."""

    at: int
    before: int
    after: int


class History(NamedTuple):
    """One zone's offset at START and every change up to END."""

    first_offset: int
    changes: tuple


def zone_names(root):
    """Every zone and link below `root`, sorted."""
    found = []
    for folder, folders, files in os.walk(root):
        relative = pathlib.PurePath(folder).relative_to(root)
        if not relative.parts:
            folders[:] = [name for name in folders if name not in NOT_ZONES]
        for name in files:
            with open(os.path.join(folder, name), "rb") as file:
                if file.read(4) == b"TZif" and not (not relative.parts and name in NOT_ZONES):
                    found.append((relative / name).as_posix())
    return sorted(found)


def tzdata_version(root):
    """The release, such as "2026f", as the installed data itself states it."""
    for name, pattern in (("tzdata.zi", r"# version (\S+)"), ("+VERSION", r"(\S+)")):
        path = pathlib.Path(root) / name
        if path.exists():
            with open(path, encoding="ascii") as file:
                match = re.match(pattern, file.readline())
            if match:
                return match[1]
    raise SystemExit(f"{root} states no tzdata version (tzdata.zi or +VERSION)")


def read_history(path):
    """The History of one TZif file: its explicit changes, then what its footer says."""
    data = pathlib.Path(path).read_bytes()
    times, offsets, first, footer = _read_tzif(data)
    last = times[-1] if times else START - 1
    steps = list(zip(times, offsets))
    steps += [step for step in _footer_steps(footer) if step[0] > last]
    current = start_offset = first
    changes = []
    for at, offset in steps:
        if at < START:
            start_offset = offset
        elif at < END and offset != current:
            changes.append(Change(at, current, offset))
        current = offset
    return History(start_offset, tuple(changes))


def _read_tzif(data):
    def header(position):
        return struct.unpack(">6l", data[position + 20 : position + 44])

    # The first block holds 32-bit times; the second one repeats everything in 64 bits.
    isut, isstd, leap, times, types, chars = header(0)
    position = 44 + times * 5 + types * 6 + chars + leap * 8 + isstd + isut
    isut, isstd, leap, times, types, chars = header(position)
    if leap:
        raise SystemExit("a zone with leap seconds cannot be used")
    position += 44
    at = struct.unpack(f">{times}q", data[position : position + times * 8])
    position += times * 8
    kinds = data[position : position + times]
    position += times
    offsets = [struct.unpack(">l", data[position + 6 * i : position + 6 * i + 4])[0] for i in range(types)]
    position += types * 6 + chars + isstd + isut
    footer = data[position:].decode("ascii").strip("\n")
    return at, [offsets[kind] for kind in kinds], offsets[0], footer


_NAME = r"(?:<[^>]+>|[A-Za-z]+)"
_FOOTER = re.compile(rf"{_NAME}(?P<std>[-+\d:]+)(?:{_NAME}(?P<dst>[-+\d:]+)?,(?P<on>[^,]+),(?P<off>[^,]+))?")


def _seconds(text):
    hours, minutes, seconds = (text.lstrip("+-").split(":") + ["0", "0"])[:3]
    value = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    return -value if text.startswith("-") else value


def _footer_steps(footer):
    """(instant, new offset) for every year, as the POSIX TZ string (RFC 9636 section 3.3.1) says."""
    match = _FOOTER.fullmatch(footer)
    if not match:
        raise SystemExit(f"cannot read the footer {footer!r}")
    if not match["on"]:
        return []
    standard = -_seconds(match["std"])
    daylight = -_seconds(match["dst"]) if match["dst"] else standard + 3600
    steps = []
    for year in range(EPOCH.year, LAST_YEAR + 2):
        steps.append((_footer_rule(match["on"], year) - standard, daylight))
        steps.append((_footer_rule(match["off"], year) - daylight, standard))
    return sorted(steps)


def _footer_rule(rule, year):
    date, _, time = rule.partition("/")
    match = re.fullmatch(r"M(\d+)\.(\d)\.(\d)", date)
    if not match:
        raise SystemExit(f"cannot read the footer rule {rule!r}")
    month, week, weekday = (int(part) for part in match.groups())
    day = datetime.date(year, month, 1)
    day += datetime.timedelta((weekday - day.isoweekday()) % 7 + 7 * (week - 1))
    if day.month != month:
        day -= datetime.timedelta(7)
    return (day - EPOCH).days * DAY + (_seconds(time) if time else 7200)
