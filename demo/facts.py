"""What the demo tells: demo.json for scripts, a page of text for people."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from demo import site
from demo.places import Place
from stack import Stack, cast
from stack.people import FunctionalMailbox, Person

ADMINISTRATOR = cast.ROBERT
FRENCH = {
    "administrator": "administratrice",
    "owner": "propriétaire",
    "member": "membre",
    "reader": "lecture seule",
    "person": "personnel",
}


def facts(place: Place, stack: Stack) -> dict[str, Any]:
    """Everything that a script needs to use the demo."""
    return {
        "pid": os.getpid(),
        "addresses": {door: site.address(place, door) for door in site.HOSTS},
        "administration": site.address(place, "nominative") + "administration/",
        "accounts": [_account(person) for person in cast.PEOPLE],
        "mailboxes": [_mailbox(mailbox) for mailbox in cast.MAILBOXES],
        "ports": {"web": place.port, "live": place.live_port, **stack.ports},
        "folders": {"demo": str(place.folder), "stack": str(place.stack)},
        "logs": {
            **{name: str(_log(place, name)) for name in site.commands(place)},
            "prepare": str(_log(place, "prepare")),
            "servers": str(place.stack / "log"),
        },
    }


def role_of(person: Person) -> str:
    """The most that somebody may do: administrator, owner, member, reader, person."""
    if person is ADMINISTRATOR:
        return "administrator"
    roles = {role for _, role in _roles(person)}
    return next((r for r in ("owner", "member", "reader") if r in roles), "person")


def _account(person: Person) -> dict[str, Any]:
    return {
        "uid": person.uid,
        "password": person.password,
        "role": role_of(person),
        "purpose": person.purpose,
        "name": person.name,
        "address": person.address,
        "state": person.state,
        "mailboxes": {box.address: role for box, role in _roles(person)},
    }


def _mailbox(mailbox: FunctionalMailbox) -> dict[str, Any]:
    people = [mailbox.owner, *mailbox.members, *mailbox.readers]
    return {
        "address": mailbox.address,
        "login": mailbox.login,
        "name": mailbox.name,
        "password": mailbox.password or None,
        "roles": {person.uid: _role(person, mailbox) for person in people},
    }


def _roles(person: Person) -> Iterator[tuple[FunctionalMailbox, str]]:
    for box in cast.MAILBOXES:
        if role := _role(person, box):
            yield box, role


def _role(person: Person, box: FunctionalMailbox) -> str:
    if person is box.owner:
        return "owner"
    if person in box.members:
        return "member"
    return "reader" if person in box.readers else ""


def _log(place: Place, name: str) -> str:
    return str(place.path("log", f"{name}.log"))


# --- for people -----------------------------------------------------------------------
def welcome(place: Place, seconds: float) -> str:
    """Where to go, who to be, what to try."""
    address = {door: site.address(place, door) for door in site.HOSTS}
    rows = [f"  {p.uid:10} {p.password:20} {p.purpose}" for p in cast.PEOPLE]
    return f"""
Convergence répond ({seconds:.0f} s).

  Boîtes personnelles    {address["nominative"]}
  Boîtes fonctionnelles  {address["functional"]}
  Administration         {address["nominative"]}administration/  ({ADMINISTRATOR.uid})

  Identifiant Mot de passe        À quoi sert ce compte
{chr(10).join(rows)}

À essayer d’abord
  1. {cast.PETIT.uid} sur les boîtes personnelles : lire, répondre, envoyer.
  2. {cast.MOREAU.uid} : première connexion, le mot de passe doit être changé.
  3. {cast.PETIT.uid}, {cast.BERNARD.uid} et {cast.MARCHAND.uid} sur les boîtes \
fonctionnelles : membre, lecture seule, propriétaire.

Pour les scripts : {place.facts}    Journaux : {place.path("log")}
Arrêt : make demo-stop, ou Ctrl-C dans ce terminal."""
