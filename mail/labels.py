"""Labels: what the keywords of messages are called in a mailbox.

A label is an IMAP keyword, so that Thunderbird beside us shows and sets the same ones.
Our table adds what an atom cannot say: a name with accents, a colour, a place in the
list. The five that Thunderbird has from the start exist in every mailbox without a row.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import NamedTuple

from accounts.models import Mailbox
from mail.messages import KEYWORDS_OF_CLIENTS
from mail.models import Label

State = Label.State
COLOURS = (
    "red",
    "orange",
    "yellow",
    "green",
    "teal",
    "blue",
    "indigo",
    "purple",
    "pink",
    "grey",
)
LABELS_MAX = 100
SHOWN_MAX = 20
_KEYWORD_MAX = 40
_NOT_ATOM = re.compile(r"[^a-z0-9]+")


class Tag(NamedTuple):
    """A label as it is shown: the keyword on the wire, the name and colour here."""

    keyword: str
    name: str
    colour: str


class Catalogue(NamedTuple):
    """The labels of a mailbox in their order, and the keywords (lower case) that stand
    on messages but are no longer shown."""

    tags: tuple[Tag, ...]
    hidden: frozenset[str] = frozenset()

    def find(self, keyword: str) -> Tag | None:
        wanted = keyword.lower()
        return next((tag for tag in self.tags if tag.keyword.lower() == wanted), None)


# Mozilla's names and colours of tags, by our words and palette
DEFAULTS = (
    Tag("$label1", "Important", "red"),
    Tag("$label2", "Travail", "orange"),
    Tag("$label3", "Personnel", "green"),
    Tag("$label4", "À faire", "blue"),
    Tag("$label5", "Plus tard", "purple"),
)


def of(mailbox: Mailbox) -> Catalogue:
    """The labels of a mailbox; no query while this process knows this version."""
    return _known(mailbox.pk, mailbox.address, mailbox.labels_version)


@lru_cache(maxsize=4096)
def _known(mailbox: int, _address: str, _version: int) -> Catalogue:
    return read(mailbox)


def read(mailbox: int) -> Catalogue:
    """The same as the table says now, for those who change it."""
    rows = list(Label.objects.filter(mailbox_id=mailbox))
    named = {row.keyword.lower() for row in rows}
    found = [
        (row.order, Tag(row.keyword, row.name, row.colour))
        for row in rows
        if row.state == State.SHOWN
    ]
    found += [
        (rank, tag) for rank, tag in enumerate(DEFAULTS) if tag.keyword not in named
    ]
    found.sort(key=lambda item: item[0])
    hidden = (row.keyword.lower() for row in rows if row.state != State.SHOWN)
    return Catalogue(tuple(tag for _rank, tag in found), frozenset(hidden))


@lru_cache(maxsize=20_000)
def on(flags: frozenset[str], catalogue: Catalogue) -> tuple[Tag, ...]:
    """The labels that a message with these flags carries, in the mailbox's order; then
    those that another client made, under their keyword."""
    carried = {flag.lower(): flag for flag in flags if not flag.startswith("\\")}
    if not carried:
        return ()
    found = [tag for tag in catalogue.tags if carried.pop(tag.keyword.lower(), None)]
    unknown = (
        flag
        for name, flag in sorted(carried.items())
        if name not in catalogue.hidden and is_label(flag)
    )
    found += [Tag(flag, flag, "grey") for flag in unknown]
    return tuple(found[:SHOWN_MAX])


class LabelBox(NamedTuple):
    """A label in a menu: ticked or not."""

    tag: Tag
    on: bool


def boxes(catalogue: Catalogue, carried: tuple[Tag, ...] = ()) -> tuple[LabelBox, ...]:
    """What a menu offers: the labels of the mailbox, and the others of the message."""
    others = (tag for tag in carried if tag not in catalogue.tags)
    return tuple(LabelBox(tag, tag in carried) for tag in (*catalogue.tags, *others))


def is_label(keyword: str) -> bool:
    """Whether a keyword that nobody named may be somebody's label: those of programs
    begin with a dollar (RFC 5788), or are on the list of the old ones."""
    name = keyword.lower()
    return not name.startswith(("$", "\\")) and name not in KEYWORDS_OF_CLIENTS


def keyword_for(name: str, taken: Collection[str]) -> str:
    """A valid atom for a new label, like its name as far as ASCII goes; `taken` are
    keywords in lower case. It never changes afterwards: renaming is ours alone."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem = _NOT_ATOM.sub("_", ascii_name.lower()).strip("_")[:_KEYWORD_MAX]
    stem = stem or "etiquette"
    # no label may look like what a program sets
    if not is_label(stem):
        stem = f"etiquette_{stem}"
    return next(k for k in _numbered(stem) if k not in taken)


def _numbered(stem: str) -> Iterable[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem}_{number}"
        number += 1


def colour_for(tags: Collection[Tag]) -> str:
    """The colour that the fewest labels have."""
    used = [tag.colour for tag in tags]
    return min(COLOURS[:-1], key=lambda colour: used.count(colour))
