"""A process that ends the servers when their supervisor dies without doing it.

PR_SET_PDEATHSIG is not enough: the kernel forgets it when a server changes its user, as
Postfix does.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from pathlib import Path

PATIENCE = 3.0  # seconds between asking and forcing


def watch(pids: Path) -> None:
    """Fork a guard of this process; it reads the groups to end from the file `pids`."""
    read, write = os.pipe()
    if os.fork():
        os.close(read)
        # `write` stays open, unused, for as long as this process lives
        return
    os.close(write)
    try:
        _stand_apart()
        os.read(read, 1)  # returns at the end of the supervisor, however it came
        end_all(pids)
    finally:
        os._exit(0)


def note(pids: Path, groups: dict[str, int]) -> None:
    """Write down the process groups to end: name → group, which is its leader's pid."""
    began = {name: _began(group) for name, group in groups.items()}
    noted = {"supervisor": os.getpid(), "servers": groups, "began": began}
    pids.write_text(json.dumps(noted), "utf-8")


def end_all(pids: Path) -> None:
    """End the process groups that the file names, and remove it."""
    with contextlib.suppress(OSError, ValueError):
        noted = json.loads(pids.read_text("utf-8"))
        began = noted["began"]
        # after a restart of the machine the numbers may belong to others
        groups = [
            group
            for name, group in noted["servers"].items()
            if _began(group) in (None, began[name])
        ]
        if alive := _signal(groups, signal.SIGTERM):
            time.sleep(PATIENCE)
            _signal(alive, signal.SIGKILL)
        pids.unlink()


def _began(pid: int) -> str | None:
    """When this process began, in ticks of the kernel's clock; None: it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return None
    # the name, in parentheses, may hold blanks; 22nd field of proc(5)
    return text.rpartition(")")[2].split()[19]


def _stand_apart() -> None:
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)


def _signal(groups: list[int], number: int) -> list[int]:
    """Those that existed."""
    reached = []
    for group in groups:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, number)
            reached.append(group)
    return reached
