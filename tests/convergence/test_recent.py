"""What is remembered in a process is bounded, whole, and never blocks a child."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

from convergence.recent import Recent


def test_what_was_used_last_stays() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.put_many({"a": 1, "b": 2})
    recent.get("a")
    recent.put("c", 3)
    assert recent.get_many("abc") == {"a": 1, "c": 3}


def test_values_weigh_and_the_last_one_stays() -> None:
    recent: Recent[str, str] = Recent(5, len)
    for key in "abc":
        recent.put(key, "xx")
    assert recent.get_many("abc") == {"b": "xx", "c": "xx"}
    recent.put("b", "x")
    recent.put("d", "xx")
    assert recent.get_many("bcd") == {"b": "x", "c": "xx", "d": "xx"}
    recent.put("e", "x" * 9)
    assert recent.get_many("bcde") == {"e": "x" * 9}


def test_what_is_forgotten_makes_room() -> None:
    recent: Recent[str, str] = Recent(4, len)
    recent.put_many({"a": "xx", "b": "xx"})
    recent.forget("a")
    recent.forget("z")
    recent.put("c", "xx")
    assert recent.get_many("abc") == {"b": "xx", "c": "xx"}
    recent.clear()
    recent.put_many({"a": "xx", "b": "xx"})
    assert len(recent.get_many("ab")) == 2


def test_nobody_comes_between_a_change() -> None:
    recent: Recent[str, tuple[int, ...]] = Recent(10)

    def add(number: int) -> None:
        recent.alter("a", lambda known: (*(known or ()), number))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add, range(200)))
    assert sorted(recent.get("a") or ()) == list(range(200))


def test_a_child_does_not_wait_for_a_thread_that_it_has_not() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.put("a", 1)
    with recent._lock:
        child = os.fork()
        if not child:
            recent.put("b", 2)
            os._exit(len(recent.get_many("ab")))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
