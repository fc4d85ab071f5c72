"""The Store (mail/store.py) over IMAP."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from typing import TypeVar

from convergence.errors import MailUnavailable, ReadOnly
from mail import headers, mime
from mail.imap import (
    answering,
    bulk,
    changing,
    citing,
    fetching,
    folders,
    placing,
    replacing,
    searching,
    sorting,
    structures,
    threads,
)
from mail.imap.connection import PIECE_PATIENCE, TASK_PATIENCE, Connection
from mail.imap.errors import Gone
from mail.imap.pool import Pool
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
from mail.store import ARRIVAL, PAGE_SIZE, Without
from mail.transfer import decoded

T = TypeVar("T")


class ImapStore:
    """One mailbox for one act: a connection is taken when first needed and given back
    by `close`. An act whose connection turns out dead is done once more on a new one,
    when doing it twice does no harm; one that hung is not, it would only hang again.

    `patience` are the seconds for all that the act asks, sign-in included; what streams
    has its own for each piece after the first.
    """

    def __init__(
        self,
        pool: Pool,
        login: str,
        address: str,
        *,
        writable: bool,
        patience: float = TASK_PATIENCE,
    ) -> None:
        self.address = address
        self.writable = writable
        self._pool = pool
        self._login = login
        self._left = patience
        self._connection: Connection | None = None

    def close(self) -> None:
        if self._connection is not None:
            self._left = self._connection.left
            self._pool.give_back(self._connection)
            self._connection = None

    def folders(self, *, now: bool = False) -> tuple[Folder, ...]:
        return self._do(partial(folders.every, now=now))

    def page(self, folder: str, number: int, size: int = PAGE_SIZE) -> Listing:
        return self._do(lambda c: fetching.page(c, folder, number, size))

    def search(
        self,
        folder: str,
        query: Query,
        number: int,
        size: int = PAGE_SIZE,
        order: Sorting = ARRIVAL,
    ) -> Listing:
        act = partial(searching.search, folder=folder, query=query, order=order)
        return self._do(lambda c: act(c, number=number, size=size))

    def arranged(
        self, folder: str, order: Sorting, number: int, size: int = PAGE_SIZE
    ) -> Listing:
        if order.by == "date":
            act = partial(fetching.page, oldest_first=order.inverse)
            return self._do(lambda c: act(c, folder, number, size))
        return self._do(lambda c: sorting.page(c, folder, order, number, size))

    def conversations(
        self,
        folder: str,
        number: int,
        size: int = PAGE_SIZE,
        *,
        around: int = 0,
        newer: int | None = None,
    ) -> Listing:
        act = partial(threads.page, around=around, newer=newer)
        return self._do(lambda c: act(c, folder, number, size))

    def conversations_of(self, folder: str, uids: Sequence[int]) -> tuple[Summary, ...]:
        return self._do(lambda c: threads.some(c, folder, uids))

    def conversation(self, folder: str, uid: int) -> Summary | None:
        found = self._do(lambda c: threads.whole(c, folder, uid))
        return found[0] if found else None

    def rank(self, folder: str, uid: int) -> int:
        return self._do(lambda c: placing.rank(c, folder, uid))

    def since(self, folder: str, day: date) -> int:
        return self._do(lambda c: placing.since(c, folder, day))

    def citing(
        self,
        folders: Sequence[Folder],
        names: Sequence[str],
        since: date,
        *,
        search: bool = True,
    ) -> Citing:
        return self._do(
            lambda c: citing.citing(c, folders, names, since, search=search)
        )

    def summaries(self, folder: str, uids: Sequence[int]) -> tuple[Summary, ...]:
        return self._do(lambda c: fetching.some(c, folder, uids))

    def message(self, folder: str, uid: int) -> Message:
        return self._do(lambda c: fetching.message(c, folder, uid))

    def read(
        self,
        folder: str,
        uid: int,
        prefer: mime.Prefer = "html",
        without: Without | None = None,
    ) -> tuple[Message, dict[str, bytes]]:
        act = partial(fetching.read, folder=folder, uid=uid, seen=self.writable)
        return self._do(lambda c: act(c, prefer=prefer, without=without))

    def part(self, folder: str, uid: int, number: str) -> tuple[Part, bytes]:
        part = self._do(lambda c: fetching.part_of(c, folder, uid, number))
        raw = self._pieces(folder, uid, number.encode(), patient=False)
        return part, b"".join(decoded(raw, part.encoding))

    @contextmanager
    def stream(
        self, folder: str, uid: int, number: str
    ) -> Iterator[tuple[Part, Iterator[bytes]]]:
        part = self._do(lambda c: fetching.part_of(c, folder, uid, number))
        raw = self._pieces(folder, uid, number.encode())
        yield part, decoded(raw, part.encoding)

    def header(self, folder: str, uid: int, number: str) -> Header:
        self._do(lambda c: fetching.part_of(c, folder, uid, number))
        section = number.encode() + b".HEADER"
        return headers.parse(next(self._pieces(folder, uid, section), b""))

    def attached(self, folder: str, below: int, most: int) -> Attached:
        return self._do(lambda c: structures.newest(c, folder, below, most))

    @contextmanager
    def source(self, folder: str, uid: int) -> Iterator[tuple[int, Iterator[bytes]]]:
        message = self.message(folder, uid)
        yield message.size, self._pieces(folder, uid, b"")

    def _pieces(
        self, folder: str, uid: int, section: bytes, *, patient: bool = True
    ) -> Iterator[bytes]:
        """The first at once: what is missing or unreachable is told before anything is
        sent to a browser."""

        def piece(at: int) -> bytes:
            act = partial(fetching.chunk, folder=folder, uid=uid, section=section)
            return self._do(lambda c: act(c, at=at))

        def following(data: bytes) -> Iterator[bytes]:
            at = 0
            while data:
                yield data
                at += len(data)
                if patient:
                    self._allow(PIECE_PATIENCE)
                data = piece(at) if len(data) == fetching.CHUNK else b""

        return following(piece(0))

    def mark(self, folder: str, uids: Sequence[int], flag: str, *, on: bool) -> None:
        self._change(lambda c: changing.mark(c, folder, uids, flag, on=on))

    def unmark_all(self, folder: str, flag: str) -> int:
        return self._change(lambda c: bulk.unmark_all(c, folder, flag))

    def change(
        self,
        folder: str,
        uids: Sequence[int],
        flag: str,
        uidvalidity: int = 0,
        *,
        on: bool,
    ) -> Marked:
        act = partial(bulk.change, folder=folder, uids=uids, flag=flag, on=on)
        return self._change(lambda c: act(c, uidvalidity=uidvalidity), repeat=False)

    def received(self, folder: str, uids: Sequence[int]) -> dict[int, datetime]:
        return self._do(lambda c: bulk.received(c, folder, uids))

    def matching(self, folder: str, query: Query, state: str = "") -> Chosen:
        return self._do(lambda c: bulk.matching(c, folder, query, state))

    def move(
        self, folder: str, uids: Sequence[int], target: str, uidvalidity: int = 0
    ) -> Moved:
        self._change(lambda c: fetching.selected(c, folder))
        # never repeated: the server may have moved them before the line broke, and
        # would not tell a second time where they are
        return self._change(
            lambda c: changing.move(c, folder, uids, target, uidvalidity), repeat=False
        )

    def copies(self) -> bool:
        return not self._do(lambda c: c.has("MOVE"))

    def append(
        self,
        folder: str,
        message: bytes,
        flags: Sequence[str] = (),
        at: datetime | None = None,
    ) -> int:
        self._change(changing.wake)
        # never repeated: the server may have stored it before the line broke
        return self._change(
            lambda c: changing.append(c, folder, message, flags, at), repeat=False
        )

    def replace(
        self,
        folder: str,
        message: bytes,
        flags: Sequence[str],
        uids: Sequence[int],
        uidvalidity: int = 0,
    ) -> Replaced:
        self._change(lambda c: fetching.selected(c, folder))
        act = partial(replacing.replace, folder=folder, message=message, flags=flags)
        # never repeated, as `append`
        return self._change(
            lambda c: act(c, uids=uids, uidvalidity=uidvalidity), repeat=False
        )

    def expunge(self, folder: str, uids: Sequence[int], uidvalidity: int = 0) -> None:
        self._change(lambda c: changing.expunge(c, folder, uids, uidvalidity))

    def find(self, folder: str, message_id: str) -> tuple[int, ...]:
        return self._do(lambda c: searching.find(c, folder, message_id))

    def answers(self, folder: str, message_id: str, since: date) -> tuple[Address, ...]:
        return self._do(lambda c: answering.answers(c, folder, message_id, since))

    def create(self, folder: str) -> None:
        self._change(lambda c: folders.create(c, folder))

    def special(self, use: str) -> str:
        found = self._do(lambda c: folders.named(c, use))
        if not found:
            found = folders.usual_name(use)
            self.create(found)
        return found

    def _allow(self, seconds: float) -> None:
        """At least so many seconds from now on."""
        self._left = max(self._left, seconds)
        if self._connection is not None:
            self._connection.left = max(self._connection.left, seconds)

    def _own(self) -> Connection:
        if self._connection is None:
            self._connection = self._taken()
        return self._connection

    def _taken(self, *, fresh: bool = False) -> Connection:
        begin = time.monotonic()
        connection = self._pool.take(self._login, writable=self.writable, fresh=fresh)
        connection.left = self._left - (time.monotonic() - begin)
        return connection

    def _change(self, act: Callable[[Connection], T], *, repeat: bool = True) -> T:
        if not self.writable:
            raise ReadOnly
        return self._do(act, repeat=repeat)

    def _do(self, act: Callable[[Connection], T], *, repeat: bool = True) -> T:
        is_new = self._connection is None
        connection = self._own()
        kept = connection.selected
        try:
            return act(connection)
        except Gone as gone:
            is_stale = connection.reused or not is_new
            again = is_stale and repeat and not gone.hung
            self.close()
            if not again:
                # the others of this mailbox may be as dead
                self._pool.forget((self._login, self.writable))
                raise
        except MailUnavailable:
            # a folder made anew under the name that was selected: select it again
            connection.unselect()
            if kept is None or not repeat:
                raise
            return act(connection)
        self._connection = self._taken(fresh=True)
        return act(self._connection)
