"""A Store in memory, for tests of rules that need no server. The contract that it keeps
with the real one is tests/contracts/test_store.py."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from email import message_from_bytes

from convergence.errors import Conflict, MessageMissing
from mail import headers, mime, threading
from mail.imap import guard
from mail.messages import (
    DELETED,
    SEEN,
    Address,
    Attached,
    Chosen,
    Citing,
    Folder,
    Header,
    Listing,
    Marked,
    Message,
    Moved,
    Part,
    Query,
    Replaced,
    Sorting,
    Summary,
)
from mail.store import ARRIVAL
from tests.doubles.memory_box import (
    SPECIALS,
    Box,
    Kept,
    MemoryFolders,
    is_answer,
    is_wanted,
    put_into,
)


class MemoryStore(MemoryFolders):
    """One mailbox with the usual folders."""

    def page(self, folder: str, number: int, size: int = 50) -> Listing:
        return self._listing(folder, list(self._box(folder).kept), number, size)

    def search(
        self,
        folder: str,
        query: Query,
        number: int,
        size: int = 50,
        order: Sorting = ARRIVAL,
    ) -> Listing:
        kept = self._box(folder).kept
        found = [uid for uid, message in kept.items() if is_wanted(message, query)]
        return self._listing(folder, found, number, size, order)

    def arranged(
        self, folder: str, order: Sorting, number: int, size: int = 50
    ) -> Listing:
        return self._listing(folder, list(self._box(folder).kept), number, size, order)

    def conversations(
        self,
        folder: str,
        number: int,
        size: int = 50,
        *,
        around: int = 0,
        newer: int | None = None,
    ) -> Listing:
        found = threading.cut(self._threads(folder))
        left = sorted(self._box(folder).kept)[: None if not newer else -newer]
        limit = 0 if newer is None else max(left, default=0)
        places = [
            place
            for place, thread in enumerate(found)
            if around in thread or thread[-1] <= limit
        ]
        places += [] if newer is None else [len(found) - 1]
        number = places[0] // size + 1 if places else number
        number = min(number, max(1, -(-len(found) // size)))
        rows = tuple(
            self._row(folder, thread)
            for thread in found[(number - 1) * size : number * size]
        )
        box = self._box(folder)
        return Listing(folder, box.uidvalidity, len(found), number, size, rows)

    def conversations_of(self, folder: str, uids: Sequence[int]) -> tuple[Summary, ...]:
        threads = threading.cut(self._threads(folder))
        return tuple(self._row(folder, t) for t in threads if set(t) & set(uids))

    def conversation(self, folder: str, uid: int) -> Summary | None:
        threads = (t for t in self._threads(folder) if uid in t)
        return next((self._row(folder, thread) for thread in threads), None)

    def _threads(self, folder: str) -> list[threading.Thread]:
        found = ((u, self.message(folder, u)) for u in self._box(folder).kept)
        return threading.grouped(
            threading.trace(
                uid,
                message.header.message_id,
                message.header.references,
                message.header.in_reply_to,
                message.header.subject,
                message.received.timestamp(),
            )
            for uid, message in found
        )

    def _row(self, folder: str, thread: threading.Thread) -> Summary:
        newest, *older = (self._summary(folder, uid) for uid in reversed(thread))
        return Summary(newest.envelope, newest.flags, tuple(older))

    def rank(self, folder: str, uid: int) -> int:
        uids = sorted(self._box(folder).kept, reverse=True)
        return uids.index(uid) if uid in uids else 0

    def since(self, folder: str, day: date) -> int:
        kept = self._box(folder).kept.values()
        return sum(message.received.date() >= day for message in kept)

    def citing(
        self,
        folders: Sequence[Folder],
        names: Sequence[str],
        since: date,
        *,
        search: bool = True,
    ) -> Citing:
        found: dict[str, tuple[int, ...]] = {}
        for folder in folders:
            uids = tuple(
                uid
                for uid in self._box(folder.name).kept
                if self._cites(self.message(folder.name, uid), names)
            )
            found |= {folder.name: uids} if uids else {}
        return Citing(found, whole=True)

    def _cites(self, message: Message, names: Sequence[str]) -> bool:
        header = message.header
        told = {header.message_id, *header.references, *header.in_reply_to}
        return bool(told & set(names))

    def summaries(self, folder: str, uids: Sequence[int]) -> tuple[Summary, ...]:
        kept = self._box(folder).kept
        return tuple(self._summary(folder, uid) for uid in uids if uid in kept)

    def read(
        self,
        folder: str,
        uid: int,
        prefer: mime.Prefer = "html",
        without: Callable[[int], Container[str]] | None = None,
    ) -> tuple[Message, dict[str, bytes]]:
        if self.writable:
            self._kept(folder, uid).flags.add(SEEN)
        message = self.message(folder, uid)
        unwanted = without(message.uidvalidity) if without else ()
        parts = mime.layout(message.structure, prefer).bodies
        wanted = [part.number for part in parts if part.number not in unwanted]
        return message, {n: self.part(folder, uid, n)[1] for n in wanted}

    def part(self, folder: str, uid: int, number: str) -> tuple[Part, bytes]:
        guard.section(number)
        whole = self.message(folder, uid).structure
        found = next((p for p in whole.walk() if p.number == number), None)
        if found is None:
            raise MessageMissing
        node = message_from_bytes(self._kept(folder, uid).data)
        for step in number.split(".") if node.is_multipart() else ():
            node = list(node.get_payload())[int(step) - 1]
        data = node.get_payload(decode=True)
        return found, data if isinstance(data, bytes) else b""

    def header(self, folder: str, uid: int, number: str) -> Header:
        _found, data = self.part(folder, uid, number)
        return headers.parse(data.partition(b"\r\n\r\n")[0])

    def attached(self, folder: str, below: int, most: int) -> Attached:
        box = self._box(folder)
        uids = [u for u in sorted(box.kept, reverse=True) if not below or u < below]
        wanted = uids[:most]
        return Attached(
            box.uidvalidity,
            tuple(
                (
                    self._summary(folder, uid).envelope,
                    self.message(folder, uid).structure,
                )
                for uid in wanted
            ),
            wanted[-1] if len(uids) > most else 0,
        )

    @contextmanager
    def stream(
        self, folder: str, uid: int, number: str
    ) -> Iterator[tuple[Part, Iterator[bytes]]]:
        part, data = self.part(folder, uid, number)
        yield part, iter((data,))

    @contextmanager
    def source(self, folder: str, uid: int) -> Iterator[tuple[int, Iterator[bytes]]]:
        data = self._kept(folder, uid).data
        yield len(data), iter((data,))

    def mark(self, folder: str, uids: Sequence[int], flag: str, *, on: bool) -> None:
        guard.flag(flag)
        self._may_write()
        kept = self._box(folder).kept
        for uid in uids:
            if uid in kept:
                (kept[uid].flags.add if on else kept[uid].flags.discard)(flag)

    def change(
        self,
        folder: str,
        uids: Sequence[int],
        flag: str,
        uidvalidity: int = 0,
        *,
        on: bool,
    ) -> Marked:
        guard.flag(flag)
        self._may_write()
        box = self._box(folder)
        if uidvalidity and box.uidvalidity != uidvalidity:
            raise MessageMissing
        known = (uid for uid in sorted(uids) if uid in box.kept)
        changed = tuple(u for u in known if (flag in box.kept[u].flags) != on)
        self.mark(folder, changed, flag, on=on)
        return Marked(folder, box.uidvalidity, changed, flag, on)

    def received(self, folder: str, uids: Sequence[int]) -> dict[int, datetime]:
        kept = self._box(folder).kept
        return {uid: kept[uid].received for uid in uids if uid in kept}

    def matching(self, folder: str, query: Query, state: str = "") -> Chosen:
        box = self._box(folder)
        end = box.uidnext
        if state:
            end = min(end, int(state.split("-")[2]))
            if box.uidvalidity != int(state.split("-")[3]):
                raise MessageMissing
        if not query:
            return Chosen(range(1, end), len(box.kept))
        found = [
            u for u, kept in box.kept.items() if u < end and is_wanted(kept, query)
        ]
        return Chosen(tuple(found), len(found))

    def unmark_all(self, folder: str, flag: str) -> int:
        guard.keyword(flag)
        self._may_write()
        had = [k for k in self._box(folder).kept.values() if flag in k.flags]
        for kept in had:
            kept.flags.discard(flag)
        return len(had)

    def move(
        self, folder: str, uids: Sequence[int], target: str, uidvalidity: int = 0
    ) -> Moved:
        self._may_write()
        if folder == target:
            raise Conflict
        source, sink = self._box(folder), self._box(target)
        if uidvalidity and source.uidvalidity != uidvalidity:
            raise MessageMissing
        old = tuple(uid for uid in sorted(uids) if uid in source.kept)
        new = tuple(put_into(sink, source.kept.pop(uid)) for uid in old)
        return Moved(folder, target, old, new, sink.uidvalidity if new else 0)

    def copies(self) -> bool:
        return False

    def append(
        self,
        folder: str,
        message: bytes,
        flags: Sequence[str] = (),
        at: datetime | None = None,
    ) -> int:
        guard.text(folder)
        self._may_write()
        received = at or datetime.now(UTC)
        return put_into(self._box(folder), Kept(message, set(flags), received))

    def replace(
        self,
        folder: str,
        message: bytes,
        flags: Sequence[str],
        uids: Sequence[int],
        uidvalidity: int = 0,
    ) -> Replaced:
        uid, box = self.append(folder, message, flags), self._box(folder)
        if uidvalidity and uidvalidity != box.uidvalidity:
            return Replaced(folder, box.uidvalidity, uid)
        there = [u for u in uids if u in box.kept]
        old = tuple(u for u in there if DELETED not in box.kept[u].flags)
        self.expunge(folder, there)
        return Replaced(folder, box.uidvalidity, uid, old)

    def expunge(self, folder: str, uids: Sequence[int], uidvalidity: int = 0) -> None:
        self._may_write()
        if uidvalidity not in {0, self._box(folder).uidvalidity}:
            return
        for uid in uids:
            self._box(folder).kept.pop(uid, None)

    def find(self, folder: str, message_id: str) -> tuple[int, ...]:
        guard.text(message_id)
        kept = self._box(folder).kept
        return tuple(
            uid
            for uid in kept
            if self.message(folder, uid).header.message_id == message_id
        )

    def answers(self, folder: str, message_id: str, since: date) -> tuple[Address, ...]:
        guard.text(message_id)
        return tuple(
            headers.parse(kept.data.partition(b"\r\n\r\n")[0]).sender
            for kept in self._box(folder).kept.values()
            if kept.received.date() >= since and is_answer(kept, message_id)
        )

    def create(self, folder: str) -> None:
        guard.mailbox(folder)
        self._may_write()
        self.boxes.setdefault(folder, Box(len(self.boxes) + 1))

    def special(self, use: str) -> str:
        name = next(name for name, special in SPECIALS.items() if special == use)
        if name not in self.boxes:
            self.create(name)
        return name
