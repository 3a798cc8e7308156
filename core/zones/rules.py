"""Finds few and frequent yearly rules that say when a zone's offset changes."""

import collections
import datetime
import functools
import math
from typing import NamedTuple, Optional

from tzif import DAY, EPOCH, LAST_YEAR

FIXED = 7  # in place of a weekday: the date itself


class Rule(NamedTuple):
    """The first `weekday` (Sunday is 0) on or after the date, or the date itself (FIXED)."""

    month: int
    day: int
    weekday: int


class Event(NamedTuple):
    """A change of offset as the clocks on the wall showed it just before."""

    date: datetime.date
    time: int  # seconds after midnight
    delta: int  # seconds


class Step(NamedTuple):
    """One event by `rule`, or, with `partner`, `count` events that take turns between the two."""

    rule: Rule
    partner: Optional[Rule]
    count: int


def events_of(history):
    events = []
    for at, before, after in history.changes:
        days, time = divmod(at + before, DAY)
        events.append(Event(EPOCH + datetime.timedelta(days), time, after - before))
    return tuple(events)


def occurrence(rule, year):
    day = datetime.date(year, rule.month, rule.day)
    if rule.weekday != FIXED:
        day += datetime.timedelta((rule.weekday - day.isoweekday()) % 7)
    return day


def next_occurrence(rule, after):
    day = occurrence(rule, after.year)
    return day if day > after else occurrence(rule, after.year + 1)


@functools.cache
def candidates(date):
    """Every rule that could have chosen this date and that exists and stays within each year."""
    rules = [Rule(date.month, date.day, FIXED)] if (date.month, date.day) != (2, 29) else []
    for back in range(7):
        anchor = date - datetime.timedelta(back)
        last_week_of_year = anchor.month == 12 and anchor.day > 25
        if anchor.year == date.year and (anchor.month, anchor.day) != (2, 29) and not last_week_of_year:
            rules.append(Rule(anchor.month, anchor.day, date.isoweekday() % 7))
    return tuple(rules)


def _runs(events, start):
    """[(count, rules for even events, rules for odd ones)]: the longest run for each choice."""
    if start + 2 >= len(events) or events[start].delta != -events[start + 1].delta:
        return []
    choices = [candidates(events[start].date), candidates(events[start + 1].date)]
    runs, count = [], 2
    for i in range(start + 2, len(events)):
        if events[i][1:] != events[i - 2][1:]:
            break
        side, before = (i - start) % 2, events[i - 1].date
        left = tuple(r for r in choices[side] if next_occurrence(r, before) == events[i].date)
        if not left:
            break
        if left != choices[side] and count > 2:
            runs.append((count, *choices))
        choices[side] = left
        count += 1
    if count > 2:
        runs.append((count, *choices))
    return runs


RUN_COST = 12 * 16  # bits times 16, so that no rounding decides differently elsewhere


def _fit(events, runs, cost):
    """The cheapest steps for one zone (dynamic programme from the last event to the first)."""
    cheapest = functools.cache(lambda rules: min((cost.get(rule, 1000), rule) for rule in rules))
    best = [(0, None)] * (len(events) + 1)
    for i in reversed(range(len(events))):
        price, rule = cheapest(candidates(events[i].date))
        best[i] = (price + best[i + 1][0], Step(rule, None, 1))
        for count, even, odd in runs[i]:
            (price, rule), (partner_price, partner) = cheapest(even), cheapest(odd)
            total = price + partner_price + RUN_COST + best[i + count][0]
            if total < best[i][0]:
                best[i] = (total, Step(rule, partner, count))
    steps, i = [], 0
    while i < len(events):
        steps.append(best[i][1])
        i += best[i][1].count
    return steps


def _weights(zones, fits):
    """How often each rule is used; a repetition of what another zone has costs almost nothing."""
    weights, seen = collections.Counter(), set()
    for events, steps in zip(zones, fits):
        i, before = 0, None
        for step in steps:
            key = (before, events[i], step)
            weight = 1 if key in seen else 10
            seen.add(key)
            before = (events[i], step.count)
            weights[step.rule] += weight
            if step.partner:
                weights[step.partner] += weight
            i += step.count
    return weights


def fit_all(zones, rounds=8):
    """The steps of every zone; frequent rules get cheaper each round, and rare ones die out."""
    runs = [[_runs(events, i) for i in range(len(events))] for events in zones]
    weights = collections.Counter(
        rule for events in zones for event in events for rule in candidates(event.date))
    fits = []
    for _ in range(rounds):
        total = sum(weights.values())
        cost = {rule: round(16 * (math.log2(total / weight) + 160 / weight))
                for rule, weight in weights.items()}
        fits = [_fit(events, zone_runs, cost) for events, zone_runs in zip(zones, runs)]
        weights = _weights(zones, fits)
    return fits
