"""The event service: raw ASGI, one stream of server-sent events for each open page.

`GET /evenements/?billet=…&dossier=…` streams what changes in the mailboxes of the
ticket; `GET /sante` tells whether Redis is heard. A stream ends after a while, so that
a page comes back with a fresh ticket: a right that was taken away does not outlive it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "convergence.settings")

from django.conf import settings

from convergence.doors import door_of
from live import tickets
from live.hub import Hub, Queue
from live.watchers import Watchers

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
HEARTBEAT_SECONDS = 20.0
STREAM_SECONDS = 900.0
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-accel-buffering", b"no"),
]
ANY_ORIGIN = (b"access-control-allow-origin", b"*")


class Application:
    """ASGI 3. The hub runs from the start of the process to its end."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.watchers = Watchers(self.hub)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        task = asyncio.create_task(self.hub.run())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        task.cancel()
        self.watchers.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["path"].rstrip("/") == "/sante":
            status = 200 if self.hub.connected else 503
            boxes = {"mailboxes": len(self.watchers), "watched": self.watchers.on}
            counts = {"pages": len(self.hub), **boxes}
            state = {"redis": self.hub.connected, **counts}
            return await _reply(send, status, json.dumps(state))
        if scope["path"].rstrip("/") != "/evenements" or scope["method"] != "GET":
            return await _reply(send, 404, "{}")
        if not _host_is_ours(scope):
            return await _reply(send, 400, "{}")
        asked = _asked(scope)
        logins = tickets.read(asked.get("billet", ""))
        if logins is None:
            return await _reply(send, 403, "{}")
        folder = asked.get("dossier", "INBOX")
        await send(
            {"type": "http.response.start", "status": 200, "headers": _headers()}
        )
        with (
            self.hub.listening(logins) as queue,
            self.watchers.watching(logins, folder, queue),
        ):
            await self._stream(queue, receive, send)

    async def _stream(self, queue: Queue, receive: Receive, send: Send) -> None:
        # something at once: the browser then knows that the stream is open
        await _send(send, b"retry: 3000\n\n")
        feeding = asyncio.create_task(_feed(queue, send))
        leaving = asyncio.create_task(_gone(receive))
        tasks = (feeding, leaving)
        await asyncio.wait(
            tasks, timeout=STREAM_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        for task in tasks:
            task.cancel()
        with contextlib.suppress(OSError):
            await _send(send, b"", more=False)


async def _feed(queue: Queue, send: Send) -> None:
    while True:
        try:
            data = await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
        except TimeoutError:
            data = b": \n\n"
        await _send(send, data)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: Send, data: bytes, *, more: bool = True) -> None:
    await send({"type": "http.response.body", "body": data, "more_body": more})


async def _reply(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await _send(send, text.encode(), more=False)


def _asked(scope: Message) -> dict[str, str]:
    """The fields of the query, the first of each."""
    query: bytes = scope["query_string"]
    try:
        fields = parse_qs(query.decode("latin-1"), max_num_fields=10)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


def _headers() -> list[tuple[bytes, bytes]]:
    """With LIVE_PORT the page is of another origin; the ticket says who may listen."""
    return [*HEADERS, ANY_ORIGIN] if settings.LIVE_PORT else HEADERS


def _host_is_ours(scope: Message) -> bool:
    host = dict(scope["headers"]).get(b"host", b"")
    return door_of(host.decode("latin-1")) is not None


application = Application()
