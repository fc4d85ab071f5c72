"""Reading: what is shown of a message, and of the folders beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from secrets import token_hex
from typing import Any
from zlib import crc32

from convergence.comparing import folded
from mail import charsets, mime, plaintext, safehtml
from mail.impersonation import is_below
from mail.messages import Address, Folder, Message, Part

SPECIAL_ORDER = (
    "inbox",
    "snoozed",
    "drafts",
    "scheduled",
    "sent",
    "archive",
    "junk",
    "trash",
)
_NUMBER = re.compile(r"(\d{1,18})", re.ASCII)


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


IsFramed = Callable[[Part, bytes], bool]


def view(
    message: Message,
    texts: Mapping[str, bytes],
    is_framed: IsFramed,
    *,
    plain: bool = False,
    charset: str = "",
) -> View:
    """The message with its text parts rendered; HTML parts are left to their frame,
    unless `is_framed` says that the guard refuses them: then their text is shown, as it
    is when the reader wants it `plain`. `charset` is the reader's choice."""
    layout = mime.layout(message.structure, "text" if plain else "html")
    bodies = tuple(
        _body(part, texts.get(part.number, b""), None if plain else is_framed, charset)
        for part in layout.bodies
    )
    return View(message, bodies, layout.attachments, layout.inline)


def listed(view: View, shown: Collection[str]) -> tuple[Part, ...]:
    """The attachments to list: also the pictures that no HTML body shows. `shown` are
    the numbers of those that one does."""
    left = (part for part in view.inline if part.number not in shown)
    return (*view.attachments, *left)


def _body(part: Part, data: bytes, is_framed: IsFramed | None, charset: str) -> Body:
    if part.type == "text/html" and is_framed is not None and is_framed(part, data):
        return Body(part)
    text = charsets.read(data, part.charset, charset)
    if part.type == "text/html":
        plain = plaintext.render(safehtml.text_of(text))
        shown = Part(part.number, "text/plain")
        # a refused part, unless the reader wanted its text
        return Body(shown, plain.html, plain.truncated or is_framed is not None)
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
    return not is_below(host, domain)


def reply_elsewhere(message: Message) -> tuple[Address, ...]:
    """Reply-To addresses that are not the sender's."""
    sender = message.header.sender.email.lower()
    return tuple(a for a in message.header.reply_to if a.email.lower() != sender)


@dataclass(frozen=True, slots=True)
class Arranged:
    """A folder at its place in the tree; `own`: below no special folder."""

    folder: Folder
    depth: int
    own: bool


def arranged(folders: tuple[Folder, ...]) -> tuple[Arranged, ...]:
    """Special folders first, in the order that people know, then the others by name;
    everyone below its parent. INBOX is no parent: some servers put all below it."""
    specials = {
        f.name: SPECIAL_ORDER.index(f.special)
        for f in folders
        if f.special in SPECIAL_ORDER
    }
    names = {f.name for f in folders} - {"INBOX"}
    found = []
    for folder in folders:
        above = [name for name in _above(folder) if name in names]
        roots = [folder.name, *above]
        rank = next((specials[n] for n in roots if n in specials), len(SPECIAL_ORDER))
        own = rank == len(SPECIAL_ORDER)
        depth = 0 if folder.name in specials else len(above)
        path = () if folder.name in specials else _sorted_as(folder.path)
        found.append(((rank, path), Arranged(folder, depth, own)))
    return tuple(item for _key, item in sorted(found, key=lambda pair: pair[0]))


def _above(folder: Folder) -> list[str]:
    """The names of the folders above, nearest first."""
    path = folder.path
    return [folder.delimiter.join(path[:n]) for n in range(len(path) - 1, 0, -1)]


def _sorted_as(path: tuple[str, ...]) -> tuple[Any, ...]:
    """Accents and case do not count: «Écoles» stands with the e; numbers do: «Classe 2»
    stands before «Classe 10»."""
    return tuple((_counted(folded(part)), part) for part in path)


def _counted(text: str) -> tuple[str | int, ...]:
    """Words and numbers in turn."""
    pieces = enumerate(_NUMBER.split(text))
    return tuple(int(piece) if n % 2 else piece for n, piece in pieces)


def state(folders: tuple[Folder, ...], current: str) -> str:
    """A token of what a page of the folder `current` shows: the folder's own state, and
    after a point that of the counts of the others. Never the same twice where a server
    does not tell of flags."""
    own = next((folder.state for folder in folders if folder.name == current), "")
    others = {(f.name, f.messages, f.unseen) for f in folders if f.name != current}
    # in the order of a new mailbox the next answer is not
    mark = crc32(repr(sorted(others)).encode("utf-8", "replace"))
    return f"{own or token_hex(4)}.{mark:08x}"
