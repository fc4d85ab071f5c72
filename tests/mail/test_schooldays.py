"""The days on which one works, and the end of the holidays."""

from __future__ import annotations

from datetime import date

import pytest
from pytest_django.fixtures import Settings

from mail import schooldays


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-11-24", True),
        ("2026-11-28", False),  # Saturday
        ("2026-11-11", False),
        ("2026-10-16", True),
        ("2026-10-17", False),
        ("2026-11-02", True),
        ("2027-03-29", False),  # Easter Monday
        ("2027-05-17", False),  # Whit Monday
        ("2027-09-01", True),
    ],
)
def test_which_days_are_worked(day: str, worked: bool) -> None:
    assert schooldays.is_worked(date.fromisoformat(day)) is worked


def test_the_public_holidays_of_a_year() -> None:
    found = sorted(f"{day:%d/%m}" for day in schooldays.public_holidays(2027))
    assert found == sorted(
        "01/01 29/03 01/05 06/05 08/05 17/05 14/07 15/08 01/11 11/11 25/12".split()
    )


def test_a_long_weekend_is_no_return() -> None:
    found = schooldays.after(date(2027, 5, 1))
    assert found is not None
    assert found.name == "Été"


def test_the_calendar_has_an_end() -> None:
    assert schooldays.after(date(2030, 1, 1)) is None
    assert schooldays.next_worked(date(2030, 1, 1)) == date(2030, 1, 2)


def test_another_zone_is_a_setting(settings: Settings) -> None:
    settings.SCHOOL_HOLIDAYS = [
        {"name": "Hiver", "first": "2027-02-06", "last": "2027-02-21"}
    ]
    assert not schooldays.is_worked(date(2027, 2, 8))
    assert schooldays.is_worked(date(2027, 2, 22))
