"""Reading: pages of a folder, messages, parts. Flags are always the server's.

What is asked of a folder that a connection has selected already is followed by a NOOP
in the same round trip: the server tells then what had changed meanwhile (RFC 3501
§5.2), and what was asked on wrong grounds is asked again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from convergence.errors import MessageMissing
from mail import headers, mime
from mail.imap import cache, guard
from mail.imap.connection import (
    Answer,
    Command,
    Connection,
    Selected,
)
from mail.imap.errors import Gone
from mail.imap.parse import (
    fetched,
    fetches,
    flag_lines,
    flags,
    internal_date,
    joined,
    number_of,
)
from mail.messages import Address, Envelope, Listing, Message, Part, Summary
from mail.store import Without
from mail.transfer import transfer_decode

HEADER_MAX = 256 * 1024
TEXT_MAX = 2 * 1024 * 1024
TEXTS_MAX = 100
CHUNK = 256 * 1024
_TRIES = 5
# each bounded by itself: a subject of a megabyte must not hide the sender
_ITEMS = (
    b"BODY.PEEK[HEADER.FIELDS (FROM DATE MESSAGE-ID)]<0.16384> "
    b"BODY.PEEK[HEADER.FIELDS (SUBJECT)]<0.16384> "
    b"BODY.PEEK[HEADER.FIELDS (TO)]<0.16384> "
)
_EXPUNGED = re.compile(rb"\* (\d{1,10}) EXPUNGE", re.IGNORECASE)


def selected(
    connection: Connection,
    folder: str,
    *after: bytes | Command,
    patience: float | None = None,
) -> list[Answer]:
    """Run `after` in the folder; one selected earlier is brought up to date first. So
    the connection has just answered, and `after` may be given a long patience."""
    if connection.selected is None or connection.selected.name != folder:
        connection.select(folder)
    else:
        connection.run(b"NOOP")
    return connection.run(*after, patience=patience)


def steady(
    connection: Connection,
    folder: str,
    *commands: bytes | Command,
    by_number: bool = False,
) -> list[bytes] | None:
    """The untagged answers of `commands`, or None when messages came or went that this
    connection did not know of, and the commands ask `by_number`: ask again. Raises Gone
    when the folder was made anew."""
    known = connection.select(folder)
    was_known, exists = known.told, known.exists
    answers = connection.run(*commands, b"NOOP")
    lines = [line for answer in answers for line in answer.untagged]
    if known.doubtful and was_known:
        # selecting again in the same session would show nothing: Dovecot keeps errors
        connection.broken = True
        raise Gone
    known.told = True
    moved = known.exists != exists or any(_EXPUNGED.match(line) for line in lines)
    return None if moved and by_number else lines


def state_of(connection: Connection) -> Selected:
    assert connection.selected is not None
    return connection.selected


def page(
    connection: Connection,
    folder: str,
    number: int,
    size: int,
    *,
    oldest_first: bool = False,
) -> Listing:
    """The number-th page by arrival: one round trip when nothing has changed."""
    lines: list[bytes] | None = None
    first = last = 0
    for _attempt in range(_TRIES):
        known = connection.select(folder)
        first, last = _window(known.exists, number, size)
        if oldest_first:
            first, last = _mirrored(known.exists, first, last)
        asked = (b"FETCH %d:%d (UID FLAGS)" % (first, last),) if last else ()
        if (lines := steady(connection, folder, *asked, by_number=True)) is not None:
            break
    known = connection.select(folder)
    found = [row for row in flag_lines(lines or ()) if first <= row[0] <= last]
    found.sort(reverse=not oldest_first)
    rows = summaries(connection, folder, [(uid, raw) for _seq, uid, raw in found])
    total = known.exists
    number = min(number, max(1, -(-total // size)))
    return Listing(folder, known.uidvalidity, total, number, size, rows)


def _window(exists: int, number: int, size: int) -> tuple[int, int]:
    """Sequence numbers of a page from the end; (1, 0) for an empty folder."""
    pages = max(1, -(-exists // size))
    last = exists - (min(number, pages) - 1) * size
    return max(1, last - size + 1), last


def _mirrored(exists: int, first: int, last: int) -> tuple[int, int]:
    """The same page counted from the beginning."""
    return (exists + 1 - last, exists + 1 - first) if last else (first, last)


def some(
    connection: Connection, folder: str, uids: Sequence[int]
) -> tuple[Summary, ...]:
    """The rows of these messages, with their flags of now."""
    command = b"UID FETCH %b (UID FLAGS)" % guard.uid_set(uids)
    found = flag_lines(selected(connection, folder, command)[-1].untagged)
    asked = set(uids)
    return summaries(
        connection, folder, [(uid, raw) for _n, uid, raw in found if uid in asked]
    )


def summaries(
    connection: Connection, folder: str, rows: Sequence[tuple[int, bytes]]
) -> tuple[Summary, ...]:
    entries = envelopes(connection, folder, [uid for uid, _raw in rows])
    return tuple(
        Summary(entries[uid].envelope, flags(raw))
        for uid, raw in rows
        if uid in entries
    )


def envelopes(
    connection: Connection, folder: str, uids: Sequence[int]
) -> dict[int, cache.Entry]:
    """Envelopes and structures, from the cache and one FETCH for the missing."""
    uidvalidity = state_of(connection).uidvalidity
    key = cache.prefix(connection.login, folder, uidvalidity)
    # without UIDVALIDITY nothing says that a UID still means the same message
    entries = cache.load(key, uids) if uidvalidity else {}
    missing = [uid for uid in uids if uid not in entries]
    if missing:
        preview = b"PREVIEW " if connection.has("PREVIEW") else b""
        # last: of an endless structure only the beginning is read
        asked = _ITEMS + preview + b"BODYSTRUCTURE"
        command = b"UID FETCH %b (UID INTERNALDATE RFC822.SIZE %b)"
        answer = connection.run(command % (guard.uid_set(missing), asked))[0]
        found = (_entry(items) for _number, items in fetches(answer.untagged))
        fresh = {entry.envelope.uid: entry for entry in found if entry is not None}
        if uidvalidity:
            cache.save(key, fresh)
        entries |= fresh
    return entries


def _entry(items: dict[bytes, Any]) -> cache.Entry | None:
    if not {b"UID", b"BODYSTRUCTURE"} <= items.keys():
        return None
    fields = headers.split(items.get(b"BODY[HEADER.FIELDS]") or b"")
    structure = mime.structure(items[b"BODYSTRUCTURE"])
    message_id = headers.message_ids(headers.first(fields, "message-id"))
    envelope = Envelope(
        uid=number_of(items[b"UID"]),
        subject=headers.text(headers.first(fields, "subject")),
        sender=sender(fields),
        to=headers.addresses(headers.first(fields, "to"))[:20],
        date=headers.date(headers.first(fields, "date")),
        received=internal_date(items.get(b"INTERNALDATE")),
        size=number_of(items.get(b"RFC822.SIZE")),
        snippet=_snippet(items.get(b"PREVIEW")),
        has_attachment=mime.has_attachment(structure),
        message_id=message_id[0] if message_id else "",
    )
    return cache.Entry(envelope, structure)


def sender(fields: headers.Fields) -> Address:
    found = headers.addresses(headers.first(fields, "from")[:20_000])
    valid = [a for a in found if "@" in a.email]
    return next(iter(valid or found), headers.NO_ADDRESS)


def _snippet(raw: Any) -> str:
    """RFC 8970 gives a string; Dovecot's older form is (FUZZY string)."""
    if isinstance(raw, list):
        raw = raw[-1] if raw else b""
    return headers.text(raw or b"")[:200]


def message(connection: Connection, folder: str, uid: int) -> Message:
    found, _bodies = read(connection, folder, uid, seen=False, prefer=None)
    return found


def read(
    connection: Connection,
    folder: str,
    uid: int,
    *,
    seen: bool,
    prefer: mime.Prefer | None = "html",
    without: Without | None = None,
) -> tuple[Message, dict[str, bytes]]:
    """The message and its text parts (none when `prefer` is None), transfer-decoded. A
    BODY without PEEK sets \\Seen in the same command."""
    guard.uid(uid)
    # twice: the connection may not have heard of the message yet
    for _attempt in range(2):
        connection.select(folder)
        entry = _known(connection, folder, uid)
        layout = mime.layout(entry.structure, prefer or "html")
        wanted = layout.bodies[:TEXTS_MAX] if prefer else ()
        if without is not None:
            unwanted = without(state_of(connection).uidvalidity)
            wanted = tuple(part for part in wanted if part.number not in unwanted)
        commands = _commands(uid, wanted, seen=seen)
        items = _items(steady(connection, folder, *commands) or [], uid)
        if b"BODY[HEADER]" in items:
            break
    else:
        raise MessageMissing
    found = Message(
        folder,
        uid,
        state_of(connection).uidvalidity,
        flags(joined(items.get(b"FLAGS"))),
        entry.envelope.received,
        entry.envelope.size,
        headers.parse(items[b"BODY[HEADER]"] or b""),
        entry.structure,
    )
    return found, {part.number: _decoded(items, part) for part in wanted}


def _known(connection: Connection, folder: str, uid: int) -> cache.Entry:
    """The entry of one message; the connection may not have heard of it yet."""
    entry = envelopes(connection, folder, [uid]).get(uid)
    if entry is None:
        connection.run(b"NOOP")
        entry = envelopes(connection, folder, [uid]).get(uid)
    if entry is None:
        raise MessageMissing
    return entry


def _commands(uid: int, wanted: Sequence[Part], *, seen: bool) -> list[bytes]:
    body = b"BODY[" if seen else b"BODY.PEEK["
    items = [b"UID FLAGS", b"BODY.PEEK[HEADER]<0.%d>" % HEADER_MAX]
    items += [
        b"%b%b]<0.%d>" % (body, guard.section(part.number), TEXT_MAX) for part in wanted
    ]
    commands = [b"UID FETCH %d (%b)" % (uid, b" ".join(items))]
    if seen and not wanted:
        commands.insert(0, b"UID STORE %d +FLAGS.SILENT (\\Seen)" % uid)
    return commands


def _items(lines: Sequence[bytes], uid: int) -> dict[bytes, Any]:
    """What was told of this message; of its flags the last. Empty when it left while
    it was told."""
    items: dict[bytes, Any] = {}
    number = 0
    for line in lines:
        if gone := _EXPUNGED.match(line):
            if int(gone[1]) == number:
                return {}
            number -= int(gone[1]) < number
            continue
        parsed = fetched(line) if b" FETCH (" in line[:32] else None
        if parsed and parsed[1].get(b"UID") == b"%d" % uid:
            number = parsed[0]
            items |= parsed[1]
        elif parsed and parsed[0] == number and b"UID" not in parsed[1]:
            items |= parsed[1]
    return items


def _decoded(items: dict[bytes, Any], part: Part) -> bytes:
    data = items.get(b"BODY[%b]" % part.number.encode()) or b""
    return transfer_decode(data, part.encoding)


def part_of(connection: Connection, folder: str, uid: int, number: str) -> Part:
    """The part of this number. Raises MessageMissing when there is none."""
    guard.uid(uid)
    guard.section(number)
    connection.select(folder)
    structure = _known(connection, folder, uid).structure
    found = structure.find(number)
    if found is None:
        raise MessageMissing
    return found


def chunk(
    connection: Connection, folder: str, uid: int, section: bytes, at: int
) -> bytes:
    """CHUNK octets of a section as it is on the server, fewer at its end. Raises
    MessageMissing also in the middle: half a file must not pass for the whole."""
    connection.select(folder)
    item = b"BODY.PEEK[%b]<%d.%d>" % (section, at, CHUNK)
    command = b"UID FETCH %d (UID %b)" % (guard.uid(uid), item)
    data = _chunk(connection.run(command)[0], section)
    if data is None:
        # not heard of yet, or gone
        data = _chunk(selected(connection, folder, command)[0], section)
    if data is None:
        raise MessageMissing
    return data


def _chunk(answer: Answer, section: bytes) -> bytes | None:
    name = b"BODY[%b]" % section
    for _number, items in fetches(answer.untagged):
        if name in items:
            data = items[name]
            return data if isinstance(data, bytes) else b""
    return None
