"""Reports of mail servers and readers, as people can read them: what became of a
message (RFC 3464), who has displayed it (RFC 8098).

Servers break these formats in many ways: whatever stands in the parts is read, what is
not there is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from mail import headers, reasons
from mail.messages import Address, Message, Part
from mail.store import Store

OCTETS_MAX = 64 * 1024
GROUPS_MAX = 200
STATUS = "message/delivery-status"
DISPOSITION = "message/disposition-notification"
_RETURNED = ("message/rfc822", "text/rfc822-headers", "message/global")

_EMPTY_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")
_CODE = re.compile(r"\b([245])(?:\.\d{1,3}\.\d{1,3}|\d\d)\b")
_SMTP_CODE = re.compile(r"\b([245]\d\d)[ -]")


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a message for one recipient. `action` is a word of RFC 3464 §2.3.3
    or RFC 8098 §3.2.6.2 («failed», «delayed», «displayed»…), `why` a French sentence
    ("" when nothing went wrong), `said` the server's own words."""

    address: str
    action: str
    why: str = ""
    status: str = ""
    said: str = ""
    until: datetime | None = None

    @property
    def failed(self) -> bool:
        return self.action == "failed"


@dataclass(frozen=True, slots=True)
class Original:
    """The message that a report is about."""

    subject: str
    to: tuple[Address, ...]
    date: datetime | None
    message_id: str


@dataclass(frozen=True, slots=True)
class Report:
    fates: tuple[Fate, ...]
    original: Original | None = None
    # what the sender's server was given to name the message by (RFC 3461)
    envid: str = ""


def read(store: Store, message: Message) -> Report | None:
    """The report that a message is; None for ordinary mail, without asking anything."""
    parts = list(message.structure.walk())
    told = next((p for p in parts if p.type in {STATUS, DISPOSITION}), None)
    if told is None or not message.structure.is_multipart:
        return None
    about = _beginning(store, message, told)
    fates = tuple(_fates(about))
    after = parts[parts.index(told) + 1 :]
    returned = next((p for p in after if p.type in _RETURNED), None)
    original = _original(_beginning(store, message, returned)) if returned else None
    if original is None and told.type == DISPOSITION:
        original = _named(about)
    return Report(fates, original, _envid(about)) if fates or original else None


def _envid(data: bytes) -> str:
    fields = headers.split(_EMPTY_LINE.split(data.strip(), 1)[0])
    return headers.text(headers.first(fields, "original-envelope-id"))[:100]


def _beginning(store: Store, message: Message, part: Part) -> bytes:
    with store.stream(message.folder, message.uid, part.number) as (_part, pieces):
        return next(pieces, b"")[:OCTETS_MAX]


def _fates(data: bytes) -> Iterator[Fate]:
    for group in _EMPTY_LINE.split(data.strip())[:GROUPS_MAX]:
        fields = headers.split(group)
        address = _recipient(fields)
        action = _action(fields)
        if address or action:
            yield _fate(fields, address, action)


def _fate(fields: headers.Fields, address: str, action: str) -> Fate:
    status = headers.text(headers.first(fields, "status")).partition(" ")[0][:20]
    said = _value(headers.text(headers.first(fields, "diagnostic-code")))[:500]
    action = action or _action_of(status, said)
    trouble = action in {"failed", "delayed"}
    why = reasons.in_words(_code(status, said), f"{status} {said}") if trouble else ""
    return Fate(
        address=address,
        action=action,
        why=why,
        status=status,
        said=said,
        until=headers.date(headers.first(fields, "will-retry-until")),
    )


def _recipient(fields: headers.Fields) -> str:
    for name in ("final-recipient", "original-recipient"):
        value = _value(headers.text(headers.first(fields, name))).strip("<> ")
        if value:
            return value[:320]
    return ""


def _value(typed: str) -> str:
    """`rfc822; a@b.test` without its type."""
    kind, semicolon, value = typed.partition(";")
    return (value if semicolon else kind).strip()


def _action(fields: headers.Fields) -> str:
    action = headers.text(headers.first(fields, "action")).partition(" ")[0]
    if action:
        return action.lower().strip(".;,")[:20]
    disposition = headers.text(headers.first(fields, "disposition"))
    return disposition.rpartition(";")[2].strip().partition("/")[0].lower()[:20]


def _action_of(status: str, said: str) -> str:
    found = _CODE.search(f"{status} {said}")
    return {"2": "delivered", "4": "delayed"}.get(found[1] if found else "5", "failed")


def _code(status: str, said: str) -> int:
    if found := _SMTP_CODE.search(f"{said} "):
        return int(found[1])
    return int(status[0]) * 100 if status[:1] in {"4", "5"} else 500


def _original(data: bytes) -> Original | None:
    header = headers.parse(_EMPTY_LINE.split(data.lstrip(), 1)[0])
    if not (header.subject or header.message_id or header.to):
        return None
    return Original(header.subject, header.to[:20], header.date, header.message_id)


def _named(data: bytes) -> Original | None:
    """A receipt names the message only."""
    for group in _EMPTY_LINE.split(data)[:GROUPS_MAX]:
        found = headers.message_ids(
            headers.first(headers.split(group), "original-message-id")
        )
        if found:
            return Original("", (), None, found[0])
    return None
