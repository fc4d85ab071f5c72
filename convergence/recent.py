"""A bounded memory of this process, safe under threads and across forks."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """The values used last: so many as weigh `size` together, each one by default, and
    the last one in any case."""

    def __init__(self, size: int, weigh: Callable[[V], int] = lambda _value: 1) -> None:
        self.size = size
        self._weigh = weigh
        self._renew()
        os.register_at_fork(after_in_child=self._renew)

    def _renew(self) -> None:
        """In a child process the lock may be held by a thread that is not there, in the
        middle of a change."""
        self._lock = threading.Lock()
        self._values: OrderedDict[K, V] = OrderedDict()
        self._used = 0

    def get(self, key: K) -> V | None:
        return self.get_many((key,)).get(key)

    def get_many(self, keys: Iterable[K]) -> dict[K, V]:
        """Those that are known."""
        found = {}
        with self._lock:
            for key in keys:
                if (value := self._values.get(key)) is not None:
                    self._values.move_to_end(key)
                    found[key] = value
        return found

    def put(self, key: K, value: V) -> None:
        with self._lock:
            self._put(key, value)

    def put_many(self, values: Mapping[K, V]) -> None:
        with self._lock:
            for key, value in values.items():
                self._put(key, value)

    def alter(self, key: K, change: Callable[[V | None], V]) -> None:
        """Put what `change` makes of the value that is known; nobody comes between."""
        with self._lock:
            self._put(key, change(self._values.get(key)))

    def forget(self, key: K) -> None:
        with self._lock:
            self._drop(key)

    def clear(self) -> None:
        with self._lock:
            self._values.clear()
            self._used = 0

    def _put(self, key: K, value: V) -> None:
        self._drop(key)
        self._values[key] = value
        self._used += self._weigh(value)
        while self._used > self.size and len(self._values) > 1:
            self._drop(next(iter(self._values)))

    def _drop(self, key: K) -> None:
        if (value := self._values.pop(key, None)) is not None:
            self._used -= self._weigh(value)
