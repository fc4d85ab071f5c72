"""The card of the person who writes (vCard 4.0, RFC 6350), to be sent along."""

from __future__ import annotations

from django.conf import settings

from accounts import directory
from accounts.access import Grant
from convergence.errors import DirectoryUnavailable
from mail.uploads import Shelf

TYPE = "text/vcard"


def of(right: Grant) -> tuple[str, bytes]:
    """(file name, content): of a functional mailbox its own, else the person's with
    their function as the directory has it; without it when nobody answers there."""
    box = right.mailbox
    lines = [
        "BEGIN:VCARD",
        "VERSION:4.0",
        f"FN:{_escaped(box.name)}",
        f"EMAIL:{_escaped(box.address)}",
        f"ORG:{_escaped(settings.INSTITUTION)}",
    ]
    if function := "" if box.is_functional else _function(box.address):
        lines.append(f"TITLE:{_escaped(function)}")
    lines.append("END:VCARD")
    content = "".join(f"{_folded(line)}\r\n" for line in lines)
    return f"{box.name}.vcf", content.encode()


def put(right: Grant, shelf: Shelf) -> None:
    """Onto the shelf of a form."""
    name, content = of(right)
    shelf.keep(name, TYPE, len(content), [content])


def _function(address: str) -> str:
    try:
        found = directory.find(address)
    except DirectoryUnavailable:
        return ""
    return found.function if found else ""


def _escaped(value: str) -> str:
    """§3.4; a control character has no place in a card."""
    clean = " ".join("".join(c for c in value if c.isprintable()).split())
    for char in "\\,;":
        clean = clean.replace(char, f"\\{char}")
    return clean


def _folded(line: str) -> str:
    """§3.2: 75 octets at most, none cut in two."""
    pieces, piece = [], b""
    for char in line:
        if len(piece) + len(char.encode()) > 73:
            pieces.append(piece.decode())
            piece = b""
        piece += char.encode()
    return "\r\n ".join([*pieces, piece.decode()])
