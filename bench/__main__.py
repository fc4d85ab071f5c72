"""`make bench`: the floor, our pages, load.

Passes on one Dovecot: first each operation runs through a recording proxy (which
IMAP commands, how many octets), then raw, wire, null and ours are timed in turns, then
a message is delivered to open pages, thousands of them, then somebody works in
Chromium, then 20 and 100 people at once. The bars: a share of a raw list above null and
wire and, where it is known, what the best of others needed; for the event service, the
time until pages know of a message, and its memory; on screen, milliseconds.
The mail is kept in .bench/ for the next run. Exit status 1: a bar is missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from bench import (
    live,
    load,
    operations,
    outbox,
    people,
    record,
    report,
    screen,
    site,
    weight,
    writing,
)
from bench.measuring import Timer
from bench.operations import Bench, Operation
from bench.people import Account, Crowd
from bench.report import Row
from bench.wire import Recorder, Wire
from stack import Stack

SIZES = [1_000, 10_000, 100_000]
USERS = [20, 100]
PARTS = ["pages", "live", "weight", "screen", "load", "outbox"]
RATE = 300.0
P95 = 120.0
Key = tuple[str, int]


def main() -> int:
    options = _options()
    stack = site.start_stack()
    try:
        crowd = people.prepare(stack, options.sizes, max(options.users, default=0))
        site.prepare(site.environment_on(stack))
        rows, held = _passes(stack, crowd, options)
    finally:
        stack.down()
    report.write(site.HOME / "latest.json", rows)
    print(f"figures in {site.HOME / 'latest.json'}")
    return 0 if held else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--users", type=int, nargs="*", default=USERS)
    parser.add_argument("--seconds", type=float, default=12.0)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--only", default="", help="operations whose name holds this")
    parser.add_argument(
        "--quick", action="store_true", help="folders up to 10,000, few rounds"
    )
    parser.add_argument("--parts", nargs="+", default=PARTS, choices=PARTS)
    options = parser.parse_args()
    if "screen" in options.parts and screen.ROWS not in options.sizes:
        parser.error(f"--parts screen needs a folder of {screen.ROWS}")
    if options.quick:
        options.sizes = [size for size in options.sizes if size <= 10_000]
        options.rounds, options.seconds = 12, 4.0
    return options


def _passes(
    stack: Stack, crowd: Crowd, options: argparse.Namespace
) -> tuple[list[Row], bool]:
    who, parts = crowd.measured, options.parts
    recorded = _first_pass(stack, who, options) if "pages" in parts else {}
    web = site.Gunicorn(site.environment_on(stack)).start()
    acts: dict[str, Callable[[], tuple[list[Row], bool]]] = {
        "pages": lambda: _second_pass(web, stack, who, options, recorded),
        "live": lambda: live.measure(web, stack),
        "weight": lambda: weight.measure(web.port, who),
        "screen": lambda: screen.measure(web, stack, who),
        "load": lambda: _load_pass(web, stack, crowd, options),
        "outbox": lambda: outbox.measure(
            people.open_bench(web.port, stack, who, ["INBOX"]),
            site.environment_on(stack),
            who,
        ),
    }
    try:
        done = [act() for name, act in acts.items() if name in parts]
    finally:
        web.stop()
    return [row for rows, _held in done for row in rows], all(h for _rows, h in done)


def _bench(port: int, stack: Stack, who: Account, sizes: list[int]) -> Bench:
    names = [people.folder_of(size) for size in sizes]
    names += [people.threads_of(size) for size in sizes]
    names += ["INBOX", people.EXCHANGES, people.NEWSLETTERS, people.MOVES]
    return people.open_bench(port, stack, who, names)


def _every(bench: Bench, sizes: list[int], only: str) -> list[Operation]:
    """All operations, those that move messages last."""
    names = [people.folder_of(size) for size in sizes]
    best = {1_000: 9.2, 10_000: 8.9, 100_000: 12.0}
    found = [operations.listing(bench, people.folder_of(n), 1, best[n]) for n in sizes]
    found.append(operations.listing(bench, names[-1], min(1000, sizes[-1] // 50), 12.5))
    if sizes[-1] >= 50 * 2 * operations.COLD_PAGES:
        found.append(operations.cold_listing(bench, names[-1]))
    found += [operations.grouped(bench, people.threads_of(n)) for n in sizes]
    found += [operations.sorted_list(bench, people.folder_of(n)) for n in sizes]
    found += [
        operations.conversation(bench, people.EXCHANGES),
        operations.open_text(bench, names[0]),
        operations.open_html(bench, people.NEWSLETTERS, again=False),
        operations.open_html(bench, people.NEWSLETTERS, again=True),
        operations.folders(bench),
        operations.mark(bench, names[0]),
        writing.composer(bench),
        writing.autosave(bench),
        writing.send(bench),
    ]
    searched = {10_000: (30.8, 21.0), 100_000: (218.0, 213.0)}
    found += [
        operations.search(bench, people.folder_of(n), *searched[n])
        for n in sizes
        if n in searched
    ]
    found.append(operations.move(bench, people.MOVES, "Trash"))
    return [op for op in found if only in op.name]


def _first_pass(
    stack: Stack, who: Account, options: argparse.Namespace
) -> dict[Key, record.Recorded]:
    recorder = Recorder(stack.ports["imap"])
    recorder.start()
    proxied = site.environment_on(stack) | {"IMAP_PORT": str(recorder.port)}
    web = site.Gunicorn(proxied, workers=1).start()
    try:
        bench = _bench(web.port, stack, who, options.sizes)
        chosen = _every(bench, options.sizes, options.only)
        return {(op.name, op.size): record.record(recorder, op) for op in chosen}
    finally:
        web.stop()


def _second_pass(
    web: site.Gunicorn,
    stack: Stack,
    who: Account,
    options: argparse.Namespace,
    recorded: dict[Key, record.Recorded],
) -> tuple[list[Row], bool]:
    people.refill(stack, who)
    bench = _bench(web.port, stack, who, options.sizes)
    environment = stack.environment
    service = environment["IMAP_SERVICE_USER"], environment["IMAP_SERVICE_PASSWORD"]
    timer = Timer(bench, Wire(stack.ports["imap"], who.uid, service), options.rounds)
    raw_list, null = timer.floors()
    print(f"raw list {raw_list:.2f} ms; null {null:.2f} ms", end="  ")
    print(report.verdict("bar", null, 0.35 * raw_list))
    rows, verdicts = [], [null <= 0.35 * raw_list]
    for op in _every(bench, options.sizes, options.only):
        # the size is that of the first pass for a folder that runs empty
        rows.append(timer.measure(op, _recorded(recorded, op)))
        verdicts.append(report.show(rows[-1], _bars(op, rows[-1])))
    rows.append(timer.sign_in(who))
    verdicts.append(report.show(rows[-1], {"best": 2.65 * rows[-1].raw_list_ms}))
    return rows, all(verdicts)


def _recorded(recorded: dict[Key, record.Recorded], op: Operation) -> record.Recorded:
    return next(r for (name, size), r in recorded.items() if _same(name, size, op))


def _same(name: str, size: int, op: Operation) -> bool:
    return name == op.name and (size == op.size or op.name == "move")


def _bars(op: Operation, row: Row) -> dict[str, float]:
    """Ours is to be below each."""
    raw_list = row.raw_list_ms
    bars = {}
    if op.best is not None:
        own = (op.best - op.best_wire) * raw_list / 10
        bars["best"] = own + (row.wire_ms if op.best_wire else 0.0)
    if op.share is not None:
        wire = row.wire_ms if op.wired else 0.0
        bars["bar"] = row.null_ms + wire + op.share * raw_list
    return bars


def _load_pass(
    web: site.Gunicorn, stack: Stack, crowd: Crowd, options: argparse.Namespace
) -> tuple[list[Row], bool]:
    rows, verdicts = [], []
    wanted = RATE
    for count in options.users:
        visitors = people.sign_in_all(stack, web.port, crowd.visitors[:count])
        load.warm(visitors)
        load.run(visitors, 2.0)
        result = load.run(visitors, options.seconds)
        bars = [report.verdict("rate", result.rate, wanted, most=False)]
        held = result.rate >= wanted and not result.errors
        if count == USERS[0]:
            bars.append(report.verdict("p95", result.p95(), P95))
            held = held and result.p95() <= P95
        load.show(count, result, bars)
        verdicts.append(held)
        rows.append(load.row(count, result))
        wanted = 0.9 * result.rate
    return rows, all(verdicts)


if __name__ == "__main__":
    sys.exit(main())
