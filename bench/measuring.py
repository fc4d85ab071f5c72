"""Second pass: raw, wire, null and ours in turns, so that noise hits all alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from bench.browser import Browser
from bench.operations import LIST, Bench, Operation
from bench.people import Account
from bench.record import Recorded, replayed
from bench.report import Row
from bench.wire import Command, Wire

# runs are numbered, so that each is done to a message of its own
WARM_UP = 50
WIRE = 1000


def took(act: Callable[[], object]) -> float:
    """Milliseconds."""
    begin = time.perf_counter()
    act()
    return (time.perf_counter() - begin) * 1000


class Timer:
    """Times operations on one mailbox."""

    def __init__(self, bench: Bench, environment: dict[str, str]) -> None:
        self.bench = bench
        self.environment = environment
        self.wire = Wire(
            int(environment["IMAP_PORT"]),
            bench.login,
            (environment["IMAP_SERVICE_USER"], environment["IMAP_SERVICE_PASSWORD"]),
        )
        self.empty = f"/mesure/{bench.address}/"

    def raw_list(self, folder: str, size: int) -> float:
        self.bench.select(folder)
        fetch = self.bench.raw.fetch
        return statistics.median(
            took(lambda: fetch(f"{size - 49}:{size}", LIST)) for _ in range(40)
        )

    def null(self) -> float:
        get = self.bench.browser.get
        self.bench.ok(get(self.empty))
        return statistics.median(took(lambda: get(self.empty)) for _ in range(80))

    def measure(self, op: Operation, recorded: Recorded) -> Row:
        self._prepare(op, recorded)
        wire, raw, null, ours = [], [], [], []
        for i in range(op.rounds):
            uid = op.uid(WIRE + i)
            commands = replayed(recorded, i, uid)
            wire.append(took(lambda c=commands: self._replay(c)))  # type: ignore[misc]
            raw.append(took(lambda n=i: op.raw(n)))  # type: ignore[misc]
            null.append(took(lambda: self.bench.browser.get(self.empty)))
            ours.append(took(lambda n=i: op.ours(n)))  # type: ignore[misc]
        return Row(
            op.name,
            op.size,
            *(round(statistics.median(times), 3) for times in (wire, raw, null, ours)),
            round(statistics.quantiles(ours, n=20)[18], 3),
            recorded.commands,
            recorded.octets,
            recorded.http_octets,
        )

    def _prepare(self, op: Operation, recorded: Recorded) -> None:
        name = op.folder.encode()
        self.bench.select(op.folder)
        self.wire.run(Command(b'SELECT "' + name + b'"\r\n'))
        for i in range(2):
            op.ours(WARM_UP + i)
            self._replay(replayed(recorded, i, op.uid(WIRE - 1 - i)))

    def _replay(self, commands: list[Command]) -> None:
        if commands:
            self.wire.run(*commands)

    def sign_in(self, port: int, who: Account) -> Row:
        """A new browser: the form, the password, the inbox."""
        ours = []
        for _ in range(12):
            browser = Browser(self.bench.browser.host, port)
            browser.get("/connexion/")

            def visit(browser: Browser = browser) -> None:
                browser.sign_in_with_token(who.uid, who.password)
                self.bench.ok(browser.get(self.bench.path("INBOX")))

            ours.append(took(visit))
            browser.close()
        median = round(statistics.median(ours), 3)
        p95 = round(statistics.quantiles(ours, n=20)[18], 3)
        return Row("sign-in to list", 0, 0.0, 0.0, 0.0, median, p95, 0, 0, 0)
