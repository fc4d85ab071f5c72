"""Who is killed, at which step, how often; what was killed starts again."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from stack import Stack, StackError
from tests.kills.course import SERVERS, VICTIMS, Course

ROOT = Path(__file__).resolve().parents[2]
DOWN_SECONDS = 0.4
# between two kills of a plan: what was killed is to do something before the next
REST_SECONDS = 0.25


@dataclass
class Killer:
    """The processes of the site, and the end of some of them. `is_quiet`: no more."""

    stack: Stack
    environment: dict[str, str]
    folder: Path
    port: int
    course: Course
    seed: int = 1
    is_quiet: bool = False
    kills: Counter[str] = field(default_factory=Counter)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    ending: bool = False

    def start(self) -> None:
        self._random = random.Random(self.seed)
        self._busy = threading.Lock()
        self._plan, self._last = list(self.course.plan), 0.0
        self._server = socket.socket(socket.AF_UNIX)
        path = self.folder / "killer"
        self._server.bind(str(path))
        self._server.listen(64)
        self.environment["KILLER"] = str(path)
        threading.Thread(target=self._serve, daemon=True).start()
        for name in ("web", "worker", "beat"):
            self._spawn(name)
        threading.Thread(target=self._watch, daemon=True).start()

    def stop(self) -> None:
        self.ending = True
        for process in self.processes.values():
            _end(process)
        self._server.close()

    @property
    def count(self) -> int:
        return sum(self.kills.values())

    def _words(self, name: str) -> list[str]:
        celery = ["celery", "-A", "tests.kills.worker:app"]
        if name == "web":
            bind = ["--bind", f"127.0.0.1:{self.port}", "--no-control-socket"]
            bind += ["--preload"] if self.course.is_forked else []
            settings = ["-c", "deploy/gunicorn.conf.py"]
            return ["gunicorn", *settings, *bind, "tests.kills.web"]
        if name == "worker":
            pool = ["prefork", "-c", "2"] if self.course.is_forked else ["solo"]
            queues = ["-Q", "send,slow", "-l", "WARNING", "--pool", *pool]
            return [*celery, "worker", *queues]
        schedule = ["-s", str(self.folder / "beat"), "--pidfile="]
        return [*celery, "beat", "-l", "WARNING", *schedule]

    def _spawn(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *self._words(name)],
                cwd=ROOT,
                env={**os.environ, **self.environment, "PYTHONWARNINGS": "ignore"},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _watch(self) -> None:
        """What was killed starts again, as under systemd."""
        while not self.ending:
            for name, process in list(self.processes.items()):
                if process.poll() is not None and not self.ending:
                    self._spawn(name)
            time.sleep(0.2)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = self._server.accept()
                threading.Thread(target=self._asked, args=(line,), daemon=True).start()

    def _asked(self, line: socket.socket) -> None:
        with line, contextlib.suppress(OSError):
            step = line.recv(100).decode().strip()
            line.sendall(self._decide(step).encode())

    def _decide(self, step: str) -> str:
        with self._busy:
            victim = "" if self.is_quiet else self._chosen(step)
            if not victim:
                return "live"
            self.kills[f"{victim}, {step}"] += 1
            if victim == "self":
                return "die"
            if victim in SERVERS:
                self._kill_server(victim)
            else:
                _end(self.processes[victim])
            return "live"

    def _chosen(self, step: str) -> str:
        """Who dies now; "" for nobody."""
        if not self.course.plan:
            is_enough = self.count >= self.course.kills
            if is_enough or self._random.random() > self.course.chance:
                return ""
            return self._random.choice(VICTIMS)
        kill = next((each for each in self._plan if each[1] == step), None)
        if kill is None or time.monotonic() < self._last + REST_SECONDS:
            return ""
        self._plan.remove(kill)
        self._last = time.monotonic()
        return kill[0]

    def _kill_server(self, name: str) -> None:
        """Killed now; back after a moment, while the one who asked goes on."""
        self.stack.kill(name)
        threading.Thread(target=self._back, args=(name,), daemon=True).start()

    def _back(self, name: str) -> None:
        time.sleep(DOWN_SECONDS)
        for _ in range(20):
            with contextlib.suppress(StackError):
                self.stack.start(name)
                return
            time.sleep(0.5)


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
