"""The web workers of the site: none dies, none becomes big."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.journeys.site import Site

MEMORY_MAX = 500  # MB
_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


@contextmanager
def workers_live(site: Site) -> Iterator[None]:
    """What happens inside kills no worker, nor makes one need too much at any time."""
    before = peaks(site)
    assert before
    yield
    after = peaks(site)
    assert after.keys() == before.keys(), "a worker died"
    assert max(after.values()) < MEMORY_MAX, after


def peaks(site: Site) -> dict[int, float]:
    """The most megabytes that each worker has ever held, by process."""
    parent = site.processes["gunicorn"].pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return {int(child): _peak(child) for child in children}


def _peak(process: str) -> float:
    found = _PEAK.search(Path(f"/proc/{process}/status").read_text())
    assert found
    return int(found[1]) / 1000
