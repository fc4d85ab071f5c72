"""The processes of the site: started, watched, and ended however we end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

from stack import guard
from stack.errors import StackError
from stack.server import end_group

ROOT = Path(__file__).resolve().parent.parent
STOP_LIMIT = 15.0  # seconds
SHORT_LIFE = 5.0  # one that ends so soon would end again


class Processes:
    """Named processes with one environment; each writes to `<logs>/<name>.log`."""

    def __init__(self, logs: Path, notes: Path, environment: dict[str, str]) -> None:
        self.logs, self.notes, self.environment = logs, notes, environment
        self.commands: dict[str, list[str]] = {}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.began: dict[str, float] = {}
        for folder in (logs, notes.parent):
            folder.mkdir(parents=True, exist_ok=True)
        guard.end_all(notes)
        guard.watch(notes)

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def start(self, name: str, command: list[str], *, speaks: bool = False) -> None:
        """`speaks`: its standard output is ours, only its errors go to the log."""
        with self.log(name).open("ab") as log:
            self.running[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=None if speaks else log,
                stderr=log,
                start_new_session=True,
            )
        self.commands[name], self.began[name] = command, time.monotonic()
        guard.note(self.notes, {n: p.pid for n, p in self.running.items()})

    def finish(self, name: str, command: list[str]) -> None:
        """Run to the end; StackError with its last word when it fails."""
        self.start(name, command, speaks=True)
        status = self.running[name].wait()
        del self.running[name]
        if status:
            raise StackError(self.last_word(name))

    def check(self) -> None:
        """StackError when one has ended."""
        for name, process in self.running.items():
            if process.poll() is not None:
                raise StackError(self.last_word(name))

    def revive(self) -> list[str]:
        """Start those again that have ended; their names."""
        ended = [name for name, p in self.running.items() if p.poll() is not None]
        for name in ended:
            if time.monotonic() - self.began[name] < SHORT_LIFE:
                raise StackError(self.last_word(name))
            end_group(self.running[name].pid)
            self.start(name, self.commands[name])
        return ended

    def stop(self) -> None:
        """End them all, politely first."""
        for process in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGTERM)
        end = time.monotonic() + STOP_LIMIT
        for process in self.running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, end - time.monotonic()))
            end_group(process.pid)
            process.wait()
        self.running.clear()
        self.notes.unlink(missing_ok=True)

    def last_word(self, name: str) -> str:
        path = self.log(name)
        text = path.read_text("utf-8", "replace") if path.exists() else ""
        last = text.strip().splitlines()[-1:]
        return f"{name} s’est arrêté : voir {path}" + "".join(f" ({x})" for x in last)
