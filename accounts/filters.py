"""Filters of the directory (RFC 4515) for what people type."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.conf import settings

from accounts import entries
from convergence.comparing import folded

WORDS_MAX, WORD_MAX = 5, 64
_NAME_WORDS, _NAME_MAX = range(2, 7), 120
# a list that its owner hides is found by nobody
_FOUND = "(!(mgmanHidden=true))"
# not those of an escaped character
_ACCENTED = re.compile(r"(?<!\\)(?<!\\.)[aceinouy]+")
# RFC 4515 §3: what has a meaning in a filter
_ESCAPED = {c: f"\\{ord(c):02x}" for c in "\\*()\0"}


def escaped(value: str) -> str:
    return "".join(_ESCAPED.get(c, c) for c in value)


def identified(identifier: str) -> str | None:
    """The filter for a uid or an address; None for what can be neither.

    Only visible ASCII: matching in LDAP folds look-alike letters together, and each
    spelling would be one more account for those who count failures.
    """
    if not identifier or not identifier.isascii() or not identifier.isprintable():
        return None
    names = entries.names()
    kinds = ("mail", "alternate", "equivalent") if "@" in identifier else ("uid",)
    return _active(f"({names[kind]}={escaped(identifier)})" for kind in kinds)


def named(name: str) -> str | None:
    """Approximate matching (RFC 4511 §4.5.1.7.6) finds names without their accents,
    where the server has it."""
    words = name.split()
    if len(words) not in _NAME_WORDS or len(name) > _NAME_MAX or not name.isprintable():
        return None
    attributes = entries.names()
    kinds = (attributes["display"], attributes["name"])
    orders = dict.fromkeys((" ".join(words), " ".join(words[::-1])))
    return _active(
        f"({kind}{sign}{escaped(order)})"
        for kind in dict.fromkeys(kinds)
        for order in orders
        for sign in ("=", "~=")
    )


def typed(words: Iterable[str], *, loose: bool = False) -> str | None:
    """Who has each of these words in a name or in the address; None when there is
    nothing to look for. An address has no accents, so that it finds people whose names
    were typed without theirs; `loose` finds others too, and more than was asked for."""
    attributes = entries.names()
    kinds = dict.fromkeys(attributes[kind] for kind in ("display", "name", "mail"))
    each = [_holding(tuple(kinds), word, loose) for word in _usable(words)]
    return f"(&{''.join(each)}{settings.LDAP_ACTIVE_FILTER})" if each else None


def at_school(pattern: str, uai: str) -> str:
    return f"(&({entries.names()['uai']}={escaped(uai)}){pattern})"


def listed(words: Iterable[str]) -> str | None:
    """The lists that have each of these words in their name or address, loosely, but
    for those that are not to be found."""
    each = [
        _holding(("cn", "description", "mail"), word, True) for word in _usable(words)
    ]
    return f"(&{''.join(each)}(mail=*){_FOUND})" if each else None


def list_at(address: str) -> str | None:
    if not address.isascii() or not address.isprintable() or len(address) > 254:
        return None
    return f"(&(mail={escaped(address)}){_FOUND})"


def _usable(words: Iterable[str]) -> list[str]:
    found = [w for w in words if w.isprintable() and 0 < len(w) <= WORD_MAX]
    return found[:WORDS_MAX]


def _holding(kinds: tuple[str, ...], word: str, loose: bool) -> str:
    spellings = dict.fromkeys(escaped(each) for each in (word, folded(word)))
    if loose:
        # whatever stands where a letter may have an accent: «college», Collège
        spellings[_ACCENTED.sub("*", escaped(folded(word))).strip("*")] = None
    matches = (f"({k}=*{s}*)" for k in kinds for s in spellings if s)
    return f"(|{''.join(matches)})"


def _active(matches: Iterable[str]) -> str:
    return f"(&(|{''.join(matches)}){settings.LDAP_ACTIVE_FILTER})"
