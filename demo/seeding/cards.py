"""Personal contacts and distribution groups, as vCard 4.0 (RFC 6350)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from demo.letters import correspondents
from demo.letters.correspondents import WRITING
from demo.seeding.dav import fill
from stack import Stack

OFFICES = ("mairie", "technique", "facturation", "commercial", "federation", "theatre")
# mailbox → its group and who is in it
GROUPS = {
    "hmoreau": ("Direction et gestion", ("cpetit", "ldurand", "mlefevre", "imarchand")),
    "cpetit": ("Secrétariats", ("ldurand", "tgiraud", "ce")),
    "kbenali": ("Équipe de 4e B", ("imarchand", "cdubois", "nbernard", "tblanc")),
    "mlefevre": ("Fournisseurs", ("facturation", "commercial", "technique")),
    "imarchand": ("Vie scolaire", ("tblanc", "nbernard", "viescolaire")),
}
SCHOOLS = 42


@dataclass(frozen=True, slots=True)
class Card:
    """Somebody, or a group when it has members."""

    name: str
    address: str = ""
    note: str = ""
    members: tuple[str, ...] = ()

    @property
    def uid(self) -> str:
        return str(uuid5(NAMESPACE_URL, f"mailto:{self.address or self.name}"))


def put(stack: Stack) -> None:
    for person in WRITING:
        if person.uid != "jdoe":
            held = "".join(map(written, cards(person.uid)))
            fill(
                stack,
                person.uid,
                "contacts",
                name="Contacts",
                held=held,
                type="text/vcard",
            )


def cards(uid: str) -> list[Card]:
    """The contacts of this person."""
    if uid == "sgarnier":
        return _schools()
    near = [p.uid for p in WRITING if p.uid not in (uid, "jdoe")][:6]
    held = {key: _card(key) for key in (*near, *OFFICES)}
    name, members = GROUPS.get(uid, ("Collègues", tuple(near)))
    held |= {key: _card(key) for key in members}
    group = Card(name, members=tuple(held[key].uid for key in members))
    return [*held.values(), group]


def _card(key: str) -> Card:
    found = correspondents.find(key, {})
    note = found.signature.removeprefix(found.name).strip()
    return Card(found.name, found.address, note)


def _schools() -> list[Card]:
    """The district's forty-two schools and the group of their heads."""
    schools = [
        Card(f"École n° {number}", correspondents.school_address(number))
        for number in range(1, SCHOOLS + 1)
    ]
    members = tuple(card.uid for card in schools)
    return [*schools, _card("tgiraud"), Card("Directeurs circo", members=members)]


def written(card: Card) -> str:
    given, _, surname = card.name.partition(" ")
    lines = [
        "BEGIN:VCARD",
        "VERSION:4.0",
        f"UID:urn:uuid:{card.uid}",
        f"KIND:{'group' if card.members else 'individual'}",
        f"FN:{_escaped(card.name)}",
        f"N:{_escaped(surname)};{_escaped(given)};;;",
    ]
    lines += _optional("EMAIL;TYPE=work", card.address)
    lines += _optional("NOTE", card.note)
    lines += [f"MEMBER:urn:uuid:{uid}" for uid in card.members]
    return "\r\n".join((*lines, "END:VCARD", ""))


def _optional(name: str, value: str) -> Sequence[str]:
    return [f"{name}:{_escaped(value)}"] if value else []


def _escaped(value: str) -> str:
    """RFC 6350 §3.4"""
    for mark in "\\,;":
        value = value.replace(mark, f"\\{mark}")
    return value.replace("\n", "\\n")
