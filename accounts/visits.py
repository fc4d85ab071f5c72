"""A visit: its door, its limits, and the trace that a person can see and end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.models import BrowserSession, User

_DOOR, _BEGAN, _SEEN, _SHARED = "door", "began", "seen", "shared"
_SEEN_EVERY = timedelta(minutes=1)


def begin(request: HttpRequest, user: User, *, shared: bool) -> None:
    """Sign in: a new session key, bound to this door."""
    login(request, user, backend="accounts.backends.DirectoryBackend")
    session, now = request.session, timezone.now()
    kind = request.door.kind  # type: ignore[attr-defined]
    session[_DOOR] = kind
    session[_BEGAN] = session[_SEEN] = int(now.timestamp())
    session[_SHARED] = shared
    session.save()
    BrowserSession.objects.update_or_create(
        session_key=session.session_key,
        defaults={
            "user": user,
            "door": kind,
            "address": audit.client_address.get(),
            "browser": request.headers.get("User-Agent", "")[:200],
            "shared_computer": shared,
        },
    )
    audit.record(user.uid, "visit.begin", target=kind)


def end(request: HttpRequest) -> None:
    """Sign out: the session is destroyed on the server."""
    if isinstance(request.user, User):
        audit.record(request.user.uid, "visit.end")
        BrowserSession.objects.filter(session_key=request.session.session_key).update(
            ended_at=timezone.now()
        )
    logout(request)


def is_valid(request: HttpRequest, now: datetime) -> bool:
    """Whether the signed-in session may still be used, through this door."""
    session = request.session
    if session.get(_DOOR) != request.door.kind:  # type: ignore[attr-defined]
        return False
    began = _time(session.get(_BEGAN))
    seen = _time(session.get(_SEEN))
    shared = bool(session.get(_SHARED))
    idle = settings.SESSION_IDLE_SHARED if shared else settings.SESSION_IDLE
    return now - seen <= idle and now - began <= settings.SESSION_ABSOLUTE


def touch(request: HttpRequest, now: datetime) -> None:
    """Note the activity, at most once a minute: a page does not write a session."""
    if now - _time(request.session.get(_SEEN)) > _SEEN_EVERY:
        request.session[_SEEN] = int(now.timestamp())


def _time(seconds: Any) -> datetime:
    return datetime.fromtimestamp(seconds or 0, UTC)
