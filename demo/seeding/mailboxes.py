"""Puts messages in mailboxes by IMAP, many in one command (RFC 3502, RFC 7888).

On a plain socket: the client libraries have no MULTIAPPEND, and would wait for an
answer after each of ten thousand messages.
"""

from __future__ import annotations

import base64
import socket
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import BufferedRWPair

from demo.letters.letter import written
from demo.seeding.filing import Copy
from mail.imap import guard
from stack import Stack
from stack.accounts import MAIL_PASSWORD, SERVICE_USER
from stack.layout import HOST

AT_ONCE = 500
PATIENCE = 60.0  # seconds for one answer


class SeedRefused(Exception):
    """A server did not accept what the seed gave it."""


class Filler:
    """A signed-in IMAP connection that adds folders and messages."""

    def __init__(self, stream: BufferedRWPair) -> None:
        self._stream = stream
        self._number = 0
        self._stream.readline()

    def sign_in(self, login: str) -> None:
        """As the service user, for the owner of this mailbox."""
        secret = f"{login}\0{SERVICE_USER}\0{MAIL_PASSWORD}".encode()
        self._run(b"AUTHENTICATE PLAIN " + base64.b64encode(secret))

    def make(self, folder: str) -> None:
        """A folder that is not there yet, subscribed to."""
        name = guard.mailbox(folder)
        self._run(b"CREATE " + name)
        self._run(b"SUBSCRIBE " + name)

    def add(self, folder: str, copies: Sequence[Copy]) -> None:
        for start in range(0, len(copies), AT_ONCE):
            parts = map(_literal, copies[start : start + AT_ONCE])
            self._run(b"APPEND " + guard.mailbox(folder) + b"".join(parts))

    def _run(self, command: bytes) -> None:
        """Send and wait for the end of the answer. Raises SeedRefused."""
        self._number += 1
        tag = b"S%d " % self._number
        self._stream.write(tag + command + b"\r\n")
        self._stream.flush()
        line = b"*"
        while not line.startswith(tag):
            line = self._stream.readline()
            if not line:
                raise SeedRefused("IMAP: connection closed")
        if not line.startswith(tag + b"OK"):
            raise SeedRefused(line.decode("utf-8", "replace").strip())


def fill(stack: Stack, login: str, folders: Iterable[str], copies: list[Copy]) -> None:
    """Make these folders and put each copy in its own."""
    by_folder: dict[str, list[Copy]] = defaultdict(list)
    for copy in copies:
        by_folder[copy.folder].append(copy)
    with _opened(stack, login) as filler:
        for folder in folders:
            filler.make(folder)
        for folder, held in by_folder.items():
            filler.add(folder, held)


@contextmanager
def _opened(stack: Stack, login: str) -> Iterator[Filler]:
    address = (HOST, stack.ports["imap"])
    with (
        socket.create_connection(address, timeout=PATIENCE) as connection,
        connection.makefile("rwb") as stream,
    ):
        filler = Filler(stream)
        filler.sign_in(login)
        yield filler


def _literal(copy: Copy) -> bytes:
    """Flags, date and bytes; the server need not be asked before the literal."""
    data = written(copy.letter)
    flags = " ".join(sorted(copy.flags)).encode()
    date = f"{copy.letter.date:%d-%b-%Y %H:%M:%S %z}".encode()
    return b' (%s) "%s" {%d+}\r\n%s' % (flags, date, len(data), data)
