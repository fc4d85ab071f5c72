"""Scripts: what is said, by whom, how often. Read from texts/*.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from demo.letters.correspondents import TEXTS

NOT_SCRIPTS = {"correspondents.toml", "words.toml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One letter of a conversation. `says` are variants, of which one is drawn; the
    turn comes `after` some hours, with this `chance` (without it the talk ends)."""

    by: str
    says: tuple[str, ...]
    after: float = 4.0
    chance: float = 1.0
    alone: bool = False
    files: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A conversation, played `times` times at moments drawn between `oldest` and
    `newest` days ago; with `each`, for every recipient on their own (`moi`)."""

    subject: tuple[str, ...]
    to: tuple[str, ...]
    turns: tuple[Turn, ...]
    cc: tuple[str, ...] = ()
    times: int = 1
    each: bool = False
    oldest: int = 110
    newest: int = 0
    kind: str = ""  # "circular", "newsletter": how it is dressed
    topic: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@cache
def read() -> tuple[Script, ...]:
    """All scripts, in the order of the files' names. TypeError: an unknown word."""
    paths = sorted(p for p in TEXTS.glob("*.toml") if p.name not in NOT_SCRIPTS)
    return tuple(
        _script(entry)
        for path in paths
        for entry in tomllib.loads(path.read_text("utf-8"))["script"]
    )


def _script(entry: dict[str, Any]) -> Script:
    turns = entry.pop("turns", None) or [_only_turn(entry)]
    for name in ("to", "cc", "subject"):
        entry[name] = _many(entry.get(name, []))
    return Script(turns=tuple(map(_turn, turns)), **entry)


def _only_turn(entry: dict[str, Any]) -> dict[str, Any]:
    """A script of a single letter says it without a list of turns."""
    names = ("by", "says", "files", "lines")
    return {name: entry.pop(name) for name in names if name in entry}


def _turn(entry: dict[str, Any]) -> Turn:
    for name in ("says", "files", "lines"):
        entry[name] = _many(entry.get(name, []))
    return Turn(**entry)


def _many(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
