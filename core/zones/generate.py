#!/usr/bin/env python3
"""Writes the time-zone table, zones.bin and zones.inc, from the system's TZif files.

    generate.py                  write both files
    generate.py --check          say whether both are what this machine's tzdata gives
    generate.py --output FOLDER  write them elsewhere, for example for a server to read

The format (all integers little-endian) is laid out so that Brotli finds the likeness of zones:

    "HPZ1"                           magic and format version
    u8 n, n bytes                    the tzdata release ("2026f")
    u8 unit, u8 values, u8 regions, u16 names, u16 bytes of all programs
    values * i16                     every offset, time of day and change in use, in units of so
                                     many seconds
    zones * (recent, earlier)        two programs for each zone, see below
    regions * (u8 n, n bytes)        such as "America/Argentina/"
    names * (u8 control, text)       text is ASCII; a byte from 128 on is the next control

A name's control is 128 + 2 * region + new: region 0 is the region of the name before, others count
from 1; new is 1 where the name belongs to the next zone, 0 where it is a link to the same one.

The recent program holds the changes from 2024 on, so that questions about the present need no
history; the earlier one holds those before. A program is the index (u8) of the offset that it begins
with, then tokens. It keeps a date (at first 31 December of 2023, or 1969), the next change (at first
+3600 s) and two times of day, one for changes forward and one for changes back (at first 0):

    0..95, day   a change on the first weekday (token % 8, Sunday is 0, 7 for any) on or after the
                 day of month token / 8 (January is 0): the next such date after the date kept.
                 Clocks on the wall just before it show the time of day kept for its direction.
                 The next change is its opposite.
    96           end: the recent program has no further change, the earlier one goes on with the
                 tokens of the recent one, which start from what they keep at first
    97           flip: the next change is the other way round
    98, n        the date moves to 31 December, n - 1 years after its own
    99, n        the last two rules go on taking turns for n changes; for ever where n is 255
    100, i       the next change is values[i]
    101 + i      the time of day for the next change's direction is values[i]
"""

import argparse
import collections
import datetime
import math
import pathlib
import sys

sys.dont_write_bytecode = True  # nothing but the two files appears beside this one
import rules
import tzif

HERE = pathlib.Path(__file__).resolve().parent
OLDEST_VERSION = "2026f"
END, FLIP, SKIP, REPEAT, CHANGE, TIME = range(96, 102)
FOREVER = 255
RECENT_YEAR = 2024  # as in core/src/zone_program.hpp


def value_table(histories):
    """All offsets, times and changes that programs refer to: {seconds: index}."""
    values = set()
    for history in histories:
        for first_offset, _, events in parts_of(history):
            values.add(first_offset)
            for _, time, delta in events:
                values.update((time, delta, -delta))
    if len(values) > 256 - TIME:
        raise SystemExit("too many different values for one-byte indices")
    return {value: index for index, value in enumerate(sorted(values))}


def encode_values(values):
    """The unit, and every value as a multiple of it."""
    unit = math.gcd(60, *values)
    if max(abs(value) for value in values) // unit > 32767:
        raise SystemExit(f"values in units of {unit} s do not fit into 16 bits")
    return unit, b"".join((value // unit).to_bytes(2, "little", signed=True) for value in values)


class Program:
    """Writes one zone's program and keeps the state that a reader of it has."""

    def __init__(self, first_offset, first_year, values):
        self.values = values
        self.code = bytearray([values[first_offset]])
        self.date = datetime.date(first_year - 1, 12, 31)
        self.delta = 3600
        self.times = [0, 0]

    def change(self, event, rule):
        if rules.next_occurrence(rule, self.date) != event.date:
            self.code += bytes([SKIP, event.date.year - self.date.year])
        if event.delta == -self.delta:
            self.code.append(FLIP)
        elif event.delta != self.delta:
            self.code += bytes([CHANGE, self.values[event.delta]])
        direction = event.delta < 0
        if self.times[direction] != event.time:
            self.code.append(TIME + self.values[event.time])
            self.times[direction] = event.time
        self.code += bytes([(rule.month - 1) * 8 + rule.weekday, rule.day])
        self.date, self.delta = event.date, -event.delta

    def repeat(self, last, count, forever):
        self.code += bytes([REPEAT, FOREVER if forever else count])
        self.date, self.delta = last.date, -last.delta


def encode_part(part, steps, values):
    """One program for the events of one part of a zone's history."""
    first_offset, first_year, events = part
    program, i = Program(first_offset, first_year, values), 0
    for step in steps:
        program.change(events[i], step.rule)
        if step.partner:
            program.change(events[i + 1], step.partner)
            after = i + step.count
            # Whatever reaches the end of the range is the zone's rule for good.
            program.repeat(events[after - 1], step.count - 2, after == len(events) and
                           events[-1].date.year >= tzif.LAST_YEAR)
        i += step.count
    program.code.append(END)
    return bytes(program.code)


def parts_of(history):
    """The recent and the earlier part: (first offset, first year, events)."""
    events = rules.events_of(history)
    split = sum(event.date.year < RECENT_YEAR for event in events)
    offset = history.first_offset + sum(event.delta for event in events[:split])
    return [(offset, RECENT_YEAR, events[split:]),
            (history.first_offset, tzif.EPOCH.year, events[:split])]


def encode_names(groups):
    """The regions and the names, zone by zone."""
    def region_of(name):
        return name[: name.rfind("/") + 1]

    regions = sorted({region_of(name) for names in groups for name in names})
    text, region_before = bytearray(), None
    for names in groups:
        for i, name in enumerate(names):
            region = region_of(name)
            number = 0 if region == region_before else 1 + regions.index(region)
            text.append(128 + 2 * number + (i == 0))
            text += name[len(region):].encode("ascii")
            region_before = region
    return regions, bytes(text)


def encode(version, histories):
    """The whole table for {name: History}."""
    zones = collections.defaultdict(list)
    for name, history in sorted(histories.items()):
        zones[history].append(name)
    values = value_table(zones)
    parts = [part for history in zones for part in parts_of(history)]
    fits = rules.fit_all([events for _, _, events in parts])
    codes = [encode_part(part, steps, values) for part, steps in zip(parts, fits)]
    programs = list(zip(zip(codes[::2], codes[1::2]), zones.values()))
    # Zones that are alike now stand together: that is what Brotli copies from.
    programs.sort(key=lambda program: (program[0][0][::-1], program[0][1][1:], program[1]))
    regions, names = encode_names([names for _, names in programs])
    code = b"".join(recent + earlier for (recent, earlier), _ in programs)
    table = bytearray(b"HPZ1")
    table += bytes([len(version)]) + version.encode("ascii")
    unit, multiples = encode_values(values)
    table += bytes([unit, len(values), len(regions)])
    table += len(histories).to_bytes(2, "little") + len(code).to_bytes(2, "little")
    table += multiples
    table += code
    for region in regions:
        table += bytes([len(region)]) + region.encode("ascii")
    return bytes(table + names)


def as_initialiser(table):
    lines = ["// Generated by generate.py from zones.bin; do not edit."]
    for start in range(0, len(table), 24):
        lines.append(",".join(str(byte) for byte in table[start : start + 24]) + ",")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description="Write the time-zone table from TZif files.")
    parser.add_argument("--zoneinfo", type=pathlib.Path, default=pathlib.Path("/usr/share/zoneinfo"))
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    parser.add_argument("--output", type=pathlib.Path, default=HERE, metavar="FOLDER")
    arguments = parser.parse_args()
    version = tzif.tzdata_version(arguments.zoneinfo)
    binary, initialiser = arguments.output / "zones.bin", arguments.output / "zones.inc"
    if arguments.check:
        kept = binary.read_bytes()
        kept_version = kept[5 : 5 + kept[4]].decode("ascii")
        if initialiser.read_text(encoding="ascii") != as_initialiser(kept):
            sys.exit("zones.inc does not hold the bytes of zones.bin: run generate.py")
        if kept_version != version:
            print(f"not compared: the table is of tzdata {kept_version}, this machine has {version}")
            return
    if version < OLDEST_VERSION:
        sys.exit(f"tzdata {version} is too old: {OLDEST_VERSION} or newer is needed")
    names = tzif.zone_names(arguments.zoneinfo)
    table = encode(version, {name: tzif.read_history(arguments.zoneinfo / name) for name in names})
    if not arguments.check:
        binary.write_bytes(table)
        initialiser.write_text(as_initialiser(table), encoding="ascii")
    elif table != kept:
        sys.exit(f"zones.bin differs from what tzdata {version} gives: run generate.py")
    print(f"tzdata {version}: {len(names)} names, {len(table)} bytes"
          + (", as checked in" if arguments.check else ""))


if __name__ == "__main__":
    main()
