"""When the next morning is proposed, and whose rule counts."""

from __future__ import annotations

from datetime import datetime, time

import pytest
from pytest_django.fixtures import Settings

from accounts.models import Mailbox
from mail import workinghours
from mail.models import WorkingHours
from mail.moments import PARIS, typed
from mail.workinghours import Hours

HOURS = Hours(True, time(7, 30), time(19))


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        ("2026-11-24T10:00", None),
        ("2026-11-24T07:30", None),
        ("2026-11-24T06:10", "2026-11-24T08:00"),
        ("2026-11-24T19:00", "2026-11-25T08:00"),
        ("2026-11-27T21:00", "2026-11-30T08:00"),  # Friday night
        ("2026-11-28T10:00", "2026-11-30T08:00"),
        ("2026-11-10T20:00", "2026-11-12T08:00"),  # Armistice
        ("2026-12-22T10:00", "2027-01-04T08:00"),  # Christmas holidays
        ("2027-03-27T23:30", "2027-03-30T08:00"),  # over the clock change and Easter
    ],
)
def test_what_is_proposed(now: str, morning: str | None) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=PARIS)
    found = workinghours.proposed(HOURS, at)
    assert (found and typed(found)) == morning


def test_who_answers_at_night_is_proposed_nothing() -> None:
    night = datetime(2026, 11, 24, 23, tzinfo=PARIS)
    assert workinghours.proposed(Hours(False, time(7), time(19)), night) is None


@pytest.mark.django_db
def test_the_nearest_rule_counts(settings: Settings) -> None:
    settings.DISCONNECTION = True
    box = Mailbox.objects.create(
        address="a@b.test", login="a", kind="nominative", uai="0860001A"
    )
    assert workinghours.of(box) == HOURS
    WorkingHours.objects.create(ends=time(18))
    assert workinghours.of(box).ends == time(18)
    WorkingHours.objects.create(uai="0860001A", ends=time(17))
    WorkingHours.objects.create(uai="0860002B", ends=time(12))
    assert workinghours.of(box).ends == time(17)
    WorkingHours.objects.create(mailbox=box, proposes=False)
    assert not workinghours.of(box).proposes
