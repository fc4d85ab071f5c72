"""Fast parsers of server answers (imapclient's takes nine tenths of a list's time)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

# the name of an item with its fields is one: BODY[HEADER.FIELDS (FROM TO)]<0>
_TOKEN = re.compile(
    rb'[ \r\n]*(?:(\()|(\))|"((?:[^"\\]|\\.)*)"|~?\{(\d{1,10})\+?\}\r\n'
    rb'|((?i:BODY\[HEADER)[^][\r\n]{1,500}\](?:<\d{1,10}>)?|[^\s()"]+))'
)
_OPENING, _CLOSING, _STRING, _LITERAL, _ATOM = range(1, 6)
_ESCAPED = re.compile(rb"\\(.)")
_FLAGS = re.compile(
    rb"\* (\d{1,10}) FETCH \((?:[^()]* )?UID (\d{1,10})[^()]*FLAGS \(([^)]*)\)"
)
_SEARCHED = re.compile(rb"\* SEARCH\b([ \d]*)", re.IGNORECASE)
_EXTENDED = re.compile(rb"\* ESEARCH\b.* ALL ([\d:,]+)", re.IGNORECASE)
DEPTH_MAX = 400
# beyond, a structure is cut: some five hundred parts. A page may hold fifty messages
# that were made to be parsed for seconds
TOKENS_MAX = 8_000
UIDS_MAX = 100_000
Ranges = list[tuple[int, int]]


def values(data: bytes, start: int = 0) -> list[Any]:
    """The tokens of an answer as nested lists: bytes, None for NIL. Lists deeper than
    DEPTH_MAX are left out, and what comes after TOKENS_MAX."""
    result: list[Any] = []
    stack: list[list[Any]] = [result]
    current = result
    at, skipped, room = start, 0, TOKENS_MAX
    while room and (match := _TOKEN.match(data, at)):
        at = match.end()
        room -= 1
        kind, value = match.lastindex, match[match.lastindex or 0]
        if kind == _LITERAL:
            begin, at = at, at + int(value)
            value = data[begin:at]
        if kind == _OPENING:
            if len(stack) > DEPTH_MAX:
                skipped += 1
                continue
            current.append([])
            current = current[-1]
            stack.append(current)
        elif kind == _CLOSING:
            if skipped:
                skipped -= 1
            elif len(stack) > 1:
                stack.pop()
                current = stack[-1]
        elif skipped:
            continue
        elif kind == _ATOM:
            current.append(None if value == b"NIL" else value)
        else:
            escaped = kind == _STRING and b"\\" in value
            current.append(_ESCAPED.sub(rb"\1", value) if escaped else value)
    return result


def fetched(answer: bytes) -> tuple[int, dict[bytes, Any]] | None:
    """(sequence number, items by upper-case name) of a `* n FETCH (…)`. Several
    HEADER.FIELDS are joined under BODY[HEADER.FIELDS]."""
    tokens = values(answer)
    if len(tokens) < 4 or not _is_fetch(*tokens[1:4]):
        return None
    items: dict[bytes, Any] = {}
    flat = tokens[3]
    index = 0
    while index + 1 < len(flat):
        name = flat[index]
        if not isinstance(name, bytes):
            index += 1
            continue
        name, step = _item_name(flat, index)
        value = flat[index + step] if index + step < len(flat) else None
        if name == _HEADER_FIELDS and items.get(name):
            value = _one_header(items[name], value)
        items[name] = value
        index += step + 1
    return number_of(tokens[1]), items


def fetches(lines: Iterable[bytes]) -> Iterator[tuple[int, dict[bytes, Any]]]:
    """Those of these answers that are FETCH, as `fetched` reads one."""
    for line in lines:
        # another line may be long: it is not even looked through
        if b" FETCH (" in line[:32].upper() and (parsed := fetched(line)):
            yield parsed


def number_of(value: Any) -> int:
    """A number of the server; 0 for what is none."""
    is_number = isinstance(value, bytes) and value.isdigit() and len(value) < 20
    return int(value) if is_number else 0


def joined(value: Any) -> bytes:
    """A list of flags in one."""
    words = value if isinstance(value, list) else ()
    return b" ".join(word for word in words if isinstance(word, bytes))


_HEADER_FIELDS = b"BODY[HEADER.FIELDS]"


def _is_fetch(number: Any, verb: Any, items: Any) -> bool:
    if not isinstance(verb, bytes) or not isinstance(items, list):
        return False
    return verb.upper() == b"FETCH" and number_of(number) > 0


def _one_header(known: bytes, more: bytes | None) -> bytes:
    kept = known.rstrip(b"\r\n")
    # what comes after an empty line would be no header
    return kept + b"\r\n" + (more or b"") if kept else more or b""


def _item_name(flat: list[Any], index: int) -> tuple[bytes, int]:
    """`BODY[HEADER.FIELDS (FROM TO)]<0>` comes as several tokens: one name."""
    name: bytes = flat[index]
    step = 1
    if b"[" not in name:
        return name.upper(), step
    if b"]" not in name:
        while index + step < len(flat):
            piece = flat[index + step]
            step += 1
            if isinstance(piece, bytes) and b"]" in piece:
                break
    if b" " in name or b"]" not in name:
        name = name.partition(b" ")[0] + b"]"
    # BODY[1]<0>: the origin of a partial answer is known to the caller
    if name[-1:] == b">":
        name = name[: name.rfind(b"<")]
    return name.upper(), step


def flag_lines(lines: Iterable[bytes]) -> list[tuple[int, int, bytes]]:
    """(sequence number, UID, flags) of the FETCH answers that tell both; what comes
    later about the same message, without its UID, replaces its flags."""
    found: dict[int, tuple[int, bytes]] = {}
    for line in lines:
        if match := _FLAGS.match(line):
            found[int(match[1])] = (int(match[2]), match[3])
        elif b" FETCH (" in line[:32] and (parsed := fetched(line)):
            number, items = parsed
            uid = number_of(items.get(b"UID")) or found.get(number, (0, b""))[0]
            if uid and b"FLAGS" in items:
                found[number] = (uid, joined(items[b"FLAGS"]))
    return [(number, uid, raw) for number, (uid, raw) in found.items()]


@lru_cache(maxsize=4096)
def flags(raw: bytes) -> frozenset[str]:
    return frozenset(raw.decode("ascii", "replace").split())


MONTHS = b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def internal_date(raw: Any) -> datetime:
    """INTERNALDATE (` 4-Sep-2026 08:05:00 +0200`) as an aware datetime."""
    try:
        day, clock, zone = raw.strip().split()
        number, month, year = day.split(b"-")
        hour, minute, second = (int(x) for x in clock.split(b":"))
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
        offset = -offset if zone[:1] == b"-" else offset
        return datetime(
            int(year),
            MONTHS.index(month.title()) + 1,
            int(number),
            hour,
            minute,
            second,
            tzinfo=timezone(offset),
        ).astimezone(UTC)
    except (ValueError, AttributeError, IndexError, OverflowError):
        return datetime(1970, 1, 1, tzinfo=UTC)


_ALONE = re.compile(rb"\d{1,9}(?:,\d{1,9})*")


def ranges(raw: bytes) -> Ranges:
    """`1:3,7` to [(1, 3), (7, 7)], as they come; what is no number is left out."""
    # a search may find ten thousand: those that stand alone are read at once
    if _ALONE.fullmatch(raw):
        return [(number, number) for number in map(int, raw.split(b",")) if number]
    result: Ranges = []
    for piece in raw.split(b","):
        first, colon, last = piece.partition(b":")
        low = number_of(first)
        high = number_of(last) if colon else low
        if low and high:
            result.append((min(low, high), max(low, high)))
    return result


def searched(lines: Iterable[bytes]) -> Ranges:
    """What SEARCH answers told, in ascending order (RFC 3501, RFC 4731)."""
    found: Ranges = []
    for line in lines:
        if match := _EXTENDED.match(line):
            found += ranges(match[1])
        elif match := _SEARCHED.match(line):
            found += ranges(b",".join(match[1].split()))
    return sorted(found)


def count(found: Ranges) -> int:
    return sum(last - first + 1 for first, last in found)


def slice_from_end(found: Ranges, skipped: int, size: int) -> list[int]:
    """`size` numbers of ascending runs, from the highest down, after `skipped`."""
    result: list[int] = []
    for first, last in reversed(found):
        length = last - first + 1
        if skipped >= length:
            skipped -= length
            continue
        low = max(first, last - skipped - (size - len(result)) + 1)
        result.extend(range(last - skipped, low - 1, -1))
        skipped = 0
        if len(result) == size:
            break
    return result


def uid_ranges(raw: bytes) -> list[int]:
    """`1:3,7` to [1, 2, 3, 7], ascending (RFC 4315: of a COPYUID the n-th of one set is
    the n-th of the other); empty when there are too many to be meant."""
    found = ranges(raw)
    if count(found) > UIDS_MAX:
        return []
    return [number for first, last in found for number in range(first, last + 1)]
