"""`make bench`: the floor, our pages, load.

Three passes on one Dovecot: first each operation runs through a recording proxy (which
IMAP commands, how many octets), then raw, wire, null and ours are timed in turns, then
20 and 100 people work at once.
"""

from __future__ import annotations

import argparse
import statistics

from bench import load, operations, people, record, report, site
from bench.operations import Bench, Operation
from bench.wire import Recorder

SIZES = (1_000, 10_000, 100_000)
SECONDS = 12.0


def main() -> None:
    options = _options()
    environment = site.start_stack()
    try:
        crowd = people.prepare(environment, options.sizes, options.users[-1])
        measured = crowd.measured
        recorded = _first_pass(environment, measured, options.sizes)
        web = site.Gunicorn(environment).start()
        try:
            rows = _second_pass(web, environment, measured, options.sizes, recorded)
            rows += _load_pass(web, crowd, options.users, options.seconds)
        finally:
            web.stop()
        report.write(site.HOME / "latest.json", rows)
    finally:
        site.stop_stack()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--users", type=int, nargs="+", default=[20, 100])
    parser.add_argument("--seconds", type=float, default=SECONDS)
    return parser.parse_args()


def _every(bench: Bench, sizes: list[int]) -> list[Operation]:
    """All operations, those that move messages last."""
    largest = sizes[-1]
    texts = people.folder_of(sizes[0])
    found = [operations.listing(bench, people.folder_of(n), n) for n in sizes]
    deep = min(1000, largest // 50)
    found.append(operations.listing(bench, people.folder_of(largest), largest, deep))
    found += [
        operations.open_text(bench, texts, sizes[0]),
        operations.open_html(bench, people.NEWSLETTERS, again=False),
        operations.open_html(bench, people.NEWSLETTERS, again=True),
        operations.folders(bench),
        operations.mark(bench, texts, sizes[0]),
        operations.send(bench),
        operations.composer(bench),
    ]
    found += [operations.search(bench, people.folder_of(n), n) for n in sizes[1:]]
    found.append(operations.move(bench, people.MOVES, "Trash"))
    return found


def _first_pass(
    environment: dict[str, str], who: people.Account, sizes: list[int]
) -> dict[str, record.Recorded]:
    recorder = Recorder(int(environment["IMAP_PORT"]))
    recorder.start()
    proxied = {**environment, "IMAP_PORT": str(recorder.port)}
    web = site.Gunicorn(proxied, workers=1).start()
    try:
        bench = people.open_bench(web.port, environment, who)
        return {key(op): record.record(recorder, op) for op in _every(bench, sizes)}
    finally:
        web.stop()


def key(op: Operation) -> str:
    return f"{op.name} {op.size}"


def _second_pass(
    web: site.Gunicorn,
    environment: dict[str, str],
    who: people.Account,
    sizes: list[int],
    recorded: dict[str, record.Recorded],
) -> list[report.Row]:
    bench = people.open_bench(web.port, environment, who)
    timer = Timer(bench, environment)
    raw_list = timer.raw_list(people.folder_of(sizes[0]), sizes[0])
    null = timer.null()
    print(f"raw list {raw_list:.2f} ms, null {null:.2f} ms (bar {0.35 * raw_list:.2f})")
    rows = []
    for op in _every(bench, sizes):
        row = timer.measure(op, recorded[key(op)])
        report.show(row, row.null_ms + row.wire_ms + op.share * raw_list)
        rows.append(row)
    row = timer.sign_in(web.port, who)
    report.show(row, None)
    return [*rows, row]


def _load_pass(
    web: site.Gunicorn, crowd: people.Crowd, counts: list[int], seconds: float
) -> list[report.Row]:
    rows = []
    for count in counts:
        visitors = people.sign_in_all(web.port, crowd.visitors[:count])
        load.run(visitors, 2.0)  # connections and caches as in the middle of a day
        result = load.run(visitors, seconds)
        print(
            f"load {count:4} users  {result.rate:6.0f} operations/s"
            f"  p95 {result.p95():6.1f} ms  {result.errors} errors"
        )
        every = [ms for kind in result.took.values() for ms in kind]
        median = statistics.median(every)
        rows.append(
            report.Row(
                f"load {count} users, {result.rate:.0f}/s, {result.errors} errors",
                count,
                0.0,
                0.0,
                0.0,
                median,
                result.p95(),
                0,
                0,
                0,
            )
        )
    return rows


if __name__ == "__main__":
    main()
