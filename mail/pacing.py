"""Pacing: the messages of individual sendings go into the outbox, so many in a minute.

A worker that dies leaves people waiting or taken; the next one finds by their token
what is in the outbox already.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from accounts.access import grant
from convergence.errors import ConvergenceError, Unavailable
from mail import individually, merging, reporting, sending
from mail.composing import Draft
from mail.imap.opening import open_box
from mail.individually import Person, State
from mail.mailings import Addressee, Mailing
from mail.models import Outgoing
from mail.store import Store

logger = logging.getLogger(__name__)
TICK = 20.0
# longer than a tick, so that only one worker has a mailing
LEASE = timedelta(seconds=60)
_UNSENT = (Person.WAITING, Person.TAKEN)
_ENDED = tuple(
    Outgoing.State(name) for name in ("sent", "failed", "unknown", "cancelled")
)


def carry_on(now: datetime | None = None) -> int:
    """Queue what the pace allows, file what has ended; how many messages were queued.
    Called by beat every few seconds."""
    at, end, queued = now or timezone.now(), time.monotonic() + TICK, 0
    for mailing in _at_work():
        if time.monotonic() > end or not _claim(mailing, at):
            continue
        queued += _carried_on(mailing, at, end)
        Mailing.objects.filter(pk=mailing.pk).update(claimed_at=None)
    return queued


def _at_work() -> Iterable[Mailing]:
    stopped = Q(state=State.CANCELLED, filed=False)
    found = Mailing.objects.filter(Q(state=State.SENDING) | stopped)
    return found.select_related("mailbox", "author").order_by("started_at")[:100]


def _claim(mailing: Mailing, at: datetime) -> bool:
    free = Q(claimed_at=None) | Q(claimed_at__lt=at - LEASE)
    mine = Mailing.objects.filter(free, pk=mailing.pk, state=mailing.state)
    return mine.update(claimed_at=at) == 1


def _carried_on(mailing: Mailing, at: datetime, end: float) -> int:
    """A server that is away is tried again; what else goes wrong makes it pause, and
    says why."""
    try:
        with open_box(mailing.mailbox) as store:
            _find_taken(mailing)
            queued = _queue_some(store, mailing, at, end)
            if mailing.state == State.CANCELLED:
                individually.take_back(store, mailing)
            _end(store, mailing)
            return queued
    except Unavailable as error:
        logger.warning("mailing waits", extra={"cause": type(error).__name__})
    except ConvergenceError as error:
        logger.warning("mailing pauses", extra={"cause": type(error).__name__})
        if mailing.state == State.SENDING:
            individually.pause(mailing, str(error.message))
    return 0


def _find_taken(mailing: Mailing) -> None:
    """Those whom a worker had taken that is gone: in the outbox, or to be taken again.
    What is half stored is left to the sweep of mail/delivering.py."""
    for person in mailing.addressees.filter(state=Person.TAKEN):
        row = Outgoing.objects.filter(token=individually.token_of(person)).first()
        if row is None:
            stopped = mailing.state == State.CANCELLED
            after = Person.LEFT if stopped else Person.WAITING
            _move(person, after)
        elif row.state != Outgoing.State.STORING:
            _linked(person, row)


def _move(person: Addressee, after: Person) -> bool:
    mine = Addressee.objects.filter(pk=person.pk, state=person.state)
    return mine.update(state=after) == 1


def _linked(person: Addressee, row: Outgoing) -> None:
    Addressee.objects.filter(pk=person.pk).update(
        outgoing=row, state=Person.QUEUED, queued_at=timezone.now()
    )


def _queue_some(store: Store, mailing: Mailing, at: datetime, end: float) -> int:
    if mailing.state != State.SENDING:
        return 0
    people = mailing.addressees.filter(state=Person.WAITING)[: _allowed(at)]
    if not people:
        return 0
    # the right may have ended since it began
    grant(mailing.author, mailing.mailbox.address, write="message.send")
    text = individually.template(store, mailing, files=True)
    same, queued = individually.common(mailing, text), 0
    for person in people:
        if time.monotonic() > end or not _is_sending(mailing):
            break
        draft = merging.merged(text, person, same)
        queued += _queue(store, mailing, draft, person)
    return queued


def _allowed(at: datetime) -> int:
    """What the pace leaves, of all mailings together."""
    recent = Addressee.objects.filter(queued_at__gt=at - timedelta(minutes=1))
    return max(0, settings.INDIVIDUAL_PER_MINUTE - recent.count())


def _is_sending(mailing: Mailing) -> bool:
    return Mailing.objects.filter(pk=mailing.pk, state=State.SENDING).exists()


def _queue(store: Store, mailing: Mailing, draft: Draft, person: Addressee) -> bool:
    """Into the outbox, once whatever happens: taken before, found by its token."""
    person.mailing = mailing
    if not _move(person, Person.TAKEN):
        return False
    row = sending.queue(
        store,
        mailing.author,
        mailing.mailbox,
        draft,
        token=individually.token_of(person),
        origin={"mailing": str(mailing.pk)},
    )
    _linked(person, row)
    return True


def _end(store: Store, mailing: Mailing) -> None:
    """When everybody has an answer the text becomes the one entry in Envoyés; of what
    nobody got it is a draft again."""
    people = mailing.addressees.all()
    if people.filter(state__in=_UNSENT).exists():
        return
    queued = people.filter(state=Person.QUEUED)
    if queued.exclude(outgoing__state__in=_ENDED).exclude(outgoing=None).exists():
        return
    has_left = queued.filter(outgoing__state__in=("sent", "unknown")).exists()
    individually.move_text(
        store, mailing, "scheduled", "sent" if has_left else "drafts"
    )
    reporting.tell(store, mailing)
    open_ones = Mailing.objects.filter(pk=mailing.pk)
    open_ones.filter(state=State.SENDING).update(
        state=State.DONE, ended_at=timezone.now()
    )
    open_ones.update(filed=True)
    # what a table said of people is kept no longer than it is needed
    people.update(fields={})
