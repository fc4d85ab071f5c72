"""A visit: its door, its limits, and the trace that a person can see and end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

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
    assert session.session_key, "login() gives one"
    BrowserSession.objects.create(
        session_key=session.session_key,
        user=user,
        door=kind,
        address=audit.client_address.get(),
        browser=request.headers.get("User-Agent", "")[:200],
        shared_computer=shared,
    )
    audit.record(user.uid, "visit.begin", target=kind)


def end(request: HttpRequest) -> None:
    """Sign out: the session is destroyed on the server."""
    if isinstance(request.user, User):
        audit.record(request.user.uid, "visit.end")
    _close_trace(request)
    logout(request)


def expire(request: HttpRequest) -> None:
    """A visit that is over: too old, at the wrong door, or of a closed account."""
    _close_trace(request)
    request.session.flush()


def end_these(rows: QuerySet[BrowserSession]) -> int:
    """End these visits from outside, at once; how many there were."""
    open_rows = rows.filter(ended_at=None)
    keys = list(open_rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    return open_rows.update(ended_at=timezone.now())


def end_all(user: User) -> None:
    """End every visit of this person, in all browsers: their password changed."""
    end_these(BrowserSession.objects.filter(user=user))
    # signed in every session by Django: also ends those that have no trace
    user.set_unusable_password()
    user.save(update_fields=["password"])


def _close_trace(request: HttpRequest) -> None:
    rows = BrowserSession.objects.filter(session_key=request.session.session_key)
    rows.filter(ended_at=None).update(ended_at=timezone.now())


def is_valid(request: HttpRequest, now: datetime) -> bool:
    """Whether the signed-in session may still be used, through this door."""
    at_its_door = request.session.get(_DOOR) == request.door.kind  # type: ignore[attr-defined]
    return at_its_door and seconds_left(request, now) > 0


def seconds_left(request: HttpRequest, now: datetime) -> int:
    """Until this visit ends by itself, if nothing more is asked."""
    session = request.session
    idle = settings.SESSION_IDLE_SHARED if is_shared(request) else settings.SESSION_IDLE
    end = min(
        _time(session.get(_SEEN)) + idle,
        _time(session.get(_BEGAN)) + settings.SESSION_ABSOLUTE,
    )
    return max(0, int((end - now).total_seconds()))


def is_shared(request: HttpRequest) -> bool:
    """Whether others use this computer, as was said at sign-in."""
    return bool(request.session.get(_SHARED))


def mark_of(user: User) -> str:
    """Whose is what a page keeps on a device, without telling who it is."""
    return salted_hmac("accounts.visits", str(user.pk)).hexdigest()[:20]


def touch(
    request: HttpRequest, now: datetime, *, every: timedelta = _SEEN_EVERY
) -> None:
    """Note the activity, at most once a minute: a page does not write a session."""
    if now - _time(request.session.get(_SEEN)) > every:
        request.session[_SEEN] = int(now.timestamp())


def _time(seconds: Any) -> datetime:
    return datetime.fromtimestamp(seconds or 0, UTC)
