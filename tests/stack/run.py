"""The stack of this test run: its folder and its ports, chosen once per process."""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import socket
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO

from stack import Stack
from stack.layout import HOST, OFFSETS

BASES = range(12000, 31000, 1000)


@dataclass
class Run:
    """`ours`: this run starts and stops the stack."""

    stack: Stack
    ours: bool
    locks: list[IO[str]] = field(default_factory=list)

    def close(self, *, keep: bool = False) -> None:
        if not self.ours:
            return
        self.stack.down()
        if not keep:
            shutil.rmtree(self.stack.layout.folder, ignore_errors=True)
        for lock in self.locks:
            lock.close()


@cache
def chosen() -> Run:
    if folder := os.environ.get("CONVERGENCE_STACK"):
        return Run(Stack.at(folder), ours=False)
    # short: the paths of unix sockets are limited
    folder = tempfile.mkdtemp(prefix="cv-", dir="/tmp")
    locks: list[IO[str]] = []
    return Run(Stack(folder, _free_base(locks)), ours=True, locks=locks)


def everything_must_run() -> bool:
    """What is missing is then a failure, not a skip."""
    return os.environ.get("CONVERGENCE_REQUIRE_LIVE") == "1"


def _free_base(locks: list[IO[str]]) -> int:
    """A base whose ports are free, kept from other runs until ours ends."""
    for base in random.sample(BASES, len(BASES)):
        lock = Path(tempfile.gettempdir(), f"convergence-ports-{base}").open("w")  # noqa: SIM115 (held to the end)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            continue
        if all(_is_free(base + offset) for offset in OFFSETS.values()):
            locks.append(lock)
            return base
        lock.close()
    raise RuntimeError("no free range of ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
