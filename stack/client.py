"""The stack seen from outside: start it, command it, ask where it listens."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from stack import control, facts
from stack.errors import StackError
from stack.layout import Layout
from stack.server import find_program
from stack.supervisor import Supervisor

REPOSITORY = Path(__file__).resolve().parent.parent
END_LIMIT = 20.0


class Stack:
    """`Stack("/tmp/s", base=11000).up()`; all servers end with `down()`.

    With `tied` they also end when this process does, however it ends.
    """

    def __init__(
        self,
        folder: str | Path,
        base: int = 10000,
        *,
        mta: str = "auto",
        full_text: bool = True,
        only: Sequence[str] = (),
    ) -> None:
        self.layout = Layout.choose(Path(folder), base, mta=mta, full_text=full_text)
        self.only = tuple(only)
        self._supervisor: subprocess.Popen[str] | None = None

    @classmethod
    def at(cls, folder: str | Path) -> Stack:
        """The stack of a folder, as it was last started."""
        try:
            text = Path(folder, "stack.json").read_text("utf-8")
        except OSError:
            raise StackError(f"Aucune pile dans {folder}.") from None
        stack = cls.__new__(cls)
        stack.layout = Layout.from_facts(json.loads(text))
        stack.only, stack._supervisor = (), None
        return stack

    # --- life -------------------------------------------------------------------------
    def up(self, *, tied: bool = False) -> str:
        """Start in the background, return once every server answers."""
        order = {"layout": self.layout.saved(), "names": self.only, "tied": tied}
        self._supervisor = subprocess.Popen(
            [sys.executable, "-m", "stack.background", json.dumps(order)],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE if tied else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        output = self._supervisor.stdout
        assert output is not None
        with output:
            lines = output.read().strip().splitlines()
        said = lines[-1] if lines else "La pile s’est arrêtée."
        if not said.startswith("ready"):
            # closes its standard input: whatever it is waiting for, it ends
            self._wait_for_end()
            raise StackError(said)
        return said

    def down(self) -> None:
        """Stop everything; nothing happens when nothing runs."""
        with contextlib.suppress(StackError):
            control.ask(self.layout.folder, act="down")
        self._wait_for_end()

    def _wait_for_end(self) -> None:
        if self._supervisor is not None:
            if self._supervisor.stdin:
                self._supervisor.stdin.close()
            self._supervisor.wait(END_LIMIT)
            return
        end = time.monotonic() + END_LIMIT
        while self.running and time.monotonic() < end:
            time.sleep(0.02)

    @property
    def running(self) -> bool:
        return self.layout.path("run", "pids.json").exists() and self._answers()

    def _answers(self) -> bool:
        with contextlib.suppress(StackError):
            self.status()
            return True
        return False

    def missing_packages(self) -> list[str]:
        """The Debian packages without which it cannot start."""
        servers = Supervisor(self.layout, self.only).servers.values()
        needed = [item for server in servers for item in server.programs.items()]
        return sorted({package for item in needed if (package := _missing(*item))})

    # --- one server -------------------------------------------------------------------
    def start(self, server: str) -> None:
        control.ask(self.layout.folder, act="start", server=server)

    def stop(self, server: str) -> None:
        control.ask(self.layout.folder, act="stop", server=server)

    def kill(self, server: str) -> None:
        """End it without warning."""
        control.ask(self.layout.folder, act="kill", server=server)

    def pause(self, server: str) -> None:
        """Its ports accept connections, nothing answers."""
        control.ask(self.layout.folder, act="pause", server=server)

    def resume(self, server: str) -> None:
        control.ask(self.layout.folder, act="resume", server=server)

    def restart(self, server: str) -> None:
        self.stop(server)
        self.start(server)

    def status(self) -> dict[str, dict[str, Any]]:
        """Server → {running, pid, ports}."""
        servers: dict[str, dict[str, Any]] = control.ask(
            self.layout.folder, act="status"
        )["servers"]
        return servers

    # --- facts ------------------------------------------------------------------------
    @cached_property
    def facts(self) -> dict[str, Any]:
        return facts.facts(self.layout)

    @property
    def ports(self) -> dict[str, int]:
        return self.layout.ports

    @property
    def environment(self) -> dict[str, str]:
        """For convergence/settings.py; known before the stack runs."""
        return facts.environment(self.layout)


def _missing(program: str, package: str) -> str | None:
    try:
        find_program(program, package)
    except StackError:
        return package
    return None
