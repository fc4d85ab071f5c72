"""A server that answers too much, too little or nothing to a watcher."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest
from pytest_django.fixtures import Settings

from convergence.errors import ForbiddenCharacter
from mail.imap import stream
from mail.imap.stream import Refused, Stream, opened

WELCOME = b"* OK [CAPABILITY IMAP4rev1 SASL-IR] hello\r\n"
IN = b"w1 OK [CAPABILITY IMAP4rev1 IDLE] in\r\n"
Talk = Callable[[Stream], Awaitable[object]]


@pytest.fixture
def with_server(settings: Settings) -> Callable[[bytes, Talk], object]:
    """`with_server(b"…", talk)`: one that says all this, whatever it is asked."""
    settings.IMAP_TLS, settings.IMAP_HOST = "off", "127.0.0.1"

    def run(said: bytes, talk: Talk) -> object:
        return asyncio.run(_talked(settings, said, talk))

    return run


async def _talked(settings: Settings, said: bytes, talk: Talk) -> object:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        with suppress(OSError):
            await reader.read(-1)
        writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    settings.IMAP_PORT = server.sockets[0].getsockname()[1]
    try:
        async with opened("cpetit") as line:
            return await talk(line)
    finally:
        server.close()
        # until both ends are closed
        await asyncio.sleep(0.05)


async def noop(line: Stream) -> object:
    return await line.run(b"NOOP")


def test_it_signs_in_and_learns_what_the_server_can(
    with_server: Callable[[bytes, Talk], object],
) -> None:
    async def capabilities(line: Stream) -> object:
        return line.has("IDLE")

    assert with_server(WELCOME + IN, capabilities) is True


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"* BYE too many\r\n",
        WELCOME + IN + b"* " + b"x" * (stream.LINE_MAX * 2),
        WELCOME + IN + b"* STATUS {99999999}\r\n",
        WELCOME + IN + b"* STATUS {10}\r\nabc",
        WELCOME + IN + b"* BYE\r\n",
        WELCOME + IN + b"* OK more\r\n" * (stream.ANSWER_LINES_MAX + 2),
    ],
)
def test_what_is_out_of_bounds_ends_the_connection(
    with_server: Callable[[bytes, Talk], object],
    monkeypatch: pytest.MonkeyPatch,
    said: bytes,
) -> None:
    monkeypatch.setattr(stream, "PATIENCE", 0.3)
    with pytest.raises((OSError, EOFError)):
        with_server(said, noop)


@pytest.mark.parametrize("answer", [b"w2 NO no\r\n", b"w2 BAD bad\r\n", b"w2 \r\n"])
def test_a_refusal_leaves_the_connection(
    with_server: Callable[[bytes, Talk], object], answer: bytes
) -> None:
    async def twice(line: Stream) -> object:
        with pytest.raises(Refused):
            await line.run(b"NOOP")
        return await line.run(b"NOOP")

    assert with_server(WELCOME + IN + answer + b"w3 OK\r\n", twice) == []


def test_nothing_is_lost_when_nothing_came_in_time(
    with_server: Callable[[bytes, Talk], object],
) -> None:
    async def wait(line: Stream) -> object:
        with pytest.raises(TimeoutError):
            await line.line(0.05)
        return "waited"

    assert with_server(WELCOME + IN, wait) == "waited"


def test_a_login_that_is_more_than_a_login_is_refused() -> None:
    async def try_it() -> None:
        async with opened("a\0b"):
            pass

    with pytest.raises(ForbiddenCharacter):
        asyncio.run(try_it())
