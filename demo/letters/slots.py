"""The words that differ from one letter to the next: {classe}, {montant}, {j5}…"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

from demo.letters.correspondents import TEXTS, school_address

DAYS = "lundi mardi mercredi jeudi vendredi samedi dimanche".split()
MONTHS = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre "
    "décembre"
).split()
INITIALS = "ABCDEFGHIJKLMNOPRSTVY"
_AHEAD = re.compile(r"j(\d+)")


class Slots(dict[str, str]):
    """Drawn when first asked for. {j5} is the school day five days after the letter,
    {j0} its own day. KeyError: no such slot."""

    def __init__(self, rng: random.Random, day: date, **more: str) -> None:
        super().__init__(more)
        self._rng, self._day = rng, day

    def __missing__(self, key: str) -> str:
        self[key] = value = self._drawn(key)
        return value

    def _drawn(self, key: str) -> str:
        if choices := _words().get(key):
            return self._rng.choice(choices)
        if found := _AHEAD.fullmatch(key):
            return french(school_day(self._day + timedelta(days=int(found[1]))))
        return _MAKERS[key](self, self._rng, self._day)


def french(day: date) -> str:
    """« jeudi 8 octobre »"""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{DAYS[day.weekday()]} {number} {MONTHS[day.month - 1]}"


def school_day(day: date) -> date:
    """This day, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def of(word: str) -> str:
    """« de français », « d’anglais »"""
    return f"d’{word}" if word[0].lower() in "aeiouyéèêh" else f"de {word}"


def amount(cents: int) -> str:
    """« 1 248,50 € », with the spaces that French typography wants"""
    euros = f"{cents // 100:,}".replace(",", "\u202f")
    return f"{euros},{cents % 100:02d}\u00a0€"


@cache
def _words() -> dict[str, list[str]]:
    held: dict[str, list[str]] = tomllib.loads(
        (TEXTS / "words.toml").read_text("utf-8")
    )
    return held


def _school_year(slots: Slots, rng: random.Random, day: date) -> str:
    first = day.year if day.month > 7 else day.year - 1
    return f"{first}-{first + 1}"


_MAKERS: dict[str, Callable[[Slots, random.Random, date], str]] = {
    # pupils have initials only
    "eleve": lambda _s, rng, _d: f"{rng.choice(INITIALS)}. {rng.choice(INITIALS)}.",
    "code": lambda _s, rng, _d: str(rng.randrange(100, 1000)),
    "numero": lambda _s, rng, day: f"{day.year}-{rng.randrange(200, 9999):04d}",
    "nombre": lambda _s, rng, _d: str(rng.randrange(3, 29)),
    "rang": lambda _s, rng, _d: str(rng.randrange(1, 43)),
    "ecole_adresse": lambda slots, _r, _d: school_address(int(slots["rang"])),
    "montant": lambda _s, rng, _d: amount(rng.randrange(4_500, 480_000)),
    "semaine": lambda _s, _r, day: str(day.isocalendar().week),
    "annee": _school_year,
    "an": lambda _s, _r, day: str(day.year),
    "demois": lambda _s, _r, day: of(MONTHS[day.month - 1]),
    "dematiere": lambda slots, _r, _d: of(slots["matiere"]),
}
