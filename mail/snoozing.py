"""Snoozing: a message leaves the list until an hour (it comes back by waking.py).

The row is written before the message moves: what stops in between is found again.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Grant
from accounts.models import Mailbox
from convergence.errors import Conflict, InputRefused, NotFound
from mail import waking
from mail.messages import WOKEN, Summary
from mail.models import Snooze
from mail.store import Store
from mail.waking import OPEN

State = Snooze.State
MESSAGE_ID_MAX = 1000
SHOWN_MAX = 200
TOLD_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Snoozed:
    """How many are put off; `batch` takes them back together."""

    count: int
    batch: uuid.UUID


def snooze(
    store: Store, right: Grant, folder: str, uids: Sequence[int], due_at: datetime
) -> Snoozed:
    """Into En attente until `due_at`. Raises InputRefused when a message has no
    Message-ID: nothing would find it again."""
    rows = store.summaries(folder, uids)
    if any(not 0 < len(r.envelope.message_id) <= MESSAGE_ID_MAX for r in rows):
        text = _("Sans identifiant, un message ne peut pas être mis en attente.")
        raise InputRefused(text)
    waiting = store.special("snoozed")
    batch = uuid.uuid4()
    if folder == waiting:
        _put_off_again(right, folder, rows, due_at, batch)
        return Snoozed(len(rows), batch)
    made = _write(right, folder, rows, due_at, batch, State.MOVING)
    count = _moved_away(store, folder, waiting, rows, made) if rows else 0
    return Snoozed(count, batch)


@transaction.atomic
def _put_off_again(
    right: Grant,
    folder: str,
    rows: Iterable[Summary],
    due_at: datetime,
    batch: uuid.UUID,
) -> None:
    """Another hour for what already waits; one for what somebody else put there."""
    strangers = []
    for row in rows:
        known = _known(right.mailbox, row)
        if known is None:
            strangers.append(row)
            continue
        known.due_at, known.batch, known.uid = due_at, batch, row.uid
        known.save(update_fields=["due_at", "batch", "uid"])
    _write(right, folder, strangers, due_at, batch, State.WAITING)


def _known(mailbox: Mailbox, row: Summary) -> Snooze | None:
    """The row of this very copy; of one that nobody told the UID of, the message's."""
    name, waits = row.envelope.message_id, State.WAITING
    mine = Snooze.objects.filter(mailbox=mailbox, message_id=name, state=waits)
    return mine.filter(uid__in=(row.uid, 0)).order_by("-uid").first()


def _write(
    right: Grant,
    folder: str,
    rows: Iterable[Summary],
    due_at: datetime,
    batch: uuid.UUID,
    state: Snooze.State,
) -> dict[int, Snooze]:
    """One row for each message, by its UID of now."""
    made = {
        row.uid: Snooze(
            mailbox=right.mailbox,
            author=right.user,
            batch=batch,
            state=state,
            due_at=due_at,
            message_id=row.envelope.message_id,
            subject=row.envelope.subject[:200],
            sender=row.envelope.sender.label[:200],
            source="INBOX" if state == State.WAITING else folder,
            uid=row.uid if state == State.WAITING else 0,
        )
        for row in rows
    }
    Snooze.objects.bulk_create(made.values())
    return made


def _moved_away(
    store: Store,
    folder: str,
    waiting: str,
    rows: Sequence[Summary],
    made: dict[int, Snooze],
) -> int:
    """Move, and say of each row that it waits; how many moved."""
    if woken := [row.uid for row in rows if WOKEN in row.flags]:
        store.mark(folder, woken, WOKEN, on=False)
    # should this fail or tell less than it did: waking.py looks where the others are
    moved = store.move(folder, list(made), waiting)
    for uid, new in zip_longest(moved.uids, moved.new_uids, fillvalue=0):
        row = made.pop(uid)
        row.state, row.uid = State.WAITING, new
        row.save(update_fields=["state", "uid"])
    return len(moved.uids)


def waiting(mailbox: Mailbox) -> list[Snooze]:
    """What is put off, the next to come back first; then, for a week, what left En
    attente before its hour."""
    mine = Snooze.objects.filter(mailbox=mailbox).select_related("author")
    gone = mine.filter(state=State.GONE, ended_at__gt=timezone.now() - TOLD_FOR)
    return [*mine.filter(state__in=OPEN)[:SHOWN_MAX], *gone[:20]]


def find(mailbox: Mailbox, pk: uuid.UUID) -> Snooze:
    """A row of this mailbox. Raises NotFound."""
    mine = Snooze.objects.filter(pk=pk, mailbox=mailbox)
    row = mine.select_related("mailbox", "author").first()
    if row is None:
        raise NotFound
    return row


def change(row: Snooze, due_at: datetime) -> None:
    """Another hour. Raises Conflict when it is coming back, or has come."""
    mine = Snooze.objects.filter(pk=row.pk, state=State.WAITING)
    if not mine.update(due_at=due_at):
        raise Conflict(_("Ce message est déjà revenu."))


def cancel(store: Store, row: Snooze) -> bool:
    """Back to where it was, as it was, now; False when it is no longer there."""
    mine = Snooze.objects.filter(pk=row.pk, state=State.WAITING)
    if not mine.update(back=True):
        raise Conflict(_("Ce message est déjà revenu."))
    row.back = True
    claimed = waking.claim(row, timezone.now())
    return claimed and waking.bring(store, row) == State.CANCELLED


def cancel_batch(store: Store, mailbox: Mailbox, batch: uuid.UUID) -> int:
    """Take back one act; how many came back."""
    mine = Snooze.objects.filter(mailbox=mailbox, batch=batch, state=State.WAITING)
    return sum(cancel(store, row) for row in mine.select_related("mailbox", "author"))
