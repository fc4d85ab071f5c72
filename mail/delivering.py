"""Delivering: what leaves the outbox; what becomes of it is mail/outcomes.py.

A row is claimed by a conditional update, so that two workers never take the same one.
Nothing found in `sending` after a crash is sent again by itself. What only a part of
the recipients got stays due for the others alone.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import grant
from convergence.errors import (
    AccessRefused,
    ConvergenceError,
    NotFound,
    Unavailable,
)
from mail import (
    copies,
    identities,
    leaving,
    moments,
    outcomes,
    smtp,
    telling,
)
from mail.imap.opening import open_box
from mail.models import Outgoing
from mail.reasons import reason, unnamed
from mail.receipts import RECEIPT

logger = logging.getLogger(__name__)
State = Outgoing.State
# what is submitted, and the copy of another hour to be stored first (mail/leaving.py)
Ready = tuple[smtp.Envelope, bytes]
# longer than any task may run (CELERY_TASK_TIME_LIMIT)
CRASHED_AFTER = timedelta(minutes=15)
STORED_AFTER = timedelta(minutes=2)
BATCH = 200
# a tick takes no new row after so many seconds: others are at work meanwhile, and it
# ends long before the limit of a task
TICK = 20.0


def deliver_due(now: datetime | None = None) -> int:
    """Send what is due; how many rows were taken. Called by beat every few seconds."""
    at = now or timezone.now()
    end = time.monotonic() + TICK
    give_up_crashed(at)
    taken = 0
    for row in _until(end, _due(at)):
        taken += deliver(row, at)
    for row in _until(end, copies.unfiled(at)):
        copies.file(row)
    for row in _until(end, _half_stored(at)):
        recover(row, at)
    for row in _until(end, telling.untold(at)):
        telling.tell(row, at)
    return taken


def _until(end: float, rows: Iterable[Outgoing]) -> Iterator[Outgoing]:
    for row in rows:
        if time.monotonic() > end:
            return
        yield row


def give_up_crashed(at: datetime) -> None:
    """A row left in `sending` by a crash: nobody knows whether it left."""
    for row in Outgoing.objects.filter(
        state=State.SENDING, claimed_at__lt=at - CRASHED_AFTER
    ).select_related("mailbox"):
        mine = Outgoing.objects.filter(
            pk=row.pk, state=State.SENDING, claimed_at=row.claimed_at
        )
        # a worker that was only slow may have ended it since
        if mine.update(state=State.UNKNOWN):
            outcomes.end(row, State.UNKNOWN, _("L’envoi a été interrompu."))


def _due(at: datetime) -> Iterable[Outgoing]:
    return (
        Outgoing.objects.filter(
            Q(retry_at=None) | Q(retry_at__lte=at),
            state__in=(State.HELD, State.DUE),
            due_at__lte=at,
        )
        .select_related("mailbox", "author")
        .order_by("due_at")[:BATCH]
    )


def _claim(row: Outgoing) -> bool:
    # attempts too: another tick may have tried it since this one looked; the hour too:
    # somebody may have put it off
    mine = Outgoing.objects.filter(
        pk=row.pk, state=row.state, attempts=row.attempts, due_at=row.due_at
    )
    claimed = mine.update(
        state=State.SENDING, claimed_at=timezone.now(), attempts=F("attempts") + 1
    )
    row.attempts += claimed
    return claimed == 1


def deliver(row: Outgoing, at: datetime | None = None) -> bool:
    """Send a due row and record what came of it; False when another worker has it.

    It is claimed only when the message is at hand: what goes wrong before that leaves
    it due, and nobody need wonder whether it left.
    """
    ready = _too_late(row, at or timezone.now()) or _prepared(row)
    if not _claim(row):
        return False
    if isinstance(ready, ConvergenceError):
        _stop(row, ready)
        return True
    envelope, copy = ready
    if copy:
        leaving.redate(row, copy)
    try:
        answers = smtp.submit(envelope)
    except ConvergenceError as error:
        _stop(row, error)
    else:
        outcomes.settle(row, answers)
    return True


class TooLate(ConvergenceError):
    """Its hour passed while nobody was at work: only its author knows whether it still
    means anything."""

    status = 409


def _too_late(row: Outgoing, at: datetime) -> TooLate | None:
    expected = row.retry_at or row.due_at
    if at - expected < timedelta(minutes=settings.LATE_MINUTES):
        return None
    text = _("Pas parti %(when)s : le service était arrêté. À vous de décider.")
    return TooLate(text % {"when": moments.shown(expected)})


def _prepared(row: Outgoing) -> Ready | ConvergenceError:
    """What is to be submitted, or why it cannot be."""
    try:
        grant(row.author, row.mailbox.address, write="message.send")
    except (AccessRefused, NotFound):
        return AccessRefused(_("Vous ne pouvez plus écrire au nom de cette boîte."))
    if not identities.is_of(row.mailbox, row.sender):
        return identities.refused(row.sender)
    try:
        return _ready(row)
    except ConvergenceError as error:
        return error
    except Exception:
        # the others behind it must not wait for what only this one has
        _put_off(row)
        raise


def _put_off(row: Outgoing) -> None:
    mine = Outgoing.objects.filter(pk=row.pk, state=row.state, attempts=row.attempts)
    later = timezone.now() + timedelta(seconds=outcomes.BACKOFF[0])
    mine.update(attempts=F("attempts") + 1, retry_at=later)


def _stop(row: Outgoing, error: ConvergenceError) -> None:
    """What follows from an error: it waits, or that was it."""
    _log(row, error)
    if isinstance(error, smtp.Refused):
        outcomes.give_up(row, reason(error.code, error.text))
    elif isinstance(error, smtp.Ambiguous):
        outcomes.end(row, State.UNKNOWN, _("Le serveur n’a pas confirmé la réception."))
    elif isinstance(error, Unavailable):
        outcomes.again(row, str(error.message))
    else:
        outcomes.give_up(row, str(error.message))


def _log(row: Outgoing, error: ConvergenceError) -> None:
    cause = error.__cause__
    code = getattr(cause, "code", None)
    logger.warning(
        "not sent: %s",
        type(error).__name__,
        exc_info=cause if isinstance(error, smtp.Unbegun) else None,
        extra={
            "outgoing": str(row.pk),
            "code": code if isinstance(code, int) else None,
            "cause": unnamed(f"{type(cause).__name__}: {cause}") if cause else None,
        },
    )


def _ready(row: Outgoing) -> Ready:
    waiting = row.recipients.filter(accepted=None).order_by("pk")
    # RFC 8098 §3: nobody is told when a receipt does not arrive
    sender = "" if row.origin.get("flag") == RECEIPT else row.sender
    found = leaving.prepared(row)
    envelope = smtp.Envelope(
        row.mailbox.login,
        sender,
        tuple(waiting.values_list("address", flat=True)),
        found.message,
        envid=row.pk.hex if row.notify and sender else "",
    )
    return envelope, found.copy


def _half_stored(at: datetime) -> Iterable[Outgoing]:
    return Outgoing.objects.filter(
        state=State.STORING, claimed_at__lt=at - STORED_AFTER
    ).select_related("mailbox")[:BATCH]


def recover(row: Outgoing, at: datetime) -> None:
    """A message whose author was told that it was not accepted: it must not leave, nor
    lie in Programmés as if it would."""
    sent_again = Outgoing.objects.filter(token=row.token[:32]).exclude(pk=row.pk)
    try:
        with open_box(row.mailbox) as store:
            if sent_again.exists() or row.origin.get("mailing"):
                copies.drop(store, row)
                found = False
            else:
                found = copies.move(store, row, "drafts")
    except ConvergenceError as error:
        logger.warning("not recovered", extra={"cause": type(error).__name__})
        return
    if not found:
        # a slow server may still be about to store it
        if at - row.created_at > STORED_AFTER:
            row.delete()
        return
    token = f"{row.token[:32]}-{row.pk.hex[:31]}"
    Outgoing.objects.filter(pk=row.pk).update(token=token)
    outcomes.end(
        row, State.FAILED, _("L’enregistrement a échoué. Le texte est en brouillon.")
    )
