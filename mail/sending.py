"""Sending: the outbox and its states (architecture.md §4).

held → due → sending → sent | failed | unknown; held or due → cancelled. A row is
claimed by a conditional update, so that two workers never take the same one. Nothing
found in `sending` after a crash is sent again by itself.
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import grant
from accounts.models import Mailbox, User
from convergence.errors import (
    AccessRefused,
    Conflict,
    ConvergenceError,
    MessageMissing,
    NotFound,
    Unavailable,
)
from mail import smtp
from mail.composing import Draft, built, new_message_id, without_bcc
from mail.imap.opening import open_store
from mail.messages import ANSWERED, FORWARDED, SEEN, Address
from mail.models import Outgoing, Recipient
from mail.store import Store

logger = logging.getLogger(__name__)
State = Outgoing.State
CRASHED_AFTER = timedelta(minutes=15)
BACKOFF = (30, 60, 120, 300, 600, 1800)
ATTEMPTS_MAX = 60
BATCH = 200


def queue(
    store: Store,
    author: User,
    mailbox: Mailbox,
    draft: Draft,
    *,
    token: str,
    origin: dict[str, object] | None = None,
    now: datetime | None = None,
) -> Outgoing:
    """Put a message into the outbox: stored in Programmés, it leaves after the undo
    window. The same `token` twice gives the same row: a double click sends once."""
    if (known := Outgoing.objects.filter(token=token).first()) is not None:
        return known
    at = now or timezone.now()
    message_id = new_message_id(uuid.uuid4().hex)
    sender = Address(mailbox.name, mailbox.address)
    message = built(draft, sender, message_id, at)
    row = Outgoing(
        mailbox=mailbox,
        author=author,
        due_at=at + timedelta(seconds=settings.UNDO_SECONDS),
        message_id=message_id,
        token=token,
        sender=mailbox.address,
        subject=draft.subject,
        size=len(message),
        origin=origin or {},
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            Recipient.objects.bulk_create(
                Recipient(outgoing=row, address=address) for address in draft.everybody
            )
            # last: when it fails nothing is queued, and the form still has the text
            store.append(store.special("scheduled"), message, (SEEN,))
    except IntegrityError:
        return Outgoing.objects.get(token=token)
    return row


def cancel(store: Store, row: Outgoing) -> tuple[str, int]:
    """Take a message back before it leaves; (folder, UID) of its text. Raises Conflict
    when it is too late."""
    changed = Outgoing.objects.filter(
        pk=row.pk, state__in=(State.HELD, State.DUE)
    ).update(state=State.CANCELLED, ended_at=timezone.now())
    if not changed:
        raise Conflict(_("Trop tard : le message est déjà parti."))
    folder = store.special("scheduled")
    uids = store.find(folder, row.message_id)
    if not uids:
        raise MessageMissing
    drafts = store.special("drafts")
    moved = store.move(folder, uids[-1:], drafts)
    new = moved.new_uids or store.find(drafts, row.message_id)
    if not new:
        raise MessageMissing
    return drafts, new[-1]


def retry(row: Outgoing) -> None:
    """Send a failed or uncertain message again: only the author decides that."""
    changed = Outgoing.objects.filter(
        pk=row.pk, state__in=(State.FAILED, State.UNKNOWN)
    ).update(state=State.DUE, due_at=timezone.now(), retry_at=None, failure="")
    if not changed:
        raise Conflict


def deliver_due(now: datetime | None = None) -> int:
    """Send what is due; how many rows were taken. Called by beat every few seconds."""
    at = now or timezone.now()
    give_up_crashed(at)
    taken = 0
    for row in _due(at):
        if _claim(row, at):
            taken += 1
            deliver(row)
    for row in _unfiled():
        file_copy(row)
    return taken


def give_up_crashed(at: datetime) -> None:
    """A row left in `sending` by a crash: nobody knows whether it left."""
    Outgoing.objects.filter(
        state=State.SENDING, claimed_at__lt=at - CRASHED_AFTER
    ).update(state=State.UNKNOWN, failure=_("L’envoi a été interrompu."), ended_at=at)


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


def _claim(row: Outgoing, at: datetime) -> bool:
    changed = Outgoing.objects.filter(pk=row.pk, state=row.state).update(
        state=State.SENDING, claimed_at=at, attempts=F("attempts") + 1
    )
    return changed == 1


def deliver(row: Outgoing) -> None:
    """Send one claimed row and record what came of it."""
    try:
        grant(row.author, row.mailbox.address, write="message.send")
        receipt = smtp.submit(_envelope(row))
    except smtp.Refused as refusal:
        _answers(row, refusal.answers)
        _end(row, State.FAILED, reason(refusal.code, refusal.text))
    except smtp.Ambiguous:
        _end(row, State.UNKNOWN, _("Le serveur n’a pas confirmé la réception."))
    except Unavailable as error:
        _again(row, error)
    except (AccessRefused, NotFound):
        _end(row, State.FAILED, _("Vous ne pouvez plus écrire au nom de cette boîte."))
    except ConvergenceError as error:
        _end(row, State.FAILED, str(error.message))
    else:
        _answers(row, receipt.answers)
        _end(row, State.SENT, "")
        audit.record(
            row.author.uid,
            "message.send",
            mailbox=row.mailbox.address,
            target=row.message_id,
        )
        file_copy(row)


def _envelope(row: Outgoing) -> smtp.Envelope:
    waiting = row.recipients.exclude(accepted=True)
    return smtp.Envelope(
        row.mailbox.login,
        row.sender,
        tuple(waiting.values_list("address", flat=True)),
        without_bcc(_stored(row)),
    )


def _stored(row: Outgoing) -> bytes:
    """The bytes in Programmés. Raises MessageMissing when somebody removed them."""
    box = row.mailbox
    with open_store(box.login, box.address, writable=True) as store:
        folder = store.special("scheduled")
        uids = store.find(folder, row.message_id)
        if not uids:
            raise MessageMissing(_("Le message a été retiré du dossier Programmés."))
        with store.source(folder, uids[-1]) as (_size, pieces):
            return b"".join(pieces)


def _answers(row: Outgoing, answers: Iterable[smtp.Answer]) -> None:
    for answer in answers:
        row.recipients.filter(address=answer.address).update(
            accepted=answer.accepted,
            code=answer.code,
            answer="" if answer.accepted else reason(answer.code, answer.text),
        )


def _end(row: Outgoing, state: Outgoing.State, failure: str) -> None:
    Outgoing.objects.filter(pk=row.pk).update(
        state=state, failure=failure[:300], ended_at=timezone.now()
    )
    row.state = state
    logger.info("outgoing %s", state, extra={"outgoing": str(row.pk)})


def _again(row: Outgoing, error: ConvergenceError) -> None:
    """The server was not there: the message waits and says so."""
    row.refresh_from_db(fields=["attempts"])
    if row.attempts >= ATTEMPTS_MAX:
        _end(row, State.FAILED, str(error.message))
        return
    wait = BACKOFF[min(row.attempts, len(BACKOFF)) - 1]
    at = timezone.now() + timedelta(seconds=wait)
    text = _("Le serveur d’envoi ne répond pas. Nouvel essai à %(time)s.")
    Outgoing.objects.filter(pk=row.pk).update(
        state=State.DUE,
        retry_at=at,
        failure=text % {"time": f"{timezone.localtime(at):%H:%M:%S}"},
    )


def _unfiled() -> Iterable[Outgoing]:
    since = timezone.now() - timedelta(days=7)
    return Outgoing.objects.filter(
        state=State.SENT, filed=False, ended_at__gt=since
    ).select_related("mailbox")[:BATCH]


def file_copy(row: Outgoing) -> None:
    """Move the copy to Envoyés and flag what it answers. The message has left: when
    this fails it is only tried again, never sent again."""
    box = row.mailbox
    try:
        with open_store(box.login, box.address, writable=True) as store:
            folder = store.special("scheduled")
            if uids := store.find(folder, row.message_id):
                store.move(folder, uids, store.special("sent"))
            _flag_origin(store, row.origin)
    except ConvergenceError as error:
        logger.warning("copy not filed", extra={"cause": type(error).__name__})
        return
    Outgoing.objects.filter(pk=row.pk).update(filed=True)


def _flag_origin(store: Store, origin: dict[str, object]) -> None:
    """\\Answered or $Forwarded on the message that was answered, wherever it is now."""
    flag = {"answered": ANSWERED, "forwarded": FORWARDED}.get(str(origin.get("flag")))
    folder, message_id = str(origin.get("folder", "")), origin.get("message_id")
    if flag is None or not message_id:
        return
    try:
        uids = store.find(folder, str(message_id))
    except NotFound:
        return
    if uids:
        store.mark(folder, uids, flag, on=True)


_REASONS = (
    (r"5\.1\.[0123]|user unknown|unknown user|no such", "unknown"),
    (r"5\.2\.2|over ?quota|mailbox (?:is )?full", "full"),
    (r"5\.3\.4|too (?:large|big)|size", "size"),
    (r"5\.7\.|not owned|denied|rejected|spam", "refused"),
)


def reason(code: int, text: str) -> str:
    """A French sentence for an SMTP answer; the server's words go to the log only."""
    kind = next((k for pattern, k in _REASONS if re.search(pattern, text, re.I)), "")
    sentences = {
        "unknown": _("Cette adresse n’existe pas."),
        "full": _("La boîte du destinataire est pleine."),
        "size": _("Le message est trop volumineux pour le serveur du destinataire."),
        "refused": _("Le serveur refuse ce message."),
    }
    return sentences.get(
        kind, _("Le serveur a refusé (code %(code)s).") % {"code": code}
    )
