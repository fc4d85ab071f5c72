"""The process that starts the servers, takes commands and stops everything."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import socket
import sys
import time
from collections.abc import Sequence
from typing import Any

from stack import control, guard, pki
from stack.dovecot import Dovecot
from stack.errors import StackError, from_os_error
from stack.facts import facts
from stack.layout import HOST, Layout
from stack.postfix import Postfix
from stack.radicale import Radicale
from stack.redis import Redis
from stack.relay import Relay
from stack.server import Server, find_program
from stack.slapd import Slapd

# slowest to start first, so that they load side by side
NAMES = ("slapd", "radicale", "redis", "mta", "dovecot")
DISK_NEEDED = 300 * 1024 * 1024
TICK = 0.3


class Supervisor:
    """Servers of one folder, for the time of one process."""

    def __init__(self, layout: Layout, names: Sequence[str] = ()) -> None:
        self.layout = layout
        self.servers = {
            server.name: server
            for server in map(self._server, NAMES)
            if not names or server.name in names or _role(server) in names
        }
        if unknown := set(names) - set(NAMES) - {"postfix", "relay"}:
            raise StackError(f"Serveur inconnu : {', '.join(sorted(unknown))}.")
        self.ending = False
        self.pids = layout.path("run", "pids.json")

    def _server(self, name: str) -> Server:
        mta = Postfix if self.layout.mta == "postfix" else Relay
        kinds = {"slapd": Slapd, "radicale": Radicale, "redis": Redis, "mta": mta}
        return {**kinds, "dovecot": Dovecot}[name](self.layout)

    # --- life -------------------------------------------------------------------------
    def up(self) -> float:
        """Start everything; the seconds it took."""
        begin = time.monotonic()
        try:
            self._prepare()
            for server in self.servers.values():
                server.spawn()
            self._note_pids()
            for server in self.servers.values():
                server.wait()
        except OSError as error:
            raise from_os_error(error) from error
        return time.monotonic() - begin

    def _prepare(self) -> None:
        for server in self.servers.values():
            for program, package in server.programs.items():
                find_program(program, package)
        self.layout.make("run")
        self.layout.make("log")
        self._check_room()
        self._check_ports()
        pki.ensure(self.layout)
        self._end_leftovers()
        guard.watch(self.pids)
        # before the first change of user: 5000 and postfix must pass
        self.layout.folder.chmod(0o755)
        text = json.dumps(facts(self.layout), indent=1, ensure_ascii=False)
        self.layout.path("stack.json").write_text(text, "utf-8")
        self.control = control.listen(self.layout.folder)

    def _check_room(self) -> None:
        if shutil.disk_usage(self.layout.folder).free < DISK_NEEDED:
            needed = DISK_NEEDED // 1024 // 1024
            raise StackError(
                f"Le disque de {self.layout.folder} est plein : il faut {needed} Mo."
            )

    def _check_ports(self) -> None:
        for server in self.servers.values():
            for name in server.listens:
                _check_port(name, self.layout.ports[name])

    def _end_leftovers(self) -> None:
        """Servers of a supervisor that was killed together with its guard."""
        guard.end_all(self.pids)
        self.layout.path("run", "dovecot", "master.pid").unlink(missing_ok=True)

    def run(self, *, tied: bool = False) -> None:
        """Obey until told to end; `tied`: also at the end of standard input."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._end)
        watched: list[Any] = [self.control, *([sys.stdin.buffer] if tied else [])]
        while not self.ending:
            ready, _, _ = select.select(watched, [], [], TICK)
            if self.control in ready:
                control.serve(self.control, self.act)
            if sys.stdin.buffer in ready and not os.read(0, 1024):
                self.ending = True
        self.down()

    def _end(self, *_: object) -> None:
        self.ending = True

    def down(self) -> None:
        for server in reversed(list(self.servers.values())):
            server.stop()
        control.socket_path(self.layout.folder).unlink(missing_ok=True)
        self.pids.unlink(missing_ok=True)

    # --- commands ---------------------------------------------------------------------
    def act(self, request: control.Message) -> control.Message:
        """One command of `python -m stack`, about one server or about all."""
        act = request.get("act")
        if act == "status":
            return {"servers": {s.name: _state(s) for s in self.servers.values()}}
        if act == "down":
            self.down()
            self.ending = True
            return {}
        _command(str(act), self._named(str(request.get("server"))))
        self._note_pids()
        return {}

    def _named(self, name: str) -> Server:
        for server in self.servers.values():
            if name in (server.name, _role(server)):
                return server
        raise StackError(f"Serveur inconnu : {name}.")

    def _note_pids(self) -> None:
        running = {
            s.name: s.process.pid
            for s in self.servers.values()
            if s.process is not None
        }
        guard.note(self.pids, running)


def _command(act: str, server: Server) -> None:
    match act:
        case "start" if not server.running:
            server.spawn()
            server.wait()
        case "stop":
            server.stop()
        case "kill":
            server.kill()
        case "pause":
            server.send(signal.SIGSTOP)
        case "resume":
            server.send(signal.SIGCONT)


def _role(server: Server) -> str:
    return "mta" if server.name in ("postfix", "relay") else server.name


def _state(server: Server) -> dict[str, Any]:
    return {
        "running": server.running,
        "pid": server.process.pid if server.process else None,
        "ports": {name: server.layout.ports[name] for name in server.listens},
    }


def _check_port(name: str, port: int) -> None:
    with socket.socket() as probe:
        # else a connection of our last run that still lingers counts as taken
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise StackError(
                f"Le port {port} ({name}) est pris : choisissez une autre base de "
                "ports (STACK_BASE ou --base), ou arrêtez ce qui l’occupe."
            ) from None
