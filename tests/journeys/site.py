"""The whole site as in production: gunicorn, worker and beat on the test stack."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stack import Stack

ROOT = Path(__file__).resolve().parent.parent.parent
# a visit as it would be after so many minutes without a request
_IDLE = """
from django.contrib.sessions.backends.db import SessionStore
store = SessionStore({key!r})
store["seen"] -= {minutes} * 60
store.save()
"""
DOORS = {"nominative": "messagerie.localhost", "functional": "bal.localhost"}
UNDO_SECONDS = 6
# times that a person can wait for and a test need not
_HASTY = {
    "UNDO_SECONDS": str(UNDO_SECONDS),
    # the button that is proposed depends on the hour
    "DISCONNECTION": "0",
    # beside the mail there is a frame around it: tests/journeys/test_dock.py
    "COMPOSER": "page",
    "SIGN_IN_REFUSAL_MS": "0",
    "SIGN_IN_FAILURES_PER_ADDRESS": "1000",
    "IMAP_TIMEOUT": "2",
    "LDAP_TIMEOUT": "2",
    "SMTP_TIMEOUT": "4",
}


@dataclass
class Site:
    """The running site. `environment` is what its processes got beside their own."""

    environment: dict[str, str]
    folder: Path
    port: int = 0
    live_port: int = 0
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @classmethod
    def on(cls, stack: Stack, folder: Path) -> Site:
        """The site on these servers; what it writes stays in `folder`."""
        own = {
            "DJANGO_SETTINGS_MODULE": "convergence.settings",
            "TESTING": "0",
            "DEBUG": "0",
            "HTTPS": "0",
            "SECRET_KEY": "of the journeys",
            "LOG_LEVEL": "WARNING",
            "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
            "STATIC_ROOT": str(folder / "static"),
            "UPLOAD_ROOT": str(folder / "uploads"),
        }
        return cls({**stack.environment, **own, **_HASTY}, folder)

    def url(self, door: str, path: str = "/") -> str:
        return f"http://{DOORS[door]}:{self.port}{path}"

    # --- life -------------------------------------------------------------------------
    def start(self) -> None:
        self.port, self.live_port = _free_port(), _free_port()
        self.environment["LIVE_PORT"] = str(self.live_port)
        self.manage("migrate", "-v0")
        self.manage("collectstatic", "--noinput", "-v0")
        gunicorn = ["gunicorn", "-c", "deploy/gunicorn.conf.py"]
        # the control socket has one fixed path in the home folder
        gunicorn += ["--no-control-socket", "--bind", f"127.0.0.1:{self.port}"]
        celery = ["celery", "-A", "convergence", "worker", "-B", "-Q", "send,slow"]
        celery += ["--pool", "solo", "-l", "WARNING"]
        celery += ["-s", str(self.folder / "beat")]
        self._spawn("gunicorn", [*gunicorn, "convergence.wsgi"])
        self._spawn("celery", celery)
        self._spawn("live", ["live", "--bind", f"127.0.0.1:{self.live_port}"])
        self._wait()

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def manage(self, *words: str) -> None:
        command = [sys.executable, "manage.py", *words]
        subprocess.run(command, cwd=ROOT, env=self._variables(), check=True)

    def _variables(self) -> dict[str, str]:
        return {**os.environ, **self.environment, "PYTHONWARNINGS": "ignore"}

    def _spawn(self, name: str, words: list[str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *words],
                cwd=ROOT,
                env=self._variables(),
                stdout=log,
                stderr=log,
            )

    def _wait(self) -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.5).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError(self.log("gunicorn"))

    def log(self, name: str) -> str:
        """The end of what a process wrote."""
        return (self.folder / f"{name}.log").read_text("utf-8")[-4000:]

    # --- behind its back --------------------------------------------------------------
    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What its database holds, or a change to it."""
        with closing(sqlite3.connect(self.folder / "site.sqlite3", 20)) as database:
            found = database.execute(query, values).fetchall()
            database.commit()
        return found

    def leave_idle(self, session: str, minutes: int) -> None:
        self.manage("shell", "-v0", "-c", _IDLE.format(key=session, minutes=minutes))

    def let_time_pass(self) -> None:
        """Undo windows are over, and so is the wait before another try to send."""
        self.rows(
            "UPDATE mail_outgoing SET due_at = datetime('now', '-1 minute'),"
            " retry_at = NULL WHERE state IN ('held', 'due')"
        )

    def refusals(self, person: str) -> list[tuple[str, str]]:
        """(act, mailbox) of what this person was refused, oldest first."""
        query = (
            "SELECT act, mailbox FROM accounts_auditevent"
            " WHERE person = ? AND outcome = 'refused' ORDER BY id"
        )
        return self.rows(query, person)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
