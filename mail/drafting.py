"""Drafts: messages being written that are kept in Brouillons, where every mail program
of the person can go on with them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping

from django.utils import timezone

from accounts.models import Mailbox
from convergence.errors import InputRefused, MessageMissing
from mail import charsets, mime, safehtml, sending
from mail.composing import Draft, built, new_message_id
from mail.messages import DRAFT, SEEN, Address, Message, Part
from mail.reading import text_of
from mail.rewriting import Rewrite
from mail.store import Store

_PLACE = re.compile(r"([0-9]{1,10})\.([0-9]{1,10})")


def save(store: Store, sender: Address, draft: Draft, *, replaces: str = "") -> str:
    """Store the draft and return its Message-ID. The version that it `replaces` goes
    only afterwards, so that a failure in between loses nothing."""
    message_id = new_message_id(uuid.uuid4().hex)
    message = built(draft, sender, message_id, timezone.now())
    store.append(store.special("drafts"), message, (DRAFT, SEEN))
    discard(store, replaces)
    return message_id


def name_of(draft: Message) -> str:
    """What `discard` finds a draft by: its Message-ID, or the place where it lies when
    another program has given it none."""
    return draft.header.message_id or f"{draft.uidvalidity}.{draft.uid}"


def discard(store: Store, name: str) -> None:
    """Remove the draft of this name, when there is one."""
    if not name:
        return
    folder = store.special("drafts")
    place = _PLACE.fullmatch(name)
    uids = _at(store, folder, place) if place else store.find(folder, name)
    if uids:
        store.expunge(folder, uids)


def _at(store: Store, folder: str, place: re.Match[str]) -> tuple[int, ...]:
    """The draft without a Message-ID that lies there."""
    uidvalidity, uid = int(place[1]), int(place[2])
    try:
        found = store.message(folder, uid)
    except (MessageMissing, InputRefused):
        return ()
    same = found.uidvalidity == uidvalidity and not found.header.message_id
    return (uid,) if same else ()


def resumed(
    message: Message,
    texts: Mapping[str, bytes],
    html: bytes | None,
    cid: Rewrite = "cid:{}".format,
) -> Draft:
    """A stored message as something to go on writing; its files are not in it, of its
    pictures the names that `cid` gives."""
    text = charsets.decode(html, "utf-8") if html else ""
    header = message.header
    return Draft(
        to=header.to,
        cc=header.cc,
        bcc=header.bcc,
        subject=header.subject,
        text=text_of(message, texts).replace("\r\n", "\n"),
        html=safehtml.clean_written(text, cid),
        in_reply_to=next(iter(header.in_reply_to), ""),
        references=header.references,
        sender=header.sender.email,
        reply_to=header.reply_to,
        receipt=bool(header.other("disposition-notification-to")),
    )


def origin(mailbox: Mailbox, draft: Message) -> dict[str, str]:
    """{folder, message_id, flag} of what a draft answers or forwards: what the outbox
    knew of it, else what its header tells."""
    known = sending.origin_of(mailbox, draft.header.message_id) or {}
    answered = next(iter(draft.header.in_reply_to), "")
    return {
        "folder": known.get("folder", "INBOX"),
        "message_id": known.get("message_id", answered),
        "flag": known.get("flag", "answered" if answered else ""),
    }


def html_part(message: Message) -> Part | None:
    """The formatted body of a message, when it has one."""
    bodies = mime.layout(message.structure, "html").bodies
    return next((part for part in bodies if part.type == "text/html"), None)
