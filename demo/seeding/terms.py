"""The school calendar of zone A: holidays, and weeks A and B in turn."""

from __future__ import annotations

from datetime import date, timedelta

WEEK = timedelta(weeks=1)
# first and last day
HOLIDAYS = (
    ("Vacances de la Toussaint", date(2026, 10, 17), date(2026, 11, 1)),
    ("Vacances de Noël", date(2026, 12, 19), date(2027, 1, 3)),
    ("Vacances d’hiver", date(2027, 2, 13), date(2027, 2, 28)),
    ("Vacances de printemps", date(2027, 4, 10), date(2027, 4, 25)),
    ("Pont de l’Ascension", date(2027, 5, 6), date(2027, 5, 9)),
    ("Vacances d’été", date(2027, 7, 3), date(2027, 8, 31)),
)
PUBLIC = (
    ("Armistice", date(2026, 11, 11)),
    ("Lundi de Pâques", date(2027, 3, 29)),
    ("Fête de la Victoire", date(2027, 5, 8)),
    ("Lundi de Pentecôte", date(2027, 5, 17)),
)
FIRST_A = date(2026, 8, 31)  # a Monday


def is_free(day: date) -> bool:
    """A day without class: holidays or a public holiday."""
    holidays = any(first <= day <= last for _, first, last in HOLIDAYS)
    return holidays or any(day == free for _, free in PUBLIC)


def letter(day: date) -> str:
    """A or B; the weeks of holidays are not counted. Empty outside the year known."""
    monday = day - timedelta(days=day.weekday())
    if monday < FIRST_A or monday > HOLIDAYS[-1][2]:
        return ""
    count, week = 0, FIRST_A
    while week < monday:
        count += _has_class(week)
        week += WEEK
    return ("A", "B")[count % 2] if _has_class(monday) else ""


def _has_class(monday: date) -> bool:
    return not all(is_free(monday + timedelta(days=n)) for n in range(5))
