"""Looking through the directory while somebody types: who may be meant.

In a hurry, and never twice for the same letters: what was found is kept for two
minutes, for all. A directory that does not answer is left alone for a few seconds, so
that not each letter waits for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast

from django.conf import settings
from django.core.cache import cache

from accounts import colleagues, directory, entries, filters
from accounts.directory import Connection
from accounts.entries import BranchKind, Group, Person
from convergence.comparing import folded
from convergence.errors import DirectoryUnavailable

Kind = Literal["person", "functional", "list"]
KEPT_SECONDS, REST_SECONDS = 120, 10
# each answer of the server
PATIENCE = 1.0
FOUND_MAX, LOOSE_MAX = 10, 100
_DOWN = "looking:down"


@dataclass(frozen=True, slots=True)
class Entry:
    """Whom a mail can go to; `about` tells people of one name apart."""

    name: str
    mail: str
    kind: Kind = "person"
    about: str = ""


@dataclass(frozen=True, slots=True)
class Members:
    """Those of a list who have an address here; `untold`: how many more it has."""

    name: str
    people: tuple[Entry, ...]
    untold: int = 0


def found(words: Sequence[str], uai: str) -> tuple[Entry, ...]:
    """Who has all these words in name or address: first those of the school `uai`, then
    mailboxes and lists, then the others. Raises DirectoryUnavailable."""
    name = f"{uai}:{' '.join(sorted(words))}"
    kept = _kept(name, lambda: [asdict(e) for e in _looked(words, uai)])
    return tuple(Entry(**one) for one in kept)


def members(address: str) -> Members | None:
    """Of a list of the directory; None when it is none, or not to be found. Raises
    DirectoryUnavailable."""
    kept = _kept(f"list:{address.lower()}", lambda: _listed(address))
    if not kept:
        return None
    people = tuple(Entry(**one) for one in kept["people"])
    return Members(kept["name"], people, kept["untold"])


def _kept(name: str, look: Callable[[], Any]) -> Any:
    digest = hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=16)
    key = f"looking:{digest.hexdigest()}"
    known = cache.get_many([key, _DOWN])
    if key in known:
        return known[key]
    if _DOWN in known:
        raise DirectoryUnavailable
    try:
        answer = look()
    except DirectoryUnavailable:
        cache.set(_DOWN, 1, REST_SECONDS)
        raise
    cache.set(key, answer, KEPT_SECONDS)
    return answer


def _looked(words: Sequence[str], uai: str) -> list[Entry]:
    people, lists = filters.typed(words), filters.listed(words)
    if people is None or lists is None:
        return []
    loose = filters.typed(words, loose=True) or people
    patterns = [(people, loose)]
    if uai:
        near = filters.at_school(people, uai), filters.at_school(loose, uai)
        patterns.insert(0, near)
    with directory.reader(PATIENCE) as connection:
        known = _people(connection, patterns)
        base = settings.LDAP_LIST_BASE
        rows = directory.few(connection, base, lists, LOOSE_MAX) if base else []
        codes = {p.uai for p in known if p.uai and p.kind != "functional"}
        schools = _schools(connection, codes)
    groups = [_list(entries.group_of(entry)) for _dn, entry in rows]
    all_found = [*(_entry(p, schools) for p in known), *groups]
    wanted = [entry for entry in all_found if _holds(entry, words)]
    return sorted(wanted, key=lambda entry: _rank(entry, words))


def _people(
    connection: Connection, patterns: Sequence[tuple[str, str]]
) -> list[Person]:
    """In the order of the patterns, (strict, loose); each person once. The branch of
    mailboxes is small, and their names stand in no address: it is searched loosely."""
    known: dict[str, Person] = {}
    for strict, loose in patterns:
        for branch in settings.LDAP_BRANCHES:
            is_box = branch["kind"] == "functional"
            asked = (loose, LOOSE_MAX) if is_box else (strict, FOUND_MAX)
            rows = directory.few(connection, branch["base"], *asked)
            for row in rows:
                person = entries.person_of(*row, cast(BranchKind, branch["kind"]))
                if person.mail:
                    known.setdefault(person.uid, person)
    return list(known.values())


def _schools(connection: Connection, codes: Collection[str]) -> dict[str, str]:
    """{UAI: name}: the directory names a school by its functional mailbox only."""
    if not codes:
        return {}
    boxes = directory.active(connection, sorted(f"ce.{c.lower()}" for c in codes))
    return {uid.removeprefix("ce.").upper(): box.name for uid, box in boxes.items()}


def _entry(person: Person, schools: dict[str, str]) -> Entry:
    if person.kind == "functional":
        return Entry(person.name, person.mail, "functional")
    school = schools.get(person.uai, person.uai)
    role = colleagues.role(person.function)
    return Entry(
        person.name, person.mail, about=" · ".join(filter(None, (role, school)))
    )


def _list(group: Group) -> Entry:
    return Entry(group.name, group.mail, "list")


def _holds(entry: Entry, words: Sequence[str]) -> bool:
    text = folded(f"{entry.name} {entry.mail}")
    return all(folded(word) in text for word in words)


def _rank(entry: Entry, words: Sequence[str]) -> bool:
    """A word that begins so is meant before one that only holds it. Else in the order
    in which they were found: the nearest first."""
    begins = folded(f"{entry.name} {entry.mail}").replace("-", " ").replace(".", " ")
    parts = begins.split()
    return not all(any(p.startswith(folded(w)) for p in parts) for w in words)


def _listed(address: str) -> dict[str, Any]:
    pattern = filters.list_at(address)
    if pattern is None or not settings.LDAP_LIST_BASE:
        return {}
    with directory.reader(PATIENCE) as connection:
        rows = directory.few(connection, settings.LDAP_LIST_BASE, pattern, 1)
        if not rows:
            return {}
        group = entries.group_of(rows[0][1])
        uids = sorted({entries.uid_in(dn) for dn in group.members} - {""})
        asked = uids[: settings.RECIPIENTS_MAX]
        people = [p for p in directory.active(connection, asked).values() if p.mail]
    shown = [asdict(Entry(p.name, p.mail)) for p in people]
    untold = group.others + len(group.members) - len(people)
    return {"name": group.name, "people": shown, "untold": untold}
