"""Watching one mailbox on one connection: what changes, wherever it was changed.

NOTIFY (RFC 5465) where the server offers it: it tells the counts of every folder as
they change, without one being selected. Otherwise IDLE (RFC 2177) on the folder that
most pages show, left now and then to ask for the counts of the others. Otherwise those
counts are polled. What changed is told as names of folders, never as content.
"""

from __future__ import annotations

import asyncio
import logging
import math
import random
import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from typing import Protocol

from convergence.errors import ConvergenceError
from mail.imap import folders, guard
from mail.imap.counts import Counts, What
from mail.imap.parse import number_of
from mail.imap.stream import Refused, Stream, opened

logger = logging.getLogger(__name__)
RETRY_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
# a watch that lasted so long was none that the server refuses
STEADY_SECONDS = 5.0
# what a server forgets to tell is found all the same, and a connection that has died;
# well within the 29 minutes after which a server may end one that is silent
SURE_SECONDS = 30.0
# how long IDLE lasts: alone, and while pages show other folders too
ALONE_SECONDS = 60.0
TOGETHER_SECONDS = 1.5
POLL_SECONDS = 5.0
# so many polls of what is shown for one of all folders
_EVERY = 12
SHOWN_MAX = 50
_NOTIFY = (
    b"NOTIFY SET STATUS (personal (MessageNew MessageExpunge FlagChange MailboxName))"
)
_OVERFLOW = b"* OK [NOTIFICATIONOVERFLOW]"
_SELECTED = re.compile(rb"\* (\d{1,10}) (EXISTS|EXPUNGE|FETCH)", re.IGNORECASE)
_INBOX = "INBOX"


class Listener(Protocol):
    """Who is told. Neither call may take long."""

    def changed(self, folder: str, what: Iterable[What]) -> None: ...

    def watching(self, on: bool) -> None:
        """Whether changes are told from now on; on again, some may have been missed."""


class Watch:
    """The watch of one mailbox: `run()` until it is cancelled."""

    def __init__(self, login: str, listener: Listener) -> None:
        self.login = login
        self.listener = listener
        self._shown: Counter[str] = Counter()
        self._missing: set[str] = set()
        self._counts = Counts()
        self._names: set[str] = set()
        self._exists = 0

    def show(self, folder: str) -> None:
        """A page shows this folder."""
        with suppress(ConvergenceError):
            guard.mailbox(folder)
            if len(self._shown) < SHOWN_MAX:
                self._shown[folder] += 1

    def hide(self, folder: str) -> None:
        self._shown[folder] -= 1
        self._shown = +self._shown

    async def run(self) -> None:
        attempt = 0
        while True:
            if await self._watched() > STEADY_SECONDS:
                attempt = 0
            self.listener.watching(False)
            # not all at the same moment, when a server comes back
            wait = RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)]
            await asyncio.sleep(wait * random.uniform(0.5, 1.5))  # noqa: S311
            attempt += 1

    async def _watched(self) -> float:
        """Watch until it ends; how long it lasted, below 0 when it did not begin."""
        clock, begun = asyncio.get_running_loop().time, math.inf
        try:
            async with opened(self.login) as stream:
                await self._begin(stream)
                begun = clock()
                await self._follow(stream)
        except (OSError, EOFError, Refused, ConvergenceError) as error:
            logger.info("watch lost", extra={"cause": type(error).__name__})
        except Exception:
            # whatever a server sends: who listens is told, and it is tried again
            logger.exception("watch failed")
        return clock() - begun

    async def _begin(self, stream: Stream) -> None:
        """What is known of a server is known of one connection to it."""
        self._counts, self._names, self._missing = Counts(), set(), set()
        if stream.has("ENABLE") and stream.has("CONDSTORE"):
            with suppress(Refused):
                await stream.run(b"ENABLE CONDSTORE")

    async def _follow(self, stream: Stream) -> None:
        if stream.has("NOTIFY"):
            with suppress(Refused):
                self._first(await stream.run(_NOTIFY))
                return await self._notified(stream)
        self._first(await self._asked_all(stream))
        if stream.has("IDLE"):
            return await self._idling(stream)
        await self._polling(stream)

    def _first(self, lines: Iterable[bytes]) -> None:
        self._hear(lines, told=False)
        self.listener.watching(True)

    # --- NOTIFY -----------------------------------------------------------------------
    async def _notified(self, stream: Stream) -> None:
        clock = asyncio.get_running_loop().time
        asked = clock()
        while True:
            try:
                lines = [await stream.line(max(0.0, asked + SURE_SECONDS - clock()))]
            except TimeoutError:
                lines = await self._asked_all(stream)
                asked = clock()
            if any(line.startswith(_OVERFLOW) for line in lines):
                raise EOFError("no longer notified")
            self._hear(lines)

    # --- IDLE -------------------------------------------------------------------------
    async def _idling(self, stream: Stream) -> None:
        selected = ""
        while True:
            folder = self._most_shown()
            if folder != selected:
                selected = folder if await self._examine(stream, folder) else ""
            if not selected:
                continue
            others = [name for name in self._wanted() if name != selected]
            await self._idle(stream, selected, bool(others))
            ask = self._asked(stream, others) if others else self._asked_all(stream)
            self._hear(await ask, but=selected)

    def _most_shown(self) -> str:
        wanted = self._wanted()
        return wanted[0] if wanted else _INBOX

    def _wanted(self) -> list[str]:
        """What pages show, most first, without what this server does not have."""
        shown = (name for name, _count in self._shown.most_common())
        return [name for name in shown if name not in self._missing]

    async def _examine(self, stream: Stream, folder: str) -> bool:
        try:
            lines = await stream.run(b"EXAMINE " + guard.mailbox(folder))
        except Refused:
            if folder == _INBOX:
                raise
            self._missing.add(folder)
            return False
        self._exists = 0
        for line in lines:
            self._in_selected(line)
        return True

    async def _idle(self, stream: Stream, folder: str, together: bool) -> None:
        """Until it has lasted long enough; the connection then takes commands again."""
        tag = await stream.begin(b"IDLE")
        early = await stream.continuation(tag)
        self._tell_selected(folder, early)
        clock = asyncio.get_running_loop().time
        end = clock() + (TOGETHER_SECONDS if together else ALONE_SECONDS)
        while (left := end - clock()) > 0 and self._most_shown() == folder:
            with suppress(TimeoutError):
                # a page that comes meanwhile is not kept waiting
                line = await stream.line(min(left, TOGETHER_SECONDS))
                self._tell_selected(folder, [line])
        await stream.send(b"DONE\r\n")
        self._tell_selected(folder, await stream.ended(tag))

    def _tell_selected(self, folder: str, lines: Iterable[bytes]) -> None:
        found = {what for line in lines if (what := self._in_selected(line))}
        if found:
            self.listener.changed(folder, found)

    def _in_selected(self, line: bytes) -> What | None:
        match = _SELECTED.match(line)
        if match is None:
            return None
        word = match[2].upper()
        if word == b"FETCH":
            return "flags"
        before, self._exists = self._exists, int(match[1])
        if word == b"EXPUNGE":
            self._exists = before - 1
            return "gone"
        return "new" if self._exists > before else None

    # --- polling ----------------------------------------------------------------------
    async def _polling(self, stream: Stream) -> None:
        turn = 0
        while True:
            await asyncio.sleep(POLL_SECONDS)
            turn += 1
            if turn % _EVERY:
                self._hear(await self._asked(stream, self._wanted() or [_INBOX]))
            else:
                self._hear(await self._asked_all(stream))

    async def _asked(self, stream: Stream, names: Iterable[str]) -> list[bytes]:
        lines: list[bytes] = []
        for name in names:
            try:
                lines += await stream.run(folders.status_command(stream, name))
            except Refused:
                self._missing.add(name)
                self._gone(name)
        return lines

    async def _asked_all(self, stream: Stream) -> list[bytes]:
        self._missing.clear()
        if stream.has("LIST-STATUS") and stream.has("LIST-EXTENDED"):
            return await stream.run(folders.list_command(stream))
        return await self._asked(stream, {_INBOX, *self._wanted()})

    # --- what is told -----------------------------------------------------------------
    def _hear(
        self, lines: Iterable[bytes], *, told: bool = True, but: str = ""
    ) -> None:
        """Pass on what these answers say; of the folder `but` it has been told."""
        for line in lines:
            if (status := folders.in_status(line)) is not None:
                name, raw = status
                counts = {item: number_of(value) for item, value in raw.items()}
                what = self._counts.note(name, counts)
                if what and told and name != but:
                    self.listener.changed(name, what)
                self._names.add(name)
            elif (listed := folders.in_list(line)) is not None:
                self._listed(listed[0], listed[2], told=told)

    def _listed(self, name: str, flags: frozenset[str], *, told: bool) -> None:
        if "\\nonexistent" in flags:
            self._gone(name)
        elif name not in self._names:
            self._names.add(name)
            if told:
                self.listener.changed(name, {"folders"})

    def _gone(self, name: str) -> None:
        if name in self._names:
            self._names.discard(name)
            self._counts.forget(name)
            self.listener.changed(name, {"folders"})
