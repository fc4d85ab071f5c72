"""Inside a process of the site: at each step of a message somebody may be killed.

The process asks the killer (tests/kills/killer.py) over a unix socket; the answer says
that a server was killed, that it is to kill itself, or that nothing happens.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from mail import copies, delivering, outcomes, sending, smtp


def at(step: str) -> None:
    """A step: one may not survive it."""
    with socket.socket(socket.AF_UNIX) as line:
        try:
            line.settimeout(20)
            line.connect(os.environ["KILLER"])
            line.sendall(f"{step}\n".encode())
            answer = line.recv(16)
        except OSError:
            return
    if answer == b"die":
        os.kill(os.getpid(), signal.SIGKILL)


def around(owner: Any, name: str, step: str) -> None:
    inner: Callable[..., Any] = getattr(owner, name)

    def stepped(*args: Any, **options: Any) -> Any:
        at(f"before {step}")
        result = inner(*args, **options)
        at(f"after {step}")
        return result

    setattr(owner, name, stepped)


def in_web() -> None:
    sending.STORED_WITHIN = min(5.0, int(os.environ["PATIENCE"]) / 4)
    around(sending, "_record", "queue")
    around(sending, "_deposit", "hold")
    around(sending, "cancel", "cancel")


def in_worker() -> None:
    patience = int(os.environ["PATIENCE"])
    delivering.CRASHED_AFTER = _seconds(patience)
    delivering.STORED_AFTER = _seconds(patience * 0.8)
    outcomes.BACKOFF = (2, 2, 3, 3, 4, 4)
    copies.AGAIN = _seconds(2)
    copies.IN_HAND = _seconds(patience)
    around(delivering, "_claim", "claim")
    around(smtp, "submit", "submit")
    around(outcomes, "settle", "settle")
    around(copies, "move", "file")


def _seconds(number: float) -> timedelta:
    return timedelta(seconds=number)
