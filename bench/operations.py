"""What is measured: each operation over HTTP, by imapclient, and its bar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from imapclient import IMAPClient

from bench.browser import Browser, Reply

LIST = ["FLAGS", "ENVELOPE", "BODYSTRUCTURE"]


@dataclass
class Operation:
    """`ours(i)` and `raw(i)` do it for the i-th time; `uid(i)` is what it is done to,
    so that recorded commands can be replayed on another message. `share` is the part
    of the raw list that our own work may cost."""

    name: str
    size: int
    share: float
    ours: Callable[[int], list[Reply]]
    raw: Callable[[int], object]
    uid: Callable[[int], int] = lambda i: 0
    login: str = ""
    folder: str = ""
    rounds: int = 40
    again: bool = False
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Bench:
    """The mailbox that is measured and how it is reached."""

    browser: Browser
    raw: IMAPClient
    address: str
    login: str
    password: str
    uids: dict[str, list[int]] = field(default_factory=dict)

    def path(self, folder: str, rest: str = "") -> str:
        return f"/courrier/{self.address}/{quote(folder.replace('/', '~1'))}/{rest}"

    def select(self, folder: str) -> int:
        """Select for the raw client; the number of messages."""
        return int(self.raw.select_folder(folder)[b"EXISTS"])

    def ok(self, *replies: Reply) -> list[Reply]:
        for reply in replies:
            if reply.status not in {200, 204, 303, 302}:
                raise RuntimeError(f"{reply.status}: {reply.text[:400]}")
        return list(replies)


def listing(bench: Bench, folder: str, size: int, page: int = 1) -> Operation:
    path = bench.path(folder, f"?page={page}" if page > 1 else "")
    last = size - (page - 1) * 50
    name = "list" if page == 1 else f"page {page}"
    return Operation(
        name,
        size,
        0.4,
        ours=lambda i: bench.ok(bench.browser.get(path)),
        raw=lambda i: bench.raw.fetch(f"{last - 49}:{last}", LIST),
        folder=folder,
    )


def folders(bench: Bench) -> Operation:
    path = bench.path("INBOX", "nouveautes/?etat=0")
    return Operation(
        "folders with counts",
        0,
        0.4,
        ours=lambda i: bench.ok(bench.browser.get(path, partial=True)),
        raw=lambda i: [
            bench.raw.folder_status(name, ["MESSAGES", "UNSEEN"])
            for _f, _d, name in bench.raw.list_folders()
        ],
        folder="INBOX",
    )


def open_text(bench: Bench, folder: str, size: int) -> Operation:
    uids = bench.uids[folder]

    def uid(i: int) -> int:
        return uids[-1 - (i % len(uids))]

    return Operation(
        "open 3 KB text",
        size,
        0.15,
        ours=lambda i: bench.ok(bench.browser.get(bench.path(folder, f"{uid(i)}/"))),
        raw=lambda i: bench.raw.fetch(uid(i), ["FLAGS", "BODYSTRUCTURE", "BODY[]"]),
        uid=uid,
        folder=folder,
    )


def open_html(bench: Bench, folder: str, *, again: bool) -> Operation:
    uids = bench.uids[folder]

    def uid(i: int) -> int:
        return uids[0] if again else uids[i % len(uids)]

    def ours(i: int) -> list[Reply]:
        page = bench.browser.get(bench.path(folder, f"{uid(i)}/"))
        frame = bench.browser.get(frame_of(page))
        return bench.ok(page, frame)

    return Operation(
        "open 200 KB HTML " + ("again" if again else "first"),
        len(uids),
        0.3 if again else 1.2,
        ours=ours,
        raw=lambda i: bench.raw.fetch(uid(i), ["FLAGS", "BODYSTRUCTURE", "BODY[]"]),
        uid=uid,
        folder=folder,
        again=again,
        rounds=20 if not again else 40,
    )


def frame_of(page: Reply) -> str:
    """The address of the message's frame in a message page."""
    text = page.text
    at = text.index("/corps/")
    begin = max(text.rfind('"', 0, at), text.rfind("'", 0, at)) + 1
    return text[begin : text.index(text[begin - 1], at)].replace("&amp;", "&")


def mark(bench: Bench, folder: str, size: int) -> Operation:
    path = bench.path(folder, "marques/")
    uid = bench.uids[folder][-3]

    def ours(i: int) -> list[Reply]:
        fields = [("mark", ("flagged", "unflagged")[i % 2]), ("uid", str(uid))]
        return bench.ok(bench.browser.post(path, fields, partial=True))

    def raw(i: int) -> object:
        act = bench.raw.add_flags if i % 2 == 0 else bench.raw.remove_flags
        return act(uid, [b"\\Flagged"])

    return Operation("mark", size, 0.3, ours, raw, lambda i: uid, folder=folder)


def move(bench: Bench, folder: str, target: str) -> Operation:
    """Each round moves another message, for ours, raw and wire alike."""
    path = bench.path(folder, "deplacements/")
    uids = iter(bench.uids[folder])
    taken: dict[int, int] = {}

    def uid(i: int) -> int:
        return taken.setdefault(i, next(uids))

    def ours(i: int) -> list[Reply]:
        fields = [("to", target), ("uid", str(uid(i)))]
        return bench.ok(bench.browser.post(path, fields, partial=True))

    return Operation(
        "move",
        len(bench.uids[folder]),
        0.4,
        ours,
        raw=lambda i: bench.raw.move([uid(-1 - i)], target),
        uid=uid,
        folder=folder,
    )


def search(bench: Bench, folder: str, size: int) -> Operation:
    word = "bulletin"
    path = bench.path(folder, f"?q={word}&dans=subject")
    return Operation(
        "subject search",
        size,
        0.4,
        ours=lambda i: bench.ok(bench.browser.get(path)),
        raw=lambda i: bench.raw.search(["SUBJECT", word]),
        folder=folder,
        rounds=20,
    )


def composer(bench: Bench) -> Operation:
    path = f"/ecrire/{bench.address}/"
    return Operation(
        "composer",
        0,
        0.5,
        ours=lambda i: bench.ok(bench.browser.get(path)),
        raw=lambda i: bench.raw.noop(),
        folder="INBOX",
    )
