"""What is measured: each operation over HTTP, by imapclient, and its bars."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from imapclient import IMAPClient

from bench.browser import Browser, Reply

LIST = ["FLAGS", "ENVELOPE", "BODYSTRUCTURE"]
MESSAGE = ["FLAGS", "BODYSTRUCTURE", "BODY[]"]
ROW = b'id="row-'
_ROWS = re.compile(rb'id="row-\d').findall
WORD = "bulletin"
NARROW = "\u202f"
# raw and wire act on other messages than ours: what is done already costs nothing
WIRE = 1000
RAW = 2000
# as many as are asked for in the longest run, its warm-up included
COLD_PAGES = 60


@dataclass(frozen=True, slots=True)
class Operation:
    """`ours(i)` and `raw(i)` do it for the i-th time, on `uid(i)` and `uid(RAW + i)`;
    recorded commands are replayed on `uid(WIRE + i)`. `share` is the part of the raw
    list that our own work may cost; `best` is what the best of others needed, in
    milliseconds where a raw list took 10, `best_wire` of it on the wire: none where
    nobody measured them. Not `wired`: what is asked of IMAP is in that share too."""

    name: str
    size: int
    share: float | None
    best: float | None
    ours: Callable[[int], list[Reply]]
    raw: Callable[[int], object]
    folder: str
    uid: Callable[[int], int] = lambda i: 0
    best_wire: float = 0.0
    rounds: int = 40
    wired: bool = True


@dataclass
class Bench:
    """The mailbox that is measured and how it is reached."""

    browser: Browser
    raw: IMAPClient
    address: str
    login: str
    uids: dict[str, list[int]]
    # the floor: 50 rows of the first folder by imapclient, on a connection of its own
    raw_list: Callable[[], object]

    def path(self, folder: str, rest: str = "") -> str:
        return f"/courrier/{self.address}/{quote(folder.replace('/', '~1'))}/{rest}"

    def get(self, path: str, *holds: bytes, partial: bool = False) -> Reply:
        return checked(self.browser.get(path, partial=partial), *holds)

    def post(self, path: str, fields: list[tuple[str, str]], *holds: bytes) -> Reply:
        return checked(self.browser.post(path, fields, partial=True), *holds)


def checked(reply: Reply, *holds: bytes) -> Reply:
    """Stops the run when a reply is not what was asked for."""
    if reply.status not in {200, 303}:
        raise RuntimeError(f"{reply.status}: {reply.text[:400]}")
    for piece in holds:
        if piece not in reply.body:
            raise RuntimeError(f"{piece!r} is not in the reply: {reply.text[-3000:]}")
    return reply


def rows_of(reply: Reply) -> int:
    """How many messages a list shows; what belongs to the list itself is no row."""
    return len(_ROWS(reply.body))


def with_rows(reply: Reply, count: int) -> Reply:
    if (found := rows_of(reply)) != count:
        raise RuntimeError(f"{found} rows instead of {count}: {reply.text[:400]}")
    return reply


def listing(bench: Bench, folder: str, page: int, best: float) -> Operation:
    path = bench.path(folder, f"?page={page}" if page > 1 else "")
    uids = bench.uids[folder]
    last = len(uids) - (page - 1) * 50
    newest = ROW + b'%d"' % uids[last - 1]

    def ours(i: int) -> list[Reply]:
        return [with_rows(bench.get(path, newest), min(50, last))]

    return Operation(
        "list" if page == 1 else f"page {page}",
        len(uids),
        0.4,
        best,
        ours,
        raw=lambda i: bench.raw.fetch(uids[max(0, last - 50) : last], LIST),
        folder=folder,
        best_wire=1.0,
    )


def grouped(bench: Bench, folder: str) -> Operation:
    """A page of fifty exchanges of four messages."""
    uids = bench.uids[folder]
    path = bench.path(folder)

    def ours(i: int) -> list[Reply]:
        return [with_rows(bench.get(path, b'class="row__count"'), 50)]

    return Operation(
        "grouped list",
        len(uids),
        0.4,
        None,
        ours,
        raw=lambda i: bench.raw.fetch(uids[-50:], LIST),
        folder=folder,
    )


def sorted_list(bench: Bench, folder: str) -> Operation:
    """By sender, from Z: the order is known, the page is in the middle."""
    uids = bench.uids[folder]
    path = bench.path(folder, f"?tri=expediteur&sens=inverse&page={len(uids) // 100}")
    return Operation(
        "sorted list",
        len(uids),
        0.4,
        None,
        ours=lambda i: [with_rows(bench.get(path), 50)],
        raw=lambda i: bench.raw.fetch(uids[-50:], LIST),
        folder=folder,
    )


def conversation(bench: Bench, folder: str) -> Operation:
    """Another exchange of twelve each time: eight messages came, four were sent."""
    uids = bench.uids[folder]

    def uid(i: int) -> int:
        return uids[8 * (i % (len(uids) // 8)) + 7]

    def ours(i: int) -> list[Reply]:
        page = bench.get(bench.path(folder, f"{uid(i)}/conversation/"))
        if (found := page.body.count(b'<details class="leaf')) != 12:
            raise RuntimeError(f"{found} messages instead of 12")
        return [page]

    return Operation(
        "conversation of 12",
        len(uids),
        0.8,
        None,
        ours,
        raw=lambda i: bench.raw.fetch(uids[-12:], MESSAGE),
        folder=folder,
    )


def cold_listing(bench: Bench, folder: str) -> Operation:
    """Another page each time: of none of its rows is anything kept. They are behind
    what a search shows; the folder has at least twice COLD_PAGES."""
    uids = bench.uids[folder]
    first = len(uids) // 50 // 4

    def page(i: int) -> int:
        if i >= COLD_PAGES:
            raise RuntimeError(f"the page of round {i} may be warm")
        return first + i

    def of(number: int) -> list[int]:
        last = len(uids) - (number - 1) * 50
        return uids[last - 50 : last]

    return Operation(
        "cold page",
        len(uids),
        0.8,
        None,
        ours=lambda i: [
            with_rows(bench.get(bench.path(folder, f"?page={page(i)}")), 50)
        ],
        raw=lambda i: bench.raw.fetch(of(page(i)), LIST),
        folder=folder,
    )


def folders(bench: Bench) -> Operation:
    """The tree with its counts, as a page asks for it when something has changed."""
    path = bench.path("INBOX", "nouveautes/?etat=0")
    return Operation(
        "folders with counts",
        len(bench.uids["INBOX"]),
        0.4,
        8.0,
        ours=lambda i: [bench.get(path, b"folders__count", partial=True)],
        raw=lambda i: [
            bench.raw.folder_status(name, ["MESSAGES", "UNSEEN"])
            for _flags, _delimiter, name in bench.raw.list_folders()
        ],
        folder="INBOX",
    )


def open_text(bench: Bench, folder: str) -> Operation:
    uids = bench.uids[folder]

    def uid(i: int) -> int:
        return uids[-1 - (i % len(uids))]

    def ours(i: int) -> list[Reply]:
        return [bench.get(bench.path(folder, f"{uid(i)}/"), b"message-%d" % uid(i))]

    return Operation(
        "open 3 KB text",
        len(uids),
        0.15,
        5.1,
        ours,
        raw=lambda i: bench.raw.fetch(uid(RAW + i), MESSAGE),
        folder=folder,
        uid=uid,
    )


def open_html(bench: Bench, folder: str, *, again: bool) -> Operation:
    """The page of the message and the document of its frame."""
    uids = bench.uids[folder]

    def uid(i: int) -> int:
        return uids[0] if again else uids[i % len(uids)]

    def ours(i: int) -> list[Reply]:
        page = bench.get(bench.path(folder, f"{uid(i)}/"), b"message-%d" % uid(i))
        return [page, bench.get(frame_of(page), b"Article 200")]

    return Operation(
        "open 200 KB HTML " + ("again" if again else "first"),
        len(uids),
        0.3 if again else 1.2,
        37.7,
        ours,
        raw=lambda i: bench.raw.fetch(uid(RAW + i), MESSAGE),
        folder=folder,
        uid=uid,
        rounds=40 if again else 20,
    )


def frame_of(page: Reply) -> str:
    """The address of the message's frame in a message page."""
    text = page.text
    at = text.index("/corps/")
    begin = max(text.rfind('"', 0, at), text.rfind("'", 0, at)) + 1
    return text[begin : text.index(text[begin - 1], at)].replace("&amp;", "&")


def mark(bench: Bench, folder: str) -> Operation:
    path = bench.path(folder, "marques/")
    uids = bench.uids[folder]

    def uid(i: int) -> int:
        return uids[-3 - i // WIRE]

    def ours(i: int) -> list[Reply]:
        word = ("flagged", "unflagged")[i % 2]
        fields = [("mark", word), ("uid", str(uid(i)))]
        return [bench.post(path, fields, ROW + b'%d"' % uid(i))]

    def raw(i: int) -> object:
        act = bench.raw.add_flags if i % 2 == 0 else bench.raw.remove_flags
        return act(uid(RAW + i), [b"\\Flagged"])

    return Operation("mark", len(uids), 0.3, 4.3, ours, raw, folder, uid)


def move(bench: Bench, folder: str, target: str) -> Operation:
    """Each round moves another message, for ours, raw and wire alike."""
    path = bench.path(folder, "deplacements/")
    waiting: Iterator[int] = iter(bench.uids[folder])
    taken: dict[int, int] = {}

    def uid(i: int) -> int:
        if i not in taken:
            taken[i] = next(waiting)
        return taken[i]

    def ours(i: int) -> list[Reply]:
        return [bench.post(path, [("to", target), ("uid", str(uid(i)))], b"notice")]

    return Operation(
        "move",
        len(bench.uids[folder]),
        0.4,
        8.2,
        ours,
        raw=lambda i: bench.raw.move([uid(RAW + i)], target),
        folder=folder,
        uid=uid,
        rounds=30,
    )


def search(bench: Bench, folder: str, best: float, best_wire: float) -> Operation:
    path = bench.path(folder, f"?q={WORD}&dans=objet")
    bench.raw.select_folder(folder)
    total = len(bench.raw.search(["SUBJECT", WORD]))
    shown = f"{total:,} résultats".replace(",", NARROW).encode()

    def ours(i: int) -> list[Reply]:
        return [with_rows(bench.get(path, shown), min(50, total))]

    return Operation(
        "subject search",
        len(bench.uids[folder]),
        0.4,
        best,
        ours,
        raw=lambda i: bench.raw.search(["SUBJECT", WORD]),
        folder=folder,
        best_wire=best_wire,
        rounds=20,
    )
