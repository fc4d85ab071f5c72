"""What the directory says of people who write, kept for an hour: a card beside a
message, and whether somebody else has the name of a colleague.

Only what any colleague may know: name, function, school, address.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext as _

from accounts import directory
from accounts.entries import Person

KEPT_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the directory; `school` is its name, or its code."""

    name: str
    mail: str
    function: str = ""
    school: str = ""
    functional: bool = False

    @property
    def role(self) -> str:
        return role(self.function)


def role(function: str) -> str:
    """The function in words, where its code is known."""
    words = {
        "DIR": _("Direction"),
        "ENS": _("Enseignement"),
        "EDU": _("Vie scolaire"),
        "ADM": _("Administration"),
        "DOC": _("Documentation"),
        "ORI": _("Orientation"),
        "IEN": _("Inspection"),
        "INS": _("Inspection"),
    }
    return words.get(function.upper(), function)


def of_address(address: str) -> Colleague | None:
    """Raises DirectoryUnavailable."""
    return _kept(f"address:{address.lower()}", lambda: directory.find(address))


def namesake(name: str, address: str) -> Colleague | None:
    """The colleague whose name a stranger bears. Nobody when the address is known to
    the directory too. Raises DirectoryUnavailable."""
    found = _kept(f"name:{name}", lambda: next(iter(directory.named(name)), None))
    if found is None or of_address(address) is not None:
        return None
    return found


def other_of_that_name(address: str) -> Colleague | None:
    """Another person of the directory with the name of the one at this address. Raises
    DirectoryUnavailable."""
    return _kept(f"other:{address.lower()}", lambda: _other(address))


def _other(address: str) -> Person | None:
    person = directory.find(address)
    if person is None or person.kind == "functional":
        return None
    others = (p for p in directory.named(person.name) if p.uid != person.uid)
    return next(others, None)


def _kept(name: str, look: Any) -> Colleague | None:
    digest = hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=16)
    key = f"colleague:{digest.hexdigest()}"
    kept = cache.get(key)
    if kept is None:
        person = look()
        kept = asdict(_colleague(person)) if person else {}
        cache.set(key, kept, KEPT_SECONDS)
    return Colleague(**kept) if kept else None


def _colleague(person: Person) -> Colleague:
    functional = person.kind == "functional"
    school = "" if functional or not person.uai else _school(person.uai)
    return Colleague(person.name, person.mail, person.function, school, functional)


def _school(uai: str) -> str:
    """The directory names a school by its functional mailbox only."""
    entry = directory.find(f"ce.{uai.lower()}")
    return entry.name if entry else uai
