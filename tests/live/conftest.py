"""The event service under uvicorn, in a thread, on the Redis of the stack."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
import uvicorn
from pytest_django.fixtures import Settings

from live import publishing, tickets
from live.app import Application
from stack import Stack


class Page:
    """One request, and the answer as it comes."""

    def __init__(self, address: tuple[str, int], path: str, host: str) -> None:
        self.connection = http.client.HTTPConnection(*address, timeout=10)
        self.connection.request("GET", path, headers={"Host": host})
        self._socket = self.connection.sock
        self.response = self.connection.getresponse()

    def lines(self, count: int) -> list[str]:
        return [self.response.readline().decode().rstrip("\n") for _ in range(count)]

    def event(self, *, but: str = "watching") -> tuple[str, dict[str, object]]:
        """The next event, its name and its data, `but` those of this name."""
        while (told := self._event())[0] == but:
            pass
        return told

    def _event(self) -> tuple[str, dict[str, object]]:
        name, data, _ = self.lines(3)
        return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))

    def watched(self) -> None:
        """Read on until the mailbox is watched."""
        while self._event()[1].get("on") != 1:
            pass

    def close(self) -> None:
        # whoever reads on in a thread holds the answer until it ends
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self.response.close()
        self.connection.close()


class Service:
    """The running service, and what a page does with it."""

    def __init__(self) -> None:
        self.application = Application()
        config = uvicorn.Config(
            self.application, port=0, log_config=None, timeout_graceful_shutdown=1
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.pages: list[Page] = []

    def start(self) -> None:
        self.thread.start()
        until(lambda: self.server.started)

    def stop(self) -> None:
        for page in self.pages:
            page.close()
        self.server.should_exit = True
        self.thread.join(10)

    def get(self, path: str, host: str = "bal.localhost") -> Page:
        [listening] = self.server.servers[0].sockets
        page = Page(listening.getsockname(), path, host)
        self.pages.append(page)
        return page

    def status(self, path: str, host: str = "bal.localhost") -> int:
        return self.get(path, host).response.status

    def listen(self, *logins: str, folder: str = "INBOX") -> Page:
        """An open page; its first lines, which say that it is open, are read."""
        fields = {"billet": tickets.issue(logins), "dossier": folder}
        page = self.get("/evenements/?" + urlencode(fields))
        assert page.lines(2) == ["retry: 3000", ""]
        return page


def until(true: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


@pytest.fixture
def redis(stack: Stack, settings: Settings) -> Stack:
    settings.REDIS_URL = stack.environment["REDIS_URL"]
    publishing._resting_until = 0.0
    return stack


@pytest.fixture
def service(redis: Stack) -> Iterator[Service]:
    running = Service()
    running.start()
    until(lambda: running.application.hub.connected)
    yield running
    running.stop()
