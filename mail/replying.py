"""Quick replies: a sentence below a message, sent by one click and taken back by
another. Each person has their own."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from django.utils.translation import gettext as _

from accounts import preferences
from accounts.access import Grant
from accounts.models import User
from convergence.errors import Conflict
from mail import composing, identities, lists, reading, sending, signing
from mail.messages import DRAFT, Message
from mail.models import Outgoing
from mail.store import Store

REPLIES_MAX = 5
LENGTH_MAX = 120
# who cannot be answered
_NOBODY = re.compile(r"(?:no|not|ne)?[._-]?(?:pas[._-]?)?(?:reply|repondre)", re.I)


def of(user: User) -> tuple[str, ...]:
    """Those of a person; some to begin with."""
    chosen = preferences.of(user).quick_replies
    if not chosen:
        return (
            _("Bien reçu, merci."),
            _("C’est d’accord pour moi."),
            _("Je vous réponds dès que possible."),
        )
    lines = (" ".join(line.split())[:LENGTH_MAX] for line in chosen.splitlines())
    return tuple(dict.fromkeys(filter(None, lines)))[:REPLIES_MAX]


def offered(right: Grant, message: Message) -> tuple[str, ...]:
    """None for what nobody would answer so: one's own, a list, a machine."""
    header = message.header
    sender = header.sender.email.lower()
    if not right.can_write or DRAFT in message.flags or not sender:
        return ()
    if sender in right.mailbox.addresses or lists.is_sent_to_many(header):
        return ()
    local = sender.partition("@")[0]
    machine = header.other("auto-submitted").lower() not in {"", "no"}
    return () if machine or _NOBODY.fullmatch(local) else of(right.user)


def reply(store: Store, right: Grant, folder: str, uid: int, sentence: str) -> Outgoing:
    """Answer the sender with this sentence; the same twice sends once. Raises Conflict
    for a message that is not to be answered so, or a sentence that is no more."""
    message, texts = store.read(folder, uid, "text")
    if sentence not in offered(right, message):
        raise Conflict(_("Cette réponse rapide n’existe plus."))
    mailbox = right.mailbox
    text = reading.text_of(message, texts)
    draft = composing.answer_to(message, text, "reponse", mailbox.addresses)
    sender = identities.answering(mailbox, message)
    draft = replace(draft, sender=sender, text=f"\n{draft.text.strip()}\n")
    closings = signing.offered(right, identities.of(mailbox))
    if closing := signing.usual(closings, sender, answers=True):
        text, _html = signing.signed(draft.text, "", closing, below=False)
        draft = replace(draft, text=text.removeprefix("\n"))
    draft = replace(draft, text=f"{sentence}\n{draft.text}")
    origin: dict[str, object] = {
        "folder": folder,
        "message_id": message.header.message_id,
        "flag": "answered",
    }
    return sending.queue(
        store,
        right.user,
        mailbox,
        signing.with_imposed(draft, right, mailbox),
        token=_token(right, message, sentence),
        origin=origin,
    )


def _token(right: Grant, message: Message, sentence: str) -> str:
    name = message.header.message_id or f"{message.uidvalidity}:{message.uid}"
    told = "\0".join(("quick", str(right.mailbox.pk), name, sentence))
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:32]
