"""The hours that are offered for later, all of Paris."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from convergence.errors import InputRefused
from mail import moments

TUESDAY = datetime(2026, 11, 24, 9, tzinfo=UTC)


def labels(now: datetime) -> dict[str, str]:
    return {moment.label: moment.value for moment in moments.for_snoozing(now)}


def test_what_is_offered_on_a_morning() -> None:
    assert labels(TUESDAY) == {
        "Ce soir": "2026-11-24T18:00",
        "Demain matin": "2026-11-25T08:00",
        "Lundi matin": "2026-11-30T08:00",
    }


def test_no_evening_is_offered_in_the_evening() -> None:
    assert "Ce soir" not in labels(datetime(2026, 11, 24, 16, 30, tzinfo=UTC))


def test_monday_is_offered_once_on_a_sunday() -> None:
    found = labels(datetime(2026, 11, 29, 9, tzinfo=UTC))
    assert found["Demain matin"] == "2026-11-30T08:00"
    assert "Lundi matin" not in found


def test_the_day_is_that_of_paris() -> None:
    # 0:30 on Wednesday there
    found = labels(datetime(2026, 11, 24, 23, 30, tzinfo=UTC))
    assert found["Ce soir"] == "2026-11-25T18:00"


def test_answers_are_expected_on_days_of_work() -> None:
    thursday = datetime(2026, 11, 26, 9, tzinfo=UTC)
    values = [moment.value for moment in moments.for_following(thursday)]
    assert values == ["2026-11-30T08:00", "2026-12-03T08:00", "2026-12-10T08:00"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2027-01-15T08:00", datetime(2027, 1, 15, 7, tzinfo=UTC)),
        ("2027-07-15T08:00", datetime(2027, 7, 15, 6, tzinfo=UTC)),
        # the hour that 28 March does not have, and the one that 31 October has twice
        ("2027-03-28T02:30", datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        ("2027-10-31T02:30", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
    ],
)
def test_an_hour_is_that_of_paris_on_its_day(typed: str, meant: datetime) -> None:
    assert moments.parsed(typed, TUESDAY) == meant


def test_tomorrow_morning_is_at_eight_across_a_change() -> None:
    saturday = datetime(2026, 10, 24, 9, tzinfo=UTC)
    value = labels(saturday)["Demain matin"]
    assert moments.parsed(value, saturday) == datetime(2026, 10, 25, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "demain",
        "2026-11-24T09:59",
        "2029-01-01T08:00",
        "2026-13-01T08:00",
        "2026-11-25T08:00Z",
        "9999-12-31T23:59",
        "0001-01-01T00:00",
    ],
)
def test_what_is_no_hour_to_come_is_refused(typed: str) -> None:
    with pytest.raises(InputRefused):
        moments.parsed(typed, TUESDAY)


def sending(now: datetime) -> dict[str, str]:
    return {moment.label: moment.value for moment in moments.for_sending(now)}


def test_what_is_offered_to_send_later() -> None:
    assert sending(TUESDAY) == {
        "Ce soir": "2026-11-24T18:00",
        "Demain à 8 h": "2026-11-25T08:00",
        "Lundi à 8 h": "2026-11-30T08:00",
        "À la rentrée": "2027-01-04T08:00",
    }


def test_the_return_is_that_of_the_holidays_one_is_in() -> None:
    found = sending(datetime(2026, 12, 24, 9, tzinfo=UTC))
    assert found["À la rentrée"] == "2027-01-04T08:00"


@pytest.mark.parametrize(
    ("now", "tomorrow"),
    [
        # the nights before the clocks change
        (datetime(2026, 3, 28, 20, tzinfo=UTC), datetime(2026, 3, 29, 6, tzinfo=UTC)),
        (datetime(2026, 10, 24, 20, tzinfo=UTC), datetime(2026, 10, 25, 7, tzinfo=UTC)),
    ],
)
def test_eight_is_eight_on_the_clock(now: datetime, tomorrow: datetime) -> None:
    assert moments.parsed(sending(now)["Demain à 8 h"], now) == tomorrow


@pytest.mark.parametrize(
    ("day", "button"),
    [(24, "mardi 8\u00a0h\u00a000"), (30, "lundi 30 novembre 8\u00a0h\u00a000")],
)
def test_an_hour_is_told_as_one_says_it(day: int, button: str) -> None:
    at = datetime(2026, 11, day, 7, tzinfo=UTC)
    monday_evening = datetime(2026, 11, 23, 21, tzinfo=UTC)
    assert moments.near(at, monday_evening) == button
    assert moments.shown(at).endswith(f"{day} novembre à 8\u00a0h\u00a000")
    assert moments.dated(at).endswith("novembre 2026 à 8\u00a0h\u00a000")
