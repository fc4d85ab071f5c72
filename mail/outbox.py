"""The outbox as it is shown: what is on its way, what failed, what left lately."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Mailbox
from mail.models import Outgoing

State = Outgoing.State
SHOWN_FOR = timedelta(days=7)
WAITS_LONG = timedelta(minutes=1)
# a page of many thousand rows would help nobody
OPEN_MAX = 300
ENDED_MAX = 50
_ENDED = (State.SENT, State.CANCELLED)


def rows(mailbox: Mailbox, now: datetime | None = None) -> list[Outgoing]:
    """What somebody may have to act on (unfinished, failed or unknown, whatever its
    age), then what ended well in the last week; each newest first."""
    since = (now or timezone.now()) - SHOWN_FOR
    mine = _all(mailbox).select_related("author").prefetch_related("recipients")
    unended = mine.exclude(state__in=_ENDED)[:OPEN_MAX]
    ended = mine.filter(state__in=_ENDED, ended_at__gt=since)[:ENDED_MAX]
    return [*unended, *ended]


def troubled(mailbox: Mailbox, now: datetime | None = None) -> int:
    """How many failed, have an unknown outcome, or have waited with an error for over
    a minute after they should have left."""
    late = (now or timezone.now()) - WAITS_LONG
    waiting = Q(state=State.DUE, due_at__lt=late) & ~Q(failure="")
    ended = Q(state__in=(State.FAILED, State.UNKNOWN))
    return _all(mailbox).filter(ended | waiting).count()


def _all(mailbox: Mailbox) -> QuerySet[Outgoing]:
    return Outgoing.objects.filter(mailbox=mailbox).order_by("-created_at")
