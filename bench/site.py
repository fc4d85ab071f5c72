"""The site under measure: its own stack, database and gunicorn, in .bench/."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from stack import Stack, StackError

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".bench"
DATABASE = HOME / "bench.sqlite3"
# beside the demo and the tests
STACK_BASE = int(os.environ.get("STACK_BASE") or "31500")


def start_stack() -> Stack:
    """The servers in .bench/stack, as they were left, tied to this process."""
    HOME.mkdir(exist_ok=True)
    # a search reads the headers that the index keeps, as where others were measured
    stack = Stack(HOME / "stack", STACK_BASE, full_text=False)
    try:
        stack.up(tied=True)
    except StackError as error:
        raise SystemExit(str(error)) from error
    return stack


def environment_on(stack: Stack) -> dict[str, str]:
    """What the site needs on these servers."""
    return stack.environment | {
        "SECRET_KEY": "bench",
        "BENCH": "1",
        "DATABASE_URL": f"sqlite:///{DATABASE}",
        "STATIC_ROOT": str(HOME / "static"),
        "UPLOAD_ROOT": str(HOME / "uploads"),
        "DJANGO_SETTINGS_MODULE": "convergence.settings",
    }


def prepare(environment: dict[str, str]) -> None:
    """An empty database and the static files."""
    for suffix in ("", "-wal", "-shm"):
        DATABASE.with_name(DATABASE.name + suffix).unlink(missing_ok=True)
    manage(environment, "migrate", "-v0")
    manage(environment, "collectstatic", "--noinput", "-v0")


def manage(environment: dict[str, str], *words: str) -> None:
    command = [sys.executable, "manage.py", *words]
    subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=True)


def asked(environment: dict[str, str], code: str) -> str:
    """What the site's own code prints."""
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Gunicorn:
    """The site as in production: gthread workers."""

    environment: dict[str, str]
    workers: int = 2
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> Gunicorn:
        variables = {
            **os.environ,
            **self.environment,
            "WEB_WORKERS": str(self.workers),
            "WEB_BIND": f"127.0.0.1:{self.port}",
        }
        command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py"]
        command += ["--bind", f"127.0.0.1:{self.port}", "convergence.wsgi"]
        with (HOME / "gunicorn.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=variables, stdout=log, stderr=log
            )
        self._wait()
        return self

    def _wait(self) -> None:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.5).close()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("gunicorn does not start: see .bench/gunicorn.log")

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(15)


@dataclass(frozen=True)
class Live:
    """The event service as in production."""

    environment: dict[str, str]
    port: int
    pid: int

    def counts(self) -> dict[str, int]:
        """What it says of itself; empty while it does not answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/sante")
            found: dict[str, int] = json.loads(connection.getresponse().read())
        except OSError:
            return {}
        finally:
            connection.close()
        return found


@contextmanager
def live(environment: dict[str, str]) -> Iterator[Live]:
    port = free_port()
    command = [sys.executable, "-m", "live", "--bind", f"127.0.0.1:{port}"]
    variables = os.environ | environment
    with (HOME / "live.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=variables, stdout=log, stderr=log
        )
    running = Live(environment, port, process.pid)
    try:
        end = time.monotonic() + 20
        while not running.counts().get("redis"):
            if time.monotonic() > end:
                raise SystemExit(
                    "the event service does not start: see .bench/live.log"
                )
            time.sleep(0.05)
        yield running
    finally:
        process.terminate()
        process.wait(15)
