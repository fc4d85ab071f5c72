"""Previews: what can be shown of a file, decided by its content, within bounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from convergence.errors import InputRefused
from mail import calendars, charsets, documents, enclosures, kinds, plaintext
from mail.messages import Part

Refusal = Literal["", "large", "broken"]
_CHARACTERS_MAX = 200_000


@dataclass(frozen=True, slots=True)
class Preview:
    """What is shown of a file. `refusal` says why it is not; of pictures, sounds and
    PDF the content comes from addresses of their own."""

    kind: kinds.Kind
    refusal: Refusal = ""
    html: str = ""
    truncated: bool = False
    document: documents.Text | None = None
    invitation: calendars.Invitation | None = None


def is_apart(kind: kinds.Kind) -> bool:
    """Whether the content is asked for by the preview itself."""
    return kind in {"image", "pdf", "audio"}


def of(kind: kinds.Kind, part: Part, pieces: Iterator[bytes]) -> Preview:
    """The preview of a file that is said to be of this kind."""
    limit = kinds.OCTETS_MAX[kind]
    data = enclosures.beginning(pieces, limit + 1)
    if kind == "document":
        return _document(data, limit)
    if not kinds.confirms(kind, data):
        return Preview(kind, "broken")
    text = charsets.decode(data[:limit], part.charset)
    if kind == "calendar":
        return Preview(kind, invitation=calendars.read(text))
    shown = text[:_CHARACTERS_MAX]
    rendered = plaintext.render(shown)
    cut = len(shown) < len(text) or len(data) > limit or rendered.truncated
    return Preview(kind, html=rendered.html, truncated=cut)


def _document(data: bytes, limit: int) -> Preview:
    if len(data) > limit:
        return Preview("document", "large")
    try:
        found = documents.text_of(data)
    except InputRefused:
        return Preview("document", "broken")
    return Preview("document", document=found, truncated=found.truncated)
