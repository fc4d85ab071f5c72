"""Mending: what the buttons of a guard change in the fields of a message."""

from __future__ import annotations

from django.conf import settings
from django.http import QueryDict

from mail import recipients
from mail.impersonation import is_below
from mail.messages import Address

_FIELDS = ("to", "cc", "bcc")


def mended(posted: QueryDict) -> QueryDict:
    """The fields as the pressed button wants them (mail/guards.py, Mend.act); as they
    are when none was, or one that does not exist."""
    if not (asked := posted.get("mend", "").split()):
        return posted
    verb, *words = asked
    lines = {name: recipients.parsed(posted.get(name, "")) for name in _FIELDS}
    people = {name: found for name, (found, _bad) in lines.items()}
    match verb, words:
        case "bcc", []:
            changed = _hidden(people)
        case "remove", [_, *_]:
            changed = _without(people, {word.lower() for word in words})
        case "replace", [old, new] if recipients.normal(new):
            changed = _replaced(people, old.lower(), new)
        case "only", [kept]:
            changed = _only(people, kept.lower())
        case _:
            return posted
    fields = posted.copy()
    for name, (_found, bad) in lines.items():
        shown = recipients.shown(changed[name])
        fields[name] = ", ".join(filter(None, (shown, *bad)))
    return fields


People = dict[str, list[Address]]


def _hidden(people: People) -> People:
    """Who is from outside no longer sees the others."""
    strangers = [a for name in ("to", "cc") for a in people[name] if _is_outside(a)]
    kept = _without({**people, "bcc": []}, {a.email.lower() for a in strangers})
    return {**kept, "bcc": [*people["bcc"], *strangers]}


def _is_outside(address: Address) -> bool:
    domain = address.email.rpartition("@")[2].lower()
    return not is_below(domain, settings.MAIL_DOMAIN)


def _without(people: People, gone: set[str]) -> People:
    return {
        name: [a for a in found if a.email.lower() not in gone]
        for name, found in people.items()
    }


def _replaced(people: People, old: str, new: str) -> People:
    return {
        name: [Address(a.name, new) if a.email.lower() == old else a for a in found]
        for name, found in people.items()
    }


def _only(people: People, kept: str) -> People:
    found = [a for a in people["to"] if a.email.lower() == kept]
    return {"to": found[:1], "cc": [], "bcc": []}
