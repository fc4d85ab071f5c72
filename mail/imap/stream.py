"""One IMAP connection for asyncio: what a watcher needs of the protocol and no more.

imapclient takes a thread for each connection that waits; here hundreds wait in one
process. Lines and literals are bounded, and whatever is asked has a time-out.
"""

from __future__ import annotations

import asyncio
import base64
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import lru_cache

from django.conf import settings

from mail.imap import guard

LINE_MAX = 64 * 1024
# a folder's name may come as one; nothing else that is watched does
LITERAL_MAX = 4096
ANSWER_LINES_MAX = 20_000
PATIENCE = 10.0
_LITERAL = re.compile(rb"\{(\d{1,10})\}\r\n$")
_CAPABILITY = re.compile(rb"CAPABILITY ([^\]\r\n]*)", re.IGNORECASE)


class Refused(Exception):
    """A tagged NO or BAD: the connection is as good as before."""


class Stream:
    """A connection that belongs to one task. What ends it is raised as OSError or
    EOFError; it is not used again."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._number = 0
        self.capabilities: frozenset[str] = frozenset()

    def has(self, capability: str) -> bool:
        return capability in self.capabilities

    async def line(self, seconds: float = PATIENCE) -> bytes:
        """The next answer, literals in line. TimeoutError: nothing came, and nothing
        is lost by asking again."""
        async with asyncio.timeout(seconds):
            line = await self._until_newline()
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._with_literals(line)
        except TimeoutError as error:
            raise EOFError("half an answer") from error

    async def run(self, command: bytes) -> list[bytes]:
        """The untagged answers; raises Refused."""
        return await self.ended(await self.begin(command))

    async def begin(self, command: bytes) -> bytes:
        """Send a command; its tag."""
        self._number += 1
        tag = b"w%d" % self._number
        await self.send(tag + b" " + command + b"\r\n")
        return tag

    async def ended(self, tag: bytes) -> list[bytes]:
        """The untagged answers until the command with this tag has ended."""
        lines: list[bytes] = []
        try:
            async with asyncio.timeout(PATIENCE):
                while not (line := await self.line()).startswith(tag + b" "):
                    lines.append(line)
                    if len(lines) > ANSWER_LINES_MAX:
                        raise EOFError("an answer without end")
        except TimeoutError as error:
            raise EOFError("no answer") from error
        if line.split(b" ", 2)[1].strip().upper() != b"OK":
            raise Refused
        self._learn([*lines, line])
        return lines

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def begin_tls(self) -> None:
        """STARTTLS; what was announced before does not count."""
        await self.run(b"STARTTLS")
        context = _context(settings.IMAP_CA_FILE)
        await self._writer.start_tls(context, server_hostname=settings.IMAP_HOST)
        self.capabilities = frozenset()

    async def sign_in(self, login: str) -> None:
        """SASL PLAIN: the service user acts for the mailbox (docs/decisions/0001)."""
        words = login, settings.IMAP_SERVICE_USER, settings.IMAP_SERVICE_PASSWORD
        secret = base64.b64encode("\0".join(words).encode())
        if not self.capabilities:
            await self.run(b"CAPABILITY")
        if self.has("SASL-IR"):
            tag = await self.begin(b"AUTHENTICATE PLAIN " + secret)
        else:
            tag = await self.begin(b"AUTHENTICATE PLAIN")
            await self.continuation(tag)
            await self.send(secret + b"\r\n")
        self.capabilities = frozenset()
        await self.ended(tag)
        if not self.capabilities:
            await self.run(b"CAPABILITY")

    async def continuation(self, tag: bytes) -> list[bytes]:
        """Wait until the server says to go on; what it told before."""
        lines: list[bytes] = []
        while not (line := await self.line()).startswith(b"+"):
            if line.startswith(tag + b" ") or len(lines) > ANSWER_LINES_MAX:
                raise Refused
            lines.append(line)
        return lines

    async def greeting(self) -> None:
        line = await self.line()
        if not line.upper().startswith((b"* OK", b"* PREAUTH")):
            raise EOFError("not welcome")
        self._learn([line])

    def close(self) -> None:
        with suppress(OSError, RuntimeError):
            self._writer.close()

    def _learn(self, lines: list[bytes]) -> None:
        for line in lines:
            if match := _CAPABILITY.search(line):
                words = match[1].decode("ascii", "replace").upper().split()
                self.capabilities = frozenset(words)

    async def _until_newline(self) -> bytes:
        try:
            line = await self._reader.readuntil(b"\n")
        except asyncio.LimitOverrunError as error:
            raise EOFError("a line without end") from error
        if line.startswith(b"* BYE"):
            raise EOFError("BYE")
        return line

    async def _with_literals(self, line: bytes) -> bytes:
        while match := _LITERAL.search(line):
            size = int(match[1])
            if size > LITERAL_MAX or len(line) > LINE_MAX:
                raise EOFError("a literal beyond all bounds")
            line += await self._reader.readexactly(size)
            line += await self._until_newline()
        return line


@asynccontextmanager
async def opened(login: str) -> AsyncIterator[Stream]:
    """A signed-in connection for this mailbox, closed at the end."""
    name = guard.login(login)
    tls = settings.IMAP_TLS
    context = _context(settings.IMAP_CA_FILE) if tls == "implicit" else None
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(
            settings.IMAP_HOST, settings.IMAP_PORT, ssl=context, limit=LINE_MAX
        )
    stream = Stream(reader, writer)
    try:
        async with asyncio.timeout(2 * PATIENCE):
            await stream.greeting()
            if tls == "starttls":
                await stream.begin_tls()
            await stream.sign_in(name)
        yield stream
    finally:
        stream.close()


@lru_cache(maxsize=2)
def _context(ca_file: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_file or None)
