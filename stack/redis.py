"""Redis: cache and Celery's broker. It keeps nothing on disk."""

from __future__ import annotations

from typing import ClassVar

from stack.accounts import REDIS_PASSWORD
from stack.server import Server, find_program


class Redis(Server):
    name = "redis"
    listens = ("redis",)
    programs: ClassVar = {"redis-server": "redis-server"}

    def prepare(self) -> None:
        self.layout.make("redis")
        self.layout.write("redis/redis.conf", "redis/redis.conf", SECRET=REDIS_PASSWORD)

    def command(self) -> list[str]:
        configuration = str(self.layout.path("redis", "redis.conf"))
        return [find_program("redis-server", "redis-server"), configuration]
