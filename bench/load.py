"""Load, closed loop: N people who never pause, each with a mailbox of their own."""

from __future__ import annotations

import random
import re
import statistics
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bench.browser import Browser, Reply
from bench.operations import rows_of
from bench.report import Row

MIX = {"list": 35, "open": 40, "mark": 10, "poll": 10, "search": 5}
STATE = re.compile(rb'data-state="([^"]+)"')
WORDS = ("bulletin", "conseil", "sortie", "stage")


@dataclass(slots=True)
class Visitor:
    """A signed-in person, the messages of their inbox and its last known state."""

    browser: Browser
    address: str
    uids: tuple[int, ...]
    state: str = ""


@dataclass
class Result:
    """Durations in milliseconds by kind; errors are replies that are not right."""

    seconds: float
    took: dict[str, list[float]] = field(default_factory=dict)
    errors: int = 0

    @property
    def rate(self) -> float:
        return sum(map(len, self.took.values())) / self.seconds

    def p95(self) -> float:
        every = [ms for kind in self.took.values() for ms in kind]
        return statistics.quantiles(every, n=20)[18] if len(every) > 20 else 0.0


def warm(visitors: list[Visitor]) -> None:
    """As in the middle of a day: everybody has seen each page of their list."""
    threads = [threading.Thread(target=_see_all, args=(v,)) for v in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _see_all(visitor: Visitor) -> None:
    for page in range(1, len(visitor.uids) // 50 + 1):
        visitor.browser.get(f"/courrier/{visitor.address}/INBOX/?page={page}")


def run(visitors: list[Visitor], seconds: float) -> Result:
    """Every visitor acts without pause for `seconds`."""
    result = Result(seconds, {kind: [] for kind in MIX})
    begin = time.perf_counter() + 0.2
    threads = [
        threading.Thread(target=_visit, args=(v, n, begin, begin + seconds, result))
        for n, v in enumerate(visitors)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return result


def _visit(
    visitor: Visitor, seed: int, begin: float, end: float, result: Result
) -> None:
    chance = random.Random(seed)
    kinds, weights = list(MIX), list(MIX.values())
    time.sleep(max(0.0, begin - time.perf_counter()))
    while (start := time.perf_counter()) < end:
        kind = chance.choices(kinds, weights)[0]
        try:
            good = _act(visitor, kind, chance)
        except OSError:
            good = False
        result.took[kind].append((time.perf_counter() - start) * 1000)
        result.errors += not good


def _act(visitor: Visitor, kind: str, chance: random.Random) -> bool:
    """Whether the reply is what was asked for."""
    reply = _asked(visitor, kind, chance)
    if found := STATE.search(reply.body):
        visitor.state = found[1].decode()
    if kind == "poll" and reply.status == 204:
        return True
    if kind == "list":
        return reply.status == 200 and rows_of(reply) == 50
    if kind == "open":
        return reply.status == 200 and b'id="message-' in reply.body
    return reply.status == 200 and rows_of(reply) > 0


def _asked(visitor: Visitor, kind: str, chance: random.Random) -> Reply:
    browser, inbox = visitor.browser, f"/courrier/{visitor.address}/INBOX/"
    uid = chance.choice(visitor.uids)
    match kind:
        case "list":
            pages = max(1, len(visitor.uids) // 50)
            return browser.get(f"{inbox}?page={chance.randint(1, pages)}")
        case "open":
            return browser.get(f"{inbox}{uid}/")
        case "mark":
            mark = chance.choice(("seen", "unseen", "flagged", "unflagged"))
            fields = [("mark", mark), ("uid", str(uid))]
            return browser.post(f"{inbox}marques/", fields, partial=True)
        case "poll":
            query = urlencode({"etat": visitor.state})
            return browser.get(f"{inbox}nouveautes/?{query}", partial=True)
    return browser.get(f"{inbox}?q={chance.choice(WORDS)}&dans=objet")


def show(count: int, result: Result, bars: list[str]) -> None:
    kinds = "  ".join(
        f"{kind} {statistics.median(took):.1f}"
        for kind, took in result.took.items()
        if took
    )
    print(
        f"load {count:4} users  {result.rate:6.0f} operations/s  p95 {result.p95():.1f}"
        f" ms  {result.errors} errors  {'  '.join(bars)}\n  medians: {kinds}",
        flush=True,
    )


def row(count: int, result: Result) -> Row:
    every = [ms for kind in result.took.values() for ms in kind]
    median, p95 = round(statistics.median(every), 3), round(result.p95(), 3)
    figures = 0.0, 0.0, 0.0, median, p95, 0, 0, 0
    return Row(
        "load", count, *figures, rate=round(result.rate, 1), errors=result.errors
    )
