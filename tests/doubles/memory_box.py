"""What a folder in memory holds, and what is told of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message as Mime

from convergence.errors import FolderMissing, MessageMissing, ReadOnly
from mail import headers, mime
from mail.imap import guard
from mail.messages import (
    SEEN,
    Envelope,
    Folder,
    Listing,
    Message,
    Part,
    Query,
    Sorting,
    Special,
    Summary,
)
from mail.store import ARRIVAL

SPECIALS: dict[str, Special] = {
    "INBOX": "inbox",
    "Drafts": "drafts",
    "Sent": "sent",
    "Archive": "archive",
    "Junk": "junk",
    "Trash": "trash",
    "Programmés": "scheduled",
    "En attente": "snoozed",
}


@dataclass
class Kept:
    data: bytes
    flags: set[str] = field(default_factory=set)
    received: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class Box:
    uidvalidity: int
    uidnext: int = 1
    kept: dict[int, Kept] = field(default_factory=dict)


def state_of(box: Box) -> str:
    flags = repr([(uid, sorted(kept.flags)) for uid, kept in box.kept.items()])
    return f"{len(box.kept)}-0-{box.uidnext}-{box.uidvalidity}-{flags}"


def is_answer(kept: Kept, message_id: str) -> bool:
    mime_header = message_from_bytes(kept.data)
    if "auto-" in str(mime_header.get("Auto-Submitted", "")).lower():
        return False
    header = headers.parse(kept.data.partition(b"\r\n\r\n")[0])
    return message_id in (*header.in_reply_to, *header.references)


def unseen_in(box: Box) -> int:
    return sum(SEEN not in kept.flags for kept in box.kept.values())


def put_into(box: Box, kept: Kept) -> int:
    uid = box.uidnext
    box.uidnext += 1
    box.kept[uid] = kept
    return uid


def sort_key(summary: Summary, order: Sorting) -> tuple[int, str]:
    envelope = summary.envelope
    if order.by == "size":
        return (-envelope.size, "")
    told = envelope.sender.label if order.by == "sender" else envelope.subject
    return (0, told.casefold())


def is_wanted(kept: Kept, query: Query) -> bool:
    if query.unseen and SEEN in kept.flags:
        return False
    if query.flagged and r"\Flagged" not in kept.flags:
        return False
    if query.keyword and query.keyword not in kept.flags:
        return False
    header = headers.parse(kept.data.partition(b"\r\n\r\n")[0])
    if query.to and not {a.email for a in header.to + header.cc} & set(query.to):
        return False
    whole = structure_of(message_from_bytes(kept.data), "")
    if query.attachment and not mime.has_attachment(whole):
        return False
    fields = {
        "sender": header.sender.name + header.sender.email,
        "subject": header.subject,
        "text": kept.data.partition(b"\r\n\r\n")[2].decode("utf-8", "replace"),
    }
    told = fields.get(query.within, "\n".join(fields.values()))
    return query.text.lower() in told.lower()


def structure_of(node: Mime, number: str) -> Part:
    if node.is_multipart():
        below = f"{number}." if number else ""
        children = tuple(
            structure_of(child, f"{below}{index}")
            for index, child in enumerate(node.get_payload(), 1)
        )
        return Part(number, node.get_content_type(), children=children)
    return Part(
        number or "1",
        node.get_content_type(),
        charset=node.get_content_charset() or "",
        encoding=str(node.get("Content-Transfer-Encoding", "7bit")).lower(),
        size=len(str(node.get_payload())),
        name=mime.file_name(node.get_filename() or ""),
        disposition=node.get_content_disposition() or "",
    )


class MemoryFolders:
    """Some folders, and how the messages in them are told."""

    def __init__(self, address: str = "a@b.test", *, writable: bool = True) -> None:
        self.address = address
        self.writable = writable
        names = [name for name in SPECIALS if name != "Programmés"]
        self.boxes = {name: Box(number) for number, name in enumerate(names, 1)}

    def folders(self, *, now: bool = False) -> tuple[Folder, ...]:
        return tuple(
            Folder(
                name,
                "/",
                SPECIALS.get(name),
                True,
                len(box.kept),
                unseen_in(box),
                state_of(box),
            )
            for name, box in self.boxes.items()
        )

    def message(self, folder: str, uid: int) -> Message:
        box, kept = self._box(folder), self._kept(folder, uid)
        return Message(
            folder,
            uid,
            box.uidvalidity,
            frozenset(kept.flags),
            kept.received,
            len(kept.data),
            headers.parse(kept.data.partition(b"\r\n\r\n")[0]),
            structure_of(message_from_bytes(kept.data), ""),
        )

    def _may_write(self) -> None:
        if not self.writable:
            raise ReadOnly

    def _box(self, folder: str) -> Box:
        guard.mailbox(folder)
        if folder not in self.boxes:
            raise FolderMissing
        return self.boxes[folder]

    def _kept(self, folder: str, uid: int) -> Kept:
        kept = self._box(folder).kept
        if guard.uid(uid) not in kept:
            raise MessageMissing
        return kept[uid]

    def _listing(
        self,
        folder: str,
        uids: list[int],
        number: int,
        size: int,
        order: Sorting = ARRIVAL,
    ) -> Listing:
        number = min(number, max(1, -(-len(uids) // size)))
        found = sorted(uids, reverse=True)
        if order.by != "date":
            found.sort(key=lambda uid: sort_key(self._summary(folder, uid), order))
        found = found[::-1] if order.inverse else found
        shown = found[(number - 1) * size : number * size]
        rows = tuple(self._summary(folder, uid) for uid in shown)
        validity = self._box(folder).uidvalidity
        return Listing(folder, validity, len(uids), number, size, rows)

    def _summary(self, folder: str, uid: int) -> Summary:
        message = self.message(folder, uid)
        header = message.header
        envelope = Envelope(
            uid=uid,
            subject=header.subject,
            sender=header.sender,
            to=header.to[:20],
            date=header.date,
            received=message.received,
            size=message.size,
            snippet="",
            has_attachment=mime.has_attachment(message.structure),
            message_id=header.message_id,
        )
        return Summary(envelope, message.flags)
