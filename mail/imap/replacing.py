"""A message in the place of others: the next version of a draft."""

from __future__ import annotations

from collections.abc import Sequence

from mail.imap import changing, guard, searching
from mail.imap.connection import SLOW, Connection
from mail.messages import Replaced


def replace(
    connection: Connection,
    folder: str,
    message: bytes,
    flags: Sequence[str],
    *,
    uids: Sequence[int],
    uidvalidity: int = 0,
) -> Replaced:
    """In a folder that was just selected, or brought up to date: stored in one round
    trip, the others deleted in the next."""
    known = connection.select(folder).uidvalidity
    chosen = guard.uid_set(uids) if uids else b""
    uid = changing.append(connection, folder, message, flags, None)
    if not chosen or (uidvalidity and uidvalidity != known):
        return Replaced(folder, known, uid)
    # asked in the same breath: nobody else deletes them between question and answer
    commands = [
        b"UID SEARCH UID %b UNDELETED" % chosen,
        b"UID STORE %b +FLAGS.SILENT (\\Deleted)" % chosen,
    ]
    if connection.has("UIDPLUS"):
        commands.append(b"UID EXPUNGE %b" % chosen)
    found = connection.run(*commands, patience=SLOW)[0]
    return Replaced(folder, known, uid, searching.uids_of(found))
