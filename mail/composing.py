"""Composing: answers and forwards as drafts, drafts as bytes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any, Literal

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.message import sanitize_address
from django.utils import timezone
from django.utils.translation import gettext as _

from convergence.errors import NotFound
from mail import plaintext, recipients
from mail.messages import Address, Message

Kind = Literal["reponse", "reponse-a-tous", "transfert"]
_PREFIX = re.compile(
    r"^\s*(?:(?:re|rép|rep|aw|sv|tr|fw|fwd|wg)\s*(?:\[\d+\])?\s*:\s*)+", re.I
)
_REFERENCES_MAX = 30
_FLOW = 72


@dataclass(frozen=True, slots=True)
class File:
    """Something attached: decoded content."""

    name: str
    type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """A message being written."""

    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    subject: str = ""
    text: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    files: tuple[File, ...] = field(default=(), repr=False)

    @property
    def everybody(self) -> tuple[str, ...]:
        """Every envelope recipient once, in order."""
        found = {a.email.lower(): a.email for a in (*self.to, *self.cc, *self.bcc)}
        return tuple(found.values())


def answer_to(message: Message, text: str, kind: str, own: Sequence[str]) -> Draft:
    """The beginning of a reply or forward. `own` are the addresses of this mailbox,
    which never answer themselves. Raises NotFound for another kind."""
    mine = {address.lower() for address in own}
    header = message.header
    if kind == "transfert":
        return Draft(
            subject=_prefixed("Tr", header.subject), text=_forwarded(message, text)
        )
    if kind not in {"reponse", "reponse-a-tous"}:
        raise NotFound
    to = _answered(message, mine)
    cc: tuple[Address, ...] = ()
    if kind == "reponse-a-tous":
        taken = mine | {a.email.lower() for a in to}
        others = (*header.to, *header.cc) if to != header.to else header.cc
        cc = tuple(a for a in others if a.email.lower() not in taken and "@" in a.email)
    return Draft(
        to=to,
        cc=cc,
        subject=_prefixed("Re", header.subject),
        text=_quoted(message, text),
        in_reply_to=header.message_id,
        references=_references(message),
    )


def _answered(message: Message, mine: set[str]) -> tuple[Address, ...]:
    """To whom a reply goes: Reply-To, else the sender; for a message of one's own, its
    recipients (minus oneself)."""
    header = message.header
    target = header.reply_to or (header.sender,)
    if all(a.email.lower() in mine for a in target):
        others = tuple(a for a in header.to if a.email.lower() not in mine)
        target = others or header.to or target
    return tuple(a for a in target if a.email)


def _references(message: Message) -> tuple[str, ...]:
    """RFC 5322 §3.6.4: the parent's references and its id; the first is kept, because
    it names the conversation."""
    header = message.header
    known = header.references or header.in_reply_to[:1]
    chain = list(dict.fromkeys((*known, *filter(None, (header.message_id,)))))
    if len(chain) > _REFERENCES_MAX:
        chain = [chain[0], *chain[-_REFERENCES_MAX + 1 :]]
    return tuple(chain)


def _prefixed(prefix: str, subject: str) -> str:
    bare = _PREFIX.sub("", subject).strip()
    return f"{prefix}: {bare}"[:500]


def _quoted(message: Message, text: str) -> str:
    header = message.header
    date = timezone.localtime(header.date or message.received)
    intro = _("Le %(date)s, %(name)s a écrit :") % {
        "date": f"{date:%d/%m/%Y à %H:%M}",
        "name": header.sender.label,
    }
    return f"\n\n{intro}\n{plaintext.quote(text.strip())}\n"


def _forwarded(message: Message, text: str) -> str:
    header = message.header
    date = timezone.localtime(header.date or message.received)
    lines = [
        f"-------- {_('Message transféré')} --------",
        f"{_('Objet')} : {header.subject}",
        f"{_('Date')} : {date:%d/%m/%Y %H:%M}",
        f"{_('De')} : {recipients.shown((header.sender,))}",
        f"{_('Pour')} : {recipients.shown(header.to[:50])}",
    ]
    return "\n\n" + "\n".join(lines) + f"\n\n{text.strip()}\n"


def built(draft: Draft, sender: Address, message_id: str, at: datetime) -> bytes:
    """The message as stored: with Bcc, format=flowed, CRLF line ends.

    Django's EmailMessage: the standard one damages French headers (libraries.md,
    trap 4)."""
    extra = {
        "Message-ID": message_id,
        "Date": format_datetime(timezone.localtime(at)),
        "User-Agent": "Convergence",
    }
    if draft.in_reply_to:
        extra["In-Reply-To"] = draft.in_reply_to
    if draft.references:
        extra["References"] = " ".join(draft.references)
    message = _Flowed(
        subject=draft.subject,
        body=flowed(draft.text),
        from_email=_header(sender),
        to=[_header(a) for a in draft.to],
        cc=[_header(a) for a in draft.cc],
        headers=extra,
    )
    for file in draft.files:
        message.attach(file.name, file.data, file.type)
    made = message.message()
    if draft.bcc:
        made["Bcc"] = ", ".join(_header(a) for a in draft.bcc)
    return _crlf(made.as_bytes())


class _Flowed(EmailMessage):
    """Django gives no other way to a parameter of its text part."""

    def _create_message(self, msg: Any) -> Any:
        msg.set_param("format", "flowed")
        return super()._create_message(msg)  # type: ignore[misc]


def _header(address: Address) -> str:
    return sanitize_address((address.name, address.email), "utf-8")


def _crlf(data: bytes) -> bytes:
    return re.sub(rb"\r?\n|\r", b"\r\n", data)


def flowed(text: str) -> str:
    """RFC 3676: paragraphs wrapped with a space at the soft line ends; quoted lines and
    the signature mark stay as they are."""
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line == "-- ":
            lines.append(line)
            continue
        line = line.rstrip()
        if line.startswith(">") or len(line) <= _FLOW + 6:
            lines.append(line if line.startswith(">") else _stuffed(line))
        else:
            lines.extend(_stuffed(piece) for piece in _wrapped(line))
    return "\n".join(lines)


def _stuffed(line: str) -> str:
    return f" {line}" if line.startswith((" ", "From ")) else line


def _wrapped(line: str) -> list[str]:
    pieces: list[str] = []
    current = ""
    for word in line.split(" "):
        if current and len(current) + len(word) + 1 > _FLOW:
            pieces.append(f"{current} ")
            current = word
        else:
            current = f"{current} {word}" if current else word
    return [*pieces, current]


def without_bcc(message: bytes) -> bytes:
    """The bytes that leave: the Bcc field removed from the header, continuation lines
    included, everything else untouched."""
    head, separator, body = message.partition(b"\r\n\r\n")
    kept = re.sub(
        rb"^bcc:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*(?:\r\n|\Z)", b"", head, flags=re.I | re.M
    )
    return kept.rstrip(b"\r\n") + separator + body


def new_message_id(token: str) -> str:
    return f"<{token}@{settings.MAIL_DOMAIN}>"
