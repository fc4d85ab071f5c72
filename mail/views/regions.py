"""Regions of the mail screens, rendered by pure functions: the same values give the
same HTML, so that it is made once and kept in this process."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote
from zlib import crc32

from django.template.loader import get_template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import preferences
from accounts.access import Grant
from convergence.converters import FolderConverter
from mail import labels, moments, reading
from mail.labels import Tag
from mail.messages import Folder
from mail.store import Store

# their messages count, read or not
_COUNTED = {"drafts", "scheduled", "snoozed"}
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


_TITLES = {
    "inbox": _("Boîte de réception"),
    "drafts": _("Brouillons"),
    "scheduled": _("Programmés"),
    "snoozed": _("En attente"),
    "sent": _("Envoyés"),
    "archive": _("Archives"),
    "junk": _("Indésirables"),
    "trash": _("Corbeille"),
}


def folder_title(folder: Folder) -> str:
    """The French name of a special folder, else its own last name."""
    return str(_TITLES.get(folder.special or "", folder.leaf))


def root_of(address: str) -> str:
    """The address of a mailbox; folders are below it. Made here, not by reverse():
    a list has hundreds of links."""
    return f"/courrier/{quote(address, safe='@')}/"


def _segment(folder: str) -> str:
    return quote(FolderConverter().to_url(folder), safe="~")


def path_of(address: str, folder: str) -> str:
    return f"{root_of(address)}{_segment(folder)}/"


def message_path(address: str, folder: str, uid: int) -> str:
    return f"{path_of(address, folder)}{uid}/"


def write_path(address: str, folder: str, uid: int) -> str:
    """Below it are the ways to answer a message."""
    return f"/ecrire/{quote(address, safe='@')}/{_segment(folder)}/{uid}/"


def all_mailboxes(origin: str) -> str:
    """The list over all mailboxes from which a message was opened, if one was."""
    queries = {"toutes": "", "non-lus": "?non_lus=1"}
    return reverse("mail:unified") + queries[origin] if origin in queries else ""


def tree(folders: tuple[Folder, ...], address: str, current: str) -> SafeString:
    return _tree(_counted(folders), address, current, get_language() or "fr")


@lru_cache(maxsize=2000)
def _counted(folders: tuple[Folder, ...]) -> tuple[Folder, ...]:
    """What the tree shows of them, nothing that changes more often."""
    return tuple(
        replace(f, messages=f.messages if f.special in _COUNTED else 0, state="")
        for f in folders
    )


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


def labels_id(folder: str, uid: int) -> str:
    """Where a message that is open shows its labels: a conversation has messages of
    several folders."""
    return f"labels-{crc32(folder.encode()):x}-{uid}"


def leaf_id(folder: str, uid: int) -> str:
    """The same of the whole message, in a conversation."""
    return f"leaf-{crc32(folder.encode()):x}-{uid}"


def label_list(
    tags: tuple[Tag, ...], address: str, folder: str, current: str
) -> SafeString:
    """The labels in the sidebar: each shows what carries it in the folder at hand."""
    return _label_list(tags, address, folder, current, get_language() or "fr")


@lru_cache(maxsize=2000)
def _label_list(
    tags: tuple[Tag, ...], address: str, folder: str, current: str, language: str
) -> SafeString:
    context = {
        "tags": tags,
        "folder_path": path_of(address, folder),
        "current": current,
        "manage": reverse("mail:labels", args=[address]),
    }
    template = get_template("mail/labels/_sidebar.html")
    return mark_safe(template.render(context))  # noqa: S308


class Target(NamedTuple):
    """A folder to which a message may be moved."""

    name: str
    title: str
    above: str = ""


@lru_cache(maxsize=2000)
def _targets(
    folders: tuple[Folder, ...], current: str, language: str
) -> tuple[Target, ...]:
    titles = {folder.path: folder_title(folder) for folder in folders}
    return tuple(
        Target(folder.name, folder_title(folder), _above(folder, titles))
        for folder in (a.folder for a in reading.arranged(folders))
        if folder.selectable and folder.name != current
    )


def _above(folder: Folder, titles: dict[tuple[str, ...], str]) -> str:
    """The folders in which it stands, to tell two of one name apart."""
    if folder.special:
        return ""
    depths = range(1, len(folder.path))
    paths = [folder.path[:depth] for depth in depths]
    return " / ".join(titles.get(path, path[-1]) for path in paths)


def targets(folders: tuple[Folder, ...], current: str) -> tuple[Target, ...]:
    """The folders to which a message may be moved."""
    return _targets(_named(folders), current, get_language() or "fr")


@lru_cache(maxsize=2000)
def _named(folders: tuple[Folder, ...]) -> tuple[Folder, ...]:
    return tuple(replace(f, messages=0, unseen=0, state="") for f in folders)


def shell(
    grant: Grant, store: Store, current: str, known: tuple[Folder, ...] | None = None
) -> dict[str, Any]:
    """What the layout of mail shows around every screen; `known` are the folders of
    this moment, when they have been asked."""
    folders = store.folders() if known is None else known
    address = grant.mailbox.address
    found = next((f for f in folders if f.name == current), None)
    labelled = current if found else "INBOX"
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
        "label_list": label_list(catalogue.tags, address, labelled, ""),
        "shortcuts": preferences.of(grant.user).shortcuts,
        "composer": preferences.of(grant.user).composer,
    }


def bare(grant: Grant) -> dict[str, Any]:
    """The same without its folders, for a screen that is shown while IMAP is down."""
    root = root_of(grant.mailbox.address)
    return {"mailbox": grant.mailbox, "mailbox_root": root, "grant": grant}
