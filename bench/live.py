"""The event service: from a delivery by LMTP to the event and to the list with the new
row, and what thousands of open pages cost."""

from __future__ import annotations

import json
import re
import resource
import smtplib
import socket
import statistics
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from bench import letters, people, report, site
from bench.browser import Browser
from bench.measuring import percentile
from bench.people import Account
from bench.report import Row
from stack import Stack

PAGES = 5_000
MAILBOXES = 300
DELIVERIES = 30
# milliseconds, and megabytes of one process
P95 = 1_000.0
MEMORY = 200.0
_PATIENCE = 10.0
_STATE = re.compile(r'data-state="([^"]+)"')
_HOST = "127.0.0.1"
_NEW = b'"what":"new"'
# numbers of messages that no other part has
_FIRST = 900_000
_NOTHING = 0.0, 0.0, 0.0


class Stream:
    """One open page, as a browser holds it."""

    def __init__(self, port: int, ticket: str) -> None:
        query = urlencode({"billet": ticket, "dossier": "INBOX"})
        self.socket = socket.create_connection((_HOST, port), _PATIENCE)
        head = f"GET /evenements/?{query} HTTP/1.1\r\nHost: {people.HOST}\r\n\r\n"
        self.socket.sendall(head.encode())
        self._data = b""

    def until(self, text: bytes) -> None:
        """Read on until this has come."""
        end = time.monotonic() + _PATIENCE
        while text not in self._data:
            self.socket.settimeout(max(0.01, end - time.monotonic()))
            data = self.socket.recv(65536)
            if not data:
                raise SystemExit("a stream ended: see .bench/live.log")
            self._data += data
        self._data = self._data.partition(text)[2]


def measure(web: site.Gunicorn, stack: Stack) -> tuple[list[Row], bool]:
    """All rows of the event service, and whether their bars are held."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    crowd = people.watched(stack, MAILBOXES)
    with site.live(site.environment_on(stack)) as service:
        rows = _arrival(web, stack, crowd[0], service)
        rows.append(_crowded(stack, crowd, service))
    held = [_show(row) for row in rows]
    return rows, all(held)


def _show(row: Row) -> bool:
    bars = [report.verdict("p95", row.p95_ms, P95)]
    if row.memory_mb:
        bars.append(report.verdict("memory", row.memory_mb, MEMORY))
    print(
        f"{row.op:22} {row.folder_size:6}  median {row.ours_ms:6.1f} ms"
        f"  p95 {row.p95_ms:6.1f} ms  memory {row.memory_mb:5.1f} MB  "
        + "  ".join(bars),
        flush=True,
    )
    return row.p95_ms <= P95 and row.memory_mb <= MEMORY


# --- one page -------------------------------------------------------------------------
def _arrival(
    web: site.Gunicorn, stack: Stack, who: Account, service: site.Live
) -> list[Row]:
    browser = people.signed_in(web.port, who)
    stream = Stream(service.port, _ticket(browser))
    stream.until(b'"on":1')
    path = f"/courrier/{who.address}/INBOX/"
    state = _state(browser.get(path).text)
    told, shown = [], []
    for number in range(DELIVERIES):
        begin = time.perf_counter()
        _deliver(stack, who.address, number)
        stream.until(_NEW)
        told.append(_since(begin))
        query = urlencode({"etat": state})
        update = browser.get(f"{path}nouveautes/?{query}", partial=True)
        if update.status != 200 or f"({_FIRST + number})" not in update.text:
            raise SystemExit("the event came before the message")
        shown.append(_since(begin))
        state = _state(update.text)
        # the server tells at most twice a second: not each time at the same moment
        time.sleep(0.3 + number * 0.017)
    return [_row("delivered to event", told), _row("delivered to list", shown)]


def _ticket(browser: Browser) -> str:
    reply = browser.post("/billet/", [])
    found: str = json.loads(reply.text)["ticket"]
    return found


def _state(html: str) -> str:
    found = _STATE.search(html)
    if found is None:
        raise SystemExit("the list does not say its state")
    return found[1]


def _deliver(stack: Stack, address: str, number: int) -> None:
    with smtplib.LMTP(_HOST, stack.ports["lmtp"]) as server:
        server.sendmail("x@parents.test", [address], letters.text(_FIRST + number))


def _since(begin: float) -> float:
    return (time.perf_counter() - begin) * 1000


def _row(name: str, times: list[float]) -> Row:
    median, p95 = round(statistics.median(times), 1), round(percentile(times), 1)
    return Row(name, 1, *_NOTHING, median, p95, 0, 0, 0)


# --- thousands ------------------------------------------------------------------------
def _crowded(stack: Stack, crowd: Sequence[Account], service: site.Live) -> Row:
    """All pages open; how fast the process still tells, and what it held at most."""
    with _opened(service, _tickets(service, crowd)) as streams:
        _settle(service, len(crowd))
        times = []
        for number, account in enumerate(crowd[:DELIVERIES]):
            listening = streams[number :: len(crowd)]
            begin = time.perf_counter()
            _deliver(stack, account.address, number)
            for stream in listening:
                stream.until(_NEW)
                times.append(_since(begin))
        held = service.counts()
        memory = _memory(service.pid)
    if held["pages"] < PAGES:
        raise SystemExit(f"only {held['pages']} pages stayed open")
    median, p95 = round(statistics.median(times), 1), round(percentile(times), 1)
    figures = *_NOTHING, median, p95, 0, 0, 0
    return Row("open pages", PAGES, *figures, memory_mb=memory)


def _tickets(service: site.Live, crowd: Iterable[Account]) -> list[str]:
    logins = json.dumps([account.uid for account in crowd])
    told = site.asked(
        service.environment,
        "import json; from live import tickets;"
        f"print(json.dumps([tickets.issue([name]) for name in {logins}]))",
    )
    found: list[str] = json.loads(told)
    return found


@contextmanager
def _opened(service: site.Live, tickets: list[str]) -> Iterator[list[Stream]]:
    streams: list[Stream] = []
    try:
        for number in range(PAGES):
            streams.append(Stream(service.port, tickets[number % len(tickets)]))
            if number % 250 == 249:
                _answered(streams[-250:])
        yield streams
    finally:
        for stream in streams:
            stream.socket.close()


def _answered(streams: list[Stream]) -> None:
    for stream in streams:
        stream.until(b"retry:")


def _settle(service: site.Live, mailboxes: int) -> None:
    """Until every mailbox is watched."""
    end = time.monotonic() + 60
    while service.counts()["watched"] < mailboxes:
        if time.monotonic() > end:
            raise SystemExit("not every mailbox is watched: see .bench/live.log")
        time.sleep(0.2)


def _memory(pid: int) -> float:
    """The most that the process ever had in memory, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return round(int(found[1]) / 1024, 1) if found else 0.0
