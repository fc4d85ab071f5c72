"""A conversation as one reads it: what is in the folder at hand, what was sent, what
was filed elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from convergence.errors import FolderMissing, MessageMissing
from mail.messages import Address, Citing, Folder, Header, Summary
from mail.store import TOGETHER_MAX, Store
from mail.threading import stripped

# other folders that are searched: the special ones first, then the last archives
FOLDERS_MAX = 12
NAMES_MAX = 12
BEFORE = timedelta(days=180)
_SEARCHED = ("sent", "inbox", "archive")
_LEFT_OUT = {"drafts", "scheduled", "junk", "trash", "all", "flagged"}
_NAMED = 3
# of other folders together, the likeliest first
ELSEWHERE_MAX = 2_000
# messages of one page, on screen and on paper
PAGE = 100
# more unread messages than anybody reads at once; the others open on a click
OPENED_MAX = 10


@dataclass(frozen=True, slots=True)
class Piece:
    """A message of a conversation, and where it is."""

    folder: Folder
    summary: Summary


@dataclass(frozen=True, slots=True)
class Conversation:
    """Oldest first. `root` is the Message-ID that all of it answers; `here` are the
    messages of the folder at hand, newest first. Not `whole`: older messages of other
    folders were not searched. `endless`: more of them than are read together. `folders`
    are those of the mailbox, as they were then."""

    folder: str
    root: str
    subject: str
    pieces: tuple[Piece, ...]
    here: tuple[int, ...]
    whole: bool = True
    endless: bool = False
    folders: tuple[Folder, ...] = ()

    @property
    def is_named(self) -> bool:
        """Whether something can answer it by name."""
        return bool(self.root)

    @property
    def elsewhere(self) -> int:
        return sum(piece.folder.name != self.folder for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Window:
    """Which messages of a conversation a page shows, most often all: from the `first`
    to the `last`, counted from one, of `total`."""

    first: int
    last: int
    total: int

    @property
    def is_whole(self) -> bool:
        return self.last - self.first + 1 >= self.total

    @property
    def is_newest(self) -> bool:
        return self.last >= self.total

    @property
    def older(self) -> int:
        """The last message of the page before, 0 when there is none."""
        return self.first - 1

    @property
    def newer(self) -> int:
        """The last message of the page behind, 0 when there is none."""
        return 0 if self.is_newest else min(self.last + PAGE, self.total)

    def of(self, found: Conversation) -> list[tuple[int, Piece]]:
        """Its messages with their numbers."""
        pieces = found.pieces[self.first - 1 : self.last]
        return list(enumerate(pieces, self.first))


def window(found: Conversation, uid: int, last: int = 0) -> Window:
    """The page that ends with the `last`-th message; else the newest one, unless that
    is without the message asked for: then the one that ends with it."""
    total = len(found.pieces)
    if not last:
        asked = (found.folder, uid)
        names = ((p.folder.name, p.summary.uid) for p in found.pieces)
        place = next((at for at, name in enumerate(names, 1) if name == asked), total)
        last = total if total - place < PAGE else place
    last = min(last, total)
    return Window(max(1, last - PAGE + 1), last, total)


def conversation(
    store: Store,
    folder: str,
    uid: int,
    *,
    search: bool = True,
    header: Callable[[int], Header] | None = None,
) -> Conversation:
    """The conversation of a message; without `search` as far as it is known at once.
    `header` tells that of the newest message here, where it is read in any case.
    Raises MessageMissing, and FolderMissing for a folder that the server opens but does
    not list."""
    row = store.conversation(folder, uid)
    if row is None:
        raise MessageMissing
    head = header(row.uid) if header else store.message(folder, row.uid).header
    folders = store.folders()
    current = next((f for f in folders if f.name == folder), None)
    if current is None:
        raise FolderMissing
    own = [Piece(current, each) for each in (row, *row.older)]
    usable = [f for f in searched(folders) if f.name != current.name]
    names, since = _names(row, head), _since(row)
    found = store.citing(usable, names, since, search=search)
    chosen, is_cut = _chosen(usable, found)
    others = _elsewhere(store, chosen, head.subject)
    pieces = tuple(sorted(_once(own, others), key=_age))
    root = next(iter(head.references or head.in_reply_to), head.message_id)
    endless = is_cut or len(row.uids) >= TOGETHER_MAX
    here = row.uids
    return Conversation(
        folder, root, head.subject, pieces, here, found.whole, endless, folders
    )


def _age(piece: Piece) -> tuple[datetime, int]:
    return piece.summary.envelope.received, piece.summary.uid


def _chosen(
    folders: Sequence[Folder], found: Citing
) -> tuple[list[tuple[Folder, tuple[int, ...]]], bool]:
    """What is read of what was found, and whether that is not all."""
    chosen, room = [], ELSEWHERE_MAX
    for folder in folders:
        if uids := found.uids.get(folder.name, ())[-room:] if room else ():
            chosen.append((folder, uids))
            room -= len(uids)
    most = max((len(uids) for uids in found.uids.values()), default=0)
    return chosen, not room or most >= TOGETHER_MAX


def _elsewhere(
    store: Store, chosen: Iterable[tuple[Folder, tuple[int, ...]]], subject: str
) -> Iterator[Piece]:
    """What has the same subject: another one is another conversation."""
    bare = _bare(subject)
    for folder, uids in chosen:
        for summary in store.summaries(folder.name, uids):
            if _bare(summary.envelope.subject) == bare:
                yield Piece(folder, summary)


@lru_cache(maxsize=2048)
def _bare(subject: str) -> str:
    return stripped(subject)[0]


def _since(row: Summary) -> date:
    oldest = min(each.envelope.received for each in (row, *row.older))
    return (oldest - BEFORE).date()


def _names(row: Summary, header: Header) -> list[str]:
    """The identifiers to look for: the root, that most answers cite, then the newest
    ones."""
    cited = [*header.references, *header.in_reply_to]
    own = [each.envelope.message_id for each in (row, *row.older)]
    newest = [name for name in (*own, *reversed(cited)) if name]
    return list(dict.fromkeys([*cited[:1], *newest]))[:NAMES_MAX]


def searched(folders: Iterable[Folder]) -> list[Folder]:
    """Where the messages of an exchange may be, the likeliest first."""

    def rank(folder: Folder) -> tuple[int, int]:
        uses = {use: place for place, use in enumerate(_SEARCHED)}
        archived = any(part.lower().startswith("archive") for part in folder.path)
        place = uses.get(folder.special or "", len(uses) - (1 if archived else 0))
        return place, -folder.messages

    usable = (f for f in folders if f.selectable and f.special not in _LEFT_OUT)
    return sorted((f for f in usable if f.messages), key=rank)[:FOLDERS_MAX]


def _once(own: Sequence[Piece], others: Iterable[Piece]) -> Iterator[Piece]:
    """All that is in the folder at hand; of other folders what is no copy. That two
    messages have one Message-ID makes no copy of them: anybody may write it."""
    yield from own
    known = {_sameness(piece) for piece in own}
    for piece in others:
        same = _sameness(piece)
        if same not in known:
            known.add(same)
            yield piece


def _sameness(piece: Piece) -> tuple[object, ...]:
    envelope = piece.summary.envelope
    name = envelope.message_id or (piece.folder.name, envelope.uid)
    return name, envelope.sender.email.lower(), envelope.date, envelope.size


def participants(row: Summary, own: Collection[str], me: str) -> str:
    """«Inès, moi, Karim»: who wrote, in the order in which they began, by first names;
    of many the first and the last. Who has answered is one of them."""
    words: list[str] = []
    for each in (*reversed(row.older), row):
        sender = each.envelope.sender
        words.append(me if sender.email.lower() in own else given_name(sender))
        if each.answered:
            words.append(me)
    several = list(dict.fromkeys(words))
    if len(several) > _NAMED:
        return f"{several[0]} … {', '.join(several[1 - _NAMED :])}"
    return ", ".join(several)


def unfolded(
    found: Conversation, window: Window, uid: int, *, everything: bool = False
) -> Collection[int]:
    """The numbers of those that are shown as read: the newest of the page, the newest
    here, the one that was asked for, and those that nobody has read, the newest of
    them."""
    shown = window.of(found)
    if everything:
        return [number for number, _piece in shown]
    wanted = {uid, found.here[0]}
    kept = {
        number
        for number, piece in shown
        if number == window.last
        or (piece.folder.name == found.folder and piece.summary.uid in wanted)
    }
    unread = [number for number, piece in shown if not piece.summary.seen]
    return kept.union(unread[-OPENED_MAX:])


@lru_cache(maxsize=8192)
def given_name(someone: Address) -> str:
    """The first word of a name that has several; an address up to its @."""
    words = someone.name.split()
    if len(words) > 1 and "@" not in someone.name:
        # «DURAND Lucie», as directories write
        first = next((w for w in words if not w.isupper()), words[0])
        return first.strip(",;") or someone.label
    return someone.name or someone.email.partition("@")[0] or "—"
