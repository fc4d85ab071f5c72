"""Second pass: raw, wire, null and ours in turns, so that noise hits all alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from functools import partial

from bench.browser import Browser
from bench.operations import WIRE, Bench, Operation, checked, with_rows
from bench.people import Account
from bench.record import Recorded, replayed
from bench.report import Row
from bench.wire import Command, Wire

# runs are numbered, so that each is done to a message of its own
WARM_UP = 50


def took(act: Callable[[], object]) -> float:
    """Milliseconds."""
    begin = time.perf_counter()
    act()
    return (time.perf_counter() - begin) * 1000


def percentile(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[18]


def _median(times: Iterable[float]) -> float:
    return round(statistics.median(times), 3)


class Timer:
    """Times operations on one mailbox; `rounds` limits each."""

    def __init__(self, bench: Bench, wire: Wire, rounds: int) -> None:
        self.bench = bench
        self.wire = wire
        self.rounds = rounds
        self.empty = f"/mesure/{bench.address}/"

    def floors(self) -> tuple[float, float]:
        """(raw list, null), in turns."""
        empty = partial(self.bench.get, self.empty, b"</html>")
        turns = [(took(self.bench.raw_list), took(empty)) for _ in range(60)]
        raw, null = zip(*turns, strict=True)
        return statistics.median(raw), statistics.median(null)

    def measure(self, op: Operation, recorded: Recorded) -> Row:
        self._prepare(op, recorded)
        empty = partial(self.bench.get, self.empty)
        times: list[tuple[float, ...]] = []
        for i in range(min(op.rounds, self.rounds)):
            commands = replayed(recorded, i, op.uid(WIRE + i))
            times.append(
                (
                    # first: what follows ours pays for what ours has left behind
                    took(self.bench.raw_list),
                    took(partial(self.wire.run, *commands)),
                    took(partial(op.raw, i)),
                    took(empty),
                    took(partial(op.ours, i)),
                )
            )
        raw_list, wire, raw, null, ours = map(_median, zip(*times, strict=True))
        p95 = round(percentile([row[-1] for row in times]), 3)
        return Row(
            op.name,
            op.size,
            wire,
            raw,
            null,
            ours,
            p95,
            recorded.commands,
            recorded.octets,
            recorded.http_octets,
            raw_list,
        )

    def _prepare(self, op: Operation, recorded: Recorded) -> None:
        self.bench.raw.select_folder(op.folder)
        self.wire.run(Command(b'SELECT "%b"\r\n' % op.folder.encode()))
        for i in range(2):
            op.ours(WARM_UP + i)
            self.wire.run(*replayed(recorded, i, op.uid(WIRE - 1 - i)))

    def sign_in(self, who: Account) -> Row:
        """The form is open: the password is sent, until the list is there."""
        host, port = self.bench.browser.host, self.bench.browser.port
        ours, listed = [], []
        for _ in range(min(20, self.rounds)):
            browser = Browser(host, port)
            browser.get("/connexion/")
            listed.append(took(self.bench.raw_list))
            ours.append(took(partial(_sign_in, browser, who)))
            browser.close()
        p95 = round(percentile(ours), 3)
        floors, costs = (0.0, 0.0, 0.0), (0, 0, 0)
        median, floor = _median(ours), _median(listed)
        return Row("sign-in to list", 0, *floors, median, p95, *costs, floor)


def _sign_in(browser: Browser, who: Account) -> None:
    reply = browser.follow(browser.send_password(who.uid, who.password))
    with_rows(checked(reply), 50)
