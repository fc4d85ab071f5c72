"""One IMAP connection: sign-in by imapclient, commands pipelined on its socket.

Commands are written together and their answers read together, so that what can be one
round trip is one. A connection that ended or was left in the middle of an answer is
`broken` and never used again.
"""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError

from convergence.errors import ConvergenceError, FolderMissing, MailUnavailable
from mail.imap import guard
from mail.imap.errors import Gone, of_answer

_LITERAL = re.compile(rb"\{(\d+)\}\r\n$")
_EXISTS = re.compile(rb"\* (\d+) (EXISTS|EXPUNGE)\r\n", re.IGNORECASE)
_CODE = re.compile(
    rb"\* OK \[(UIDVALIDITY|UIDNEXT|HIGHESTMODSEQ) (\d+)\]", re.IGNORECASE
)
CONNECT_TIMEOUT = 3.0


@dataclass(frozen=True, slots=True)
class Literal:
    """A string argument sent as a literal."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """A tagged OK with the untagged answers before it; literals stand in line.
    `exists` is the size of the selected folder after it."""

    untagged: tuple[bytes, ...]
    text: bytes
    exists: int

    def code(self, name: bytes) -> bytes:
        """The argument of a response code such as COPYUID, b"" when absent."""
        for line in (*self.untagged, self.text):
            match = re.search(rb"\[" + name + rb" ([^\]]*)\]", line)
            if match:
                return match[1]
        return b""


@dataclass
class Selected:
    """What this connection knows of the folder that it has selected."""

    name: str
    exists: int = 0
    uidvalidity: int = 0
    uidnext: int = 0
    modseq: int = 0


Command = tuple[bytes | Literal, ...]


@dataclass
class Connection:
    """A signed-in connection for one mailbox. Belongs to one thread at a time."""

    login: str
    writable: bool
    client: IMAPClient = field(init=False)
    selected: Selected | None = None
    broken: bool = False
    reused: bool = False
    used_at: float = 0.0
    _number: int = 0

    def __post_init__(self) -> None:
        try:
            self.client = _connected()
            _sign_in(self.client, guard.login(self.login))
            self.capabilities = frozenset(
                c.decode("ascii", "replace").upper() for c in self.client.capabilities()
            )
        except (OSError, EOFError, IMAPClientError) as error:
            raise MailUnavailable from error
        self._imap: Any = self.client._imap
        self._file: Any = self._imap.file

    def has(self, capability: str) -> bool:
        return capability in self.capabilities

    def run(self, *commands: bytes | Command) -> list[Answer]:
        """Send all, then read every answer. Raises the error of the first that failed
        (after all were read, so that the connection stays usable)."""
        asked = [c if isinstance(c, tuple) else (c,) for c in commands]
        first = self._number + 1
        self._number += len(asked)
        tags = [b"c%d" % n for n in range(first, self._number + 1)]
        try:
            self._send(tags, asked)
            answers = self._answers(tags)
        except (OSError, EOFError, ValueError) as error:
            self.broken = True
            raise Gone from error
        except BaseException:
            self.broken = True
            raise
        for answer in answers:
            if isinstance(answer, ConvergenceError):
                raise answer
        return [a for a in answers if isinstance(a, Answer)]

    def select(self, folder: str) -> Selected:
        """SELECT (EXAMINE when not writable) unless it is selected already."""
        if self.selected is not None and self.selected.name == folder:
            return self.selected
        verb = b"SELECT " if self.writable else b"EXAMINE "
        self.selected = Selected(folder)
        try:
            self.run(verb + guard.mailbox(folder))
        except ConvergenceError as error:
            self.selected = None
            if isinstance(error, MailUnavailable) and not self.broken:
                raise FolderMissing from error
            raise
        return self.selected

    def unselect(self) -> None:
        """Forget the folder; the next act selects anew."""
        self.selected = None

    def close(self) -> None:
        self.broken = True
        try:
            self.client.shutdown()
        except (OSError, EOFError, IMAPClientError):
            return

    def _send(self, tags: list[bytes], commands: list[Command]) -> None:
        buffer = bytearray()
        plus = self.has("LITERAL+")
        for tag, command in zip(tags, commands, strict=True):
            buffer += tag + b" "
            for piece in command:
                if not isinstance(piece, Literal):
                    buffer += piece
                elif plus:
                    buffer += b"{%d+}\r\n" % len(piece.data) + piece.data
                else:
                    self._imap.sock.sendall(
                        bytes(buffer) + b"{%d}\r\n" % len(piece.data)
                    )
                    self._continuation()
                    buffer = bytearray(piece.data)
            buffer += b"\r\n"
        self._imap.sock.sendall(bytes(buffer))

    def _continuation(self) -> None:
        while not (line := self._line()).startswith(b"+"):
            if not line.startswith(b"* "):
                raise EOFError("no continuation")

    def _answers(self, tags: list[bytes]) -> list[Answer | ConvergenceError]:
        """The answers in the order asked. A server may answer in another order:
        Dovecot ends a FETCH before the NOOP that was sent first."""
        waiting = set(tags)
        found: dict[bytes, Answer | ConvergenceError] = {}
        untagged: list[bytes] = []
        while waiting:
            line = self._line()
            if line.startswith(b"* "):
                self._note(line)
                untagged.append(line)
                continue
            tag, _, rest = line.rstrip().partition(b" ")
            if tag in waiting:
                waiting.remove(tag)
                found[tag] = self._ended(untagged, rest)
                untagged = []
        return [found[tag] for tag in tags]

    def _ended(self, untagged: list[bytes], rest: bytes) -> Answer | ConvergenceError:
        status, _, text = rest.partition(b" ")
        if status.upper() != b"OK":
            return of_answer(status, text)
        exists = self.selected.exists if self.selected else 0
        return Answer(tuple(untagged), text, exists)

    def _line(self) -> bytes:
        """One answer; literals are read and stand where they came."""
        line: bytes = self._file.readline()
        if not line.endswith(b"\r\n"):
            raise EOFError("connection closed")
        if not line.endswith(b"}\r\n"):
            return line
        pieces = [line]
        while match := _LITERAL.search(pieces[-1]):
            pieces.append(self._exactly(int(match[1])))
            pieces.append(self._file.readline())
        return b"".join(pieces)

    def _exactly(self, count: int) -> bytes:
        data: bytes = self._file.read(count)
        if len(data) != count:
            raise EOFError("connection closed in a literal")
        return data

    def _note(self, line: bytes) -> None:
        if line.startswith(b"* BYE"):
            raise EOFError("BYE")
        if self.selected is None:
            return
        if match := _EXISTS.match(line):
            gone = match[2].upper() == b"EXPUNGE"
            self.selected.exists = self.selected.exists - 1 if gone else int(match[1])
        elif match := _CODE.match(line):
            setattr(self.selected, _FIELDS[match[1].upper()], int(match[2]))


_FIELDS = {
    b"UIDVALIDITY": "uidvalidity",
    b"UIDNEXT": "uidnext",
    b"HIGHESTMODSEQ": "modseq",
}


def _connected() -> IMAPClient:
    tls = settings.IMAP_TLS
    context = None
    if tls != "off":
        context = ssl.create_default_context(cafile=settings.IMAP_CA_FILE or None)
    client = IMAPClient(
        settings.IMAP_HOST,
        settings.IMAP_PORT,
        ssl=tls == "implicit",
        ssl_context=context if tls == "implicit" else None,
        timeout=SocketTimeout(CONNECT_TIMEOUT, settings.IMAP_TIMEOUT),
    )
    if tls == "starttls":
        client.starttls(context)
    return client


def _sign_in(client: IMAPClient, login: str) -> None:
    """SASL PLAIN: the service user acts for the mailbox (architecture.md §4)."""
    client.plain_login(
        settings.IMAP_SERVICE_USER, settings.IMAP_SERVICE_PASSWORD, login
    )
