"""Following up: what was sent comes back to its author when nobody has answered.

At the date the folders are searched for an answer by somebody else. Without one, a copy
of the message is put on top of the inbox, unread and marked: the mark is stored with
the copy in one command, so that who comes after a crash finds it and makes no second.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import Grant
from accounts.models import Mailbox, User
from convergence.errors import (
    Conflict,
    ConvergenceError,
    FolderMissing,
    InputRefused,
    MailUnavailable,
    NotFound,
)
from mail import claiming, finding
from mail.claiming import Pace
from mail.imap.opening import Opener, open_box
from mail.messages import DRAFT, UNANSWERED, Folder, Message
from mail.models import FollowUp
from mail.store import Store

logger = logging.getLogger(__name__)
State = FollowUp.State
OPEN = (State.WAITING, State.CHECKING)
KEPT_FOR = timedelta(days=30)
TOLD_FOR = timedelta(days=7)
MESSAGE_ID_MAX = 1000
SHOWN_MAX = 200
PACE = Pace(timedelta(minutes=5), timedelta(hours=1), batch=100)
TICK = 20.0
# for each of the two searches of one row
SEARCH_SECONDS = 60.0
# where no answer of somebody else is
_OWN_FOLDERS = {"drafts", "scheduled", "sent"}


def can_follow(mailbox: Mailbox, message: Message) -> bool:
    """Whether the mailbox has sent it: an answer may be expected."""
    sender = message.header.sender.email.lower()
    return DRAFT not in message.flags and sender in mailbox.addresses


# --- Asking for it -------------------------------------------------------------------
def follow(
    store: Store, right: Grant, folder: str, uid: int, due_at: datetime
) -> FollowUp:
    """For a message that the mailbox has sent. Raises InputRefused for another's."""
    message = store.message(folder, uid)
    header = message.header
    if not can_follow(right.mailbox, message):
        raise InputRefused(
            _("Seul un message envoyé depuis cette boîte peut être relancé.")
        )
    return watch(
        right.mailbox,
        right.user,
        header.message_id,
        subject=header.subject,
        sent_on=timezone.localdate(header.date or message.received),
        due_at=due_at,
    )


def watch(
    mailbox: Mailbox,
    author: User,
    message_id: str,
    *,
    subject: str,
    sent_on: date,
    due_at: datetime,
) -> FollowUp:
    """Expect an answer to this message by `due_at`: one date for each message, the
    last. Also what the outbox calls once a message has left."""
    if not 0 < len(message_id) <= MESSAGE_ID_MAX:
        raise InputRefused(_("Sans identifiant, ce message ne peut pas être relancé."))
    with transaction.atomic():
        mine = FollowUp.objects.filter(mailbox=mailbox, message_id=message_id)
        mine.filter(state=State.WAITING).delete()
        if mine.filter(state=State.CHECKING).exists():
            raise Conflict
        return FollowUp.objects.create(
            mailbox=mailbox,
            author=author,
            message_id=message_id,
            subject=subject[:200],
            sent_on=min(sent_on, timezone.localdate()),
            due_at=due_at,
        )


def find(mailbox: Mailbox, pk: uuid.UUID) -> FollowUp:
    """A row of this mailbox. Raises NotFound."""
    row = FollowUp.objects.filter(pk=pk, mailbox=mailbox).first()
    if row is None:
        raise NotFound
    return row


def cancel(row: FollowUp) -> None:
    mine = FollowUp.objects.filter(pk=row.pk, state=State.WAITING)
    if not mine.update(state=State.CANCELLED, ended_at=timezone.now()):
        raise Conflict(_("Cette relance a déjà eu lieu."))


def expected(mailbox: Mailbox) -> list[FollowUp]:
    """What waits for an answer; then, for a week, what could not be followed."""
    mine = FollowUp.objects.filter(mailbox=mailbox).select_related("author")
    gone = mine.filter(state=State.GONE, ended_at__gt=timezone.now() - TOLD_FOR)
    return [*mine.filter(state__in=OPEN)[:SHOWN_MAX], *gone[:20]]


def of(mailbox: Mailbox, message_id: str) -> FollowUp | None:
    """What is expected of a message."""
    mine = FollowUp.objects.filter(mailbox=mailbox, message_id=message_id)
    return mine.filter(state__in=OPEN).first()


# --- The date has come ---------------------------------------------------------------
def check_due(now: datetime | None = None, opener: Opener = open_box) -> int:
    """Look for answers to what is due; how many have none. Called by beat."""
    at, end, count = now or timezone.now(), time.monotonic() + TICK, 0
    for row in _due(at):
        if time.monotonic() > end:
            return count
        if claiming.claim(row, at, State.CHECKING):
            count += _check(row, at, opener)
    FollowUp.objects.filter(ended_at__lt=at - KEPT_FOR).delete()
    return count


def _due(at: datetime) -> Iterable[FollowUp]:
    ready, every = Q(state=State.WAITING, due_at__lte=at), FollowUp.objects.all()
    return claiming.due(every, at, PACE, ready=ready, working=State.CHECKING)


def _check(row: FollowUp, at: datetime, opener: Opener) -> bool:
    try:
        with opener(row.mailbox) as store:
            return _end(row, _outcome(store, row, at)) == State.UNANSWERED
    except ConvergenceError as error:
        logger.warning("not followed up", extra={"cause": type(error).__name__})
        _end(row, State.WAITING)
        return False
    except Exception:
        # the others need not wait for it; it is tried again as after a crash
        logger.exception("not followed up")
        return False


def _outcome(store: Store, row: FollowUp, at: datetime) -> FollowUp.State:
    if row.attempts > 1 and _raised(store, row):
        return State.UNANSWERED
    if is_answered(store, row):
        return State.ANSWERED
    place = finding.find(store, row.message_id, SEARCH_SECONDS)
    if place is None:
        return State.GONE
    with store.source(*place) as (_size, pieces):
        store.append("INBOX", b"".join(pieces), (UNANSWERED,), at)
    return State.UNANSWERED


def _raised(store: Store, row: FollowUp) -> bool:
    found = store.find("INBOX", row.message_id)
    rows = store.summaries("INBOX", found) if found else ()
    return any(UNANSWERED in r.flags for r in rows)


def is_answered(store: Store, row: FollowUp) -> bool:
    """Whether somebody else has answered, wherever the answer was filed. What a program
    answers by itself is no answer (RFC 3834). Raises MailUnavailable when time runs
    out: that is not «unanswered»."""
    end = time.monotonic() + SEARCH_SECONDS
    own, since = row.mailbox.addresses, row.sent_on - timedelta(days=1)
    for folder in store.folders():
        if not _may_hold_answers(folder):
            continue
        if time.monotonic() > end:
            raise MailUnavailable
        try:
            found = store.answers(folder.name, row.message_id, since)
        except FolderMissing:
            continue
        if any(sender.email.lower() not in own for sender in found):
            return True
    return False


def _may_hold_answers(folder: Folder) -> bool:
    return (
        folder.selectable and folder.messages > 0 and folder.special not in _OWN_FOLDERS
    )


def _end(row: FollowUp, state: FollowUp.State) -> FollowUp.State:
    """Only who holds the claim may say what became of it."""
    mine = FollowUp.objects.filter(
        pk=row.pk, state=State.CHECKING, attempts=row.attempts
    )
    ended = None if state == State.WAITING else timezone.now()
    if mine.update(state=state, ended_at=ended) and ended:
        audit.record(
            row.author.uid,
            f"followup.{state.value}",
            mailbox=row.mailbox.address,
            target=row.message_id,
        )
    return state
