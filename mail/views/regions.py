"""Regions of the mail screens, rendered by pure functions: the same values give the
same HTML, so that it is made once and kept in this process."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote, unquote
from zlib import crc32

from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import preferences
from accounts.access import Grant
from convergence.converters import FolderConverter
from convergence.templatetags import interface
from mail import headers, labels, moments, reading
from mail.labels import Catalogue, Tag
from mail.messages import (
    ANSWERED,
    FLAGGED,
    FORWARDED,
    MUTED,
    SEEN,
    UNANSWERED,
    WOKEN,
    Envelope,
    Folder,
    Listing,
    Summary,
)
from mail.store import Store
from mail.views import days, gathering

# their messages count, read or not
_COUNTED = {"drafts", "scheduled", "snoozed"}
_MARKS = {
    "answered": ANSWERED,
    "forwarded": FORWARDED,
    "flagged": FLAGGED,
    "muted": MUTED,
}
_CHIPS = 3
_STAMPS = frozenset({WOKEN, UNANSWERED})
_WRITTEN_TO = {"sent", "drafts", "scheduled"}
# that a key leads to (mail/shortcuts.py)
_GONE_TO = {"inbox", "drafts", "sent", "archive", "trash"}
_ICONS = {
    "inbox": "inbox",
    "drafts": "file-text",
    "scheduled": "clock",
    "snoozed": "alarm-clock",
    "sent": "send",
    "archive": "archive",
    "junk": "octagon-alert",
    "trash": "trash-2",
}


def folder_title(folder: Folder) -> str:
    """The French name of a special folder, else its own last name."""
    names = {
        "inbox": _("Boîte de réception"),
        "drafts": _("Brouillons"),
        "scheduled": _("Programmés"),
        "snoozed": _("En attente"),
        "sent": _("Envoyés"),
        "archive": _("Archives"),
        "junk": _("Indésirables"),
        "trash": _("Corbeille"),
    }
    return names.get(folder.special or "", folder.leaf)


def root_of(address: str) -> str:
    """The address of a mailbox; folders are below it. Made here, not by reverse():
    a list has hundreds of links."""
    return f"/courrier/{quote(address, safe='@')}/"


def path_of(address: str, folder: str) -> str:
    segment = FolderConverter().to_url(folder)
    return f"{root_of(address)}{quote(segment, safe='~')}/"


def tree(folders: tuple[Folder, ...], address: str, current: str) -> SafeString:
    # what the tree shows, nothing that changes more often
    bare = tuple(
        replace(f, messages=f.messages if f.special in _COUNTED else 0, state="")
        for f in folders
    )
    return _tree(bare, address, current, get_language() or "fr")


@lru_cache(maxsize=2000)
def _tree(
    folders: tuple[Folder, ...], address: str, current: str, language: str
) -> SafeString:
    arranged = reading.arranged(folders)
    first_own = next((a for a in arranged if a.own), None)
    items = [
        _item(a, address, current) | {"first_own": a is first_own} for a in arranged
    ]
    template = get_template("mail/folder/_tree.html")
    return mark_safe(template.render({"items": items}))  # noqa: S308


def _item(arranged: reading.Arranged, address: str, current: str) -> dict[str, Any]:
    folder = arranged.folder
    counted = folder.special in _COUNTED
    # what waits to leave is shown with its states and its ways on
    path = path_of(address, folder.name)
    if folder.special == "scheduled":
        path = reverse("mail:outbox", args=[address])
    elif folder.special == "snoozed":
        path = reverse("mail:reminders", args=[address])
    return {
        "title": folder_title(folder),
        "path": path,
        "icon": _ICONS.get(folder.special or "", "folder"),
        "depth": min(arranged.depth, 3),
        "count": folder.messages if counted else folder.unseen,
        "unread": not counted,
        "current": folder.name == current,
        "selectable": folder.selectable,
        "name": folder.name,
        "go": folder.special if folder.special in _GONE_TO else "",
    }


def rows(
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


def row(
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
    outward = special in _WRITTEN_TO
    return [
        _row(
            row.envelope,
            flags := row.together,
            path,
            outward,
            today,
            language,
            _tags(flags, catalogue, special),
            gathering.gathered(row, own) if row.older else None,
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
    context = {
        **{name: flag in flags for name, flag in _MARKS.items()},
        "unread": SEEN not in flags,
        "outward": outward,
        "attachment": envelope.has_attachment,
        "named": bool(envelope.subject),
        "subject": _cut(envelope.subject, 200),
        "short": _cut(envelope.subject, 60) or _("(sans objet)"),
        "uid": envelope.uid,
        "avatar": interface.avatar(who.name, who.email),
        "who": who.label or "—",
        "more": len(people) - 1,
        "iso": interface.iso_date(envelope.received),
        "day": interface.mail_date(envelope.received),
        "snippet": _cut(envelope.snippet, 140),
        "size": interface.file_size(envelope.size),
        "path": path,
        "chips": chips(tags),
        "uids": envelope.uid,
    }
    if gathered is not None:
        context |= gathered.told(outward=outward)
    return get_template("mail/folder/_row.html").render(context)


def labels_id(folder: str, uid: int) -> str:
    """Where a message that is open shows its labels: a conversation has messages of
    several folders."""
    return f"labels-{crc32(folder.encode()):x}-{uid}"


@lru_cache(maxsize=4096)
def chips(tags: tuple[Tag, ...]) -> SafeString:
    """The labels of a row: the first ones by name, all of them for the script."""
    if not tags:
        return mark_safe("")
    shown = {"tags": tags[:_CHIPS], "more": tags[_CHIPS:]}
    keywords = " ".join(tag.keyword for tag in tags)
    template = get_template("mail/labels/_chips.html")
    return mark_safe(template.render(shown | {"keywords": keywords}))  # noqa: S308


@lru_cache(maxsize=2000)
def label_list(tags: tuple[Tag, ...], path: str, current: str) -> SafeString:
    """The labels in the sidebar: each shows what carries it in the folder at hand."""
    address = unquote(path.split("/")[2])
    manage = reverse("mail:labels", args=[address])
    context = {"tags": tags, "folder_path": path, "current": current, "manage": manage}
    template = get_template("mail/labels/_sidebar.html")
    return mark_safe(template.render(context))  # noqa: S308


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


class Target(NamedTuple):
    """A folder to which a message may be moved."""

    name: str
    title: str
    above: str = ""


@lru_cache(maxsize=2000)
def _targets(
    folders: tuple[Folder, ...], current: str, language: str
) -> tuple[Target, ...]:
    return tuple(
        Target(folder.name, folder_title(folder), _above(folder))
        for folder in (a.folder for a in reading.arranged(folders))
        if folder.selectable and folder.name != current
    )


def _above(folder: Folder) -> str:
    """The folders in which it stands, to tell two of one name apart."""
    return "" if folder.special else " / ".join(folder.path[:-1])


def targets(folders: tuple[Folder, ...], current: str) -> tuple[Target, ...]:
    """The folders to which a message may be moved."""
    bare = tuple(replace(f, messages=0, unseen=0, state="") for f in folders)
    return _targets(bare, current, get_language() or "fr")


def shell(
    grant: Grant, store: Store, current: str, known: tuple[Folder, ...] | None = None
) -> dict[str, Any]:
    """What the layout of mail shows around every screen; `known` are the folders of
    this moment, when they have been asked."""
    folders = store.folders() if known is None else known
    address = grant.mailbox.address
    found = next((f for f in folders if f.name == current), None)
    path = path_of(address, current if found else "INBOX")
    catalogue = labels.of(grant.mailbox)
    return {
        "mailbox": grant.mailbox,
        "mailbox_root": root_of(address),
        "grant": grant,
        "folders": folders,
        "folder": found,
        "inbox_unseen": next((f.unseen for f in folders if f.special == "inbox"), 0),
        "folder_title": folder_title(found) if found else current,
        "folder_path": path_of(address, current),
        "tree": tree(folders, address, current),
        "targets": targets(folders, current),
        "catalogue": catalogue,
        "moments": moments.for_snoozing(),
        "label_list": label_list(catalogue.tags, path, ""),
        "shortcuts": preferences.of(grant.user).shortcuts,
    }


def bare(grant: Grant) -> dict[str, Any]:
    """The same without its folders, for a screen that is shown while IMAP is down."""
    root = root_of(grant.mailbox.address)
    return {"mailbox": grant.mailbox, "mailbox_root": root, "grant": grant}
