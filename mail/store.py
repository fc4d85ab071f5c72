"""What the rules may ask of a mailbox: the Protocol that the IMAP gateway implements.

Every method raises MailUnavailable when the server cannot be reached, FolderMissing for
a folder that is gone, OverQuota where the server says so, and ForbiddenCharacter before
anything reaches the wire when a value holds CR, LF or NUL. Nothing waits for ever: what
a page asks has PAGE_PATIENCE seconds in all (mail/imap/connection.py).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol

from mail.messages import (
    Address,
    Attached,
    Chosen,
    Citing,
    Folder,
    Header,
    Listing,
    Marked,
    Message,
    Moved,
    Part,
    Query,
    Replaced,
    Sorting,
    Summary,
)
from mail.mime import Prefer

PAGE_SIZE = 50
# messages of a folder that are read as one conversation; a form names as many at most
TOGETHER_MAX = 1_000
ARRIVAL = Sorting()
Without = Callable[[int], Container[str]]


class Store(Protocol):
    """One mailbox, opened for one act. Not shared between threads."""

    @property
    def address(self) -> str:
        """The address of the mailbox (not its IMAP login)."""

    @property
    def writable(self) -> bool:
        """False when the gate opened it for reading: nothing sets a flag then, and what
        would change something raises ReadOnly."""

    def folders(self, *, now: bool = False) -> tuple[Folder, ...]:
        """Every folder with its counts, in one command where the server can
        (RFC 5819), in the server's order; special uses by RFC 6154. The counts of a
        folder that this store has read are of that moment: ask for them last, or say
        `now`, for one round trip more."""

    def page(self, folder: str, number: int, size: int = PAGE_SIZE) -> Listing:
        """The `number`-th page (from 1), newest first by sequence number. A number
        beyond the end gives the last page. One round trip when envelopes are cached."""

    def search(
        self,
        folder: str,
        query: Query,
        number: int,
        size: int = PAGE_SIZE,
        order: Sorting = ARRIVAL,
    ) -> Listing:
        """One page of the messages that match, in this order, by UID SEARCH (and UID
        SORT). `left` of the answer: of how many it is not known whether they match."""

    def arranged(
        self, folder: str, order: Sorting, number: int, size: int = PAGE_SIZE
    ) -> Listing:
        """One page in this order: one round trip when nothing came or went since the
        order was made. `left`: how many messages the server's lack of SORT keeps out
        of it."""

    def conversations(
        self,
        folder: str,
        number: int,
        size: int = PAGE_SIZE,
        *,
        around: int = 0,
        newer: int | None = None,
    ) -> Listing:
        """The same with a row for each conversation (mail/threading.py), the newest
        message's: `total` counts conversations; the page that holds the message
        `around`, if any, or what was newest when `newer` messages had not come yet.
        One round trip when nothing came or went since they were found."""

    def conversations_of(self, folder: str, uids: Sequence[int]) -> tuple[Summary, ...]:
        """The rows of the conversations that hold these messages, newest first; UIDs
        that are gone are left out."""

    def conversation(self, folder: str, uid: int) -> Summary | None:
        """All of the conversation of this message as one row, whatever rows a list
        shows it in; of one of more than a thousand messages the thousand around it.
        None when the message is gone."""

    def rank(self, folder: str, uid: int) -> int:
        """How many messages stand before this one in `page`; 0 when it is gone. One
        round trip beside that which brings the connection up to date."""

    def since(self, folder: str, day: date) -> int:
        """How many messages were received on this day or later; the same cost."""

    def citing(
        self,
        folders: Sequence[Folder],
        names: Sequence[str],
        since: date,
        *,
        search: bool = True,
    ) -> Citing:
        """The messages that have one of these Message-IDs or cite one: they are names
        of one exchange, that of its root first. `folders` are as
        `folders()` gave them. The last messages of each are known once they were told;
        the others, received since that day, are searched unless `search` is False."""

    def summaries(self, folder: str, uids: Sequence[int]) -> tuple[Summary, ...]:
        """The rows of these messages with the flags of this moment, in no order; UIDs
        that are gone are left out."""

    def message(self, folder: str, uid: int) -> Message:
        """Header, structure and flags. Raises MessageMissing. Sets no flag."""

    def read(
        self,
        folder: str,
        uid: int,
        prefer: Prefer = "html",
        without: Without | None = None,
    ) -> tuple[Message, dict[str, bytes]]:
        """The message with the decoded-transfer bytes of the parts that a reader shows
        at once (text parts, bounded; of alternatives the one of kind `prefer`), by part
        number; marks it seen when `writable`. `without`, asked with the UIDVALIDITY,
        names the parts that are not wanted.
        One round trip when the structure is cached. Raises MessageMissing."""

    def part(self, folder: str, uid: int, number: str) -> tuple[Part, bytes]:
        """One part, transfer-decoded, whole (for text and inline images)."""

    def stream(
        self, folder: str, uid: int, number: str
    ) -> AbstractContextManager[tuple[Part, Iterator[bytes]]]:
        """One part, transfer-decoded, in pieces of bounded size (attachments)."""

    def header(self, folder: str, uid: int, number: str) -> Header:
        """The header of the message that a part of type message/rfc822 holds, bounded.
        Raises MessageMissing."""

    def attached(self, folder: str, below: int, most: int) -> Attached:
        """The structures of messages that may have files, newest first, of UIDs less
        than `below` (0: of all): at most `most` messages, in three round trips."""

    def source(
        self, folder: str, uid: int
    ) -> AbstractContextManager[tuple[int, Iterator[bytes]]]:
        """(octets, pieces) of the raw message."""

    def mark(self, folder: str, uids: Sequence[int], flag: str, *, on: bool) -> None:
        """Set or unset one flag in one command; UIDs that are gone are ignored. Raises
        KeywordRefused when the folder would not keep it (PERMANENTFLAGS)."""

    def unmark_all(self, folder: str, flag: str) -> int:
        """Unset one flag on every message of a folder that has it; how many had it."""

    def change(
        self,
        folder: str,
        uids: Sequence[int],
        flag: str,
        uidvalidity: int = 0,
        *,
        on: bool,
    ) -> Marked:
        """Set or unset one flag where it is not so yet; which those were. Two commands,
        however many they are. Raises MessageMissing when the folder is no longer that
        of `uidvalidity`, KeywordRefused as `mark` does."""

    def received(self, folder: str, uids: Sequence[int]) -> dict[int, datetime]:
        """When these came (INTERNALDATE), in one command; UIDs that are gone are left
        out."""

    def matching(self, folder: str, query: Query, state: str = "") -> Chosen:
        """All that matches, of the whole folder for an empty query. With the
        `state` of a Folder, nothing that came after it: raises MessageMissing when the
        folder is no longer the same."""

    def move(
        self, folder: str, uids: Sequence[int], target: str, uidvalidity: int = 0
    ) -> Moved:
        """MOVE (RFC 6851), else COPY + expunge of just these; UIDs that are gone are
        left out of the answer. Raises MessageMissing when the folder is no longer that
        of `uidvalidity`, Conflict when it is the target."""

    def copies(self) -> bool:
        """Whether there is no MOVE: what was cut may stand in both folders."""

    def append(
        self,
        folder: str,
        message: bytes,
        flags: Sequence[str] = (),
        at: datetime | None = None,
    ) -> int:
        """Store a message; the new UID, or 0 when the server does not tell."""

    def replace(
        self,
        folder: str,
        message: bytes,
        flags: Sequence[str],
        uids: Sequence[int],
        uidvalidity: int = 0,
    ) -> Replaced:
        """Store a message, then delete these for ever: in between there are both, and
        never none. What is gone, marked as deleted, or of a folder that is no longer
        that of `uidvalidity` is left out of the answer."""

    def expunge(self, folder: str, uids: Sequence[int], uidvalidity: int = 0) -> None:
        """Delete these for ever (UID EXPUNGE); none when the folder is no longer that
        of `uidvalidity`."""

    def find(self, folder: str, message_id: str) -> tuple[int, ...]:
        """UIDs of the messages with this Message-ID."""

    def answers(self, folder: str, message_id: str, since: date) -> tuple[Address, ...]:
        """The senders of the messages, received since this day, that name this
        Message-ID in In-Reply-To or References, but for what a program sent by
        itself."""

    def create(self, folder: str) -> None:
        """Create and subscribe; no error when it exists."""

    def special(self, use: str) -> str:
        """The name of the folder of this special use, created when absent."""
