"""Sending: the outbox as people use it (docs/decisions/0002).

storing → held → due → sending → sent | failed | unknown; held or due → cancelled. The
row is there before the message, so that nothing lies in Programmés that no row knows;
what leaves, and when, is mail/delivering.py.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import preferences
from accounts.models import Mailbox, User
from convergence.errors import (
    Conflict,
    ConvergenceError,
    MessageMissing,
    NotFound,
    Unavailable,
)
from convergence.statements import Statement
from mail import identities, outbox, remembering
from mail.composing import Draft, built, new_message_id
from mail.messages import SEEN, Address
from mail.models import Outgoing, Recipient
from mail.store import Store

State = Outgoing.State
Build = Callable[[Draft, Address, str, datetime], bytes]
STORED_WITHIN = 5.0
# to record a row whose token others take and give back at the same time
TRIES = 3
_ENDED_BADLY = (State.CANCELLED, State.FAILED, State.UNKNOWN)
# of a token as it was given; what follows it came when it was given back
TOKEN_LENGTH = 32
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Underway(Conflict):
    """The same click is being stored by another request: it will leave."""

    message = gettext_lazy("Ce message est déjà en cours d’enregistrement.")


class Left(Conflict):
    """What this token names leaves, or has left, by the `row` of another click; of
    which nobody knows whether it left is one too. `is_same`: as it was written here."""

    message = gettext_lazy("Ce message est déjà parti.")

    def __init__(self, row: Outgoing, click: str) -> None:
        super().__init__()
        self.row = row
        self.is_same = row.click == click


def queue(
    store: Store,
    author: User,
    mailbox: Mailbox,
    draft: Draft,
    *,
    token: str,
    click: str = "",
    origin: dict[str, object] | None = None,
    due_at: datetime | None = None,
    now: datetime | None = None,
    build: Build = built,
) -> Outgoing:
    """Put a message into the outbox: stored in Programmés, it leaves at `due_at`, else
    after the undo window of its author. The same `token` twice gives the same row: a
    double click sends once; another `click` on it raises Left. When it raises anything
    else, nothing will be sent, and the same token may be used again; so it may when
    what it named was cancelled or failed. `build` makes the bytes."""
    if (row := known(token, author, mailbox, click)) is not None:
        return row
    at = now or timezone.now()
    message_id = new_message_id(uuid.uuid4().hex)
    sender = identities.sender(mailbox, draft.sender)
    # of the hour at which it leaves, not of that at which it was written
    message = build(draft, sender, message_id, due_at or at)
    row = Outgoing(
        mailbox=mailbox,
        author=author,
        state=State.STORING,
        claimed_at=timezone.now(),
        due_at=due_at or at + timedelta(seconds=preferences.of(author).undo_seconds),
        scheduled=due_at is not None,
        message_id=message_id,
        token=token,
        click=click,
        sender=sender.email,
        subject=draft.subject[:500],
        size=len(message),
        notify=draft.notify,
        follow_at=draft.follow_at,
        origin=origin or {},
    )
    for _try in range(TRIES):
        try:
            _record(row, draft)
        except IntegrityError:
            # another click was first, and may have given the token back since
            if (first := known(token, author, mailbox, click)) is not None:
                return first
            continue
        break
    else:
        raise Underway
    _deposit(store, row, message)
    remembering.met(mailbox, author, (*draft.to, *draft.cc, *draft.bcc))
    return row


def known(
    token: str, author: User, mailbox: Mailbox, click: str = ""
) -> Outgoing | None:
    """The row of this token once its message is stored, when it leaves or has left;
    another click waits for it. What was cancelled or failed gives its token back.
    Raises Left when it is not this click of this author."""
    end = time.monotonic() + STORED_WITHIN
    while (row := _of_token(token)) is not None:
        if row.state in _ENDED_BADLY and not (click and row.state == State.UNKNOWN):
            _free(row)
            continue
        if row.state != State.STORING:
            if row.state == State.UNKNOWN or not _is_of(row, author, mailbox, click):
                raise Left(row, click)
            return row
        if time.monotonic() > end:
            raise Underway
        time.sleep(0.05)
    return None


# a ready statement: every click asks, some twice
_BY_TOKEN = Statement(
    Outgoing, "it", "SELECT {columns} FROM mail_outgoing it WHERE it.token = %s"
)


def _of_token(token: str) -> Outgoing | None:
    return next((row for row, _others in _BY_TOKEN.rows(token)), None)


def _is_of(row: Outgoing, author: User, mailbox: Mailbox, click: str) -> bool:
    known = (row.author_id, row.mailbox_id, row.click)
    return known == (author.pk, mailbox.pk, click)


def _free(row: Outgoing) -> None:
    ended = Outgoing.objects.filter(pk=row.pk, state__in=_ENDED_BADLY)
    ended.update(token=_given_back(row))


def find(mailbox: Mailbox, pk: uuid.UUID) -> Outgoing:
    """A row of this mailbox. Raises NotFound."""
    row = mailbox.outgoing.filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def _given_back(row: Outgoing) -> str:
    """What the row is called from now on, so that its token is free."""
    return f"{row.token}-{row.pk.hex}"[:64]


@transaction.atomic
def _record(row: Outgoing, draft: Draft) -> None:
    row.save(force_insert=True)
    Recipient.objects.bulk_create(
        Recipient(outgoing=row, address=address) for address in draft.everybody
    )


def _deposit(store: Store, row: Outgoing, message: bytes) -> None:
    try:
        store.append(store.special("scheduled"), message, (SEEN,))
    except Unavailable:
        # it may have been stored all the same: the sweep of delivering.py looks
        Outgoing.objects.filter(pk=row.pk).update(
            token=_given_back(row), claimed_at=_LONG_AGO
        )
        raise
    except ConvergenceError:
        row.delete()
        raise
    stored = Outgoing.objects.filter(pk=row.pk, state=State.STORING)
    if not stored.update(state=State.HELD, claimed_at=None):
        raise Conflict
    row.state = State.HELD
    outbox.announce(row)


def cancel(store: Store, row: Outgoing) -> tuple[str, int]:
    """Take a message back before it leaves; (folder, UID) of its text, which is in
    Brouillons then. Raises Conflict when it is too late, also when only some of the
    recipients have it."""
    folder = store.special("scheduled")
    uids = store.find(folder, row.message_id)
    waiting = Outgoing.objects.filter(pk=row.pk, state__in=(State.HELD, State.DUE))
    changed = waiting.exclude(recipients__accepted=True).update(
        state=State.CANCELLED, ended_at=timezone.now(), retry_at=None, failure=""
    )
    if changed:
        outbox.announce(row)
    elif not _is_cancelled(row):
        raise Conflict(_("Trop tard : le message est déjà parti."))
    drafts = store.special("drafts")
    if earlier := uids[:-1]:
        # of another date (mail/copies.py)
        store.expunge(folder, earlier)
    new = store.move(folder, uids[-1:], drafts).new_uids if uids else ()
    if new:
        # else mail/copies.py looks once more
        Outgoing.objects.filter(pk=row.pk).update(filed=True)
    new = new or store.find(drafts, row.message_id)
    if not new:
        raise MessageMissing
    return drafts, new[-1]


def _is_cancelled(row: Outgoing) -> bool:
    """A second click, or the first one again because nobody answered it."""
    return Outgoing.objects.filter(pk=row.pk, state=State.CANCELLED).exists()


def reschedule(row: Outgoing, due_at: datetime) -> None:
    """Another hour for what has not begun to leave. Raises Conflict when it has."""
    _change_hour(row, due_at=due_at, scheduled=True)


def send_now(row: Outgoing) -> None:
    """Not to wait any longer: neither for its hour nor for another try."""
    _change_hour(row, due_at=timezone.now())


def _change_hour(row: Outgoing, **hour: object) -> None:
    waiting = Outgoing.objects.filter(pk=row.pk, state__in=(State.HELD, State.DUE))
    if "scheduled" in hour:
        waiting = waiting.exclude(recipients__accepted=True)
    if not waiting.update(retry_at=None, failure="", **hour):
        raise Conflict(_("Trop tard : le message est déjà parti."))
    outbox.announce(row)


def retry(row: Outgoing) -> None:
    """Send a failed or uncertain message again to those who have not accepted it: only
    the author decides that. Raises Conflict when its text has left in the meantime."""
    try:
        _retry(row, _taken_back(row))
    except IntegrityError as error:
        raise Conflict(_("Ce texte est déjà parti dans un autre envoi.")) from error


def _taken_back(row: Outgoing) -> str:
    """Its token again, which another click on the same draft may have by now."""
    if not row.click:
        return row.token
    token = row.token[:TOKEN_LENGTH]
    for other in Outgoing.objects.filter(token=token).exclude(pk=row.pk):
        if other.state in (State.CANCELLED, State.FAILED):
            _free(other)
    return token


@transaction.atomic
def _retry(row: Outgoing, token: str) -> None:
    ended = (State.FAILED, State.UNKNOWN)
    changed = Outgoing.objects.filter(pk=row.pk, state__in=ended).update(
        token=token,
        state=State.DUE,
        due_at=timezone.now(),
        retry_at=None,
        failure="",
        attempts=0,
        ended_at=None,
        told=False,
        told_after=None,
    )
    if not changed:
        raise Conflict
    row.recipients.filter(accepted=False).update(accepted=None, code=0, answer="")


def root_of(row: Outgoing) -> str:
    """The name of the draft that this was (mail/drafting.py)."""
    return row.token[:TOKEN_LENGTH]
