"""Fills folders quickly: MULTIAPPEND (RFC 3502) with literals that wait for nobody."""

from __future__ import annotations

import re
from collections.abc import Callable

from bench import letters
from bench.wire import Command, Wire

BATCH = 500


class Box(Wire):
    """A mailbox on a bare socket; folder names are on the wire as they are."""

    def ask(self, text: str) -> bytes:
        return self.answer(Command(text.encode() + b"\r\n"))

    def count(self, folder: str) -> int:
        """-1 when there is no such folder."""
        try:
            answer = self.ask(f'STATUS "{folder}" (MESSAGES)')
        except RuntimeError:
            return -1
        found = re.search(rb"MESSAGES (\d+)", answer)
        assert found, answer
        return int(found[1])

    def uids(self, folder: str) -> list[int]:
        self.ask(f'EXAMINE "{folder}"')
        line = self.ask("UID SEARCH ALL").partition(b"* SEARCH")[2]
        return [int(n) for n in re.findall(rb"\d+", line.partition(b"\r\n")[0])]

    def append(self, folder: str, numbers: range, make: Callable[[int], bytes]) -> None:
        pieces = []
        for number in numbers:
            message = make(number)
            at = f'"{letters.when(number):%d-%b-%Y %H:%M:%S +0000}"'
            head = f" {letters.flags(number)} {at} {{{len(message)}+}}\r\n"
            pieces += [head.encode(), message]
        command = f'APPEND "{folder}"'.encode() + b"".join(pieces) + b"\r\n"
        self.run(Command(command))


def fill(box: Box, folder: str, wanted: int, make: Callable[[int], bytes]) -> None:
    """Until the folder holds `wanted` messages; one that holds more is made anew."""
    count = box.count(folder)
    if count > wanted:
        empty(box, folder)
        count = 0
    elif count < 0:
        box.ask(f'CREATE "{folder}"')
        count = 0
    if wanted - count > 5_000:
        print(f"filling {folder}: {wanted - count} messages", flush=True)
    for first in range(count, wanted, BATCH):
        box.append(folder, range(first, min(first + BATCH, wanted)), make)


def empty(box: Box, folder: str) -> None:
    if box.count(folder) > 0:
        box.ask(f'SELECT "{folder}"')
        box.ask("STORE 1:* +FLAGS.SILENT (\\Deleted)")
        box.ask("EXPUNGE")
        box.ask("CLOSE")
