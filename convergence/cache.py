"""The Redis cache, forgiving: without Redis every read is a miss.

Nothing that must not be lost is kept here, so that a stopped Redis only makes the site
slower. After a failure Redis is left alone for a few seconds, so
that a hanging server does not cost each request its time-out.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
REST_SECONDS = 3.0


class JsonSerializer:
    """JSON instead of Django's pickle: a cache may never execute anything."""

    def dumps(self, value: object) -> bytes | int:
        # plain integers stay integers, so that Redis can count with them
        return value if type(value) is int else json.dumps(value).encode()

    def loads(self, data: bytes) -> object:
        return json.loads(data)


class KeptClient(RedisCacheClient):
    """Makes the Redis client once: Django makes one for each call, which takes longer
    than the call."""

    serializer = JsonSerializer()

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        clients = self.__dict__.setdefault("clients", {})
        if write not in clients:
            clients[write] = super().get_client(key, write=write)
        return clients[write]

    def set_many(self, data: Any, timeout: Any) -> None:
        """One SET each, with its end: Django writes all, then asks for each end."""
        pipeline = self.get_client(None, write=True).pipeline(transaction=False)
        for key, value in data.items():
            pipeline.set(key, self.serializer.dumps(value), ex=timeout)
        pipeline.execute()


def _forgiving(name: str, miss: Callable[[tuple[Any, ...]], Any]) -> Any:
    original = getattr(RedisCache, name)

    def call(self: ForgivingRedisCache, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() < self.resting_until:
            return miss((*args, *kwargs.values()))
        try:
            return original(self, *args, **kwargs)
        except (RedisError, OSError) as error:
            self.rest(error)
            return miss((*args, *kwargs.values()))

    call.__name__ = name
    return call


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache that answers "absent" when Redis cannot be reached."""

    resting_until = 0.0

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {
            "socket_connect_timeout": 0.5,
            "socket_timeout": 1.0,
            "serializer": JsonSerializer(),
        }
        params = {**params, "OPTIONS": {**options, **params.get("OPTIONS", {})}}
        super().__init__(server, params)
        self._class = KeptClient

    def rest(self, error: Exception) -> None:
        # on the class: every thread has its own instance
        type(self).resting_until = time.monotonic() + REST_SECONDS
        logger.warning("Redis does not answer", extra={"cause": type(error).__name__})

    get = _forgiving("get", lambda args: args[1] if len(args) > 1 else None)
    get_many = _forgiving("get_many", lambda args: {})
    set = _forgiving("set", lambda args: None)
    set_many = _forgiving("set_many", lambda args: [])
    add = _forgiving("add", lambda args: True)
    incr = _forgiving("incr", lambda args: 1)
    touch = _forgiving("touch", lambda args: False)
    delete = _forgiving("delete", lambda args: False)
    delete_many = _forgiving("delete_many", lambda args: None)
    has_key = _forgiving("has_key", lambda args: False)
    clear = _forgiving("clear", lambda args: False)
