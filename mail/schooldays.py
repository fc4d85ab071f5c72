"""The school year: holidays of the zone, public holidays, the days on which one works.

The dates of zone A were copied in November 2026 from the official calendar
(`fr-en-calendrier-scolaire` on data.education.gouv.fr, Poitiers, académie of zone A). A
site of another zone, or of a later year, gives its own in SCHOOL_HOLIDAYS.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings

_SATURDAY = 5
# a holiday may last two months; who asks further asks of no calendar that we know
_SEARCHED = 120


class Holidays(NamedTuple):
    """The first and the last day without classes."""

    name: str
    first: date
    last: date


ZONE_A = (
    Holidays("Toussaint", date(2026, 10, 17), date(2026, 11, 1)),
    Holidays("Noël", date(2026, 12, 19), date(2027, 1, 3)),
    Holidays("Hiver", date(2027, 2, 13), date(2027, 2, 28)),
    Holidays("Printemps", date(2027, 4, 10), date(2027, 4, 25)),
    Holidays("Ascension", date(2027, 5, 6), date(2027, 5, 9)),
    # staff are back one day before the pupils
    Holidays("Été", date(2027, 7, 3), date(2027, 8, 31)),
)


def known() -> tuple[Holidays, ...]:
    """The holidays of the zone, in order."""
    given: Iterable[dict[str, str]] = settings.SCHOOL_HOLIDAYS
    return _read(tuple(tuple(each.values()) for each in given)) or ZONE_A


@lru_cache(maxsize=4)
def _read(given: tuple[tuple[str, ...], ...]) -> tuple[Holidays, ...]:
    found = (
        Holidays(name, date.fromisoformat(first), date.fromisoformat(last))
        for name, first, last in given
    )
    return tuple(sorted(found, key=lambda each: each.first))


def during(day: date) -> Holidays | None:
    return next((h for h in known() if h.first <= day <= h.last), None)


def after(day: date) -> Holidays | None:
    """The holidays of this day, else the next; short ones (a long week-end) are no
    «rentrée». None when the calendar ends before."""
    long = (h for h in known() if (h.last - h.first).days >= 7)
    return next((h for h in long if h.last >= day), None)


def is_worked(day: date) -> bool:
    return (
        day.weekday() < _SATURDAY
        and day not in public_holidays(day.year)
        and during(day) is None
    )


def next_worked(day: date) -> date:
    """This day or the next on which one works."""
    for ahead in range(_SEARCHED):
        if is_worked(found := day + timedelta(days=ahead)):
            return found
    return day


@lru_cache(maxsize=16)
def public_holidays(year: int) -> frozenset[date]:
    """Those of mainland France (code du travail, L3133-1)."""
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    moving = (1, 39, 50)
    sunday = easter(year)
    return frozenset(
        [date(year, month, day) for month, day in fixed]
        + [sunday + timedelta(days=days) for days in moving]
    )


def easter(year: int) -> date:
    """Easter Sunday, by the algorithm of Meeus, Jones and Butcher."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)
