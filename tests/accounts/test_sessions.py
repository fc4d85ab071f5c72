"""The visit, kept by ready-made statements."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.sessions import SessionStore

pytestmark = pytest.mark.django_db


def begun() -> SessionStore:
    visit = SessionStore()
    visit["name"] = "Inès"
    visit.save()
    return SessionStore(visit.session_key)


def test_what_changes_is_there_the_next_time_and_lasts_as_long() -> None:
    visit = begun()
    visit["box"] = "ce@x.test"
    visit.set_expiry(600)
    visit.save()
    again = SessionStore(visit.session_key)
    assert (again["name"], again["box"]) == ("Inès", "ce@x.test")
    left = Session.objects.get().expire_date - timezone.now()
    assert timedelta(seconds=590) < left <= timedelta(seconds=600)


def test_a_visit_that_has_ended_meanwhile_is_not_begun_again() -> None:
    visit = begun()
    visit["box"] = "ce@x.test"
    Session.objects.all().delete()
    with pytest.raises(UpdateError):
        visit.save()
    assert not Session.objects.exists()
