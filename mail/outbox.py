"""The outbox as it is shown: what is on its way, what failed, what left lately."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Mailbox
from mail.models import Outgoing

State = Outgoing.State
SHOWN_FOR = timedelta(days=7)
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


def _all(mailbox: Mailbox) -> QuerySet[Outgoing]:
    return Outgoing.objects.filter(mailbox=mailbox).order_by("-created_at")
