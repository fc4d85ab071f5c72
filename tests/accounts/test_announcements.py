from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import announcements
from accounts.models import Announcement

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcements, "_kept", (0.0, []))


def announce(text: str, begins: int, ends: int | None) -> None:
    now = timezone.now()
    Announcement.objects.create(
        text=text,
        starts_at=now + timedelta(hours=begins),
        ends_at=None if ends is None else now + timedelta(hours=ends),
    )


def test_it_shows_those_of_the_moment() -> None:
    announce("passée", -2, -1)
    announce("à venir", 1, 2)
    announce("sans fin", -2, None)
    announce("en cours", -1, 1)
    assert [a.text for a in announcements.current()] == ["en cours", "sans fin"]


def test_pages_do_not_ask_the_database_each_time(
    django_assert_num_queries: object,
) -> None:
    announcements.current()
    with django_assert_num_queries(0):  # type: ignore[operator]
        announcements.current()
