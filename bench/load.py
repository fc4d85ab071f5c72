"""Load, closed loop: N people who never pause, each with a mailbox of their own."""

from __future__ import annotations

import random
import statistics
import threading
import time
from dataclasses import dataclass, field

from bench.browser import Browser

MIX = (("list", 35), ("open", 40), ("mark", 10), ("poll", 10), ("search", 5))
WORDS = ("bulletin", "conseil", "sortie", "stage")


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in person and the messages of their inbox."""

    browser: Browser
    address: str
    uids: tuple[int, ...]


@dataclass
class Result:
    """Durations in milliseconds by kind; errors are replies outside 2xx and 3xx."""

    seconds: float
    took: dict[str, list[float]] = field(default_factory=dict)
    errors: int = 0

    @property
    def rate(self) -> float:
        return sum(map(len, self.took.values())) / self.seconds

    def p95(self) -> float:
        every = [ms for kind in self.took.values() for ms in kind]
        return statistics.quantiles(every, n=20)[18] if len(every) > 20 else 0.0


def run(visitors: list[Visitor], seconds: float) -> Result:
    """Every visitor acts without pause for `seconds`."""
    result = Result(seconds, {kind: [] for kind, _ in MIX})
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
    kinds, weights = zip(*MIX, strict=True)
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
    browser, inbox = visitor.browser, f"/courrier/{visitor.address}/INBOX/"
    uid = chance.choice(visitor.uids)
    if kind == "list":
        pages = max(1, len(visitor.uids) // 50)
        reply = browser.get(f"{inbox}?page={chance.randint(1, pages)}")
    elif kind == "open":
        reply = browser.get(f"{inbox}{uid}/")
    elif kind == "mark":
        mark = chance.choice(("seen", "unseen", "flagged", "unflagged"))
        reply = browser.post(
            f"{inbox}marques/", [("mark", mark), ("uid", str(uid))], partial=True
        )
    elif kind == "poll":
        reply = browser.get(f"{inbox}nouveautes/", partial=True)
    else:
        reply = browser.get(f"{inbox}?q={chance.choice(WORDS)}&dans=subject")
    return reply.status < 400
