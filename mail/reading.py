"""Reading: what a message view shows, as safe HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mail import charsets, mime, plaintext, safehtml
from mail.messages import Address, Folder, Message, Part

SPECIAL_ORDER = ("inbox", "drafts", "scheduled", "sent", "archive", "junk", "trash")


@dataclass(frozen=True, slots=True)
class Body:
    """One body in the order of the message: `html` is inline safe HTML of a text part;
    an HTML part has "" and is shown in its frame."""

    part: Part
    html: str = ""
    truncated: bool = False

    @property
    def is_framed(self) -> bool:
        return self.part.type == "text/html"


@dataclass(frozen=True, slots=True)
class View:
    """A message ready to be shown."""

    message: Message
    bodies: tuple[Body, ...]
    attachments: tuple[Part, ...]
    inline: tuple[Part, ...]


def view(message: Message, texts: Mapping[str, bytes]) -> View:
    """The message with its text parts rendered; HTML parts are left to their frame,
    unless the guard refuses them: then their text is shown."""
    layout = mime.layout(message.structure)
    bodies = tuple(_body(part, texts.get(part.number, b"")) for part in layout.bodies)
    return View(message, bodies, layout.attachments, layout.inline)


def _body(part: Part, data: bytes) -> Body:
    text = charsets.decode(data, part.charset)
    if part.type == "text/html":
        if safehtml.within_bounds(text):
            return Body(part)
        plain = plaintext.render(safehtml.text_of(text))
        shown = Part(part.number, "text/plain")
        return Body(shown, plain.html, truncated=True)
    flowed, delsp = _format(part)
    rendered = plaintext.render(text, flowed=flowed, delsp=delsp)
    return Body(part, rendered.html, rendered.truncated)


def _format(part: Part) -> tuple[bool, bool]:
    """RFC 3676: (flowed, delsp)."""
    flowed = part.parameter("format").lower() == "flowed"
    return flowed, part.parameter("delsp").lower() == "yes"


def text_of(message: Message, texts: Mapping[str, bytes]) -> str:
    """The whole text of a message, for a quotation; `texts` as read with prefer="text"
    (Store.read)."""
    bodies = mime.layout(message.structure, prefer="text").bodies
    pieces = (_plain(part, texts.get(part.number, b"")) for part in bodies)
    return "\n".join(piece.rstrip() for piece in pieces)


def _plain(part: Part, data: bytes) -> str:
    text = charsets.decode(data, part.charset)
    if part.type == "text/html":
        return safehtml.text_of(text)
    flowed, delsp = _format(part)
    return plaintext.unwrapped(text, delsp=delsp) if flowed else text


def is_external(address: Address, domain: str) -> bool:
    """Whether a sender is outside the institution's domain (and its subdomains)."""
    host = address.email.rpartition("@")[2].lower()
    return not (host == domain or host.endswith(f".{domain}"))


def reply_elsewhere(message: Message) -> tuple[Address, ...]:
    """Reply-To addresses that are not the sender's."""
    sender = message.header.sender.email.lower()
    return tuple(a for a in message.header.reply_to if a.email.lower() != sender)


def ordered(folders: tuple[Folder, ...]) -> tuple[Folder, ...]:
    """Special folders first, in the order that people know; then the others by name."""
    specials = [f for use in SPECIAL_ORDER for f in folders if f.special == use]
    others = sorted(
        (f for f in folders if f not in specials), key=lambda f: f.name.casefold()
    )
    return tuple(specials + others)
