"""One watch for each mailbox that an open page shows, however many pages there are."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from django.conf import settings

from live.events import Event
from live.hub import Hub, Queue, put
from mail.imap.counts import What
from mail.imap.watching import Watch

# a person who goes from page to page keeps the connection
LINGER_SECONDS = 10.0
# the first change is told at once, those of the next moment together
REST_SECONDS = 0.3
FOLDERS_TOLD = 8
# mailboxes that one page may have watched
BOXES_PER_PAGE = 30


class Watched:
    """One mailbox: its watch, its pages, what they are still to be told."""

    def __init__(self, login: str, hub: Hub) -> None:
        self.login = login
        self.pages = 0
        self.on = False
        self.watch = Watch(login, self)
        self._hub = hub
        self._changes: dict[str, set[str]] = defaultdict(set)
        self._resting: asyncio.TimerHandle | None = None
        self._task = asyncio.create_task(self.watch.run())
        self.leaving: asyncio.TimerHandle | None = None

    def changed(self, folder: str, what: Iterable[What]) -> None:
        self._changes[folder].update(what)
        if self._resting is None:
            self._tell()

    def watching(self, on: bool) -> None:
        if on != self.on:
            self.on = on
            self._hub.tell(self.login, self.state())

    def state(self) -> Event:
        """Told to each page that comes, and whenever it changes."""
        return Event("watching", {"box": self.login, "on": int(self.on)})

    def stop(self) -> None:
        self._task.cancel()
        for timer in (self._resting, self.leaving):
            if timer is not None:
                timer.cancel()

    def _tell(self) -> None:
        self._resting = None
        if not self._changes:
            return
        changes, self._changes = self._changes, defaultdict(set)
        if len(changes) > FOLDERS_TOLD:
            changes = {"": {"folders"}}
        for folder, what in changes.items():
            words = {"folder": folder, "what": " ".join(sorted(what))}
            self._hub.tell(self.login, Event("folder", {"box": self.login, **words}))
        loop = asyncio.get_running_loop()
        self._resting = loop.call_later(REST_SECONDS, self._tell)


class Watchers:
    """The watches of this process, by login; bounded by LIVE_CONNECTIONS."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._watched: dict[str, Watched] = {}

    def __len__(self) -> int:
        return len(self._watched)

    @property
    def on(self) -> int:
        """Of how many mailboxes changes are told now."""
        return sum(watched.on for watched in self._watched.values())

    @contextmanager
    def watching(
        self, logins: Iterable[str], folder: str, queue: Queue
    ) -> Iterator[None]:
        """While a page is open that shows `folder` of these mailboxes."""
        with ExitStack() as stack:
            for login in sorted(logins)[:BOXES_PER_PAGE]:
                stack.enter_context(self._page(login, folder, queue))
            yield

    @contextmanager
    def _page(self, login: str, folder: str, queue: Queue) -> Iterator[None]:
        watched = self._begun(login)
        if watched is None:
            # nobody watches: the page asks by itself
            put(queue, Event("watching", {"box": login, "on": 0}))
            yield
            return
        watched.pages += 1
        watched.watch.show(folder)
        put(queue, watched.state())
        try:
            yield
        finally:
            watched.watch.hide(folder)
            watched.pages -= 1
            if not watched.pages:
                self._leave(watched)

    def _begun(self, login: str) -> Watched | None:
        found = self._watched.get(login)
        if found is None:
            if len(self._watched) >= settings.LIVE_CONNECTIONS:
                return None
            found = self._watched[login] = Watched(login, self._hub)
        if found.leaving is not None:
            found.leaving.cancel()
            found.leaving = None
        return found

    def _leave(self, watched: Watched) -> None:
        loop = asyncio.get_running_loop()
        watched.leaving = loop.call_later(LINGER_SECONDS, self._end, watched)

    def _end(self, watched: Watched) -> None:
        watched.stop()
        del self._watched[watched.login]

    def stop(self) -> None:
        for watched in self._watched.values():
            watched.stop()
        self._watched.clear()
