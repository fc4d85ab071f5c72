"""The floor: the IMAP commands that a page sent, replayed on a bare socket.

A recording proxy stands between the site and Dovecot in a first pass and keeps the
commands of each operation; the second pass times the same bytes without the site.
"""

from __future__ import annotations

import base64
import re
import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

_LITERAL = re.compile(rb"\{(\d+)\+?\}\r\n$")
_TAGGED = re.compile(rb"^[A-Za-z0-9]+ ")


@dataclass(frozen=True, slots=True)
class Command:
    """One client command without its tag, literals included. `joined`: written
    together with the one before, without waiting for its answer."""

    text: bytes
    joined: bool = False

    @property
    def verb(self) -> bytes:
        words = self.text.split(None, 2)
        return b" ".join(words[:2]) if words[0].upper() == b"UID" else words[0]


@dataclass
class Recorder:
    """A TCP proxy before Dovecot; `taken()` gives and forgets what passed."""

    target: int
    port: int = 0
    commands: list[Command] = field(default_factory=list)
    octets: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> None:
        server = socket.create_server(("127.0.0.1", 0))
        self.port = server.getsockname()[1]
        threading.Thread(target=self._accept, args=(server,), daemon=True).start()

    def taken(self) -> tuple[list[Command], int]:
        """(commands, octets both ways) since the last call."""
        with self._lock:
            result = (self.commands, self.octets)
            self.commands, self.octets = [], 0
        return result

    def _accept(self, server: socket.socket) -> None:
        while True:
            near, _ = server.accept()
            far = socket.create_connection(("127.0.0.1", self.target))
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            pumps = ((near, far, _Splitter(self)), (far, near, None))
            for source, sink, splitter in pumps:
                threading.Thread(
                    target=self._pump, args=(source, sink, splitter), daemon=True
                ).start()

    def _pump(
        self, source: socket.socket, sink: socket.socket, splitter: _Splitter | None
    ) -> None:
        try:
            while data := source.recv(262144):
                with self._lock:
                    self.octets += len(data)
                    if splitter:
                        splitter.feed(data)
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            end.close()


class _Splitter:
    """Cuts a client's stream into commands (RFC 3501 literals)."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.buffer = b""
        self.current = b""
        self.literal = 0
        self.joined = False

    def feed(self, data: bytes) -> None:
        """`data` is what one write brought."""
        self.buffer += data
        self.joined = False
        while self.buffer:
            if self.literal:
                piece = self.buffer[: self.literal]
                self.literal -= len(piece)
                self.current += piece
                self.buffer = self.buffer[len(piece) :]
                continue
            line, newline, rest = self.buffer.partition(b"\r\n")
            if not newline:
                return
            self.buffer = rest
            self.current += line + newline
            if match := _LITERAL.search(self.current):
                self.literal = int(match[1])
                continue
            self._end()

    def _end(self) -> None:
        tag = _TAGGED.match(self.current)
        if tag:
            text = self.current[tag.end() :]
            self.recorder.commands.append(Command(text, self.joined))
            self.joined = True
        self.current = b""


class Wire:
    """A bare IMAP connection: no parsing but finding the tagged answer."""

    def __init__(self, port: int, login: str, service: tuple[str, str]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), 60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.number = 0
        self.socket.recv(65536)
        token = base64.b64encode("\0".join((login, *service)).encode())
        self.run(Command(b"AUTHENTICATE PLAIN " + token + b"\r\n"))

    def run(self, *commands: Command) -> int:
        """In the writes in which the site sent them; the octets that came."""
        count = 0
        for group in groups(commands):
            count += len(self._exchange(group))
        return count

    def answer(self, command: Command) -> bytes:
        """What the server says to one command, its tagged line included."""
        return self._exchange([command])

    def _exchange(self, group: list[Command]) -> bytes:
        tags = []
        pieces = []
        for command in group:
            self.number += 1
            tags.append(b"w%d" % self.number)
            pieces += [tags[-1], b" ", command.text]
        self.socket.sendall(b"".join(pieces))
        return self._wait(tags)

    def _wait(self, tags: list[bytes]) -> bytes:
        received = bytearray(b"\r\n")
        waiting = tags
        while waiting:
            data = self.socket.recv(262144)
            if not data:
                raise EOFError("the server closed the connection")
            received += data
            if received.endswith(b"\r\n"):
                waiting = [tag for tag in waiting if not _ended(received, tag)]
        return bytes(received[2:])

    def close(self) -> None:
        self.socket.close()


def groups(commands: Iterable[Command]) -> list[list[Command]]:
    """The commands by write."""
    found: list[list[Command]] = []
    for command in commands:
        if command.joined and found:
            found[-1].append(command)
        else:
            found.append([command])
    return found


def _ended(received: bytearray, tag: bytes) -> bool:
    """Whether the tagged answer has come. Raises RuntimeError for a NO or BAD."""
    mark = b"\r\n" + tag + b" "
    at = received.rfind(mark)
    if at < 0:
        return False
    if not received.startswith(b"OK", at + len(mark)):
        raise RuntimeError(received[at:].decode("utf-8", "replace"))
    return True
