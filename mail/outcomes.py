"""Outcomes: what becomes of a row of the outbox when its servers have answered, or have
not: it ended, or waits for another try; who has it, and who has not."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from convergence.errors import ConvergenceError
from mail import copies, following, outbox, smtp
from mail.models import TOLD, Outgoing
from mail.reasons import reason

logger = logging.getLogger(__name__)
State = Outgoing.State
BACKOFF = (30, 60, 120, 300, 600, 1800)
ATTEMPTS_MAX = 60


def settle(row: Outgoing, answers: Sequence[smtp.Answer]) -> None:
    """What follows from the answers: all have it or not for good, or some wait."""
    with transaction.atomic():
        _note(row, answers)
        if any(answer.accepted for answer in answers):
            audit.record(
                row.author.uid,
                "message.send",
                mailbox=row.mailbox.address,
                target=row.message_id,
            )
        if any(answer.deferred for answer in answers):
            again(row, _told(row) or _("Le serveur demande d’attendre."))
        else:
            _finish(row)
    if row.state == State.SENT:
        copies.file(row)


def give_up(row: Outgoing, why: str) -> None:
    """Nobody who waits gets it any more. If some have it, it has been sent: the row
    says except to whom, so that nobody sends it to all again."""
    if not row.recipients.filter(accepted=True).exists():
        end(row, State.FAILED, why)
        return
    waiting = row.recipients.filter(accepted=None)
    waiting.update(accepted=False, answer=why[:300])
    _finish(row)
    copies.file(row)


def again(row: Outgoing, why: str) -> None:
    """The message waits and says so, until nobody would expect it any more."""
    if row.attempts >= ATTEMPTS_MAX:
        row.recipients.filter(accepted=None).update(accepted=False)
        row.recipients.filter(answer="", accepted=False).update(answer=why)
        _finish(row)
        return
    wait = BACKOFF[min(row.attempts, len(BACKOFF)) - 1]
    at = timezone.now() + timedelta(seconds=wait)
    when = _("Nouvel essai à %(time)s.") % {"time": f"{timezone.localtime(at):%H:%M}"}
    Outgoing.objects.filter(pk=row.pk).update(
        state=State.DUE, retry_at=at, failure=f"{why} {when}"[:300]
    )
    row.state = State.DUE
    _announce(row)


def end(row: Outgoing, state: Outgoing.State, failure: str) -> None:
    now = timezone.now()
    Outgoing.objects.filter(pk=row.pk).update(
        state=state,
        failure=failure[:300],
        ended_at=now,
        retry_at=None,
        late=now - row.due_at >= TOLD,
    )
    row.state = state
    if state == State.SENT and row.follow_at:
        _expect_answer(row)
    _announce(row)


def _finish(row: Outgoing) -> None:
    """Everybody has an answer for good."""
    if row.recipients.filter(accepted=True).exists():
        end(row, State.SENT, _told(row))
        return
    refused = row.recipients.order_by("pk").first()
    end(row, State.FAILED, refused.answer if refused else "")


def _note(row: Outgoing, answers: Iterable[smtp.Answer]) -> None:
    said = {answer.address: answer for answer in answers}
    recipients = list(row.recipients.filter(address__in=said))
    for recipient in recipients:
        answer = said[recipient.address]
        recipient.accepted = None if answer.deferred else answer.accepted
        recipient.code = answer.code
        recipient.answer = "" if answer.accepted else reason(answer.code, answer.text)
    row.recipients.bulk_update(recipients, ["accepted", "code", "answer"])


def _told(row: Outgoing) -> str:
    """A sentence about those who have not got what others have; "" when there is
    nothing to tell."""
    if not row.recipients.filter(accepted=True).exists():
        return ""
    missing = list(row.recipients.exclude(accepted=True).order_by("pk")[:4])
    if not missing:
        return ""
    names = ", ".join(recipient.address for recipient in missing[:3])
    names += "…" if len(missing) > 3 else ""
    return _("Parti, sauf pour %(names)s.") % {"names": names}


def _expect_answer(row: Outgoing) -> None:
    """Its author asked to be told when nobody answers; that never stops a message."""
    try:
        following.watch(
            row.mailbox,
            row.author,
            row.message_id,
            subject=row.subject,
            sent_on=timezone.localdate(),
            due_at=row.follow_at or timezone.now(),
        )
    except ConvergenceError as error:
        logger.warning("not followed", extra={"cause": type(error).__name__})


def _announce(row: Outgoing) -> None:
    logger.info("outgoing %s", row.state, extra={"outgoing": str(row.pk)})
    outbox.announce(row)
