"""How a command reaches the supervisor: one JSON line each way on a unix socket."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from stack.errors import StackError

Message = dict[str, Any]
TIMEOUT = 60.0


def socket_path(folder: Path) -> Path:
    return folder / "run" / "control"


def listen(folder: Path) -> socket.socket:
    path = socket_path(folder)
    path.unlink(missing_ok=True)
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    path.chmod(0o600)
    server.listen()
    return server


def serve(server: socket.socket, act: Callable[[Message], Message]) -> None:
    """Answer one request; an error of `act` is the answer."""
    connection, _ = server.accept()
    with connection, contextlib.suppress(OSError, ValueError):
        connection.settimeout(TIMEOUT)
        request = json.loads(_read_line(connection))
        try:
            answer = act(request)
        except StackError as error:
            answer = {"error": str(error)}
        connection.sendall(json.dumps(answer).encode() + b"\n")


def ask(folder: Path, **request: Any) -> Message:
    """The supervisor's answer; StackError when it refuses or does not run."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(TIMEOUT)
        try:
            connection.connect(str(socket_path(folder)))
        except OSError:
            raise StackError(f"Aucune pile ne tourne dans {folder}.") from None
        connection.sendall(json.dumps(request).encode() + b"\n")
        line = _read_line(connection)
    if not line:
        raise StackError(f"La pile de {folder} s’est arrêtée sans répondre.")
    answer: Message = json.loads(line)
    if "error" in answer:
        raise StackError(answer["error"])
    return answer


def _read_line(connection: socket.socket) -> bytes:
    received = b""
    while not received.endswith(b"\n") and (data := connection.recv(65536)):
        received += data
    return received
