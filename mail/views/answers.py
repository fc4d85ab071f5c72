"""What one click answers for the reader: a receipt, leaving a list, trust."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import Grant
from accounts.requests import person
from convergence.errors import Conflict
from convergence.web import Notice, done, remember, see_other
from mail import fetcher, lists, receipts, sending, trusting
from mail.access import open_granted, open_mailbox
from mail.composing import Draft
from mail.forms import ReceiptForm, TrustForm, checked
from mail.lists import Letter
from mail.messages import MDN_SENT, Address, Message
from mail.models import Outgoing
from mail.store import Store
from mail.views import outbox, regions


@require_POST
def receipt(request: HttpRequest, address: str, folder: str, uid: int) -> HttpResponse:
    """Send the receipt that was asked for, or never; nobody is asked again."""
    sends = checked(ReceiptForm(request.POST))["answer"] == "send"
    write = "message.receipt"
    with open_granted(person(request), address, write=write) as (grant, store):
        message = store.message(folder, uid)
        wanted = receipts.asked(message, grant.mailbox.addresses)
        if wanted is None:
            raise Conflict(_("Il n’y a plus d’accusé de lecture à envoyer."))
        if sends:
            _queue_receipt(grant, store, message, wanted.to)
        store.mark(folder, [uid], MDN_SENT, on=True)
    text = (
        _("Accusé de lecture envoyé.")
        if sends
        else _("Aucun accusé de lecture envoyé.")
    )
    return _answered(request, address, folder, uid, Notice(text))


def _queue_receipt(grant: Grant, store: Store, message: Message, to: str) -> None:
    reader = Address(grant.mailbox.name, grant.mailbox.address)
    sending.queue(
        store,
        grant.user,
        grant.mailbox,
        Draft(to=(Address("", to),), subject=receipts.subject(message)),
        token=_token("receipt", grant, message),
        origin={"flag": receipts.RECEIPT},
        build=lambda _draft, _sender, message_id, at: receipts.built(
            message, reader, to, message_id, at
        ),
    )


def _token(act: str, grant: Grant, message: Message) -> str:
    """The same for the same message, so that two clicks send once."""
    name = message.header.message_id or f"{message.uidvalidity}:{message.uid}"
    told = f"{act}\0{grant.mailbox.pk}\0{name}"
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:32]


@require_POST
def leave(request: HttpRequest, address: str, folder: str, uid: int) -> HttpResponse:
    """Leave the list that this message came by."""
    user = person(request)
    with open_granted(user, address, write="list.leave") as (grant, store):
        message = store.message(folder, uid)
        server, own = settings.TRUSTED_AUTHSERV_ID, settings.MAIL_DOMAIN
        mailing = lists.of(message.header, server, own)
        if mailing is None or not (mailing.one_click or mailing.letter):
            raise Conflict(_("Cette liste n’offre pas de désabonnement direct."))
        if mailing.letter and not mailing.one_click:
            row = _queue_letter(grant, store, message, mailing.letter)
            text = _("Message de désabonnement envoyé.")
            notice = Notice(text, undo=outbox.way_back(row))
            return _answered(request, address, folder, uid, notice)
    # without holding a connection to IMAP: the host has seconds to answer
    fetcher.unsubscribe(mailing.one_click, person=user.pk)
    text = _("Demande de désabonnement envoyée. La liste peut mettre quelques jours.")
    return _answered(request, address, folder, uid, Notice(text))


@require_POST
def trust(request: HttpRequest, address: str, folder: str, uid: int) -> HttpResponse:
    """Always show this sender's images to this person, or no longer."""
    trusts = checked(TrustForm(request.POST))["trust"] == "on"
    user = person(request)
    with open_mailbox(user, address) as store:
        header = store.message(folder, uid).header
    if trusts:
        trusting.trust(user, header)
        text = _("Les images de cet expéditeur s’afficheront toujours.")
    else:
        trusting.withdraw(user, header)
        text = _("Les images de cet expéditeur attendront votre accord.")
    remember(request, Notice(text))
    return see_other(regions.message_path(address, folder, uid))


def _queue_letter(
    grant: Grant, store: Store, message: Message, letter: Letter
) -> Outgoing:
    draft = Draft(
        to=(Address("", letter.to),),
        subject=letter.subject or "unsubscribe",
        text=letter.subject or "unsubscribe",
    )
    token = _token(f"leave\0{letter.to}", grant, message)
    return sending.queue(store, grant.user, grant.mailbox, draft, token=token)


def _answered(
    request: HttpRequest, address: str, folder: str, uid: int, notice: Notice
) -> HttpResponse:
    """The banner says what was done; without script, the message again."""
    then = regions.message_path(address, folder, uid)
    return done(
        request,
        "mail/messages/answered",
        {"told": notice.text},
        then=then,
        notice=notice,
    )
