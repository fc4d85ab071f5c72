"""What one click sends for the reader: a receipt, the letter that leaves a list. The
same for the same message is the same row of the outbox, so that two clicks send once.
"""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.access import Grant
from convergence.errors import Conflict
from mail import lists, receipts, sending
from mail.composing import Draft
from mail.lists import Letter, MailingList
from mail.messages import MDN_SENT, Address, Header, Message
from mail.models import Outgoing
from mail.store import Store


def receipt(store: Store, grant: Grant, message: Message, *, sends: bool) -> None:
    """Send the receipt that was asked for, or never; nobody is asked again. Raises
    Conflict when none is wanted, or no longer."""
    wanted = receipts.asked(message, grant.mailbox.addresses)
    if wanted is None:
        raise Conflict(_("Il n’y a plus d’accusé de lecture à envoyer."))
    if sends:
        _queue_receipt(store, grant, message, wanted.to)
    store.mark(message.folder, [message.uid], MDN_SENT, on=True)


def _queue_receipt(store: Store, grant: Grant, message: Message, to: str) -> None:
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


def list_to_leave(header: Header) -> MailingList:
    """The list that a message came by. Raises Conflict when neither one click nor a
    letter leaves it."""
    mailing = lists.of(header, settings.TRUSTED_AUTHSERV_ID, settings.MAIL_DOMAIN)
    if mailing is None or not (mailing.one_click or mailing.letter):
        raise Conflict(_("Cette liste n’offre pas de désabonnement direct."))
    return mailing


def leave(store: Store, grant: Grant, message: Message, letter: Letter) -> Outgoing:
    """Send the letter that leaves a list."""
    text = letter.subject or "unsubscribe"
    draft = Draft(to=(Address("", letter.to),), subject=text, text=text)
    token = _token(f"leave\0{letter.to}", grant, message)
    return sending.queue(store, grant.user, grant.mailbox, draft, token=token)


def _token(act: str, grant: Grant, message: Message) -> str:
    name = message.header.message_id or f"{message.uidvalidity}:{message.uid}"
    told = f"{act}\0{grant.mailbox.pk}\0{name}"
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:32]
