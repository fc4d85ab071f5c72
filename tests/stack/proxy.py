"""A TCP proxy before the IMAP server: it records commands exactly, and spoils things.

What a test wants to go wrong is said before: `proxy.answer(b"APPEND", b"NO [OVERQUOTA]
full")`, `proxy.cut(b"UID MOVE", after=True)`, `proxy.hidden = {b"MOVE"}`.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from stack import Stack
from stack.layout import HOST

_LITERAL = re.compile(rb"\{(\d+)\+?\}\r\n$")
_COMMAND = re.compile(rb"([A-Za-z0-9]+) (.*)", re.DOTALL)


@dataclass
class Rule:
    """What happens to the next command that begins with `verb`: `answer` replaces the
    server's (its `%b` is the tag), "cut" ends the connection before or after it."""

    verb: bytes
    answer: bytes | None = None
    cut: bool = False
    after: bool = False


@dataclass
class Proxy:
    """`commands` and `round_trips` since the last `clear()`; `hidden` capabilities and
    permanent flags are taken out of what the server announces."""

    target: int
    port: int = 0
    commands: list[bytes] = field(default_factory=list)
    round_trips: int = 0
    connections: int = 0
    hidden: set[bytes] = field(default_factory=set)
    rules: list[Rule] = field(default_factory=list)
    delay: float = 0.0
    down: bool = False
    _sockets: list[socket.socket] = field(default_factory=list)

    def start(self) -> None:
        self._server = socket.create_server((HOST, 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        # a blocked accept() is only woken by a shutdown
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.break_all()

    def clear(self) -> None:
        self.commands.clear()
        self.round_trips = 0

    def answer(self, verb: bytes, line: bytes) -> None:
        self.rules.append(Rule(verb, answer=line))

    def cut(self, verb: bytes, *, after: bool = False) -> None:
        self.rules.append(Rule(verb, cut=True, after=after))

    def break_all(self) -> None:
        """End every connection, as a restart of the server does."""
        while self._sockets:
            with contextlib.suppress(OSError):
                self._sockets[-1].shutdown(socket.SHUT_RDWR)
            self._sockets.pop().close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._server.accept()
                if self.down:
                    near.close()
                    continue
                try:
                    far = socket.create_connection((HOST, self.target))
                except OSError:
                    near.close()
                    continue
                self.connections += 1
                for end in (near, far):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._sockets += [near, far]
                talk = _Conversation(self, near, far)
                for pump in (talk.client, talk.server):
                    threading.Thread(target=pump, daemon=True).start()


class _Conversation:
    """One connection, cut into commands on the way to the server."""

    def __init__(self, proxy: Proxy, near: socket.socket, far: socket.socket) -> None:
        self.proxy, self.near, self.far = proxy, near, far
        self.command = b""
        self.buffer = b""
        self.literal = 0
        self.swallow = False
        self.mute = False
        self.server_spoke = True

    def client(self) -> None:
        with contextlib.suppress(OSError):
            while data := self.near.recv(262144):
                self.proxy.round_trips += self.server_spoke
                self.server_spoke = False
                self.buffer += data
                while self._step():
                    pass
        self._end()

    def server(self) -> None:
        with contextlib.suppress(OSError):
            while data := self.far.recv(262144):
                time.sleep(self.proxy.delay)
                if self.mute:
                    return self._end()
                self.server_spoke = True
                self.near.sendall(self._without_hidden(data))
        self._end()

    def _step(self) -> bool:
        """Take one line or piece of a literal from the buffer."""
        if self.literal:
            piece = self.buffer[: self.literal]
            self.literal -= len(piece)
        else:
            line, newline, _ = self.buffer.partition(b"\r\n")
            piece = line + newline if newline else b""
        self.buffer = self.buffer[len(piece) :]
        if not piece:
            return False
        begins = not self.command
        self.command += piece
        if begins and not self.literal:
            self._judge(piece)
        if not self.swallow:
            self.far.sendall(piece)
        if not self.literal:
            self._advance(piece)
        return True

    def _advance(self, piece: bytes) -> None:
        if match := _LITERAL.search(piece):
            self.literal = int(match[1])
            # a refused literal that waits for the server's leave is never sent
            if not (self.swallow and b"+}" not in match[0]):
                return
            self.literal = 0
        elif not piece.endswith(b"\r\n"):
            return
        if match := _COMMAND.fullmatch(self.command):
            self.proxy.commands.append(match[2].removesuffix(b"\r\n"))
        self.command, self.swallow = b"", False

    def _judge(self, line: bytes) -> None:
        match = _COMMAND.fullmatch(line)
        if match is None:
            return
        tag, text = match.groups()
        rule = next((r for r in self.proxy.rules if text.startswith(r.verb)), None)
        if rule is None:
            return
        self.proxy.rules.remove(rule)
        if rule.cut and not rule.after:
            self.proxy.commands.append(text.removesuffix(b"\r\n"))
            raise ConnectionAbortedError
        self.mute = rule.cut
        if rule.answer is not None:
            self.swallow = self.server_spoke = True
            whole = rule.answer if b"%b" in rule.answer else b"%b " + rule.answer
            self.near.sendall(whole.replace(b"%b", tag) + b"\r\n")

    def _without_hidden(self, data: bytes) -> bytes:
        if b"CAPABILITY" in data or b"PERMANENTFLAGS" in data:
            for name in self.proxy.hidden:
                pattern = rb" " + re.escape(name) + rb"(?:=\S+?)?(?=[ \])\r])"
                data = re.sub(pattern, b"", data)
        return data

    def _end(self) -> None:
        for end in (self.near, self.far):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@pytest.fixture
def proxy(stack: Stack) -> Iterator[Proxy]:
    """Before the stack's IMAP port; nothing uses it until it is told its port."""
    running = Proxy(stack.ports["imap"])
    running.start()
    yield running
    running.stop()
