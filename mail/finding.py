"""Finding one message again by its Message-ID, wherever it was filed: for permalinks,
and for what is to be brought up again."""

from __future__ import annotations

import time

from convergence.errors import FolderMissing, MailUnavailable
from mail.messages import Folder
from mail.store import Store

# where most of what is linked to lies
_FIRST = ("inbox", "sent", "archive", "drafts", "scheduled")
_LAST = ("junk", "trash")
FOLDERS_MAX = 400
# while a person waits
PAGE_SECONDS = 3.0


def find(store: Store, message_id: str, seconds: float) -> tuple[str, int] | None:
    """(folder, UID) of the newest message of this name in the first folder that has
    one: those of _FIRST, then the others, trash and junk last; no more than FOLDERS_MAX
    are looked into. Raises MailUnavailable when time runs out: that is not «gone»."""
    end = time.monotonic() + seconds
    for folder in sorted(store.folders(), key=_rank)[:FOLDERS_MAX]:
        if not folder.selectable or not folder.messages:
            continue
        if time.monotonic() > end:
            raise MailUnavailable
        try:
            uids = store.find(folder.name, message_id)
        except FolderMissing:
            continue
        if uids:
            return folder.name, uids[-1]
    return None


def _rank(folder: Folder) -> int:
    if folder.special in _FIRST:
        return _FIRST.index(folder.special)
    return 20 if folder.special in _LAST else 10
