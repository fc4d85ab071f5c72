"""Threads of the corpora: those that imaptest expects of a server, and real mail, which
the server and we group alike."""

from __future__ import annotations

import mailbox
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mail import headers
from mail.imap import orders, threads
from mail.imap.connection import Connection
from mail.threading import Trace, grouped, trace
from tests import letters
from tests.mail.imap.conftest import OpenStore, box, open_store, pool
from tests.mail.imap.test_threads import threads_of
from tests.stack.boxes import Box

__all__ = ["box", "open_store", "pool"]
pytestmark = pytest.mark.corpora
CORPORA = letters.SHARED / "corpora"
SCRIPTS = CORPORA / "imap" / "imaptest"
NAMES = [f"thread{number or ''}" for number in (0, 2, 3, 4, 5, 6, 7, 8)]
# a comparison of a few would prove little
HEADS_MIN = 500
# where we mean to differ from THREAD=REFERENCES: a message that is there twice is one,
# and what cites another message is not joined by its subject
OURS: dict[str, list[tuple[int, ...]]] = {"thread2": [(1, 2)], "thread4": [(2,), (1,)]}


def traced(uid: int, raw: bytes) -> Trace:
    header = headers.parse(re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0])
    references, answered = header.references, header.in_reply_to
    return trace(uid, header.message_id, references, answered, header.subject)


@pytest.mark.parametrize("name", NAMES)
def test_the_threads_of_imaptest(name: str) -> None:
    script = (SCRIPTS / name).read_bytes()
    line = next(n for n in script.splitlines() if n.lower().startswith(b"* thread"))
    expected = sorted(tuple(sorted(each)) for each in threads.listed(line.upper()))
    count = max(max(thread) for thread in expected)
    with closing(mailbox.mbox(SCRIPTS / f"{name}.mbox", create=False)) as box:
        messages = [box.get_bytes(key) for key in sorted(box.iterkeys())][:count]
    assert len(messages) == count > 1
    found = grouped(traced(uid, raw) for uid, raw in enumerate(messages, 1))
    assert sorted(found) == sorted(OURS.get(name, expected))


def heads() -> Iterator[bytes]:
    """The header blocks of real mail, each Message-ID once."""
    known = set()
    for path in sorted((CORPORA / "mail").rglob("*")):
        raw = _head(path) if path.is_file() else b""
        found = traced(1, raw)
        lost = found.is_answer and not found.cited
        if found.message_id and not lost and found.message_id not in known:
            known.add(found.message_id)
            yield raw


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        raw = file.read(64 * 1024)
    raw = raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw
    block = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]
    return block.replace(b"\r\n", b"\n").replace(b"\0", b"").replace(b"\n", b"\r\n")


def test_real_mail_is_grouped_as_by_the_server(
    open_store: OpenStore, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = list(heads())
    assert len(real) > HEADS_MIN
    with box.opened() as client:
        for head in real:
            client.append("INBOX", "", "", head + b"\r\n\r\nTexte.\r\n")
    by_server = threads_of(open_store().conversations("INBOX", 1, 5000))
    assert sum(len(thread) > 1 for thread in by_server) > 3
    monkeypatch.setattr(Connection, "has", lambda self, name: "THREAD" not in name)
    monkeypatch.setattr(orders, "load", lambda *args, **options: None)
    ours = threads_of(open_store().conversations("INBOX", 1, 5000))
    assert sorted(set(ours) ^ set(by_server)) == []
