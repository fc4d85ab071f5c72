"""Recipients as people type and paste them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from email.errors import HeaderParseError
from email.headerregistry import Address as Checker

from mail import pasting
from mail.messages import Address

TYPED_MAX = 512 * 1024
_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_DOMAIN = re.compile(
    r"(?=.{1,253}\Z)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}"
)


def parsed(text: str) -> tuple[list[Address], list[str]]:
    """(good addresses without duplicates, the pieces that are no address)."""
    good: dict[str, Address] = {}
    bad: list[str] = []
    read = list(pasting.people(text[:TYPED_MAX]))
    for found in read:
        email = normal(found.email)
        if email is None:
            bad.append(found.email or found.name)
        else:
            good.setdefault(email.lower(), Address(found.name, email))
    return list(good.values()), [*bad, *_unread(text[:TYPED_MAX], read)]


def _unread(text: str, read: Sequence[Address]) -> Iterator[str]:
    """Addresses that are in the text and in nobody who was read: nobody is left out of
    a message unsaid."""
    known = "\n".join(f"{found.name}\n{found.email}" for found in read)
    seen = {*pasting.addresses(known), *known.split("\n")}
    return (each for each in pasting.addresses(text) if each not in seen)


def normal(email: str) -> str | None:
    """The address as it goes on the wire (IDNA domain); None when it is none."""
    local, at, domain = email.strip().rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or local.startswith(("-", ".")):
        return None
    try:
        domain = domain.encode("idna").decode("ascii")
        Checker(addr_spec=f"{local}@{domain}")
    except (UnicodeError, HeaderParseError, ValueError, IndexError):
        return None
    found = f"{local}@{domain}"
    # RFC 5321 §4.5.3.1.3: a path of 256 octets with its brackets
    return found if _DOMAIN.fullmatch(domain) and len(found) <= 254 else None


def has_accents(email: str) -> bool:
    """An address that only servers with SMTPUTF8 (RFC 6531) would take."""
    local, at, domain = email.strip().rpartition("@")
    return bool(at) and not local.isascii() and normal(f"x@{domain}") is not None


def in_a_line(text: str) -> str:
    """A list of several lines or columns as one types it, what is no address too."""
    if "\n" not in text and "\t" not in text:
        return text
    return ", ".join(_shown(found) for found in pasting.people(text))


def shown(addresses: tuple[Address, ...] | list[Address]) -> str:
    """A list as one types it, names quoted where they need it."""
    return ", ".join(_shown(a) for a in addresses)


def _shown(address: Address) -> str:
    if not address.name or not address.email:
        return address.email or address.name
    if re.search(r'[,;:<>"@()\\\[\]]', address.name):
        name = address.name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{name}" <{address.email}>'
    return f"{address.name} <{address.email}>"
