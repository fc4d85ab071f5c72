"""What all servers have in common: being prepared, started, awaited and stopped."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import ClassVar

from stack.errors import StackError
from stack.layout import HOST, Layout

START_LIMIT = 20.0  # seconds
STOP_LIMIT = 8.0
PAUSE = 0.01
# slapd reserves memory for each possible file: gigabytes at the 10^6 of containers
FILES_LIMIT = 4096


class Server:
    """One server of the stack. Subclasses say how it is configured and called."""

    name: ClassVar[str]
    listens: ClassVar[tuple[str, ...]]  # names of ports of layout.OFFSETS
    programs: ClassVar[dict[str, str]]  # program → Debian package

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Write the configuration; called before each start."""
        raise NotImplementedError

    def command(self) -> list[str]:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return {}

    def started(self) -> None:
        """Called once the ports answer."""

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def spawn(self) -> None:
        self.prepare()
        log = self.layout.path("log", f"{self.name}.out")
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.layout.folder,
                env=os.environ | self.environment(),
                start_new_session=True,
                preexec_fn=_limit_files,
            )

    def wait(self) -> None:
        """Return when every port answers."""
        end = time.monotonic() + START_LIMIT
        for port in self.listens:
            while not reachable(self.layout.ports[port]):
                self._check_alive()
                if time.monotonic() > end:
                    raise StackError(f"{self.name} ne répond pas : {self._log()}")
                time.sleep(PAUSE)
        self.started()

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End the server and all that it started."""
        if self.process is None:
            return
        process, self.process = self.process, None
        if process.poll() is None:
            # a paused server would never read the signal
            signal_group(process.pid, signal.SIGCONT)
            self.ask_to_end(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_LIMIT)
        end_group(process.pid)
        process.wait()

    def ask_to_end(self, pid: int, number: int) -> None:
        os.kill(pid, number)

    def kill(self) -> None:
        """As if the machine had lost it."""
        if self.process is not None:
            end_group(self.process.pid)
            self.process.wait()
            self.process = None

    def send(self, number: int) -> None:
        """A signal to the server and all that it started: SIGSTOP, SIGCONT."""
        if self.process is not None:
            signal_group(self.process.pid, number)

    def _check_alive(self) -> None:
        if not self.running:
            raise StackError(f"{self.name} s’est arrêté au démarrage : {self._log()}")

    def _log(self) -> str:
        path = self.layout.path("log", f"{self.name}.out")
        last = path.read_text("utf-8", "replace").strip().splitlines()[-1:]
        return f"voir {path}" + "".join(f" ({line})" for line in last)


def reachable(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), 0.5).close()
    except OSError:
        return False
    return True


def signal_group(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def end_group(group: int) -> None:
    signal_group(group, signal.SIGKILL)


def find_program(program: str, package: str) -> str:
    """The path of a program, sbin included; a path is only checked."""
    if program.startswith("/") and Path(program).exists():
        return program
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))
    found = shutil.which(program, path=path)
    if found is None:
        raise StackError(f"Le programme {program} manque : installez {package}.")
    return found


def _limit_files() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = FILES_LIMIT if hard == resource.RLIM_INFINITY else min(hard, FILES_LIMIT)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
