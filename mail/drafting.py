"""Drafts: messages being written that are kept in Brouillons, where every mail program
of the person can go on with them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import Mailbox
from convergence.errors import InputRefused, MessageMissing
from mail import (
    attempts,
    charsets,
    headers,
    mime,
    safehtml,
    sending,
    wanted,
    whereabouts,
)
from mail.composing import Draft, built, new_message_id, threads
from mail.messages import DRAFT, SEEN, Address, Message, Part
from mail.models import Outgoing
from mail.reading import text_of
from mail.rewriting import Rewrite
from mail.store import Store

_PLACE = re.compile(r"([0-9]{1,10})\.([0-9]{1,10})")
_UNFINISHED = {
    "to": "X-Unfinished-To",
    "cc": "X-Unfinished-Cc",
    "bcc": "X-Unfinished-Bcc",
    "reply_to": "X-Unfinished-Reply-To",
}
# what all versions of a draft are called
_ROOT = "X-Draft-Root"
_ROOT_SHAPE = re.compile(r"[0-9a-f]{32}")
# Thunderbird's, on the drafts of its forwards
_FORWARDED = "X-Forwarded-Message-Id"


@dataclass(frozen=True, slots=True)
class Saving:
    """What a version of a draft is stored upon: `version`, the last that is known to be
    stored (`name_of`), and `attempts` to store others whose outcome is not known. `id`
    names this one: an attempt that is made again stores nothing twice. `root` names
    them all."""

    version: str = ""
    id: str = ""
    attempts: tuple[str, ...] = ()
    root: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """A stored version. `is_apart`: the version that it was based on has changed or is
    gone; it is left as it is, and this one lies beside it. `is_known`: an earlier
    attempt has stored it."""

    version: str
    folder: str
    uid: int
    message_id: str
    is_apart: bool = False
    is_known: bool = False


def save(
    store: Store, sender: Address, draft: Draft, saving: Saving | None = None
) -> Saved:
    """Store the draft. The version that it was based on goes only afterwards, so that a
    failure in between loses nothing."""
    asked = saving or Saving()
    with attempts.alone(store.address, asked.id):
        saved = _saved(store, sender, draft, asked)
    names = (asked.id, *asked.attempts)
    attempts.overtake(store.address, names, saved.version, saved.uid)
    if not saved.is_apart:
        before = _uids(asked.version)
        whereabouts.stored(store.address, asked.root, saved.uid, before)
    return saved


def _uids(version: str) -> tuple[int, ...]:
    place = _PLACE.fullmatch(version)
    return (int(place[2]),) if place else ()


def _saved(store: Store, sender: Address, draft: Draft, asked: Saving) -> Saved:
    folder = store.special("drafts")
    message_id = new_message_id(asked.id or uuid.uuid4().hex)
    before = _attempted(store, folder, asked.attempts)
    if message_id in before:
        return _finished(store, folder, asked, before, message_id)
    if overtaken := attempts.overtaken(store.address, asked.id):
        return Saved(overtaken[0], folder, overtaken[1], message_id, is_known=True)
    uidvalidity, uids = named(store, folder, asked.version)
    message = built(draft, sender, message_id, timezone.now())
    flags = (DRAFT, SEEN)
    done = store.replace(folder, message, flags, uids, uidvalidity)
    if left := tuple(before.values()):
        store.expunge(folder, left)
    uid = done.uid or max(store.find(folder, message_id), default=0)
    is_apart = bool(asked.version) and not done.uids and not before
    version = _place(done.uidvalidity, uid) or message_id
    return Saved(version, folder, uid, message_id, is_apart)


def _attempted(store: Store, folder: str, tried: tuple[str, ...]) -> dict[str, int]:
    """{Message-ID: UID} of the attempts that have stored something."""
    names = (new_message_id(attempt) for attempt in tried)
    found = {name: store.find(folder, name) for name in names}
    return {name: max(uids) for name, uids in found.items() if uids}


def _finished(
    store: Store, folder: str, asked: Saving, before: Mapping[str, int], done: str
) -> Saved:
    """What an attempt that stored its message had left to do."""
    uid = before[done]
    stored = store.message(folder, uid)
    uidvalidity, uids = named(store, folder, asked.version)
    if uids:
        store.expunge(folder, uids, uidvalidity)
    if others := tuple(set(before.values()) - {uid}):
        store.expunge(folder, others)
    return Saved(name_of(stored), folder, uid, done, is_known=True)


def name_of(draft: Message) -> str:
    """The name of this version, which no other has: messages do not change, so it is
    the place where it lies, or its Message-ID where servers give no lasting places."""
    return _place(draft.uidvalidity, draft.uid) or draft.header.message_id


def _place(uidvalidity: int, uid: int) -> str:
    return f"{uidvalidity}.{uid}" if uidvalidity and uid else ""


def named(store: Store, folder: str, version: str) -> tuple[int, tuple[int, ...]]:
    """(UIDVALIDITY or 0, UIDs) of a version, which may be gone."""
    if place := _PLACE.fullmatch(version):
        uid = int(place[2])
        return int(place[1]), (uid,) if 0 < uid <= 0xFFFFFFFF else ()
    return 0, store.find(folder, version) if version else ()


def message_id_of(store: Store, version: str) -> str:
    """The Message-ID of a version; "-", which is none, when it is gone."""
    if not (place := _PLACE.fullmatch(version)):
        return version
    with suppress(MessageMissing, InputRefused):
        found = store.message(store.special("drafts"), int(place[2]))
        if found.uidvalidity == int(place[1]):
            return found.header.message_id
    return "-"


def discard(store: Store, saving: Saving) -> None:
    """Remove the draft, whatever of it is stored: nothing else, and not twice. Two
    pages that stored one attempt at the same time have stored it twice."""
    folder = store.special("drafts")
    uidvalidity, uids = named(store, folder, saving.version)
    if uids:
        store.expunge(folder, uids, uidvalidity)
    names = dict.fromkeys(filter(None, (saving.id, *saving.attempts)))
    attempts.overtake(store.address, names)
    left = [uid for n in names for uid in store.find(folder, new_message_id(n))]
    if left:
        store.expunge(folder, left)


def marks(
    unfinished: Mapping[str, str], data: Mapping[str, str], root: str
) -> tuple[tuple[str, str], ...]:
    """Fields of the header of a draft for what a message has no place for: the pieces
    of its lines that are no address yet, what it forwards, the name of all its
    versions."""
    typed = [(_UNFINISHED[name], text) for name, text in unfinished.items()]
    forwards = data["origin_flag"] == "forwarded"
    told = headers.message_ids(data["origin_id"])[:1] if forwards else ()
    forwarded = [(_FORWARDED, threads((name,))) for name in told]
    return (*typed, *forwarded, (_ROOT, root))


def root(mailbox: Mailbox, draft: Message, was: Outgoing | None) -> str:
    """The name that this draft has in all its versions, whatever becomes of them: it
    leaves once. `was`: what it was in the outbox, when it was taken back. A draft of
    another program is named by the place where it lies, so that nobody else can guess
    the name and take it first."""
    told = draft.header.other(_ROOT.lower())
    if _ROOT_SHAPE.fullmatch(told):
        return told
    if was is not None:
        return sending.root_of(was)
    place = f"{mailbox.address}\0{name_of(draft)}".encode("utf-8", "replace")
    return salted_hmac("mail.drafting", place, algorithm="sha256").hexdigest()[:32]


def unfinished(draft: Message) -> dict[str, str]:
    """By line, what was typed there and is no address yet."""
    found = {n: draft.header.other(field.lower()) for n, field in _UNFINISHED.items()}
    return {name: text for name, text in found.items() if text}


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
        notify=wanted.notify(header),
        follow_at=wanted.follow_at(header),
    )


def origin(draft: Message, was: Outgoing | None) -> dict[str, str]:
    """{folder, message_id, flag} of what a draft answers or forwards: what the outbox
    knew of it, else what its header tells."""
    known = was.origin if was else {}
    forwarded = draft.header.other(_FORWARDED.lower())
    told = forwarded or next(iter(draft.header.in_reply_to), "")
    flag = "forwarded" if forwarded else "answered"
    return {
        "folder": known.get("folder", "INBOX"),
        "message_id": known.get("message_id", told),
        "flag": known.get("flag", flag if told else ""),
    }


def html_part(message: Message) -> Part | None:
    """The formatted body of a message, when it has one."""
    bodies = mime.layout(message.structure, "html").bodies
    return next((part for part in bodies if part.type == "text/html"), None)
