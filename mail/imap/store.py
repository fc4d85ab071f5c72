"""The Store (mail/store.py) over IMAP."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from mail import mime
from mail.imap import changing, fetching, folders
from mail.imap.connection import Connection
from mail.imap.errors import Gone
from mail.imap.pool import Pool
from mail.messages import Folder, Listing, Message, Moved, Part, Query, Quota
from mail.store import PAGE_SIZE

T = TypeVar("T")


class ImapStore:
    """One mailbox for one act: a connection is taken when first needed and given back
    by `close`. An act whose connection turns out dead is done once more on a new one,
    when doing it twice does no harm."""

    def __init__(self, pool: Pool, login: str, address: str, *, writable: bool) -> None:
        self.address = address
        self.writable = writable
        self._pool = pool
        self._login = login
        self._connection: Connection | None = None

    def close(self) -> None:
        if self._connection is not None:
            self._pool.give_back(self._connection)
            self._connection = None

    def folders(self) -> tuple[Folder, ...]:
        return self._do(folders.every)

    def page(self, folder: str, number: int, size: int = PAGE_SIZE) -> Listing:
        return self._do(lambda c: fetching.page(c, folder, number, size))

    def search(
        self, folder: str, query: Query, number: int, size: int = PAGE_SIZE
    ) -> Listing:
        return self._do(lambda c: fetching.search(c, folder, query, number, size))

    def state(self, folder: str) -> str:
        return self._do(lambda c: folders.state(c, folder))

    def message(self, folder: str, uid: int) -> Message:
        return self._do(lambda c: fetching.message(c, folder, uid))

    def read(self, folder: str, uid: int) -> tuple[Message, dict[str, bytes]]:
        seen = self.writable
        return self._do(lambda c: fetching.read(c, folder, uid, seen=seen))

    def part(self, folder: str, uid: int, number: str) -> tuple[Part, bytes]:
        with self.stream(folder, uid, number) as (part, pieces):
            return part, b"".join(pieces)

    @contextmanager
    def stream(
        self, folder: str, uid: int, number: str
    ) -> Iterator[tuple[Part, Iterator[bytes]]]:
        part = self._do(lambda c: fetching.part_of(c, folder, uid, number))
        raw = fetching.chunks(self._own(), folder, uid, number.encode())
        yield part, decoded(raw, part.encoding)

    @contextmanager
    def source(self, folder: str, uid: int) -> Iterator[tuple[int, Iterator[bytes]]]:
        message = self.message(folder, uid)
        yield message.size, fetching.chunks(self._own(), folder, uid, b"")

    def mark(self, folder: str, uids: Sequence[int], flag: str, *, on: bool) -> None:
        self._do(lambda c: changing.mark(c, folder, uids, flag, on=on))

    def move(self, folder: str, uids: Sequence[int], target: str) -> Moved:
        return self._do(lambda c: changing.move(c, folder, uids, target))

    def append(
        self,
        folder: str,
        message: bytes,
        flags: Sequence[str] = (),
        at: datetime | None = None,
    ) -> int:
        # never repeated: the server may have stored it before the line broke
        def act(connection: Connection) -> int:
            return changing.append(connection, folder, message, flags, at)

        return self._do(act, repeat=False)

    def expunge(self, folder: str, uids: Sequence[int]) -> None:
        self._do(lambda c: changing.expunge(c, folder, uids))

    def find(self, folder: str, message_id: str) -> tuple[int, ...]:
        return self._do(lambda c: fetching.find(c, folder, message_id))

    def create(self, folder: str) -> None:
        self._do(lambda c: folders.create(c, folder))

    def special(self, use: str) -> str:
        return self._do(lambda c: folders.special(c, use))

    def quota(self) -> Quota:
        return self._do(folders.quota)

    def _own(self) -> Connection:
        if self._connection is None:
            self._connection = self._pool.take(self._login, writable=self.writable)
        return self._connection

    def _do(self, act: Callable[[Connection], T], *, repeat: bool = True) -> T:
        connection = self._own()
        try:
            return act(connection)
        except Gone:
            stale = connection.reused
            self.close()
            if not (stale and repeat):
                raise
        self._connection = self._pool.take(
            self._login, writable=self.writable, fresh=True
        )
        return act(self._connection)


def decoded(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Undo a transfer encoding piece by piece."""
    if encoding == "base64":
        return _base64(pieces)
    if encoding == "quoted-printable":
        return _by_lines(pieces, encoding)
    if encoding in {"7bit", "8bit", "binary"}:
        return pieces
    return iter((mime.transfer_decode(b"".join(pieces), encoding),))


def _base64(pieces: Iterator[bytes]) -> Iterator[bytes]:
    kept = b""
    for piece in pieces:
        kept += mime.BASE64_JUNK.sub(b"", piece)
        whole = len(kept) - len(kept) % 4
        if b"=" in kept[:whole]:
            break
        yield base64.b64decode(kept[:whole])
        kept = kept[whole:]
    if kept:
        yield mime.transfer_decode(kept, "base64")


def _by_lines(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    kept = b""
    for piece in pieces:
        kept += piece
        head, newline, kept = kept.rpartition(b"\n")
        if newline:
            yield mime.transfer_decode(head + newline, encoding)
    if kept:
        yield mime.transfer_decode(kept, encoding)
