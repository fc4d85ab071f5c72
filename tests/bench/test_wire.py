"""What the recording proxy keeps, and how it is replayed."""

from __future__ import annotations

import pytest

from bench.record import Recorded, replayed
from bench.wire import Command, Recorder, _ended, _Splitter, groups


def recorded(*writes: bytes) -> list[Command]:
    recorder = Recorder(0)
    splitter = _Splitter(recorder)
    for data in writes:
        splitter.feed(data)
    return recorder.taken()[0]


def test_commands_of_one_write_are_joined() -> None:
    commands = recorded(b"c1 NOOP\r\nc2 NOOP\r\n", b"c3 NOOP\r\n")
    assert [c.joined for c in commands] == [False, True, False]
    assert [len(group) for group in groups(commands)] == [2, 1]


def test_a_command_may_come_in_pieces() -> None:
    assert recorded(b"c1 NO", b"OP\r\n") == [Command(b"NOOP\r\n")]


def test_a_literal_belongs_to_its_command() -> None:
    text = b'APPEND "a" {6+}\r\nx\r\ny\r\n\r\n'
    assert recorded(b"c1 " + text + b"c2 NOOP\r\n")[0].text == text


def test_a_replay_is_done_to_another_message() -> None:
    run = (7, (Command(b"UID FETCH 7 (FLAGS)\r\n"), Command(b"NOOP\r\n", True)))
    commands = replayed(Recorded((run,), 0, 0), 3, 12)
    assert commands == [
        Command(b"UID FETCH 12 (FLAGS)\r\n"),
        Command(b"NOOP\r\n", True),
    ]


def test_an_answer_has_ended_with_its_tag() -> None:
    received = bytearray(b"\r\n* 1 FETCH ()\r\nw1 OK done\r\n")
    assert _ended(received, b"w1")
    assert not _ended(received, b"w2")


def test_a_refused_command_stops_the_run() -> None:
    with pytest.raises(RuntimeError, match="NO such"):
        _ended(bytearray(b"\r\nw1 NO such\r\n"), b"w1")
