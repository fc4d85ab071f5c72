"""The mail of the demo as it was on the Monday of the tests, made once."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from demo import seeding
from demo.letters.letter import Letter
from demo.seeding import filing
from demo.seeding.filing import Copy

NOW = datetime(2026, 11, 23, 8, 5, tzinfo=ZoneInfo("Europe/Paris"))


@cache
def letters() -> tuple[Letter, ...]:
    return tuple(seeding.letters(NOW))


@cache
def boxes() -> dict[str, list[Copy]]:
    return filing.filed(letters(), NOW)


@cache
def some() -> tuple[Letter, ...]:
    """One in seven, and all that is not told by a script."""
    return tuple(
        letter
        for number, letter in enumerate(letters())
        if number % 7 == 0 or not letter.topic or letter.source
    )


def box(login: str, folder: str = "INBOX") -> list[Copy]:
    return [copy for copy in boxes()[login] if copy.folder == folder]
