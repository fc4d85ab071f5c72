"""What no page may do: the browser is listened to, and the test fails at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response

# what a page itself is made of: an answer 404 there is never meant
_PDF = re.compile(r"/pdf/(\?|$)")
_OWN_PARTS = {"script", "stylesheet", "font", "image"}


@dataclass
class Watch:
    """Errors of the console and of scripts, violations of the policy, requests to
    elsewhere, and answers 5xx that no test `expects`."""

    hosts: frozenset[str]
    faults: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def over(self, context: BrowserContext) -> None:
        context.on("console", self._said)
        context.on("weberror", lambda e: self.faults.append(f"script: {e.error}"))
        context.on("request", self._asked)
        context.on("response", self._answered)

    @contextmanager
    def expects(self, *statuses: int) -> Iterator[None]:
        """These answers are what the test is about; 0 is none at all."""
        self.expected |= set(statuses)
        yield
        self.expected -= set(statuses)

    def _said(self, message: ConsoleMessage) -> None:
        # told for each answer 4xx and 5xx: `_answered` judges those
        if message.text.startswith("Failed to load resource: the server responded"):
            return
        # what a test cuts off itself (`expects(0)`)
        if 0 in self.expected and "net::ERR_" in message.text:
            return
        # the page of a PDF, and no other, needs our origin for its worker; its sandbox
        # still keeps it from opening, leaving or sending anything
        loose = "both allow-scripts and allow-same-origin" in message.text
        if loose and _PDF.search(message.location["url"]):
            return
        if message.type in {"error", "warning"}:
            self.faults.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and parts.netloc not in self.hosts:
            self.faults.append(f"elsewhere: {request.url}")

    def _answered(self, response: Response) -> None:
        missing = response.status >= 400 and response.request.resource_type
        broken = response.status >= 500 and response.status not in self.expected
        if broken or missing in _OWN_PARTS:
            self.faults.append(f"{response.status}: {response.url}")
