"""Our own threading of a folder whose server has no THREAD: headers are fetched once,
newest first, for so long as a page can wait; what is not read yet stands alone, and the
next page goes on. Of a folder without end the newest TRACED_MAX messages are threaded.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from convergence.recent import Recent
from mail import headers
from mail.imap import cache, guard
from mail.imap.connection import SLOW, Connection
from mail.imap.fetching import state_of
from mail.imap.parse import fetches, internal_date, number_of, searched
from mail.threading import Thread, Trace, arranged, grouped, trace

TRACED_MAX = 20_000
KEPT_HERE = 6  # folders
STEP = 500
STEP_SECONDS = 1.5
_ITEMS = (
    b"UID INTERNALDATE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID IN-REPLY-TO REFERENCES)]"
    b"<0.16384> BODY.PEEK[HEADER.FIELDS (SUBJECT)]<0.2048>"
)

Traces = dict[int, Trace | None]


# of the folders threaded last; None for what the server did not tell, so that it is not
# asked again
known: Recent[str, Traces] = Recent(KEPT_HERE)


def threads(connection: Connection, folder: str) -> tuple[list[Thread], bool]:
    """The conversations, and whether every message that may be threaded has been."""
    uidvalidity = state_of(connection).uidvalidity
    key = cache.prefix(connection.login, folder, uidvalidity)
    uids = _every(connection)
    wanted = uids[-TRACED_MAX:]
    kept = (known.get(key) or {}) if uidvalidity else {}
    found: Traces = {uid: kept[uid] for uid in wanted if uid in kept}
    missing = [uid for uid in reversed(wanted) if uid not in found]
    end = time.monotonic() + STEP_SECONDS
    while missing and time.monotonic() < end:
        step, missing = missing[:STEP], missing[STEP:]
        found |= dict.fromkeys(step) | _traced(connection, step)
    if uidvalidity:
        known.put(key, found)
    traced = [each for each in found.values() if each is not None]
    threaded = {each.uid for each in traced}
    alone = [(uid,) for uid in uids if uid not in threaded]
    return arranged([*grouped(traced), *alone]), not missing


def _every(connection: Connection) -> list[int]:
    answer = connection.run(b"UID SEARCH ALL", patience=SLOW)[0]
    return sorted({number for number, _last in searched(answer.untagged)})


def _traced(connection: Connection, uids: Sequence[int]) -> dict[int, Trace]:
    command = b"UID FETCH %b (%b)" % (guard.uid_set(uids), _ITEMS)
    answer = connection.run(command, patience=SLOW)[0]
    return {each.uid: each for each in _traces(answer.untagged)}


def _traces(lines: Sequence[bytes]) -> Iterator[Trace]:
    for _number, items in fetches(lines):
        if not 0 < (uid := number_of(items.get(b"UID"))) <= guard.UID_MAX:
            continue
        fields = headers.split(items.get(b"BODY[HEADER.FIELDS]") or b"")
        own = headers.message_ids(headers.first(fields, "message-id"))
        yield trace(
            uid,
            own[0] if own else "",
            headers.message_ids(b" ".join(fields.get("references", ())[:50])),
            headers.message_ids(headers.first(fields, "in-reply-to")),
            headers.text(headers.first(fields, "subject")),
            internal_date(items.get(b"INTERNALDATE")).timestamp(),
        )
