"""Where a demo lives: its folder, its ports, and which demos run now."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from stack.errors import StackError, from_os_error
from stack.layout import HIGHEST_BASE, LONGEST_FOLDER, privileged

ROOT = Path(__file__).resolve().parent.parent
LIVE_OFFSET = 800  # of the stack's base: no server of the stack has it
PATIENCE = 20.0  # seconds for the processes of a demo to end


@dataclass(frozen=True, slots=True)
class Place:
    """One demo: all that it writes is in `folder`."""

    folder: Path
    port: int
    base: int

    @property
    def live_port(self) -> int:
        return self.base + LIVE_OFFSET

    @property
    def facts(self) -> Path:
        """What scripts read; it exists while the demo is ready."""
        return self.path("demo.json")

    @property
    def stack(self) -> Path:
        """The folder of the servers.

        With root's rights they have users of their own, who must be able to enter it,
        and the paths of sockets are short: a clone in /root or far down has it
        elsewhere, with a link in its place.
        """
        inside = self.path("stack")
        fits = len(str(inside)) <= LONGEST_FOLDER and _open_to_all(self.folder)
        if fits or not privileged():
            return inside
        mark = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        return Path("/var/lib", f"convergence-demo-{mark}")

    def path(self, *parts: str) -> Path:
        return self.folder.joinpath(*parts)


def choose(wishes: Mapping[str, str]) -> Place:
    """The place that PORT, STACK_BASE and DEMO_DIR ask for.

    Beside a demo that runs on another port it is `.demo-<port>`, not `.demo`.
    """
    port = _number(wishes, "PORT", 8000, 65535)
    base = _number(wishes, "STACK_BASE", 10000, HIGHEST_BASE)
    if named := wishes.get("DEMO_DIR"):
        return Place(Path(ROOT, named).resolve(), port, base)
    usual = Place(ROOT / ".demo", port, base)
    running = holder(usual.folder)
    if running is None or running["port"] == port:
        return usual
    return Place(ROOT / f".demo-{port}", port, base)


def find_running(wishes: Mapping[str, str]) -> Path | None:
    """The folder of the demo that runs and is meant: by DEMO_DIR, PORT or alone."""
    if named := wishes.get("DEMO_DIR"):
        return folder if holder(folder := Path(ROOT, named).resolve()) else None
    port = wishes.get("PORT")
    for folder in (ROOT / ".demo", *sorted(ROOT.glob(".demo-*"))):
        running = holder(folder)
        if running and (not port or str(running["port"]) == port):
            return folder
    return None


# --- the seed -------------------------------------------------------------------------
def mark_seeding(folder: Path) -> None:
    Path(folder, "seeding").touch()


def mark_seeded(folder: Path) -> None:
    Path(folder, "seeded").touch()


def seeded(folder: Path) -> bool:
    return Path(folder, "seeded").exists()


def half_seeded(folder: Path) -> bool:
    """A seed began and did not reach its end: what it left cannot be completed."""
    return Path(folder, "seeding").exists() and not seeded(folder)


def clear(place: Place) -> None:
    """Remove the data of a demo that nothing runs on."""
    shutil.rmtree(place.stack, ignore_errors=True)
    for path in place.folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != "lock":
            path.unlink()


# --- one demo in a folder at a time ---------------------------------------------------
def hold(place: Place) -> IO[str]:
    """Keep the folder to this process until it ends; StackError when another has it."""
    try:
        place.folder.mkdir(parents=True, exist_ok=True)
        lock = place.path("lock").open("a+")
    except OSError as error:
        raise from_os_error(error) from error
    end = time.monotonic() + PATIENCE
    while not _locked(lock):
        # the guard of a demo that was killed keeps the lock while it clears up
        if _alive(_noted(place.folder)["pid"]) or time.monotonic() > end:
            port = _noted(place.folder)["port"]
            lock.close()
            raise StackError(
                f"La démonstration de {place.folder} tourne déjà, sur le port {port} : "
                "make demo-stop l’arrête, DEMO_DIR= en ouvre une autre."
            )
        time.sleep(0.1)
    lock.truncate(0)
    lock.write(json.dumps({"pid": os.getpid(), "port": place.port}))
    lock.flush()
    return lock


def holder(folder: Path) -> dict[str, Any] | None:
    """{pid, port} of the demo that has this folder; None when it is free."""
    path = Path(folder, "lock")
    if not path.exists():
        return None
    with path.open() as lock:
        return None if _locked(lock) else _noted(folder)


def _locked(lock: IO[str]) -> bool:
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _noted(folder: Path) -> dict[str, Any]:
    with contextlib.suppress(OSError, ValueError):
        noted: dict[str, Any] = json.loads(Path(folder, "lock").read_text("utf-8"))
        return noted
    return {"pid": 0, "port": 0}


def _alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        # one that was killed is there until its parent has read its status
        return state[0] not in "ZX"
    return False


def _number(wishes: Mapping[str, str], name: str, usual: int, highest: int) -> int:
    text = wishes.get(name) or str(usual)
    if text.isascii() and text.isdecimal() and 0 < int(text) <= highest:
        return int(text)
    raise StackError(f"{name}={text} : il faut un nombre de 1 à {highest}.")


def _open_to_all(folder: Path) -> bool:
    existing = [path for path in (folder, *folder.parents) if path.exists()]
    return all(path.stat().st_mode & 0o001 for path in existing)
