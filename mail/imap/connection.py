"""One IMAP connection: sign-in by imapclient, commands pipelined on its socket.

Commands are written together and their answers read together, so that what can be one
round trip is one. A connection that ended or was left in the middle of an answer is
`broken` and never used again.

How long anything may take: a borrower says in `left` how many seconds it can wait in
all (PAGE_PATIENCE for a page, so that a person has an answer in under 5 s whatever the
server does). What may rightly take long (search, deposit, move) is asked with a
patience of its own, on a connection that has just answered. So is each further
piece of a file that has begun to come (PIECE_PATIENCE): half a file is none.
"""

from __future__ import annotations

import re
import ssl
import time
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError

from convergence.errors import ConvergenceError, FolderMissing, MailUnavailable
from mail.imap import guard
from mail.imap.errors import Gone, is_plain_refusal, of_answer
from mail.imap.reader import Reader

_FETCH = re.compile(rb"\* \d{1,10} FETCH ", re.IGNORECASE)
_EXISTS = re.compile(rb"\* (\d{1,10}) (EXISTS|EXPUNGE)\r\n", re.IGNORECASE)
_PERMANENT = re.compile(rb"\* OK \[PERMANENTFLAGS \(([^)]*)\)\]", re.IGNORECASE)
_CODE = re.compile(
    rb"\* OK \[(UIDVALIDITY|UIDNEXT|HIGHESTMODSEQ) (\d{1,20})\]", re.IGNORECASE
)
CONNECT_TIMEOUT = 2.0
SIGN_IN_TIMEOUT = 3.0
PAGE_PATIENCE = 4.0
PIECE_PATIENCE = 15.0
TASK_PATIENCE = 120.0
SLOW = 45.0
_LEAST = 0.2
_LITERAL_MINUS_MAX = 4096  # RFC 7888 §5


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
    """What this connection knows of the folder that it has selected. `told`: it has
    answered about it since. `doubtful`: the server complained, as Dovecot does of a
    folder made anew under the same name. `permanent`: the flags that it keeps, lower
    case; None when it has not said (RFC 3501: then it keeps all)."""

    name: str
    exists: int = 0
    uidvalidity: int = 0
    uidnext: int = 0
    modseq: int = 0
    told: bool = False
    doubtful: bool = False
    permanent: frozenset[bytes] | None = None

    def keeps(self, flag: bytes) -> bool:
        if self.permanent is None or b"\\*" in self.permanent:
            return True
        return flag.lower() in self.permanent


Command = tuple[bytes | Literal, ...]
Outcome = Answer | ConvergenceError


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
    left: float = TASK_PATIENCE
    _number: int = 0

    def __post_init__(self) -> None:
        login = guard.login(self.login)
        try:
            self.client = _connected()
        except (OSError, EOFError, IMAPClientError) as error:
            raise MailUnavailable from error
        try:
            _sign_in(self.client, login)
            self.capabilities = frozenset(
                c.decode("ascii", "replace").upper() for c in self.client.capabilities()
            )
        except (OSError, EOFError, IMAPClientError) as error:
            self.close()
            raise MailUnavailable from error
        imap: Any = self.client._imap
        self._socket: Any = imap.sock
        self._reader = Reader(imap.sock, imap.file)

    def has(self, capability: str) -> bool:
        return capability in self.capabilities

    def run(
        self, *commands: bytes | Command, patience: float | None = None
    ) -> list[Answer]:
        """Send all, then read every answer. Raises the error of the first that failed
        (after all were read, so that the connection stays usable)."""
        asked = [c if isinstance(c, tuple) else (c,) for c in commands]
        begin = time.monotonic()
        try:
            outcomes = self._exchange(asked, patience or self._patience())
        except (OSError, EOFError, ValueError) as error:
            self.broken = True
            raise Gone from error
        except BaseException:
            self.broken = True
            raise
        finally:
            if patience is None:
                self.left -= time.monotonic() - begin
        for outcome in outcomes:
            if isinstance(outcome, ConvergenceError):
                raise outcome
        return [outcome for outcome in outcomes if isinstance(outcome, Answer)]

    def _patience(self) -> float:
        return max(_LEAST, min(self.left, settings.IMAP_TIMEOUT))

    def select(self, folder: str) -> Selected:
        """SELECT (EXAMINE when not writable) unless it is selected already."""
        if self.selected is not None and self.selected.name == folder:
            return self.selected
        verb = b"SELECT " if self.writable else b"EXAMINE "
        command = verb + guard.mailbox(folder)
        # what comes now is told of this folder, not of the one before
        self.selected = chosen = Selected(folder)
        try:
            self.run(command)
        except ConvergenceError as error:
            self.selected = None
            if is_plain_refusal(error):
                raise FolderMissing from error
            raise
        chosen.doubtful = False
        return chosen

    def unselect(self) -> None:
        """Forget the folder; the next act selects anew."""
        self.selected = None

    def close(self) -> None:
        self.broken = True
        try:
            self.client.shutdown()
        except (OSError, EOFError, IMAPClientError):
            return

    def _exchange(self, asked: list[Command], seconds: float) -> list[Outcome]:
        first = self._number + 1
        self._number += len(asked)
        tags = [b"c%d" % n for n in range(first, self._number + 1)]
        self._reader.begin(seconds)
        self._socket.settimeout(seconds)
        refusal = self._send(tags, asked)
        if refusal is not None:
            return [refusal]
        return self._answers(tags)

    def _send(self, tags: list[bytes], commands: list[Command]) -> Outcome | None:
        """The refusal of a literal that the server did not want, as of a deposit over
        quota; nothing more was sent then."""
        buffer = bytearray()
        for tag, command in zip(tags, commands, strict=True):
            buffer += tag + b" "
            for piece in command:
                if not isinstance(piece, Literal):
                    buffer += piece
                elif self._takes_at_once(piece):
                    buffer += b"{%d+}\r\n" % len(piece.data) + piece.data
                else:
                    buffer += b"{%d}\r\n" % len(piece.data)
                    self._socket.sendall(bytes(buffer))
                    if (refusal := self._continuation(tag)) is not None:
                        return refusal
                    buffer = bytearray(piece.data)
            buffer += b"\r\n"
        self._socket.sendall(bytes(buffer))
        return None

    def _takes_at_once(self, literal: Literal) -> bool:
        if self.has("LITERAL+"):
            return True
        return self.has("LITERAL-") and len(literal.data) <= _LITERAL_MINUS_MAX

    def _continuation(self, tag: bytes) -> Outcome | None:
        while not (line := self._reader.line()).startswith(b"+"):
            if line.startswith(tag + b" "):
                return self._ended([], line.rstrip().partition(b" ")[2])
            if not line.startswith(b"* "):
                raise EOFError("no continuation")
            self._note(line)
        return None

    def _answers(self, tags: list[bytes]) -> list[Outcome]:
        """The answers in the order asked. A server may answer in another order:
        Dovecot ends a FETCH before the NOOP that was sent first."""
        waiting = set(tags)
        found: dict[bytes, Outcome] = {}
        untagged: list[bytes] = []
        while waiting:
            line = self._reader.line()
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

    def _ended(self, untagged: list[bytes], rest: bytes) -> Outcome:
        status, _, text = rest.partition(b" ")
        if status.upper() != b"OK":
            return of_answer(status, text)
        exists = self.selected.exists if self.selected else 0
        return Answer(tuple(untagged), text, exists)

    def _note(self, line: bytes) -> None:
        if line.startswith(b"* BYE"):
            raise EOFError("BYE")
        # most lines of a list tell of a message, and nothing of the folder
        if self.selected is None or _FETCH.match(line):
            return
        if match := _EXISTS.match(line):
            gone = match[2].upper() == b"EXPUNGE"
            self.selected.exists = self.selected.exists - 1 if gone else int(match[1])
        elif match := _CODE.match(line):
            setattr(self.selected, _FIELDS[match[1].upper()], int(match[2]))
        elif match := _PERMANENT.match(line):
            self.selected.permanent = frozenset(match[1].lower().split())
        elif line.startswith((b"* NO ", b"* BAD ")):
            self.selected.doubtful = True


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
        timeout=SocketTimeout(CONNECT_TIMEOUT, SIGN_IN_TIMEOUT),
    )
    if tls == "starttls":
        try:
            client.starttls(context)
        except BaseException:
            client.shutdown()
            raise
    return client


def _sign_in(client: IMAPClient, login: str) -> None:
    """SASL PLAIN: the service user acts for the mailbox (docs/decisions/0001)."""
    client.plain_login(
        settings.IMAP_SERVICE_USER, settings.IMAP_SERVICE_PASSWORD, login
    )
