"""What goes by itself: nothing about people is kept longer than it serves."""

from __future__ import annotations

from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEvent, BrowserSession
from accounts.sessions import SessionStore

# ended visits, for those who ask who was here
_VISITS_KEPT = timedelta(days=30)
_ATTEMPTS_KEPT = timedelta(days=1)


def prune() -> None:
    """Remove what is too old: the audit (AUDIT_DAYS), sessions, visits, failures."""
    now = timezone.now()
    _prune_audit(now - timedelta(days=settings.AUDIT_DAYS))
    SessionStore.clear_expired()
    _prune_visits(now)
    kept = max(_ATTEMPTS_KEPT, settings.AXES_COOLOFF_TIME)
    AccessAttempt.objects.filter(attempt_time__lt=now - kept).delete()


def _prune_audit(moment: datetime) -> None:
    if removed := AuditEvent.objects.forget_before(moment):
        audit.record("", "audit.prune", target=f"{moment:%Y-%m-%d} {removed}")


def _prune_visits(now: datetime) -> None:
    """A browser that was closed ends no visit: its limit does."""
    over = BrowserSession.objects.filter(
        ended_at=None, started_at__lt=now - settings.SESSION_ABSOLUTE
    )
    over.update(ended_at=now)
    BrowserSession.objects.filter(ended_at__lt=now - _VISITS_KEPT).delete()
