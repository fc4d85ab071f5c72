"""The connections of this process: bounded, one thread on each, dead ones dropped.

Who waits is served in the order of coming, so that nobody starves while others take and
give back.
"""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from django.conf import settings

from convergence.errors import MailUnavailable
from mail.imap.connection import Connection

# with the sign-in still under the 5 s of a page
WAIT = 2.0
# below the server's own autologout of 30 minutes (RFC 3501 §5.4)
IDLE_MAX = 20 * 60.0

Key = tuple[str, bool]
Connect = Callable[[str, bool], Connection]


class Pool:
    """Idle connections by mailbox, oldest use first out when the pool is full."""

    def __init__(self, size: int, connect: Connect = Connection) -> None:
        self.size = size
        self.connect = connect
        self.renew()

    def renew(self) -> None:
        """Forget everything, closing nothing: a child process must not touch the
        sockets of its parent."""
        self._idle: OrderedDict[Key, list[Connection]] = OrderedDict()
        self._open = 0
        self._queue: deque[object] = deque()
        self._changed = threading.Condition()

    @property
    def open(self) -> int:
        """Connections that exist or are being made."""
        return self._open

    def take(self, login: str, *, writable: bool, fresh: bool = False) -> Connection:
        """A connection for this mailbox, new when `fresh`. Raises MailUnavailable when
        none can be had in time."""
        key = (login, writable)
        if fresh:
            self.forget(key)
        if (idle := self._wait(key)) is not None:
            return idle
        try:
            return self.connect(login, writable)
        except BaseException:
            self._closed()
            raise

    def give_back(self, connection: Connection) -> None:
        """Back to the pool, or closed when it is broken."""
        if connection.broken:
            connection.close()
            self._closed()
            return
        connection.used_at = time.monotonic()
        key = (connection.login, connection.writable)
        with self._changed:
            self._idle.setdefault(key, []).append(connection)
            self._idle.move_to_end(key)
            self._drop_expired()
            self._changed.notify_all()

    def forget(self, key: Key) -> None:
        """Close the idle connections of this mailbox: after one died, all may be."""
        with self._changed:
            for connection in self._idle.pop(key, []):
                self._drop(connection)

    def close(self) -> None:
        for key in list(self._idle):
            self.forget(key)

    def _wait(self, key: Key) -> Connection | None:
        """An idle connection, or None with room reserved for a new one."""
        end = time.monotonic() + WAIT
        place = object()
        with self._changed:
            self._queue.append(place)
            try:
                while self._queue[0] is not place or not self._has_room():
                    if not self._changed.wait(max(0.0, end - time.monotonic())):
                        raise MailUnavailable
                return self._reserved(key)
            finally:
                self._queue.remove(place)
                self._changed.notify_all()

    def _has_room(self) -> bool:
        return self._open < self.size or bool(self._idle)

    def _reserved(self, key: Key) -> Connection | None:
        self._drop_expired()
        if waiting := self._idle.get(key):
            connection = waiting.pop()
            if not waiting:
                del self._idle[key]
            connection.reused = True
            return connection
        if self._open >= self.size:
            self._drop_oldest()
        self._open += 1
        return None

    def _drop_expired(self) -> None:
        """The first key was used longest ago, and the first of its connections."""
        limit = time.monotonic() - IDLE_MAX
        while self._idle and self._oldest().used_at < limit:
            self._drop_oldest()

    def _oldest(self) -> Connection:
        return next(iter(self._idle.values()))[0]

    def _drop_oldest(self) -> None:
        key, waiting = next(iter(self._idle.items()))
        self._drop(waiting.pop(0))
        if not waiting:
            del self._idle[key]

    def _drop(self, connection: Connection) -> None:
        # without a word to the server: nothing here may wait
        connection.close()
        self._open -= 1
        self._changed.notify_all()

    def _closed(self) -> None:
        with self._changed:
            self._open -= 1
            self._changed.notify_all()


pool = Pool(settings.IMAP_POOL_SIZE)
os.register_at_fork(after_in_child=pool.renew)
