"""One run: the site on a stack, people who write, kills, and the verdict."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from stack import Stack, cast, directory
from stack.people import Person
from tests.kills import verdict
from tests.kills.course import Course
from tests.kills.killer import ROOT, Killer
from tests.kills.writers import Writer, write_all
from tests.stack.boxes import Box

_OPEN = """
    SELECT count(*) FROM mail_outgoing
    WHERE state IN ('storing', 'held', 'due', 'sending')
    OR (state IN ('sent', 'cancelled') AND NOT filed)
"""


@dataclass
class Result:
    wrongs: list[str]
    states: Counter[str]
    kills: Counter[str]
    told: Counter[str]
    seconds: float


def run(stack: Stack, folder: Path, course: Course) -> Result:
    begin = time.monotonic()
    database = folder / "site.sqlite3"
    environment = _environment(stack, folder, database)
    environment["PATIENCE"] = str(course.patience)
    environment["TESTING"] = "1" if course.is_forked else "0"
    _manage(environment, "migrate", "-v0")
    if not course.is_forked:
        _manage(environment, "collectstatic", "--noinput", "-v0")
    killer = Killer(stack, environment, folder, _free_port(), course)
    killer.start()
    try:
        writers = _writers(stack, killer.port, course)
        write_all(writers, course.messages)
        killer.is_quiet = True
        _settle(database, course.quiet)
        wrong = verdict.wrongs(writers, stack, database)
    finally:
        killer.stop()
    states = Counter(row.state for row in verdict.rows(database))
    return Result(wrong, states, killer.kills, _told(writers), time.monotonic() - begin)


def _manage(environment: dict[str, str], *words: str) -> None:
    command = [sys.executable, "manage.py", *words]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=True)


def _told(writers: list[Writer]) -> Counter[str]:
    """What people were answered."""
    told: Counter[str] = Counter()
    for each in (each for writer in writers for each in writer.sent):
        told["accepted"] += each.accepted
        told[f"given up after {each.status}"] += not each.accepted
        told["taken back"] += each.undone
        told["too late"] += each.refused
        told["clicks"] += each.clicks
        told["scheduled"] += each.kind.startswith("later")
    return +told


def _writers(stack: Stack, port: int, course: Course) -> list[Writer]:
    people = [_person(number) for number in range(course.people)]
    directory.add(stack.layout, map(directory.person_entry, people))
    writers = [
        Writer(person, Box(person.uid, stack.ports["imap"]), port, course.kinds)
        for person in people
    ]
    end = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 0.5).close()
            break
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
    for writer in writers:
        writer.sign_in()
    return writers


def _person(number: int) -> Person:
    mark = f"{time.time_ns() % 10**8}{number}"
    return Person(
        uid=f"k{mark}",
        given="Élodie",
        surname=f"Essai{mark}",
        title="ENS",
        school=cast.COLLEGE,
        numen=f"86E26{mark}"[:13],
        password=f"Secret-{mark}",
    )


def _settle(database: Path, quiet: int) -> None:
    """Until nothing is on its way any more: what a crash left takes a while."""
    end = time.monotonic() + quiet
    while time.monotonic() < end:
        with closing(sqlite3.connect(database, 20)) as connection:
            [count] = connection.execute(_OPEN).fetchone()
        if not count:
            return
        time.sleep(0.5)


def _environment(stack: Stack, folder: Path, database: Path) -> dict[str, str]:
    return stack.environment | {
        "DJANGO_SETTINGS_MODULE": "convergence.settings",
        "DEBUG": "0",
        "HTTPS": "0",
        "SECRET_KEY": "of the kills",
        "LOG_LEVEL": "WARNING",
        "DATABASE_URL": f"sqlite:///{database}",
        "STATIC_ROOT": str(folder / "static"),
        "UPLOAD_ROOT": str(folder / "uploads"),
        "UNDO_SECONDS": "1",
        "DISCONNECTION": "0",
        "SIGN_IN_REFUSAL_MS": "0",
        "IMAP_TIMEOUT": "2",
        "SMTP_TIMEOUT": "5",
        "WEB_WORKERS": "2",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
