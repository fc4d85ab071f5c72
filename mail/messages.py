"""The values of mail: frozen, typed, without Django and without sockets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

# the folders of ours: the outbox, and what waits for its hour
SCHEDULED = "Programmés"
SNOOZED = "En attente"
# RFC 6154 special uses, plus "scheduled" and "snoozed" for these
Special = Literal[
    "inbox",
    "drafts",
    "sent",
    "archive",
    "junk",
    "trash",
    "scheduled",
    "snoozed",
    "all",
    "flagged",
]

SEEN = r"\Seen"
FLAGGED = r"\Flagged"
ANSWERED = r"\Answered"
DRAFT = r"\Draft"
DELETED = r"\Deleted"
FORWARDED = "$Forwarded"
MUTED = "$Muted"
# ours, kept by the server with the message: it came back at the hour that was asked
# (mail/snoozing.py), it is a copy of what nobody has answered (mail/following.py)
WOKEN = "$Woken"
UNANSWERED = "$Unanswered"
# RFC 3503: the receipt was sent, or refused for good
MDN_SENT = "$MDNSent"
# lower case: what programs set on messages without the dollar of RFC 5788
KEYWORDS_OF_CLIENTS = frozenset(
    (
        "answered deleted draft flagged forwarded hasattachment hasnoattachment junk "
        "junkrecorded mdnsent nonjunk notjunk old receipthandled recent redirected "
        "replied seen spam todo-none unwanted xreadonly"
    ).split()
)
JUNK = "$Junk"
NOT_JUNK = "$NotJunk"


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox of RFC 5322: display name (may be empty) and addr-spec."""

    name: str
    email: str

    @property
    def label(self) -> str:
        """What a list shows: the name, else the address."""
        return self.name or self.email


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as LIST-STATUS tells it. `name` is the full, decoded IMAP name; `state`
    is an opaque token that changes when its content or flags do ("" of a server that
    does not tell of flags), and makes no other folder of it."""

    name: str
    delimiter: str
    special: Special | None
    selectable: bool
    messages: int
    unseen: int
    state: str = field(default="", compare=False)

    @property
    def path(self) -> tuple[str, ...]:
        return (
            tuple(self.name.split(self.delimiter)) if self.delimiter else (self.name,)
        )

    @property
    def leaf(self) -> str:
        return self.path[-1]


@dataclass(frozen=True, slots=True)
class Part:
    """One node of a MIME tree. `number` is the RFC 3501 section ("" for the whole).

    `size` is in encoded octets; `name` is decoded and cleaned ("" when absent);
    `content_id` has no angle brackets; `disposition` is lower case ("" when absent).
    """

    number: str
    type: str
    charset: str = ""
    encoding: str = "7bit"
    size: int = 0
    name: str = ""
    disposition: str = ""
    content_id: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    children: tuple[Part, ...] = ()

    @property
    def octets(self) -> int:
        """About how large the decoded content is."""
        return self.size * 3 // 4 if self.encoding == "base64" else self.size

    @property
    def is_multipart(self) -> bool:
        return self.type.startswith("multipart/")

    def parameter(self, name: str) -> str:
        return next((v for n, v in self.parameters if n == name), "")

    def find(self, number: str) -> Part | None:
        return next((part for part in self.walk() if part.number == number), None)

    def walk(self) -> Iterator[Part]:
        """Every node, this one first; a loop, because trees are the sender's."""
        todo = [self]
        while todo:
            part = todo.pop()
            yield part
            todo.extend(reversed(part.children))


@dataclass(frozen=True, slots=True)
class Envelope:
    """What never changes of a message: the row of a list is made of it.

    `date` is the sender's Date (aware, clamped) or None; `received` is INTERNALDATE.
    `size` is RFC822.SIZE; `snippet` the first words of the text.
    """

    uid: int
    subject: str
    sender: Address
    to: tuple[Address, ...]
    date: datetime | None
    received: datetime
    size: int
    snippet: str
    has_attachment: bool
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """A row of a list: the envelope and the flags of this moment. In a list of
    conversations it is the newest message, and `older` are the others, newest first."""

    envelope: Envelope
    flags: frozenset[str]
    older: tuple[Summary, ...] = ()

    @property
    def uid(self) -> int:
        return self.envelope.uid

    @property
    def together(self) -> frozenset[str]:
        """The flags of the row: those of any of its messages, but it has been read
        when all have."""
        if not self.older:
            return self.flags
        each = [self.flags, *[message.flags for message in self.older]]
        unseen = {SEEN} - frozenset.intersection(*each)
        return frozenset().union(*each) - unseen

    @property
    def uids(self) -> tuple[int, ...]:
        """The messages that the row stands for."""
        return (self.uid, *[message.envelope.uid for message in self.older])

    @property
    def seen(self) -> bool:
        return SEEN in self.flags

    @property
    def flagged(self) -> bool:
        return FLAGGED in self.flags

    @property
    def answered(self) -> bool:
        return ANSWERED in self.flags


@dataclass(frozen=True, slots=True)
class Citing:
    """By folder, the UIDs of messages that cite some others. `whole`: every message was
    looked at, now or before."""

    uids: Mapping[str, tuple[int, ...]]
    whole: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a folder, newest first. `total` counts the folder or the search."""

    folder: str
    uidvalidity: int
    total: int
    number: int
    size: int
    rows: tuple[Summary, ...]
    # messages that a bounded search or order did not look at
    left: int = 0

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True, slots=True)
class Header:
    """The decoded header of one message; lists are never None.

    `sender` is the one that counts of `senders` (a right message has one); `sent_by` is
    the Sender field when it names somebody else, an empty address otherwise; `others`
    are further fields as text, by lower-case name (mail.headers.OTHERS).
    """

    subject: str
    senders: tuple[Address, ...]
    sender: Address
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    date: datetime | None
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    sent_by: Address = Address("", "")
    others: tuple[tuple[str, str], ...] = ()

    def every(self, name: str) -> tuple[str, ...]:
        """The values of one of the `others`, topmost first."""
        return tuple(value for known, value in self.others if known == name)

    def other(self, name: str) -> str:
        """The topmost value, "" when there is none."""
        return next((value for known, value in self.others if known == name), "")


@dataclass(frozen=True, slots=True)
class Message:
    """One message: header, structure and flags; bodies are fetched part by part."""

    folder: str
    uid: int
    uidvalidity: int
    flags: frozenset[str]
    received: datetime
    size: int
    header: Header
    structure: Part


@dataclass(frozen=True, slots=True)
class Attached:
    """Messages with their structures, newest first; `below` is where to go on, 0 when
    the folder has been seen to its end."""

    uidvalidity: int
    messages: tuple[tuple[Envelope, Part], ...]
    below: int


@dataclass(frozen=True, slots=True)
class Moved:
    """The answer of a move: old UID → new UID where the server told (UIDPLUS)."""

    source: str
    target: str
    uids: tuple[int, ...]
    new_uids: tuple[int, ...]
    target_uidvalidity: int = 0


@dataclass(frozen=True, slots=True)
class Replaced:
    """Where a message was stored (`uid` is 0 when the server does not tell), and those
    in whose place it stands now: only what was still there."""

    folder: str
    uidvalidity: int
    uid: int
    uids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """All that an act is about: UIDs (some of a range may be gone), about how many;
    `moment`: the state of the folder (Folder.state) that it was found in."""

    uids: Sequence[int]
    count: int
    moment: str = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """A flag that was set (or unset) on these, which had it not (or had it)."""

    folder: str
    uidvalidity: int
    uids: tuple[int, ...]
    flag: str
    on: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A simple search of one folder; empty fields do not restrict."""

    text: str = ""
    within: Literal["all", "sender", "subject", "text"] = "all"
    unseen: bool = False
    flagged: bool = False
    keyword: str = ""
    attachment: bool = False
    # To or Cc holds one of these addresses
    to: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Query(within=self.within)


@dataclass(frozen=True, slots=True)
class Sorting:
    """The order of a list. By date the newest is first, by size the largest, by sender
    and subject A; `inverse` turns it round."""

    by: Literal["date", "sender", "subject", "size"] = "date"
    inverse: bool = False

    def __bool__(self) -> bool:
        """Whether it is another than that of arrival."""
        return self != Sorting()
