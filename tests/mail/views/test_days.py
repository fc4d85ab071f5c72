from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from mail.views import days

TODAY = date(2026, 11, 26)  # a Thursday


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 27), "Date à venir"),
        (date(2026, 11, 26), "Aujourd’hui"),
        (date(2026, 11, 25), "Hier"),
        (date(2026, 11, 24), "Mardi"),
        (date(2026, 11, 23), "Lundi"),
        (date(2026, 11, 22), "Semaine dernière"),
        (date(2026, 11, 16), "Semaine dernière"),
        (date(2026, 11, 15), "Novembre"),
        (date(2026, 3, 1), "Mars"),
        (date(2025, 12, 31), "Décembre 2025"),
        (date(1970, 1, 1), "Janvier 1970"),
    ],
)
def test_a_day_has_its_words(day: date, expected: str) -> None:
    with translation.override("fr"):
        assert days.heading(day, TODAY, "fr") == expected


def test_on_monday_the_week_before_begins_after_yesterday() -> None:
    monday = date(2026, 11, 23)
    with translation.override("fr"):
        assert days.heading(date(2026, 11, 22), monday, "fr") == "Hier"
        assert days.heading(date(2026, 11, 21), monday, "fr") == "Semaine dernière"
