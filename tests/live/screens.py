"""A tab as a browser has it: what it shows, hears, and asks because of it."""

from __future__ import annotations

import queue
import re
import threading
from collections import Counter
from typing import Any
from urllib.parse import quote

from tests.accounts.conftest import Visitor
from tests.live.conftest import Page

_ROW = re.compile(r'<li class="row([^"]*)" id="row-(\d+)">(.*?)</li>', re.DOTALL)
_LIST = "<message-list"
_STATE = re.compile(r'data-state="([^"]*)"')
_UNDO = re.compile(r'name="token" value="([^"]+)"')
# (unread, followed) by UID
Rows = dict[int, tuple[bool, bool]]


class Tab:
    """One page on one folder; it asks again only when an event says so."""

    def __init__(
        self, visitor: Visitor, address: str, folder: str, stream: Page
    ) -> None:
        self.visitor = visitor
        self.folder = folder
        self.path = f"/courrier/{address}/{quote(folder)}/"
        self.rows: Rows = {}
        self.state = ""
        self.undo: list[str] = []
        self.asked = 0
        # how often what was asked was done, by noun
        self.done: Counter[str] = Counter()
        self._stream = stream
        self._events: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._show(self._text(visitor.get(self.path)))
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        try:
            while True:
                self._events.put(self._stream.event(but="")[0])
        except (OSError, ValueError, AttributeError):
            return

    def hear(self) -> None:
        """Ask for the list again if anything was told since the last time."""
        told = False
        while not self._events.empty():
            told = self._events.get() in {"folder", "watching", "resumed"} or told
        if told:
            self.asked += 1
            newest = max(self.rows, default=0)
            query: dict[str, str | int] = {"etat": self.state, "vu": newest}
            headers = {"HX-Request": "true", "X-Background": "1"}
            answer = self.visitor.get(f"{self.path}nouveautes/", query, headers=headers)
            self._show(self._text(answer))

    def act(self, noun: str, uids: list[int], **fields: Any) -> None:
        """A form of the page, and what its answer changes on it."""
        headers = {"HX-Request": "true"}
        data = {"uid": uids, **fields} if uids else fields
        answer = self.visitor.post(f"{self.path}{noun}/", data, headers=headers)
        self.done[noun] += answer.status_code < 400
        text = self._text(answer)
        self.undo += _UNDO.findall(text)
        self._show(text)

    def _text(self, answer: Any) -> str:
        assert answer.status_code < 500, answer.content
        # what others have taken meanwhile is told in a notice, and changes nothing else
        text: str = answer.content.decode() if answer.status_code < 400 else ""
        return text

    def _show(self, html: str) -> None:
        """As the swaps of htmx do: the whole list, or rows that are on screen."""
        found = {int(uid): _seen(*parts) for parts, uid in _rows(html)}
        if _LIST in html:
            self.rows = found
        else:
            self.rows |= {uid: row for uid, row in found.items() if uid in self.rows}
        if state := _STATE.search(html):
            self.state = state[1]


def _rows(html: str) -> list[tuple[tuple[str, str], str]]:
    return [((style, inner), uid) for style, uid, inner in _ROW.findall(html)]


def _seen(style: str, inner: str) -> tuple[bool, bool]:
    return "row--unread" in style, "row__star" in inner
