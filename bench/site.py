"""The site under measure: its own stack, database and gunicorn, in .bench/."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".bench"
STACK_BASE = int(os.environ.get("STACK_BASE", "24000"))


def start_stack() -> dict[str, str]:
    """Start the servers in .bench/stack; the environment that the site needs."""
    HOME.mkdir(exist_ok=True)
    where = ["--dir", str(HOME / "stack")]
    _stack("up", *where, "--base", str(STACK_BASE), "--background")
    lines = _stack("env", *where).splitlines()
    variables = dict(line.split("=", 1) for line in lines if "=" in line)
    variables = {k: v.strip("'\"") for k, v in variables.items()}
    return variables | {
        "SECRET_KEY": "bench",
        "BENCH": "1",
        "DATABASE_URL": f"sqlite:///{HOME / 'bench.sqlite3'}",
        "STATIC_ROOT": str(HOME / "static"),
        "DJANGO_SETTINGS_MODULE": "convergence.settings",
        "LOG_LEVEL": "WARNING",
    }


def stop_stack() -> None:
    _stack("down", "--dir", str(HOME / "stack"))


def _stack(*words: str) -> str:
    command = [sys.executable, "-m", "stack", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
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
