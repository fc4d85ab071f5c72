"""What tests do behind the site's back: put messages in mailboxes and look at them."""

from __future__ import annotations

import imaplib
import mailbox
import re
import smtplib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from stack import Stack
from stack.accounts import MAIL_PASSWORD, SERVICE_USER
from stack.layout import HOST
from stack.people import FunctionalMailbox, Person

Holder = Person | FunctionalMailbox | str
PATIENCE = 15.0  # seconds for a message to travel


@dataclass(frozen=True)
class Box:
    """A mailbox, opened by the service user with a plain IMAP client."""

    login: str
    port: int

    @contextmanager
    def opened(self, folder: str | None = None) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4(HOST, self.port) as client:
            secret = f"{self.login}\0{SERVICE_USER}\0{MAIL_PASSWORD}"
            client.authenticate("PLAIN", lambda _: secret.encode())
            if folder is not None:
                _ok(client.select(_quoted(folder)))
            yield client

    def deliver(
        self, message: bytes, folder: str = "INBOX", flags: tuple[str, ...] = ()
    ) -> int:
        """Put a message in a folder, made when missing; its UID."""
        with self.opened() as client:
            if folder != "INBOX":
                client.create(_quoted(folder))
            name = _quoted(folder)
            data = _ok(client.append(name, f"({' '.join(flags)})", "", message))
        found = re.search(rb"APPENDUID \d+ (\d+)", data[0])
        assert found, data
        return int(found[1])

    def messages(self, folder: str = "INBOX") -> list[bytes]:
        """The raw messages, oldest first."""
        with self.opened(folder) as client:
            if _ok(client.search(None, "ALL")) == [b""]:
                return []
            data = _ok(client.fetch("1:*", "(BODY.PEEK[])"))
        return [part[1] for part in data if isinstance(part, tuple)]

    def flags(self, uid: int, folder: str = "INBOX") -> set[str]:
        with self.opened(folder) as client:
            [line] = _ok(client.uid("FETCH", str(uid), "(FLAGS)"))
        return {flag.decode() for flag in imaplib.ParseFlags(line)}

    def folders(self) -> set[str]:
        """Names in modified UTF-7, as they are on the wire."""
        with self.opened() as client:
            lines = _ok(client.list())
        return {line.decode().rpartition(' "/" ')[2].strip('"') for line in lines}

    def wait_for(self, text: bytes, folder: str = "INBOX") -> bytes:
        """The first message that holds this text, once it has arrived."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for message in self.messages(folder):
                if text in message:
                    return message
            time.sleep(0.05)
        raise AssertionError(f"{text!r} did not reach {folder} of {self.login}")


@pytest.fixture
def mailbox_of(stack: Stack) -> Callable[[Holder], Box]:
    """`mailbox_of(person).deliver(b"…")`; a login is accepted too."""

    def open_box(holder: Holder) -> Box:
        return Box(_login(holder), stack.ports["imap"])

    return open_box


@pytest.fixture
def receive(stack: Stack) -> Callable[[str, bytes], None]:
    """`receive("a@b", message)`: by LMTP, as from Postfix: Sieve and quota apply."""

    def receive(address: str, message: bytes, sender: str = "x@parents.test") -> None:
        with smtplib.LMTP(HOST, stack.ports["lmtp"]) as server:
            server.sendmail(sender, [address], message)

    return receive


@pytest.fixture
def outside(stack: Stack) -> Callable[[str], bytes]:
    """`outside("a@parents.test")`: the message that left for there, once captured."""

    def captured(recipient: str) -> bytes:
        end = time.monotonic() + PATIENCE
        wanted = f"X-Original-To: {recipient}".encode()
        while time.monotonic() < end:
            for message in _maildir(stack):
                if wanted in message:
                    return message
            time.sleep(0.05)
        raise AssertionError(f"nothing left for {recipient}")

    return captured


def _maildir(stack: Stack) -> list[bytes]:
    box = mailbox.Maildir(stack.facts["outside"], create=False)
    try:
        return [box.get_bytes(key) for key in box.iterkeys()]
    except (FileNotFoundError, KeyError):
        return []


def _login(holder: Holder) -> str:
    if isinstance(holder, Person):
        return holder.uid
    return holder if isinstance(holder, str) else holder.login


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _ok(answer: tuple[str, Any]) -> Any:
    status, data = answer
    assert status == "OK", data
    return data
