"""A submission server that fails as told; it knows who was accepted and what came.

Kept honest by tests that ask the real one the same (tests/mail/test_smtp.py).
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import pytest
from pytest_django.fixtures import Settings

from stack.layout import HOST


@dataclass
class Delivery:
    """One message that the server took."""

    sender: str
    recipients: list[str]
    message: bytes


@dataclass
class Submission:
    """`answers` by recipient, `mail` and `data` for all; `cut` after which command
    ("CONNECT", "MAIL", "RCPT", "DATA" or "MESSAGE") the connection ends; after so many
    refused recipients (`patience`) too, as with Postfix."""

    answers: dict[str, str] = field(default_factory=dict)
    mail: str = "250 2.1.0 Ok"
    data: str = "250 2.0.0 Ok"
    cut: str = ""
    dsn: bool = False
    patience: int = 1000
    deliveries: list[Delivery] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    authorized: list[str] = field(default_factory=list)
    port: int = 0

    def start(self) -> None:
        self._server = socket.create_server((HOST, 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                threading.Thread(
                    target=self._talk, args=(connection,), daemon=True
                ).start()

    def _talk(self, connection: socket.socket) -> None:
        quiet = contextlib.suppress(OSError, _Cut)
        with connection, connection.makefile("rb") as lines, quiet:
            _Session(self, connection, lines).run()


class _Cut(Exception):
    """The connection ends here."""


class _Session:
    def __init__(
        self, server: Submission, connection: socket.socket, lines: BinaryIO
    ) -> None:
        self.server, self.connection, self.lines = server, connection, lines
        self.sender = ""
        self.recipients: list[str] = []
        self.refused = 0

    def run(self) -> None:
        self._end("CONNECT")
        self._say("220 double ESMTP")
        for line in self.lines:
            text = line.decode("ascii").rstrip("\r\n")
            verb = text.partition(" ")[0].upper()
            self.server.commands.append(text)
            getattr(self, f"_{verb.lower()}")(text)
            self._end(verb)

    def _say(self, *lines: str) -> None:
        self.connection.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def _end(self, step: str) -> None:
        if self.server.cut == step:
            raise _Cut

    def _ehlo(self, _text: str) -> None:
        known = ["250-AUTH PLAIN", "250-8BITMIME", *["250-DSN"] * self.server.dsn]
        self._say("250-double", *known, "250 SIZE 1000000")

    def _auth(self, text: str) -> None:
        self.server.authorized.append(text.split()[2])
        self._say("235 2.7.0 Ok")

    def _mail(self, text: str) -> None:
        self.sender = re.findall(r"<(.*?)>", text)[0]
        self._say(self.server.mail)

    def _rcpt(self, text: str) -> None:
        address = re.findall(r"<(.*?)>", text)[0]
        answer = self.server.answers.get(address, "250 2.1.5 Ok")
        if answer.startswith("2"):
            self.recipients.append(address)
        self._say(answer)
        self.refused += answer.startswith("5")
        if self.refused >= self.server.patience:
            self._say("421 4.7.0 too many errors")
            raise _Cut

    def _data(self, _text: str) -> None:
        self._end("DATA")
        self._say("354 End with a dot")
        message = b""
        for line in self.lines:
            if line == b".\r\n":
                break
            message += line.removeprefix(b".")
        if self.server.data.startswith("2"):
            delivery = Delivery(self.sender, self.recipients, message)
            self.server.deliveries.append(delivery)
        self._end("MESSAGE")
        self._say(self.server.data)

    def _quit(self, _text: str) -> None:
        self._say("221 Bye")
        raise _Cut


@pytest.fixture
def submission(settings: Settings) -> Iterator[Submission]:
    """The double, in the place of the stack's submission server."""
    running = Submission()
    running.start()
    settings.SMTP_PORT = running.port
    settings.SMTP_TLS = "off"
    yield running
    running.stop()
