"""What comes from outside reaches the server as one command, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from convergence.errors import ConvergenceError, ForbiddenCharacter, InputRefused
from mail.imap import guard
from mail.imap.pool import Pool
from mail.imap.store import ImapStore
from mail.messages import Query
from tests.mail.imap.conftest import letter
from tests.stack.boxes import Box
from tests.stack.proxy import Proxy

BAD = ["x\r\nz LOGOUT", "x\nz LOGOUT", "x\rz", "x\0y", "\x7f", "x\ud800"]
ACTS: dict[str, Callable[[ImapStore, Any], object]] = {
    "page": lambda s, v: s.page(v, 1),
    "create": lambda s, v: s.create(v),
    "append to": lambda s, v: s.append(v, b"x"),
    "search": lambda s, v: s.search("INBOX", Query(text=v), 1),
    "find": lambda s, v: s.find("INBOX", v),
    "flag": lambda s, v: s.mark("INBOX", [1], v, on=True),
    "append flag": lambda s, v: s.append("INBOX", b"x", (v,)),
    "move to": lambda s, v: s.move("INBOX", [1], v),
    "part": lambda s, v: s.part("INBOX", 1, v),
    "read in": lambda s, v: s.read(v, 1),
    "uid": lambda s, v: s.read("INBOX", v),
    "uids": lambda s, v: s.expunge("INBOX", [v]),
}


@pytest.fixture
def ready(store: ImapStore, box: Box, proxy: Proxy) -> ImapStore:
    box.deliver(letter())
    store.page("INBOX", 1)
    proxy.clear()
    return store


@pytest.mark.parametrize("act", ACTS)
def test_no_second_command(ready: ImapStore, proxy: Proxy, act: str) -> None:
    for value in BAD:
        with pytest.raises((ForbiddenCharacter, InputRefused)):
            ACTS[act](ready, value)
    # a NOOP may have come before the refusal, never anything of the value
    assert set(proxy.commands) <= {b"NOOP"}


def test_a_uid_is_a_number(ready: ImapStore, proxy: Proxy) -> None:
    values: list[Any] = ["1:*", "1,2", "1", 1.0, True, None, 0, -1, 2**32]
    for value in values:
        for act in ("uid", "uids"):
            with pytest.raises(InputRefused):
                ACTS[act](ready, value)
    assert set(proxy.commands) <= {b"NOOP"}


def test_a_part_is_a_section(ready: ImapStore, proxy: Proxy) -> None:
    for value in ("", "0", "1.0", "1..2", "1.MIME", "TEXT", "1]", "a"):
        with pytest.raises(InputRefused):
            ready.part("INBOX", 1, value)
    assert proxy.commands == []


def test_a_flag_is_an_atom(ready: ImapStore, proxy: Proxy) -> None:
    for value in ("", "a b", r"\Recent x", "(", "{3}", '"', r"\Seen)", "é", "x" * 65):
        with pytest.raises(ForbiddenCharacter):
            ready.mark("INBOX", [1], value, on=True)
    assert proxy.commands == []


NAMES = [
    *('guillemet"', "barre\\oblique", "a&b", "&AOk-", "été", "🎄", "日本語"),
    *("espace ", "*", "%", "a*b%c", "{3+}", "(x)", "NIL", "x~", "x" * 60),
]


def test_a_folder_of_any_name_is_made_listed_and_opened(
    store: ImapStore, proxy: Proxy
) -> None:
    for name in NAMES:
        store.folders()
        proxy.clear()
        store.create(name)
        assert [c.split()[0] for c in proxy.commands] == [b"CREATE", b"SUBSCRIBE"]
        store.append(name, letter())
        assert store.page(name, 1).total == 1
    assert set(NAMES) <= {folder.name for folder in store.folders()}


def test_a_folder_that_cannot_be(store: ImapStore) -> None:
    for name in ("", "x" * 1001, "x" * 900, "a//b", "/"):
        with pytest.raises(ConvergenceError) as refusal:
            store.page(name, 1)
        assert refusal.value.status in (400, 404)


def test_a_login_that_says_more_than_a_name(pool: Pool) -> None:
    for login in ("a*b", "a b", "a\r\nb", "", "a!b", 'a"', "é", "a\0"):
        with pytest.raises(ForbiddenCharacter):
            ImapStore(pool, login, "x@y.test", writable=True).folders()
    assert pool.open == 0


def test_runs_of_uids_are_joined() -> None:
    assert guard.uid_set([7, 1, 2, 3, 3, 9]) == b"1:3,7,9"


def test_days_and_moments_are_written_as_the_protocol_wants_them() -> None:
    assert guard.day(date(2026, 2, 3)) == b"3-Feb-2026"
    assert guard.day(date(999, 12, 31)) == b"31-Dec-0999"
    east = timezone(timedelta(hours=2, minutes=30))
    at = datetime(2026, 5, 4, 8, 7, 6, tzinfo=east)
    assert guard.moment(at) == b'" 4-May-2026 08:07:06 +0230"'
    assert guard.moment(at.astimezone(UTC)) == b'" 4-May-2026 05:37:06 +0000"'
