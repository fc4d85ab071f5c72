"""Who writes to whom: the cast, its mailboxes and lists, and the world outside.

A key names one of them in the scripts: a uid, `ce`, `viescolaire`… for a functional
mailbox, `equipe` for the list of the college, or an entry of correspondents.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from demo.letters.letter import Correspondent
from stack import cast
from stack.people import FunctionalMailbox, Person

TEXTS = Path(__file__).parent / "texts"
# those who cannot sign in receive nothing
WRITING = tuple(p for p in cast.PEOPLE if p.state in ("active", "first sign-in"))
_KEYS = {
    "ce.0869001s": "ce",
    "intendance.0869001s": "intendance",
    "viescolaire.0869001s": "viescolaire",
    "ce.0869003u": "ecole",
    "ce.0869010b": "circonscription",
    "ce.dsden86-mouvement": "mouvement",
    "assistance": "assistance",
}
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


def find(key: str, slots: Mapping[str, str]) -> Correspondent:
    """Outside the cast a name and an address may hold slots. KeyError: nobody."""
    if key in known():
        return known()[key]
    entry = outside()[key]
    return Correspondent(
        name=entry["name"].format_map(slots),
        address=entry["address"].format_map(slots),
        logins=tuple(entry.get("members", ())),
        signature=entry.get("signature", "").format_map(slots),
        is_list="members" in entry,
    )


def members(key: str) -> tuple[str, ...]:
    """The keys that a group stands for; the key itself when it is no group."""
    return groups().get(key, (key,))


@cache
def known() -> dict[str, Correspondent]:
    return {
        **{person.uid: _person(person) for person in WRITING},
        **{_KEYS[box.login]: _mailbox(box) for box in cast.MAILBOXES},
        "equipe": Correspondent(
            name=cast.LISTS[0].name,
            address=cast.LISTS[0].address,
            logins=tuple(person.uid for person in cast.LISTS[0].members),
        ),
    }


@cache
def groups() -> dict[str, tuple[str, ...]]:
    schools: dict[str, list[str]] = {}
    for person in WRITING:
        schools.setdefault(person.school.kind, []).append(person.uid)
    college = schools["CLG"]
    return {
        "tous": tuple(person.uid for person in WRITING if person.uid != "jdoe"),
        "college": tuple(college),
        "bureau": ("hmoreau", "cpetit", "ldurand", "mlefevre"),
        "boites": tuple(_KEYS.values()),
        "chefs": ("hmoreau", "sgarnier", "proy"),
    }


@cache
def outside() -> dict[str, Any]:
    return tomllib.loads((TEXTS / "correspondents.toml").read_text("utf-8"))


def school_address(number: int) -> str:
    """The address of one of the district's schools, with the check letter of a UAI."""
    uai = 869100 + number
    return f"ce.0{uai}{_LETTERS[uai % 23]}@etab.ac-poitiers.test"


def _person(person: Person) -> Correspondent:
    signature = outside()["signatures"].get(person.uid, "")
    return Correspondent(
        person.name, person.address, (person.uid,), f"-- \n{person.name}\n{signature}"
    )


def _mailbox(box: FunctionalMailbox) -> Correspondent:
    return Correspondent(box.name, box.address, (box.login,), box.name)
