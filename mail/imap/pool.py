"""The connections of this process: bounded, one thread on each, dead ones dropped."""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from django.conf import settings

from convergence.errors import MailUnavailable
from mail.imap.connection import Connection

WAIT = 5.0
# below the server's own autologout of 30 minutes (RFC 3501 §5.4)
IDLE_MAX = 20 * 60.0

Key = tuple[str, bool]
Connect = Callable[[str, bool], Connection]


class Pool:
    """Idle connections by mailbox, oldest use first out when the pool is full."""

    def __init__(self, size: int, connect: Connect = Connection) -> None:
        self.size = size
        self.connect = connect
        self._reset()

    def _reset(self) -> None:
        # also after a fork: a socket must not be shared by two processes
        self._idle: OrderedDict[Key, list[Connection]] = OrderedDict()
        self._open = 0
        self._free = threading.Condition()

    def take(self, login: str, *, writable: bool, fresh: bool = False) -> Connection:
        """A connection for this mailbox, new when `fresh`. Raises MailUnavailable when
        none can be had in time."""
        key = (login, writable)
        if fresh:
            self.forget(key)
        elif (idle := self._pop(key)) is not None:
            return idle
        self._make_room()
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
        with self._free:
            self._idle.setdefault(key, []).append(connection)
            self._idle.move_to_end(key)
            self._free.notify()

    def forget(self, key: Key) -> None:
        """Close the idle connections of this mailbox: after one died, all may be."""
        with self._free:
            dead = self._idle.pop(key, [])
        for connection in dead:
            connection.close()
            self._closed()

    def close(self) -> None:
        for key in list(self._idle):
            self.forget(key)

    def _pop(self, key: Key) -> Connection | None:
        while True:
            with self._free:
                waiting = self._idle.get(key)
                if not waiting:
                    return None
                connection = waiting.pop()
                if not waiting:
                    del self._idle[key]
            if time.monotonic() - connection.used_at < IDLE_MAX:
                connection.reused = True
                return connection
            connection.close()
            self._closed()

    def _make_room(self) -> None:
        end = time.monotonic() + WAIT
        with self._free:
            while self._open >= self.size:
                if (oldest := self._oldest()) is not None:
                    oldest.close()
                    self._open -= 1
                elif not self._free.wait(max(0.0, end - time.monotonic())):
                    raise MailUnavailable
            self._open += 1

    def _oldest(self) -> Connection | None:
        if not self._idle:
            return None
        key, waiting = next(iter(self._idle.items()))
        connection = waiting.pop(0)
        if not waiting:
            del self._idle[key]
        return connection

    def _closed(self) -> None:
        with self._free:
            self._open -= 1
            self._free.notify()


pool = Pool(settings.IMAP_POOL_SIZE)
os.register_at_fork(after_in_child=pool._reset)
