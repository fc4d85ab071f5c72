"""The rows of lists, rendered by pure functions: the same values give the same HTML, so
that it is made once and kept in this process."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from convergence.keeping import kept_template
from convergence.templatetags import interface
from mail import headers, labels
from mail.labels import Catalogue, Tag
from mail.messages import (
    ANSWERED,
    FLAGGED,
    FORWARDED,
    MUTED,
    SEEN,
    UNANSWERED,
    WOKEN,
    Address,
    Envelope,
    Folder,
    Listing,
    Summary,
)
from mail.views import days, gathering

_MARKS = {
    "answered": ANSWERED,
    "forwarded": FORWARDED,
    "flagged": FLAGGED,
    "muted": MUTED,
}
_CHIPS = 3
_STAMPS = frozenset({WOKEN, UNANSWERED})
_WRITTEN_TO = {"sent", "drafts", "scheduled"}


def page(
    listing: Listing,
    path: str,
    special: str | None,
    catalogue: Catalogue,
    own: Collection[str],
    *,
    dated: bool = True,
) -> SafeString:
    """The rows of a page; below headings when they are in the order of their dates.
    `own` are the addresses of the mailbox, to name the people of a conversation."""
    made = _rows(listing.rows, path, special, catalogue, own)
    if not dated:
        return days.plain(made)
    return days.grouped(zip(_arrivals(listing.rows), made, strict=True))


def one(
    summary: Summary,
    path: str,
    folder: Folder | None,
    catalogue: Catalogue,
    own: Collection[str],
) -> SafeString:
    """One row, for an update."""
    special = folder.special if folder else None
    [made] = _rows((summary,), path, special, catalogue, own)
    return mark_safe(made)  # noqa: S308


def _rows(
    rows: Sequence[Summary],
    path: str,
    special: str | None,
    catalogue: Catalogue,
    own: Collection[str],
) -> list[str]:
    """Each made once for its flags, its labels, its conversation and this day."""
    today, language = timezone.localdate(), get_language() or "fr"
    outward, me = special in _WRITTEN_TO, _("moi")
    return [
        _row(
            row.envelope,
            flags := row.together,
            path,
            outward,
            today,
            language,
            _tags(flags, catalogue, special),
            gathering.gathered(row, own, me) if row.older else None,
        )
        for row in rows
    ]


def _arrivals(rows: Sequence[Summary]) -> list[datetime]:
    """The day below which each row stands. What came back stands among those of its
    return, and its own date would part them: the row after it tells the day."""
    found: list[datetime] = []
    for row in reversed(rows):
        came_back = WOKEN in row.flags and found
        found.append(found[-1] if came_back else row.envelope.received)
    return found[::-1]


def _tags(
    flags: frozenset[str], catalogue: Catalogue, special: str | None
) -> tuple[Tag, ...]:
    """The labels of a row; in the inbox, first why it is there again."""
    tags = labels.on(flags, catalogue)
    if special != "inbox" or _STAMPS.isdisjoint(flags):
        return tags
    names = {WOKEN: _("Rappel"), UNANSWERED: _("Sans réponse")}
    stamps = (Tag(k, name, "stamp") for k, name in names.items() if k in flags)
    return (*stamps, *tags)


@lru_cache(maxsize=40_000)
def _row(
    envelope: Envelope,
    flags: frozenset[str],
    path: str,
    outward: bool,
    today: date,
    language: str,
    tags: tuple[Tag, ...],
    gathered: gathering.Gathered | None,
) -> str:
    people = envelope.to if outward else (envelope.sender,)
    who = people[0] if people else headers.NO_ADDRESS
    context = words(envelope, flags, who, tags) | {
        "outward": outward,
        "more": len(people) - 1,
        "path": path,
        "uids": envelope.uid,
    }
    if gathered is not None:
        context |= gathered.told(outward=outward)
    return kept_template("mail/folder/_row.html").render(context)


def words(
    envelope: Envelope, flags: frozenset[str], who: Address, tags: tuple[Tag, ...]
) -> dict[str, Any]:
    """What every list says of a message."""
    return {
        **{name: flag in flags for name, flag in _MARKS.items()},
        "unread": SEEN not in flags,
        "attachment": envelope.has_attachment,
        "named": bool(envelope.subject),
        "subject": _cut(envelope.subject, 200),
        "short": _cut(envelope.subject, 60) or _("(sans objet)"),
        "uid": envelope.uid,
        "avatar": interface.avatar(who.name, who.email),
        "who": who.label or "—",
        "iso": interface.iso_date(envelope.received),
        "day": interface.mail_date(envelope.received),
        "snippet": _cut(envelope.snippet, 140),
        "size": interface.file_size(envelope.size),
        "chips": chips(tags, get_language()),
    }


@lru_cache(maxsize=4096)
def chips(tags: tuple[Tag, ...], language: str | None) -> SafeString:
    """The labels of a row: the first ones by name, all of them for the script."""
    if not tags:
        return mark_safe("")
    shown = {"tags": tags[:_CHIPS], "more": tags[_CHIPS:]}
    keywords = " ".join(tag.keyword for tag in tags)
    template = get_template("mail/labels/_chips.html")
    return mark_safe(template.render(shown | {"keywords": keywords}))  # noqa: S308


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
