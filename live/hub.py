"""One Redis subscription for all the pages of this process."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator

from django.conf import settings
from redis.asyncio import Redis
from redis.exceptions import RedisError

from live.events import RESUMED, Event, prefix

logger = logging.getLogger(__name__)
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
# a page that does not read costs no more memory than this
BACKLOG = 64
Queue = asyncio.Queue[bytes]
_KIND = re.compile(r"[a-z]{1,32}")
# would begin another field of the stream
_BREAK = re.compile(r"[\r\n]")


def frame(data: str | bytes) -> bytes:
    """One event as a browser reads it; `data` is `Event.dumps()`. Raises ValueError for
    anything else: what comes from Redis may be of another program or version."""
    text = data.decode() if isinstance(data, bytes) else data
    try:
        event = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    kind = event.get("kind") if isinstance(event, dict) else None
    if not isinstance(kind, str) or not _KIND.fullmatch(kind) or _BREAK.search(text):
        raise ValueError("not an event")
    return f"event: {kind}\ndata: {text}\n\n".encode()


class Hub:
    """Who listens to which mailbox. Reconnects to Redis by itself."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Queue]] = defaultdict(set)
        self.connected = False

    def __len__(self) -> int:
        """How many pages listen."""
        return len(self._everyone())

    @contextlib.contextmanager
    def listening(self, logins: Iterable[str]) -> Iterator[Queue]:
        """A queue of frames for these mailboxes, for as long as the page is open."""
        queue: Queue = asyncio.Queue(BACKLOG)
        names = frozenset(logins)
        for name in names:
            self._listeners[name].add(queue)
        try:
            yield queue
        finally:
            for name in names:
                self._forget(name, queue)

    def _forget(self, login: str, queue: Queue) -> None:
        self._listeners[login].discard(queue)
        if not self._listeners[login]:
            del self._listeners[login]

    async def run(self) -> None:
        """Pass on what Redis says, until cancelled."""
        attempt = 0
        while True:
            try:
                async for login, data in self._published():
                    attempt = 0
                    _tell(self._listeners.get(login, set()), data)
            except (RedisError, OSError) as error:
                logger.warning("Redis lost", extra={"cause": type(error).__name__})
            self.connected = False
            await asyncio.sleep(RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)])
            attempt += 1

    async def _published(self) -> AsyncIterator[tuple[str, bytes]]:
        """(login, data) of each event from now on; raises when Redis is lost."""
        begin = prefix()
        redis = Redis.from_url(
            settings.REDIS_URL,
            socket_connect_timeout=2,
            socket_keepalive=True,
        )
        async with redis, redis.pubsub() as subscription:
            await subscription.psubscribe(f"{begin}*")
            self.connected = True
            # what was published while Redis was away is lost: ask for everything
            _tell(self._everyone(), RESUMED.dumps())
            async for message in subscription.listen():
                if message["type"] == "pmessage":
                    channel = message["channel"].decode("utf-8", "replace")
                    yield channel.removeprefix(begin), message["data"]

    def tell(self, login: str, event: Event) -> None:
        """To the pages of this process that listen to this mailbox."""
        _tell(self._listeners.get(login, ()), event.dumps())

    def _everyone(self) -> set[Queue]:
        return set().union(*self._listeners.values())


def put(queue: Queue, event: Event) -> None:
    """To one page."""
    _tell((queue,), event.dumps())


def _tell(queues: Iterable[Queue], data: str | bytes) -> None:
    try:
        told = frame(data)
    except ValueError as error:
        # one bad payload must not end the service for all
        logger.warning("event skipped", extra={"cause": type(error).__name__})
        return
    for queue in queues:
        if queue.full():
            # what it has missed it finds by asking for everything
            _empty(queue)
            queue.put_nowait(frame(RESUMED.dumps()))
        queue.put_nowait(told)


def _empty(queue: Queue) -> None:
    while not queue.empty():
        queue.get_nowait()
