from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from convergence.cache import ForgivingRedisCache


@pytest.fixture
def dead_cache() -> Iterator[ForgivingRedisCache]:
    """A cache whose server is a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    yield ForgivingRedisCache(f"redis://127.0.0.1:{port}/0", {})
    ForgivingRedisCache.resting_until = 0.0


def test_without_redis_a_read_is_a_miss(dead_cache: ForgivingRedisCache) -> None:
    assert dead_cache.get("key") is None
    assert dead_cache.get("key", "default") == "default"
    assert dead_cache.get_many(["key"]) == {}


def test_without_redis_a_write_is_forgotten(dead_cache: ForgivingRedisCache) -> None:
    dead_cache.set("key", 1)
    dead_cache.delete("key")
    assert dead_cache.get("key") is None


def test_after_a_failure_redis_is_left_alone_for_a_while(
    dead_cache: ForgivingRedisCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead_cache.get("key")

    def touched(*args: object) -> None:
        raise AssertionError("Redis was asked although it rests")

    monkeypatch.setattr("redis.Redis.get", touched)
    assert dead_cache.get("key") is None
