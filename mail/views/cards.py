"""The cards of files: one context function for every place that lists them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mail import kinds, mime
from mail.messages import Message, Part

SHOWN_MAX = 200
_PAGES: dict[kinds.Kind, str] = {"message": "message/", "tnef": "contenu/", "other": ""}
_PLAYED = frozenset({"image", "pdf", "text", "document", "audio", "calendar"})


@dataclass(frozen=True, slots=True)
class Card:
    """A file of the message at `message` (its address); made of what the structure
    says, so that it costs no question to the server."""

    part: Part
    name: str
    nature: kinds.Nature
    message: str
    uidvalidity: int

    @property
    def href(self) -> str:
        """Where the file is downloaded."""
        return f"{self.message}pieces/{self.part.number}/"

    @property
    def page(self) -> str:
        """Where it is shown, "" when it is only downloaded."""
        if self.nature.kind in _PLAYED:
            return f"{self.href}apercu/"
        found = _PAGES[self.nature.kind]
        return f"{self.href}{found}" if found else ""

    @property
    def thumbnail(self) -> str:
        if self.nature.kind != "image":
            return ""
        return f"{self.href}vignette/?v={self.uidvalidity}"

    @property
    def unfolds(self) -> bool:
        """Whether what is in it is listed beside it, when the page is on screen."""
        return self.nature.kind in {"tnef", "calendar"} and "-" not in self.part.number


def made(path: str, uidvalidity: int, part: Part) -> Card:
    name = mime.shown_name(part)
    return Card(part, name, kinds.of(part, name), path, uidvalidity)


def listed(path: str, message: Message, parts: Iterable[Part]) -> list[Card]:
    """The cards of these parts of a message."""
    return [made(path, message.uidvalidity, part) for part in parts]


def shown_beside(path: str, message: Message, number: str) -> list[Card]:
    """The cards that have a preview, in the order in which a gallery shows them; none
    when that of `number` is not one of them."""
    parts = mime.layout(message.structure).files
    found = [one for one in listed(path, message, parts) if one.nature.kind in _PLAYED]
    if all(one.part.number != number for one in found):
        return []
    return found
