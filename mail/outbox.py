"""The outbox as it is shown: what is on its way, what failed, what left lately."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Mailbox
from live import publishing
from live.events import Event
from mail.messages import DRAFT, Message
from mail.models import Outgoing

State = Outgoing.State
SHOWN_FOR = timedelta(days=7)
# a page of many thousand rows would help nobody
OPEN_MAX = 300
ENDED_MAX = 50
_TROUBLED = (State.FAILED, State.UNKNOWN)
_ENDED = (State.SENT, State.CANCELLED)


def rows(mailbox: Mailbox, now: datetime | None = None) -> list[Outgoing]:
    """What somebody may have to act on (unfinished, failed or unknown, whatever its
    age), then what ended well in the last week; each newest first."""
    since = (now or timezone.now()) - SHOWN_FOR
    mine = _all(mailbox).select_related("author").prefetch_related("recipients")
    unended = mine.exclude(state__in=_ENDED)[:OPEN_MAX]
    ended = mine.filter(state__in=_ENDED, ended_at__gt=since)[:ENDED_MAX]
    return [*unended, *ended]


def announce(row: Outgoing) -> None:
    """Tell the open pages; one that asks again at once sees the change."""
    event = Event("outgoing", {"id": str(row.pk)})
    transaction.on_commit(partial(publishing.publish, row.mailbox.login, event))


def of(mailbox: Mailbox, message: Message) -> Outgoing | None:
    """The row of a message that left here, with its recipients; asked only of what the
    mailbox has written."""
    own = message.header.sender.email.lower() in mailbox.addresses
    if not own or not message.header.message_id or DRAFT in message.flags:
        return None
    found = mailbox.outgoing.filter(message_id=message.header.message_id)
    return found.exclude(state=State.CANCELLED).prefetch_related("recipients").first()


def of_message(mailbox: Mailbox, message_id: str) -> Outgoing | None:
    """What this message was before it was taken back."""
    return mailbox.outgoing.filter(message_id=message_id).first()


class Part(NamedTuple):
    """Rows under one heading of the page."""

    title: str
    rows: list[Outgoing]


def parts(mailbox: Mailbox, now: datetime | None = None) -> list[Part]:
    """The same in the order in which one may have to act: what failed, what waits for
    its hour (the next first), what is leaving, what ended."""
    found = rows(mailbox, now)
    troubled = [row for row in found if row.state in _TROUBLED]
    later = [row for row in found if row.state == State.HELD and row.scheduled]
    ended = [row for row in found if row.state in _ENDED]
    known = {row.pk for row in (*troubled, *later, *ended)}
    leaving = [row for row in found if row.pk not in known]
    headed = (
        Part(_("À vérifier"), troubled),
        Part(_("Programmés"), sorted(later, key=lambda row: row.due_at)),
        Part(_("En cours d’envoi"), leaving),
        Part(_("Cette semaine"), ended),
    )
    return [part for part in headed if part.rows]


def _all(mailbox: Mailbox) -> QuerySet[Outgoing]:
    """Individual sendings have a page of their own; what failed of them is here too."""
    many = Q(origin__has_key="mailing") & ~Q(state__in=_TROUBLED)
    return mailbox.outgoing.exclude(many).order_by("-created_at")
