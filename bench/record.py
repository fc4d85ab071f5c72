"""First pass: which IMAP commands an operation sends, and how many octets move."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from bench.operations import Operation
from bench.wire import Command, Recorder

WARM_UP = 3
RUNS = 4
# other messages than the timed runs, which begin at 0
FIRST = 40


@dataclass(frozen=True, slots=True)
class Recorded:
    """`runs[k]`: the commands of one warm run and the UID it was done to."""

    runs: tuple[tuple[int, tuple[Command, ...]], ...]
    octets: int
    http_octets: int

    @property
    def commands(self) -> int:
        return int(statistics.median(len(commands) for _uid, commands in self.runs))


def record(recorder: Recorder, op: Operation) -> Recorded:
    for i in range(WARM_UP):
        op.ours(FIRST + i)
    recorder.taken()
    runs, octets, http = [], [], []
    for i in range(FIRST + WARM_UP, FIRST + WARM_UP + RUNS):
        replies = op.ours(i)
        commands, moved = recorder.taken()
        runs.append((op.uid(i), tuple(commands)))
        octets.append(moved)
        http.append(sum(reply.size for reply in replies))
    return Recorded(
        tuple(runs), int(statistics.median(octets)), int(statistics.median(http))
    )


def replayed(recorded: Recorded, i: int, uid: int) -> list[Command]:
    """The commands of the i-th replay, done to `uid` instead of the recorded one."""
    old, commands = recorded.runs[i % len(recorded.runs)]
    if not old or not uid or old == uid:
        return list(commands)
    before, after = b" %d " % old, b" %d " % uid
    return [Command(c.text.replace(before, after, 1), c.joined) for c in commands]
