"""What the directory's entries say, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from django.conf import settings

from convergence.comparing import folded

BranchKind = Literal["nominative", "functional", "other"]

_ATTRIBUTES = {
    "uid": "uid",
    "name": "cn",
    "display": "displayName",
    "mail": "mail",
    "alternate": "mailAlternateAddress",
    "equivalent": "mailEquivalentAddress",
    "function": "title",
    "uai": "rne",
    "school": "ou",
    "telephone": "telephoneNumber",
    "administrative": "FrEduFonctAdm",
    "responsible": "FrEduRneResp",
}
# what is asked of a list beside these
OF_GROUPS = ("description", "member", "mgrpRFC822MailMember")


@dataclass(frozen=True, slots=True)
class Person:
    """An entry of the directory. `responsible` holds UAI codes."""

    uid: str
    dn: str
    kind: BranchKind
    name: str
    mail: str
    aliases: tuple[str, ...] = ()
    function: str = ""
    uai: str = ""
    administrative: str = ""
    school: str = ""
    telephone: str = ""
    responsible: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignIn:
    """A password that was right; `must_change` opens nothing but the change page.

    `groups`: what `groups_of` says of this person.
    """

    person: Person
    must_change: bool = False
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the directory says of somebody now: their entry and their groups."""

    person: Person
    groups: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Group:
    """A list of the directory; `members` are names of entries, `others` how many
    addresses it has beside them."""

    name: str
    mail: str
    members: tuple[str, ...] = ()
    others: int = 0


def names() -> dict[str, str]:
    """The attributes to ask for, by what we call them."""
    return {**_ATTRIBUTES, **settings.LDAP_ATTRIBUTES}


def person_of(dn: str, entry: dict[str, list[bytes]], kind: BranchKind) -> Person:
    attributes = names()
    found = {key: first(entry, name) for key, name in attributes.items()}
    others = every(entry, attributes["alternate"]) + every(
        entry, attributes["equivalent"]
    )
    responsible = {v.partition("$")[0] for v in every(entry, attributes["responsible"])}
    function = found["administrative"]
    return Person(
        uid=found["uid"].lower(),
        dn=dn,
        kind=kind,
        name=found["display"] or found["name"],
        mail=found["mail"],
        aliases=tuple(a for a in others if a and a != found["mail"]),
        function=found["function"],
        uai=found["uai"].upper(),
        administrative="" if function == "X" else function,
        school=found["school"],
        telephone=found["telephone"],
        responsible=tuple(sorted(r.upper() for r in responsible if r not in {"", "X"})),
    )


def group_of(entry: dict[str, list[bytes]]) -> Group:
    return Group(
        name=first(entry, "description") or first(entry, "cn"),
        mail=first(entry, "mail"),
        members=tuple(every(entry, "member")),
        others=len(every(entry, "mgrpRFC822MailMember")),
    )


def uid_in(dn: str) -> str:
    """Of somebody named by their uid; what is named otherwise is nobody's."""
    kind, _, value = dn.partition(",")[0].partition("=")
    return value.lower() if kind.strip().lower() == "uid" else ""


def every(entry: dict[str, list[bytes]], name: str) -> list[str]:
    """All values of an attribute, whatever the case of its name."""
    wanted = name.lower()
    values = next((v for k, v in entry.items() if k.lower() == wanted), [])
    return [value.decode("utf-8", "replace") for value in values]


def first(entry: dict[str, list[bytes]], name: str) -> str:
    return next(iter(every(entry, name)), "")


def same_name(one: str, other: str) -> bool:
    """Whether two names read alike: case, accents and order of the words apart."""
    return _words(one) == _words(other)


def _words(name: str) -> list[str]:
    return sorted(folded(name.replace("-", " ")).split())
