"""The pool without a server: bounded, fair, leaking nothing, safe under threads."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from convergence.errors import MailUnavailable
from mail.imap import pool as pool_module
from mail.imap.pool import IDLE_MAX, Pool


class Line:
    """A connection as far as the pool knows it."""

    count = 0
    most = 0

    def __init__(self, login: str, writable: bool) -> None:
        self.login, self.writable = login, writable
        self.broken = self.reused = self.closed = False
        self.used_at = 0.0
        Line.count += 1
        Line.most = max(Line.most, Line.count)

    def close(self) -> None:
        assert not self.closed, "closed twice"
        self.closed = self.broken = True
        Line.count -= 1


@pytest.fixture(autouse=True)
def _nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    Line.count = Line.most = 0
    monkeypatch.setattr(pool_module, "WAIT", 0.3)


def make(size: int) -> Pool:
    return Pool(size, Line)  # type: ignore[arg-type]


def test_a_connection_given_back_is_taken_again() -> None:
    pool = make(2)
    first = pool.take("a", writable=True)
    pool.give_back(first)
    assert pool.take("a", writable=True) is first
    assert first.reused


def test_another_mailbox_or_right_gets_another_connection() -> None:
    pool = make(3)
    first = pool.take("a", writable=True)
    pool.give_back(first)
    assert pool.take("a", writable=False) is not first
    assert pool.take("b", writable=True) is not first


def test_a_broken_connection_is_closed() -> None:
    pool = make(1)
    first = pool.take("a", writable=True)
    first.broken = True
    pool.give_back(first)
    assert (Line.count, pool.open) == (0, 0)


def test_a_full_pool_drops_what_was_used_longest_ago() -> None:
    pool = make(2)
    old, new = pool.take("a", writable=True), pool.take("b", writable=True)
    pool.give_back(old)
    pool.give_back(new)
    pool.take("c", writable=True)
    assert (old.broken, new.broken, pool.open) == (True, False, 2)


def test_who_finds_no_room_is_told_in_time() -> None:
    pool = make(1)
    pool.take("a", writable=True)
    begin = time.monotonic()
    with pytest.raises(MailUnavailable):
        pool.take("b", writable=True)
    assert time.monotonic() - begin < 5
    assert pool.open == 1


def test_a_connection_that_fails_takes_no_room() -> None:
    def fails(login: str, writable: bool) -> Line:
        raise MailUnavailable

    pool = Pool(1, fails)  # type: ignore[arg-type]
    for _turn in range(3):
        with pytest.raises(MailUnavailable):
            pool.take("a", writable=True)
    assert pool.open == 0


def test_a_connection_idle_for_long_is_not_used_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool = make(2)
    first = pool.take("a", writable=True)
    pool.give_back(first)
    first.used_at -= IDLE_MAX + 1
    assert pool.take("a", writable=True) is not first
    assert (Line.count, pool.open) == (1, 1)


def test_a_fresh_one_drops_the_idle_ones_of_the_mailbox() -> None:
    pool = make(4)
    lines = [pool.take("a", writable=True) for _ in range(2)]
    for line in lines:
        pool.give_back(line)
    assert pool.take("a", writable=True, fresh=True) not in lines
    assert (Line.count, pool.open) == (1, 1)


def test_who_waits_longest_is_served_first() -> None:
    pool = make(1)
    line = pool.take("a", writable=True)
    served: list[str] = []

    def wait(name: str) -> None:
        taken = pool.take(name, writable=True)
        served.append(name)
        pool.give_back(taken)

    threads = []
    for name in ("b", "c", "a"):
        threads.append(threading.Thread(target=wait, args=(name,)))
        threads[-1].start()
        while len(pool._queue) < len(threads):
            time.sleep(0.001)
    pool.give_back(line)
    for thread in threads:
        thread.join(5)
    assert served == ["b", "c", "a"]


def test_many_threads_leave_the_count_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "WAIT", 5.0)
    pool = make(4)

    def act(number: int) -> None:
        line = pool.take(f"box{number % 7}", writable=number % 2 == 0)
        line.broken = number % 5 == 0
        pool.give_back(line)

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(act, range(3000)))
    assert Line.most <= 4
    assert Line.count == pool.open <= 4
    pool.close()
    assert (Line.count, pool.open) == (0, 0)


def test_a_child_process_starts_empty() -> None:
    pool = pool_module.pool
    before = pool.open
    pool._open += 3
    child = os.fork()
    if child == 0:
        os._exit(0 if pool.open == 0 and not pool._idle else 1)
    pool._open = before
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
