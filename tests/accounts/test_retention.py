from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from axes.models import AccessAttempt
from celery.schedules import crontab
from django.contrib.sessions.models import Session
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts import models, tasks
from accounts.models import AppendOnlyError, AuditEvent, BrowserSession, User
from convergence import celery

pytestmark = pytest.mark.django_db


def ago(**time: float) -> datetime:
    return timezone.now() - timedelta(**time)


def note(*, days: float) -> AuditEvent:
    return AuditEvent.objects.create(at=ago(days=days), person="x", act="message.send")


def visit(*, began: datetime, ended: datetime | None = None) -> BrowserSession:
    user, _created = User.objects.get_or_create(uid="x")
    key = f"key{BrowserSession.objects.count()}"
    return BrowserSession.objects.create(
        user=user, session_key=key, door="x", started_at=began, ended_at=ended
    )


def attempt(address: str, *, days: float) -> None:
    """axes dates its rows itself."""
    row = AccessAttempt.objects.create(ip_address=address, failures_since_start=1)
    rows = AccessAttempt.objects.filter(pk=row.pk)
    rows.update(attempt_time=ago(days=days))


def test_the_audit_is_kept_as_long_as_it_is_set(settings: Settings) -> None:
    settings.AUDIT_DAYS = 200
    note(days=201)
    kept = note(days=199)
    tasks.prune()
    pruned = AuditEvent.objects.exclude(pk=kept.pk).get()
    assert (pruned.act, pruned.target.split()[1]) == ("audit.prune", "1")
    tasks.prune()
    assert AuditEvent.objects.count() == 2


def test_many_lines_go_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "_FORGOTTEN_AT_ONCE", 2)
    for _number in range(5):
        note(days=400)
    assert AuditEvent.objects.forget_before(ago(days=365)) == 5
    assert not AuditEvent.objects.exists()


def test_what_happened_lately_cannot_be_forgotten() -> None:
    note(days=179)
    with pytest.raises(AppendOnlyError):
        AuditEvent.objects.forget_before(ago(days=179))
    with pytest.raises(AppendOnlyError):
        AuditEvent.objects.filter(person="x").forget_before(timezone.now())
    assert AuditEvent.objects.count() == 1


def test_sessions_that_are_over_go() -> None:
    for key, left in (("old", -1), ("open", 1)):
        until = timezone.now() + timedelta(hours=left)
        Session.objects.create(session_key=key, session_data="", expire_date=until)
    tasks.prune()
    assert [row.pk for row in Session.objects.all()] == ["open"]


def test_visits_end_at_their_limit_and_go_later(settings: Settings) -> None:
    limit = settings.SESSION_ABSOLUTE
    lasting = visit(began=timezone.now() - limit + timedelta(minutes=5))
    over = visit(began=timezone.now() - limit - timedelta(minutes=5))
    gone = visit(began=ago(days=32), ended=ago(days=31))
    kept = visit(began=ago(days=30), ended=ago(days=29))
    tasks.prune()
    left = dict(BrowserSession.objects.values_list("pk", "ended_at"))
    assert left[lasting.pk] is None
    assert left[over.pk] is not None
    assert gone.pk not in left
    assert kept.pk in left


def test_failures_are_forgotten_after_a_day() -> None:
    attempt("192.0.2.1", days=1.1)
    attempt("192.0.2.2", days=0.9)
    tasks.prune()
    assert AccessAttempt.objects.get().ip_address == "192.0.2.2"


def test_it_runs_every_night(settings: Settings) -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["prune"]
    celery.app.loader.import_default_modules()
    assert entry["task"] in celery.app.tasks
    assert entry["schedule"] == crontab(hour="3", minute="40")
