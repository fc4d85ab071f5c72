"""Waking: what was put off comes back at its hour, once.

The row is ended after the message has come back, and both are found again by
Message-ID: whatever stops in between is finished by a later tick. A row is claimed by a
conditional update, so that no two workers bring back the same one; should one be
thought dead and live, a MOVE of what has left moves nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from accounts import audit
from convergence.errors import ConvergenceError, KeywordRefused
from mail import claiming
from mail.claiming import Pace
from mail.imap.opening import Opener, open_box
from mail.messages import SEEN, WOKEN
from mail.models import Snooze
from mail.store import Store

logger = logging.getLogger(__name__)
State = Snooze.State
OPEN = (State.MOVING, State.WAITING, State.WAKING)
MOVED_AFTER = timedelta(minutes=2)
KEPT_FOR = timedelta(days=30)
BATCH = 200
PACE = Pace(timedelta(seconds=30), timedelta(minutes=15), BATCH)
TICK = 20.0


def wake_due(now: datetime | None = None, opener: Opener = open_box) -> int:
    """Bring back what is due; how many came. Called by beat every few seconds."""
    at, end, woken = now or timezone.now(), time.monotonic() + TICK, 0
    for row in _due(at):
        if time.monotonic() > end:
            return woken
        if claim(row, at):
            woken += _wake(row, opener)
    for row in _half_moved(at):
        _recover(row, opener)
    Snooze.objects.filter(ended_at__lt=at - KEPT_FOR).delete()
    return woken


def _due(at: datetime) -> Iterable[Snooze]:
    ready = Q(state=State.WAITING) & (Q(due_at__lte=at) | Q(back=True))
    every = Snooze.objects.all()
    return claiming.due(every, at, PACE, ready=ready, working=State.WAKING)


def claim(row: Snooze, at: datetime) -> bool:
    """Whether this worker, or this page, is the one to bring it back."""
    return claiming.claim(row, at, State.WAKING)


def _wake(row: Snooze, opener: Opener) -> bool:
    try:
        with opener(row.mailbox) as store:
            return bring(store, row) == State.WOKEN
    except ConvergenceError as error:
        logger.warning("not woken", extra={"cause": type(error).__name__})
        return False
    except Exception:
        # the others need not wait for it; it is tried again as after a crash
        logger.exception("not woken")
        return False


def bring(store: Store, row: Snooze) -> Snooze.State:
    """What became of a claimed row; it waits again when the server fails."""
    try:
        return _settled(store, row)
    except ConvergenceError:
        _end(row, State.WAITING)
        raise


def _settled(store: Store, row: Snooze) -> Snooze.State:
    """Bring back a claimed row's message, or find that it has come, or is not there."""
    folder, target = store.special("snoozed"), _target(store, row)
    uid = _place(store, folder, row)
    done = State.CANCELLED if row.back else State.WOKEN
    if row.attempts > 1 and _has_come(store, target, row, uid):
        if uid:
            store.expunge(folder, [uid])
        return _end(row, done)
    if uid and _brought(store, folder, uid, target, row):
        return _end(row, done)
    # the gateway moved it at once and, when the line broke, was told nothing the second
    # time
    again = uid and _arrived(store, target, row, marked=not row.back)
    return _end(row, done if again else State.GONE)


def _target(store: Store, row: Snooze) -> str:
    if not row.back or row.source == "INBOX":
        return "INBOX"
    return next((f.name for f in store.folders() if f.name == row.source), "INBOX")


def _place(store: Store, folder: str, row: Snooze) -> int:
    """Its UID in En attente, 0 when it is not there. Of copies, that which no other
    row means."""
    found = store.find(folder, row.message_id)
    if row.uid in found:
        return row.uid
    others = Snooze.objects.filter(
        mailbox_id=row.mailbox_id, message_id=row.message_id, state__in=OPEN
    ).exclude(pk=row.pk)
    taken = set(others.values_list("uid", flat=True))
    return next((uid for uid in reversed(found) if uid not in taken), 0)


def _has_come(store: Store, target: str, row: Snooze, uid: int) -> bool:
    """Whether an earlier attempt brought it. While it waits, only a server without
    MOVE can have been stopped between the copy and what follows it: elsewhere what
    looks like it is another copy."""
    possible = not uid or store.copies()
    return possible and _arrived(store, target, row, marked=bool(uid))


def _arrived(store: Store, target: str, row: Snooze, *, marked: bool) -> bool:
    """Whether it is where it was to be brought; `marked`: with what is set on it before
    it leaves, so that it is no other copy."""
    found = store.find(target, row.message_id)
    rows = store.summaries(target, found) if found else ()
    return any(WOKEN in r.flags for r in rows) if marked else bool(rows)


def _brought(store: Store, folder: str, uid: int, target: str, row: Snooze) -> bool:
    """Unread again and marked, in this order: who comes after a crash finds the mark on
    what has come."""
    if not row.back:
        store.mark(folder, [uid], SEEN, on=False)
        # without it the row of the list only does not say so
        with suppress(KeywordRefused):
            store.mark(folder, [uid], WOKEN, on=True)
    return bool(store.move(folder, [uid], target).uids)


def _end(row: Snooze, state: Snooze.State) -> Snooze.State:
    """Only who holds the claim may say what became of it."""
    mine = Snooze.objects.filter(pk=row.pk, state=State.WAKING, attempts=row.attempts)
    ended = None if state == State.WAITING else timezone.now()
    if mine.update(state=state, ended_at=ended) and ended:
        act = "snooze.cancel" if state == State.CANCELLED else f"snooze.{state.value}"
        audit.record(
            row.author.uid, act, mailbox=row.mailbox.address, target=row.message_id
        )
    return state


# --- What was interrupted while it was put off ---------------------------------------
def _half_moved(at: datetime) -> Iterable[Snooze]:
    return Snooze.objects.filter(
        state=State.MOVING, created_at__lt=at - MOVED_AFTER, mailbox__is_active=True
    ).select_related("mailbox", "author")[:BATCH]


def _recover(row: Snooze, opener: Opener) -> None:
    """It waits if it has moved; otherwise nothing was done, and nobody was told so."""
    mine = Snooze.objects.filter(pk=row.pk, state=State.MOVING)
    try:
        with opener(row.mailbox) as store:
            uid = _place(store, store.special("snoozed"), row)
    except ConvergenceError as error:
        logger.warning("not recovered", extra={"cause": type(error).__name__})
        return
    if uid:
        mine.update(state=State.WAITING, uid=uid)
    else:
        mine.delete()
