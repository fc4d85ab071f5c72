"""python -m demo up|stop: the demo of this repository (`make demo`, `make demo-stop`).

PORT=8000 STACK_BASE=10000 DEMO_DIR=.demo move it; DETACH=1 returns when it is ready.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from demo import places, running
from demo.places import Place
from stack import Stack, StackError

STOP_LIMIT = 60.0  # seconds


def main(words: list[str]) -> int:
    if len(words) != 1 or words[0] not in ("up", "stop"):
        print(__doc__)
        return 2
    try:
        return up() if words[0] == "up" else stop()
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def up() -> int:
    place = places.choose(os.environ)
    if os.environ.get("DETACH", "0") not in ("", "0"):
        return _detach(place)
    running.run(place)
    return 0


def _detach(place: Place) -> int:
    """The same in a process of its own; what it says until it is ready is passed on."""
    process = subprocess.Popen(
        [sys.executable, "-m", "demo", "up"],
        cwd=places.ROOT,
        env=os.environ
        | {"DETACH": "", "DEMO_DIR": str(place.folder), running.QUIET: "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    output = process.stdout
    assert output is not None
    try:
        for line in output:
            print(line, end="", flush=True)
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    # the stream ends when it is ready, and when it fails
    return 0 if _ready(place, process.pid) else process.wait()


def _ready(place: Place, pid: int) -> bool:
    """A demo that was killed left a demo.json too: with another number in it."""
    with contextlib.suppress(OSError, ValueError):
        return bool(json.loads(place.facts.read_text("utf-8"))["pid"] == pid)
    return False


def stop() -> int:
    folder = places.find_running(os.environ)
    if folder is None:
        print("Aucune démonstration ne tourne.")
        return 0
    _end(folder)
    # after a kill the servers may still be ending
    if (folder / "stack" / "stack.json").exists():
        Stack.at(folder / "stack").down()
    print("La démonstration est arrêtée ; ses données restent dans", folder)
    return 0


def _end(folder: Path) -> None:
    end = time.monotonic() + STOP_LIMIT
    while (holder := places.holder(folder)) is not None:
        if time.monotonic() > end:
            raise StackError(
                f"La démonstration (processus {holder['pid']}) ne s’arrête pas."
            )
        with contextlib.suppress(ProcessLookupError):
            os.kill(holder["pid"], signal.SIGTERM)
        time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
