"""The outbox: many messages due in one minute, large ones, and how soon one of ten
megabytes is accepted."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench import report, site
from bench.measuring import percentile, took
from bench.operations import Bench
from bench.people import Account
from bench.report import Row

MANY = 500
WITHIN_SECONDS = 60.0
LARGE = 8
# megabytes above what the worker needs at rest
MEMORY = 200.0
ACCEPTED_MB, ACCEPTED_TIMES = 10, 8
ACCEPTED_ABOVE_WIRE = 40.0
_NOTHING = 0.0, 0.0, 0.0
_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")

# messages as their author would queue them, due at once; it prints the person's number
_QUEUE = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import Mailbox, User
from mail import sending
from mail.composing import Draft, File
from mail.imap.opening import open_store
from mail.messages import Address
box = Mailbox.objects.get(address={address!r})
user = User.objects.get(uid={uid!r})
now = timezone.now()
plan = File("plan.bin", "application/octet-stream", bytes({octets}))
files = (plan,) * bool({octets})
with open_store(box.login, box.address, writable=True) as store:
    for n in range({count}):
        to = (Address("", f"m{{n}}@parents.test"),)
        draft = Draft(to=to, subject="Mesure", text="Bonjour." * 50, files=files)
        sending.queue(store, user, box, draft, token=f"{{n:08}}{mark}", due_at=now)
print(user.pk)
"""
_OPEN = """
from mail.models import Outgoing
from django.utils import timezone
rows = Outgoing.objects.filter(token__endswith={mark!r})
print(rows.filter(state="sent", filed=True).count(), rows.count())
"""
_SHELVED = """
from mail.uploads import Shelf
for token in {tokens!r}:
    Shelf({person}, token).keep("plan.bin", "application/octet-stream", {octets},
                                [bytes(range(256)) * ({octets} // 256)])
"""


def measure(
    bench: Bench, environment: dict[str, str], who: Account
) -> tuple[list[Row], bool]:
    rows = [_accepted(bench, environment, who), _burst(environment, who)]
    rows.append(_memory(environment, who))
    bars = [
        ("above wire", rows[0].ours_ms - rows[0].wire_ms, ACCEPTED_ABOVE_WIRE),
        ("seconds", rows[1].ours_ms / 1000, WITHIN_SECONDS),
        ("megabytes", rows[2].memory_mb, MEMORY),
    ]
    for row, (name, value, bar) in zip(rows, bars, strict=True):
        told = report.verdict(name, value, bar)
        print(f"{row.op:28} {row.folder_size:6}  {value:8.1f} {told}", flush=True)
    return rows, all(value <= bar for _name, value, bar in bars)


# --- Accepted -------------------------------------------------------------------------
def _accepted(bench: Bench, environment: dict[str, str], who: Account) -> Row:
    """The file is on the shelf already, as the page puts it there while one writes; the
    message that is made of it has ten megabytes."""
    octets = ACCEPTED_MB * 1024 * 1024 // 78 * 57 // 256 * 256
    tokens = [uuid.uuid4().hex for _ in range(ACCEPTED_TIMES)]
    person = int(_queued(environment, who, 0, 0, "x" * 24))
    code = _SHELVED.format(tokens=tokens, person=person, octets=octets)
    site.asked(environment, code)
    # as large as it is on its way: base64
    letter = b"Subject: Mesure\r\n\r\n" + (b"A" * 76 + b"\r\n") * (
        octets * 4 // 3 // 76
    )
    times = []
    for token in tokens:
        wire = took(partial(bench.raw.append, "Drafts", letter))
        times.append((wire, took(partial(_send, bench, token))))
    wire, ours = (statistics.median(column) for column in zip(*times, strict=True))
    p95 = percentile([ours for _wire, ours in times])
    return Row("send 10 MB accepted", 0, wire, 0.0, 0.0, ours, p95, 0, 0, 0)


def _send(bench: Bench, token: str) -> None:
    fields = [("token", token), ("to", "chantal.petit@ac-poitiers.test")]
    fields += [("subject", "Mesure"), ("text", "Voici le plan.")]
    reply = bench.browser.post(f"/ecrire/{bench.address}/", fields)
    if reply.status != 303:
        raise RuntimeError(f"not accepted: {reply.status} {reply.text[:2000]}")


# --- Leaving --------------------------------------------------------------------------
def _burst(environment: dict[str, str], who: Account) -> Row:
    mark = uuid.uuid4().hex[:24]
    _queued(environment, who, MANY, 0, mark)
    with _worker(environment):
        begin = time.monotonic()
        _until_left(environment, mark, 4 * WITHIN_SECONDS)
        seconds = time.monotonic() - begin
    return Row("due at once", MANY, *_NOTHING, seconds * 1000, 0.0, 0, 0, 0)


def _memory(environment: dict[str, str], who: Account) -> Row:
    """The highest peak of one process of the worker, above what it needs at rest."""
    mark = uuid.uuid4().hex[:24]
    with _worker(environment) as process:
        # idle ticks have loaded all that it needs
        time.sleep(8)
        rest = _peak(process.pid)
        octets = 18 * 1024 * 1024
        _queued(environment, who, LARGE, octets, mark)
        _until_left(environment, mark, 120)
        peak = _peak(process.pid)
    used = round(peak - rest, 1)
    return Row(
        "worker, 25 MB messages", LARGE, *_NOTHING, 0.0, 0.0, 0, 0, 0, memory_mb=used
    )


def _queued(
    environment: dict[str, str], who: Account, count: int, octets: int, mark: str
) -> str:
    asked = {"address": who.address, "uid": who.uid, "count": count}
    code = _QUEUE.format(**asked, octets=octets, mark=mark)
    return site.asked(environment, code).strip()


def _until_left(environment: dict[str, str], mark: str, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, count = map(int, site.asked(environment, _OPEN.format(mark=mark)).split())
        if done == count:
            return
        time.sleep(0.5)
    raise SystemExit(f"{count - done} of {count} messages have not left")


def _peak(parent: int) -> float:
    """Megabytes, of the process that needed most."""
    pids = [parent, *_children(parent)]
    texts = [Path(f"/proc/{pid}/status").read_text() for pid in pids]
    found = [match for text in texts if (match := _PEAK.search(text))]
    return max(int(match[1]) for match in found) / 1024


def _children(parent: int) -> list[int]:
    path = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(word) for word in path.read_text().split()]


@contextmanager
def _worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """One worker and beat, as in production."""
    beat = ["beat", "-s", str(site.HOME / "schedule"), "--pidfile="]
    both = [["worker", "-Q", "send,slow"], beat]
    processes = []
    for words in both:
        command = [sys.executable, "-m", "celery", "-A", "convergence", *words]
        with (site.HOME / f"{words[0]}.log").open("ab") as log:
            processes.append(
                subprocess.Popen(
                    [*command, "-l", "WARNING"],
                    cwd=site.ROOT,
                    env=os.environ | environment,
                    stdout=log,
                    stderr=log,
                )
            )
    try:
        yield processes[0]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)
