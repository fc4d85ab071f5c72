"""The structures of messages that may have files, newest first, in bounded steps."""

from __future__ import annotations

from mail.imap import attached, guard
from mail.imap.connection import Connection
from mail.imap.fetching import envelopes, state_of
from mail.imap.parse import count, slice_from_end
from mail.imap.searching import found_by
from mail.messages import Attached

# a file that does not call itself one makes a message larger than this
_BARE_MAX = 8_000


def newest(connection: Connection, folder: str, below: int, most: int) -> Attached:
    """At most `most` messages of UIDs less than `below` (0: of all). Where the server
    marks messages by what they hold, those that it says to be without are left out,
    unless they are large: it only counts parts that call themselves attachments."""
    extended = b"RETURN (ALL) " if connection.has("ESEARCH") else b""
    uids = b"UID 1:%d " % (guard.uid(below) - 1) if below > 1 else b""
    keys = b"OR NOT KEYWORD %b LARGER %d" % (attached.WITHOUT, _BARE_MAX)
    command = b"UID SEARCH %b%b%b" % (extended, uids, keys)
    # UID 1 is the last: nothing is below it
    found = [] if below == 1 else found_by(connection, folder, (command,))
    wanted = slice_from_end(found, 0, most)
    entries = envelopes(connection, folder, wanted) if wanted else {}
    known = [entries[uid] for uid in wanted if uid in entries]
    return Attached(
        state_of(connection).uidvalidity if wanted else 0,
        tuple((entry.envelope, entry.structure) for entry in known),
        wanted[-1] if count(found) > len(wanted) else 0,
    )
