"""Telling in the mailbox what did not leave as it should: the page of the outbox is not
looked at by somebody who believes that all is well.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from convergence.errors import ConvergenceError
from mail import moments
from mail.composing import Draft, built
from mail.imap.opening import open_box
from mail.messages import Address
from mail.models import Outgoing
from mail.receipts import RECEIPT

logger = logging.getLogger(__name__)
State = Outgoing.State
BATCH = 50
# of what is older nobody wants to hear any more
_AGE = timedelta(days=7)
_LEASE, _REST = timedelta(minutes=2), timedelta(minutes=10)
_NAMED = 20


def untold(at: datetime) -> Iterable[Outgoing]:
    """What ended otherwise than its author expects, and they were not told."""
    wrong = Q(state__in=(State.FAILED, State.UNKNOWN)) | Q(state=State.SENT, late=True)
    wrong |= Q(state=State.SENT) & ~Q(failure="")
    return (
        Outgoing.objects.filter(
            wrong,
            Q(told_after=None) | Q(told_after__lte=at),
            told=False,
            ended_at__gt=at - _AGE,
        )
        # RFC 8098 §3: nobody is told when a receipt does not arrive
        .exclude(origin__has_key="flag", origin__flag=RECEIPT)
        # told once of all (mail/reporting.py)
        .exclude(origin__has_key="mailing")
        .select_related("mailbox", "author")[:BATCH]
    )


def tell(row: Outgoing, at: datetime) -> None:
    """Put the news into the inbox, once: whoever begins has it for a while, and looks
    whether it is there already."""
    mine = Outgoing.objects.filter(pk=row.pk, told=False, told_after=row.told_after)
    if not mine.update(told_after=at + _LEASE):
        return
    try:
        with open_box(row.mailbox) as store:
            inbox, name = store.special("inbox"), _name(row)
            if not store.find(inbox, name):
                store.append(inbox, _letter(row, name))
    except ConvergenceError as error:
        logger.warning("not told", extra={"cause": type(error).__name__})
        Outgoing.objects.filter(pk=row.pk).update(told_after=at + _REST)
        return
    Outgoing.objects.filter(pk=row.pk).update(told=True)


def _name(row: Outgoing) -> str:
    """The Message-ID: one for each time that it ended."""
    ended = int(row.ended_at.timestamp() * 1000) if row.ended_at else 0
    return f"<envoi.{row.pk.hex}.{ended}@{settings.MAIL_DOMAIN}>"


def _letter(row: Outgoing, name: str) -> bytes:
    box = row.mailbox
    draft = Draft(
        to=(Address(box.name, box.address),),
        subject=_subject(row),
        text=_text(row),
        in_reply_to=row.message_id,
        references=(row.message_id,),
    )
    sender = Address(_("Messagerie"), f"postmaster@{settings.MAIL_DOMAIN}")
    letter = built(draft, sender, name, row.ended_at or timezone.now())
    return b"Auto-Submitted: auto-generated\r\n" + letter


def _subject(row: Outgoing) -> str:
    words = {
        State.FAILED: _("Non envoyé : %(subject)s"),
        State.UNKNOWN: _("Envoi incertain : %(subject)s"),
        State.SENT: _("Envoyé en partie : %(subject)s"),
    }
    text = words[State(row.state)]
    if row.state == State.SENT and not row.failure:
        text = _("Envoyé en retard : %(subject)s")
    return text % {"subject": row.subject[:200] or _("(sans objet)")}


def _text(row: Outgoing) -> str:
    about = _("Votre message « %(subject)s » du %(date)s :")
    words = {
        "subject": row.subject[:200] or _("(sans objet)"),
        "date": moments.shown(row.created_at),
    }
    lines = [about % words, "", row.failure or row.delay, *_refused(row), ""]
    if row.mailbox.is_functional:
        lines.append(_("Écrit par %(name)s.") % {"name": row.author.name})
    return "\n".join([*lines, _todo(row)])


def _refused(row: Outgoing) -> list[str]:
    """Who did not get it, and why."""
    refused = list(row.recipients.filter(accepted=False).order_by("pk"))
    lines = [f"- {each.address} : {each.answer}" for each in refused[:_NAMED]]
    if more := refused[_NAMED:]:
        lines.append(_("et %(count)s autres.") % {"count": len(more)})
    return ["", *lines] if lines else []


def _todo(row: Outgoing) -> str:
    if row.state == State.UNKNOWN:
        return _(
            "Il est peut-être arrivé. Rien n’a été renvoyé : vérifiez auprès du "
            "destinataire, puis décidez sur la page « Envois »."
        )
    if row.state == State.FAILED:
        return _("Son texte est conservé : ouvrez la page « Envois ».")
    return _("Le détail est sur le message, dans « Envoyés ».")
