"""The messages of a conversation as a page shows them: lines, and below some of them
the message."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple

from django.utils.safestring import SafeString

from accounts.access import Grant
from convergence.keeping import kept_template
from convergence.templatetags import interface
from mail import imaging
from mail.conversing import Conversation, Piece, Window
from mail.messages import Header, Summary
from mail.store import Store
from mail.views import frames, regions, sheets
from mail.views.looks import Looks
from mail.views.sheets import AS_IT_IS


class Leaf(NamedTuple):
    """A message of the conversation: its line, and when it is unfolded its sheet."""

    piece: Piece
    number: int
    total: int
    path: str
    elsewhere: str
    sheet: dict[str, Any] | None = None

    @property
    def summary(self) -> Summary:
        return self.piece.summary

    @property
    def name(self) -> str:
        return regions.leaf_id(self.piece.folder.name, self.summary.uid)

    @property
    def line(self) -> SafeString:
        return kept_template("mail/conversations/_line.html").render(self._values)

    @property
    def folded(self) -> SafeString:
        """With its line; what is below it is asked for when it is unfolded."""
        return kept_template("mail/conversations/_folded.html").render(self._values)

    @property
    def _values(self) -> dict[str, Any]:
        envelope = self.summary.envelope
        iso, day = interface.stamps(envelope.received)
        return {
            "name": self.name,
            "path": self.path,
            "seen": self.summary.seen,
            "flagged": self.summary.flagged,
            "attachment": envelope.has_attachment,
            "away": bool(self.elsewhere),
            "elsewhere": self.elsewhere,
            "who": envelope.sender.label or "—",
            "snippet": envelope.snippet,
            "number": self.number,
            "total": self.total,
            "iso": iso,
            "day": day,
        }


class Sheets:
    """The messages of a page that are read, each once; without remote images, but those
    of senders who are trusted: they are shown when the message is opened alone."""

    def __init__(self, grant: Grant, store: Store, wanted: Looks = AS_IT_IS) -> None:
        self._grant, self._store, self._wanted = grant, store, wanted
        self._read: dict[tuple[str, int], dict[str, Any]] = {}

    def of(self, folder: str, uid: int) -> dict[str, Any]:
        if (folder, uid) not in self._read:
            grant, store = self._grant, self._store
            consent = imaging.consent(grant.user.pk, store.address, folder, uid)
            opening = frames.Opening(store.address, folder, uid, False, consent)
            sheet = sheets.read(grant, store, opening, self._wanted)
            self._read[folder, uid] = sheet
        return self._read[folder, uid]

    def header_of(self, folder: str, uid: int) -> Callable[[int], Header]:
        """Tells the header of a message of this folder: of this one, which is read in
        any case, without asking for it twice."""

        def header(newest: int) -> Header:
            if newest != uid:
                return self._store.message(folder, newest).header
            found: Header = self.of(folder, uid)["header"]
            return found

        return header

    def will_mark(self, found: Conversation, opened: Collection[int]) -> bool:
        """Whether any of these is going to be marked seen: the folders have then other
        counts than before."""
        pieces = (found.pieces[number - 1] for number in opened)
        return any(
            not piece.summary.seen
            and (piece.folder.name, piece.summary.uid) not in self._read
            for piece in pieces
        )


def unfolded(
    grant: Grant,
    found: Conversation,
    window: Window,
    opened: Collection[int],
    read: Sheets,
) -> list[Leaf]:
    """The messages of a page, those that are `opened` with their sheets."""
    leaves = folded(grant, found, window)
    return [
        leaf._replace(sheet=read.of(leaf.piece.folder.name, leaf.summary.uid))
        if leaf.number in opened
        else leaf
        for leaf in leaves
    ]


def folded(grant: Grant, found: Conversation, window: Window) -> list[Leaf]:
    """The lines of the messages of a page; nothing is read."""
    return [_leaf(grant, number, piece, found) for number, piece in window.of(found)]


def _leaf(grant: Grant, number: int, piece: Piece, found: Conversation) -> Leaf:
    folder = piece.folder.name
    path = regions.message_path(grant.mailbox.address, folder, piece.summary.uid)
    title = regions.folder_title(piece.folder) if folder != found.folder else ""
    return Leaf(piece, number, len(found.pieces), path, title)


def written(leaves: Iterable[Leaf]) -> str:
    """As a page says which ones it shows (mail/views/growing.py)."""
    folders: dict[str, list[str]] = {}
    for leaf in leaves:
        _leaf, folder, uid = leaf.name.split("-")
        folders.setdefault(folder, []).append(f"{uid}+" if leaf.sheet else uid)
    return "_".join(".".join((folder, *uids)) for folder, uids in folders.items())
