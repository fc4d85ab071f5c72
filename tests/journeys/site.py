"""The whole site as subprocesses: gunicorn, worker and beat on the test stack."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DOORS = {"nominative": "messagerie.localhost", "functional": "bal.localhost"}

_MEMBERSHIP = """
from accounts.models import Mailbox, Membership, User
user, _ = User.objects.get_or_create(uid={uid!r})
box, _ = Mailbox.objects.get_or_create(
    address={address!r},
    defaults=dict(login={login!r}, kind="functional", name={name!r}),
)
Membership.objects.update_or_create(
    user=user, mailbox=box, defaults=dict(role={role!r})
)
"""


@dataclass
class Site:
    """The running site. `environment` is what its processes got."""

    environment: dict[str, str]
    folder: Path
    port: int = 0
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def url(self, door: str, path: str = "/") -> str:
        return f"http://{DOORS[door]}:{self.port}{path}"

    def start(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.manage("migrate", "-v0")
        gunicorn = ["gunicorn", "-c", "deploy/gunicorn.conf.py"]
        gunicorn += ["--bind", f"127.0.0.1:{self.port}", "convergence.wsgi"]
        celery = ["celery", "-A", "convergence", "worker", "-B", "-Q", "send,slow"]
        celery += ["--pool", "solo", "-l", "WARNING"]
        celery += ["-s", str(self.folder / "beat")]
        self._spawn("gunicorn", gunicorn)
        self._spawn("celery", celery)
        self._wait()

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()

    def manage(self, *words: str) -> None:
        command = [sys.executable, "manage.py", *words]
        subprocess.run(command, cwd=ROOT, env=self._variables(), check=True)

    def open_to(self, uid: str, address: str, role: str, name: str) -> None:
        """Give a role on a functional mailbox, as an administrator would."""
        login = address.partition("@")[0].lower()
        script = _MEMBERSHIP.format(
            uid=uid, address=address, login=login, role=role, name=name
        )
        self.manage("shell", "-v0", "-c", script)

    def _variables(self) -> dict[str, str]:
        return {**os.environ, **self.environment, "PYTHONWARNINGS": "ignore"}

    def _spawn(self, name: str, words: list[str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *words],
                cwd=ROOT,
                env=self._variables(),
                stdout=log,
                stderr=log,
            )
        self.processes.append(process)

    def _wait(self) -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.5).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError((self.folder / "gunicorn.log").read_text()[-2000:])
