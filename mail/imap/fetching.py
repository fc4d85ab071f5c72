"""Reading: pages of a folder, messages, parts. Flags are always the server's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from convergence.errors import MessageMissing
from mail import headers, mime
from mail.imap import cache, guard
from mail.imap.connection import Answer, Command, Connection, Literal, Selected
from mail.imap.parse import (
    FLAGS,
    FLAGS_FIRST,
    fetched,
    flags,
    internal_date,
    uid_ranges,
)
from mail.messages import Address, Envelope, Listing, Message, Part, Query, Summary

HEADER_MAX = 256 * 1024
TEXT_MAX = 2 * 1024 * 1024
CHUNK = 256 * 1024
_FIELDS = b"BODY.PEEK[HEADER.FIELDS (FROM TO SUBJECT DATE MESSAGE-ID)]"
_NUMBERS = re.compile(rb"\d+")
_CHANGED = re.compile(rb"\* \d+ (?:EXISTS|EXPUNGE|FETCH)")


def selected(
    connection: Connection, folder: str, *after: bytes | Command
) -> list[Answer]:
    """Run `after` in the folder; one selected earlier is brought up to date first (a
    server tells of changes only then, RFC 3501 §5.2)."""
    if connection.selected is None or connection.selected.name != folder:
        connection.select(folder)
    else:
        connection.run(b"NOOP")
    return connection.run(*after)


def state_of(connection: Connection) -> Selected:
    assert connection.selected is not None
    return connection.selected


def page(connection: Connection, folder: str, number: int, size: int) -> Listing:
    """The number-th page, newest first: one round trip when nothing has changed."""
    known = connection.select(folder)
    while True:
        first, last = _window(known.exists, number, size)
        command = b"FETCH %d:%d (UID FLAGS)" % (first, last)
        asked = (command,) if last else ()
        # the NOOP behind it tells, in the same round trip, what had changed
        *answers, noop = connection.run(*asked, b"NOOP")
        if not any(_CHANGED.match(line) for line in noop.untagged):
            break
    found = _flags_of(answers[0].untagged) if answers else []
    found.sort(reverse=True)
    rows = summaries(connection, folder, [(uid, raw) for _seq, uid, raw in found])
    total = known.exists
    number = min(number, max(1, -(-total // size)))
    return Listing(folder, known.uidvalidity, total, number, size, rows)


def _window(exists: int, number: int, size: int) -> tuple[int, int]:
    """Sequence numbers of a page from the end; (1, 0) for an empty folder."""
    pages = max(1, -(-exists // size))
    last = exists - (min(number, pages) - 1) * size
    return max(1, last - size + 1), last


def _flags_of(lines: Sequence[bytes]) -> list[tuple[int, int, bytes]]:
    found = []
    for line in lines:
        if match := FLAGS.match(line):
            found.append((int(match[1]), int(match[2]), match[3]))
        elif match := FLAGS_FIRST.match(line):
            found.append((int(match[1]), int(match[3]), match[2]))
    return found


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
    key = cache.prefix(connection.login, folder, state_of(connection).uidvalidity)
    entries = cache.load(key, uids)
    missing = [uid for uid in uids if uid not in entries]
    if missing:
        preview = b" PREVIEW" if connection.has("PREVIEW") else b""
        items = b"(UID INTERNALDATE RFC822.SIZE BODYSTRUCTURE" + preview
        command = b"UID FETCH %b %b %b)" % (guard.uid_set(missing), items, _FIELDS)
        fresh = {}
        for line in connection.run(command)[0].untagged:
            if (entry := _entry(line)) is not None:
                fresh[entry.envelope.uid] = entry
        cache.save(key, fresh)
        entries |= fresh
    return entries


def _entry(line: bytes) -> cache.Entry | None:
    parsed = fetched(line)
    if parsed is None or b"BODYSTRUCTURE" not in parsed[1]:
        return None
    items = parsed[1]
    fields = headers.split(items.get(b"BODY[HEADER.FIELDS]") or b"")
    structure = mime.structure(items[b"BODYSTRUCTURE"])
    message_id = headers.message_ids(headers.first(fields, "message-id"))
    envelope = Envelope(
        uid=int(items[b"UID"]),
        subject=headers.text(headers.first(fields, "subject")),
        sender=_sender(fields),
        to=headers.addresses(headers.first(fields, "to")[:20_000])[:20],
        date=headers.date(headers.first(fields, "date")),
        received=internal_date(items.get(b"INTERNALDATE")),
        size=int(items.get(b"RFC822.SIZE") or 0),
        snippet=_snippet(items.get(b"PREVIEW")),
        has_attachment=mime.has_attachment(structure),
        message_id=message_id[0] if message_id else "",
    )
    return cache.Entry(envelope, structure)


def _sender(fields: headers.Fields) -> Address:
    found = headers.addresses(headers.first(fields, "from")[:20_000])
    valid = [a for a in found if "@" in a.email]
    return next(iter(valid or found), headers.NO_ADDRESS)


def _snippet(raw: Any) -> str:
    """RFC 8970 gives a string; Dovecot's older form is (FUZZY string)."""
    if isinstance(raw, list):
        raw = raw[-1] if raw else b""
    return headers.text(raw or b"")[:200]


def message(connection: Connection, folder: str, uid: int) -> Message:
    found, _bodies = read(connection, folder, uid, seen=False, parts=False)
    return found


def read(
    connection: Connection, folder: str, uid: int, *, seen: bool, parts: bool = True
) -> tuple[Message, dict[str, bytes]]:
    """The message and its text parts, transfer-decoded. A BODY without PEEK sets
    \\Seen in the same command."""
    guard.uid(uid)
    connection.select(folder)
    key = cache.prefix(connection.login, folder, state_of(connection).uidvalidity)
    entry = cache.load(key, [uid]).get(uid)
    if entry is None:
        selected(connection, folder)
        entry = envelopes(connection, folder, [uid]).get(uid)
    if entry is None:
        raise MessageMissing
    wanted = mime.layout(entry.structure).bodies if parts else ()
    items = _items(connection, folder, uid, wanted, seen=seen)
    if items is None:
        raise MessageMissing
    found = Message(
        folder,
        uid,
        state_of(connection).uidvalidity,
        flags(b" ".join(items.get(b"FLAGS") or [])),
        entry.envelope.received,
        entry.envelope.size,
        headers.parse(items.get(b"BODY[HEADER]") or b""),
        entry.structure,
    )
    return found, {part.number: _decoded(items, part) for part in wanted}


def _items(
    connection: Connection,
    folder: str,
    uid: int,
    wanted: Sequence[Part],
    *,
    seen: bool,
) -> dict[bytes, Any] | None:
    body = b"BODY[" if seen else b"BODY.PEEK["
    names = b" ".join(
        b"%b%b]<0.%d>" % (body, guard.section(part.number), TEXT_MAX) for part in wanted
    )
    command = b"UID FETCH %d (UID FLAGS BODY.PEEK[HEADER]<0.%d> %b)" % (
        uid,
        HEADER_MAX,
        names,
    )
    commands: list[bytes | Command] = [command.replace(b" )", b")")]
    if seen and not wanted:
        commands.append(b"UID STORE %d +FLAGS.SILENT (\\Seen)" % uid)
    items: dict[bytes, Any] = {}
    for answer in selected(connection, folder, *commands):
        for line in answer.untagged:
            parsed = fetched(line) if b" FETCH (" in line[:32] else None
            if parsed and (parsed[1].get(b"UID") or b"") == b"%d" % uid:
                items |= parsed[1]
    return items if b"BODY[HEADER]" in items else None


def _decoded(items: dict[bytes, Any], part: Part) -> bytes:
    data = items.get(b"BODY[%b]" % part.number.encode()) or b""
    return mime.transfer_decode(data, part.encoding)


def part_of(connection: Connection, folder: str, uid: int, number: str) -> Part:
    """The part of this number. Raises MessageMissing when there is none."""
    guard.uid(uid)
    guard.section(number)
    connection.select(folder)
    selected(connection, folder)
    entry = envelopes(connection, folder, [uid]).get(uid)
    found = None
    if entry is not None:
        found = next((p for p in entry.structure.walk() if p.number == number), None)
    if found is None:
        raise MessageMissing
    return found


def chunks(
    connection: Connection, folder: str, uid: int, section: bytes
) -> Iterator[bytes]:
    """A section in pieces of CHUNK octets as they are on the server."""
    at = 0
    while True:
        item = b"BODY.PEEK[%b]<%d.%d>" % (section, at, CHUNK)
        answer = selected(connection, folder, b"UID FETCH %d (UID %b)" % (uid, item))[0]
        data = _chunk(answer, section)
        if data is None:
            if at == 0:
                raise MessageMissing
            return
        if data:
            yield data
        if len(data) < CHUNK:
            return
        at += len(data)


def _chunk(answer: Answer, section: bytes) -> bytes | None:
    for line in answer.untagged:
        parsed = fetched(line) if b" FETCH (" in line[:32] else None
        if parsed and b"BODY[%b]" % section in parsed[1]:
            return parsed[1][b"BODY[%b]" % section] or b""
    return None


def search(
    connection: Connection, folder: str, query: Query, number: int, size: int
) -> Listing:
    """One page of what matches, newest first (UID SEARCH)."""
    uids = sorted(_matching(connection, folder, query), reverse=True)
    number = min(number, max(1, -(-len(uids) // size)))
    wanted = uids[(number - 1) * size : number * size]
    rows: tuple[Summary, ...] = ()
    if wanted:
        command = b"UID FETCH %b (UID FLAGS)" % guard.uid_set(wanted)
        found = _flags_of(connection.run(command)[0].untagged)
        found.sort(key=lambda row: row[1], reverse=True)
        rows = summaries(connection, folder, [(uid, raw) for _s, uid, raw in found])
    uidvalidity = state_of(connection).uidvalidity
    return Listing(folder, uidvalidity, len(uids), number, size, rows)


def _matching(connection: Connection, folder: str, query: Query) -> list[int]:
    extended = connection.has("ESEARCH")
    head = b"UID SEARCH RETURN (ALL) " if extended else b"UID SEARCH "
    text = guard.text(query.text)
    charset = b"" if text.isascii() else b"CHARSET UTF-8 "
    command: list[bytes | Literal] = [head + charset, *_criteria(query)]
    answer = selected(connection, folder, tuple(command))[0]
    found: list[int] = []
    for line in answer.untagged:
        if line.startswith(b"* ESEARCH") and b" ALL " in line:
            found += uid_ranges(line.rpartition(b" ALL ")[2].split()[0])
        elif line.startswith(b"* SEARCH"):
            found += [int(n) for n in _NUMBERS.findall(line)]
    return found


def _criteria(query: Query) -> Iterator[bytes | Literal]:
    if query.unseen:
        yield b"UNSEEN "
    if query.flagged:
        yield b"FLAGGED "
    if not query.text:
        yield b"ALL"
        return
    value = Literal(query.text.encode())
    if query.within == "all":
        yield b"OR FROM "
        yield value
        yield b" OR SUBJECT "
        yield value
        yield b" TEXT "
        yield value
        return
    key = {"sender": b"FROM ", "subject": b"SUBJECT ", "text": b"BODY "}[query.within]
    yield key
    yield value


def find(connection: Connection, folder: str, message_id: str) -> tuple[int, ...]:
    value = Literal(guard.text(message_id).encode())
    command: Command = (b"UID SEARCH HEADER MESSAGE-ID ", value)
    answer = selected(connection, folder, command)[0]
    lines = [line for line in answer.untagged if line.startswith(b"* SEARCH")]
    return tuple(int(n) for line in lines for n in _NUMBERS.findall(line))
