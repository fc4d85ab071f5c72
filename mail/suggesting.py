"""Who may be meant by what is typed into a line of recipients.

What is known here answers at once; the directory is asked apart (`colleagues`), so that
it holds nothing up when it is slow or away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from accounts import looking
from accounts.access import Grant
from convergence.comparing import folded
from mail import remembering
from mail.headers import UNSAFE

Kind = Literal["known", "person", "functional", "list"]
TYPED_MAX, WORDS_MAX = 200, 5
SHOWN_MAX = 10
# one letter fits half of the directory
DIRECTORY_FROM = 2


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`about` tells people of one name apart."""

    name: str
    email: str
    kind: Kind = "known"
    about: str = ""


class Source(Protocol):
    """Something that knows people of a person or a mailbox, without asking any server:
    it is asked at each letter. The likeliest first."""

    def __call__(self, grant: Grant, words: Sequence[str]) -> Iterator[Suggestion]: ...


def words_of(typed: str) -> tuple[str, ...]:
    """What is looked for: folded, in whatever order."""
    text = folded(UNSAFE.sub("", typed[:TYPED_MAX]).strip("<>\"' "))
    return tuple(dict.fromkeys(text.split()))[:WORDS_MAX]


def history(grant: Grant, words: Sequence[str]) -> Iterator[Suggestion]:
    for row in remembering.known(grant.mailbox, grant.user, words):
        yield Suggestion(row.name, row.address)


# those named first are ranked first
SOURCES: tuple[Source, ...] = (history,)


def near(grant: Grant, typed: str) -> list[Suggestion]:
    """Of all sources, each address once."""
    words = words_of(typed)
    found: dict[str, Suggestion] = {}
    for source in SOURCES:
        for one in source(grant, words):
            found.setdefault(one.email.lower(), one)
    return list(found.values())[:SHOWN_MAX]


def colleagues(grant: Grant, typed: str) -> list[Suggestion]:
    """Of the directory, those of the mailbox's school first. Raises
    DirectoryUnavailable."""
    words = words_of(typed)
    if max(map(len, words), default=0) < DIRECTORY_FROM:
        return []
    found = looking.found(words, grant.mailbox.uai or grant.user.uai)
    refused = remembering.forgotten(grant.user, [e.mail.lower() for e in found])
    wanted = [e for e in found if e.mail.lower() not in refused]
    return [
        Suggestion(UNSAFE.sub("", e.name), e.mail, e.kind, e.about)
        for e in wanted[:SHOWN_MAX]
    ]
