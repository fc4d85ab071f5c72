"""The envelope cache: what never changes of a message, never its flags.

Keys hold (login, folder, UIDVALIDITY, UID), so that nothing has to be invalidated. Two
levels: this process, then Redis. Losing either only costs a FETCH.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.cache import cache

from convergence.recent import Recent
from mail.messages import Address, Envelope, Part

# octets: some thirty thousand letters as people write them
KEPT_HERE = 64_000_000
KEPT_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Entry:
    """An envelope and the structure that the reader needs to ask for bodies."""

    envelope: Envelope
    structure: Part


def _weight(entry: Entry) -> int:
    """About the octets that it takes: a letter may have a hundred parts. Each new one
    is weighed, so nothing is looked at that is small whoever writes."""
    envelope = entry.envelope
    own = 700 + 2 * (len(envelope.subject) + len(envelope.snippet))
    for someone in envelope.to:
        own += 240 + len(someone.name)
    return own + _part_weight(entry.structure)


def _part_weight(part: Part) -> int:
    own = 280 + len(part.name)
    for _name, value in part.parameters:
        own += 160 + len(value)
    for child in part.children:
        own += _part_weight(child)
    return own


near: Recent[tuple[str, int], Entry] = Recent(KEPT_HERE, _weight)


def prefix(login: str, folder: str, uidvalidity: int) -> str:
    name = hashlib.blake2b(f"{login}\0{folder}".encode(), digest_size=12).hexdigest()
    return f"envelope:{name}:{uidvalidity}"


def load(key: str, uids: Sequence[int]) -> dict[int, Entry]:
    """The entries known of these UIDs."""
    known = near.get_many([(key, uid) for uid in uids])
    found = {uid: entry for (_key, uid), entry in known.items()}
    missing = [uid for uid in uids if uid not in found]
    if missing:
        names = {f"{key}:{uid}": uid for uid in missing}
        far = {
            names[name]: entry
            for name, raw in cache.get_many(list(names)).items()
            if (entry := _thawed(raw)) is not None
        }
        _keep(key, far)
        found |= far
    return found


def save(key: str, entries: Mapping[int, Entry]) -> None:
    _keep(key, entries)
    frozen = {f"{key}:{uid}": _frozen(entry) for uid, entry in entries.items()}
    cache.set_many(frozen, KEPT_SECONDS)


def _keep(key: str, entries: Mapping[int, Entry]) -> None:
    near.put_many({(key, uid): entry for uid, entry in entries.items()})


def _frozen(entry: Entry) -> list[Any]:
    e = entry.envelope
    return [
        1,
        [
            e.uid,
            e.subject,
            [e.sender.name, e.sender.email],
            [[a.name, a.email] for a in e.to],
            e.date.timestamp() if e.date else None,
            e.received.timestamp(),
            e.size,
            e.snippet,
            e.has_attachment,
            e.message_id,
        ],
        _frozen_part(entry.structure),
    ]


def _frozen_part(part: Part) -> list[Any]:
    return [
        part.number,
        part.type,
        part.charset,
        part.encoding,
        part.size,
        part.name,
        part.disposition,
        part.content_id,
        part.parameters,
        [_frozen_part(child) for child in part.children],
    ]


def _thawed(raw: Any) -> Entry | None:
    """None for what another version of the site has written."""
    try:
        version, e, structure = raw
        if version != 1:
            return None
        envelope = Envelope(
            uid=e[0],
            subject=e[1],
            sender=Address(*e[2]),
            to=tuple(Address(*a) for a in e[3]),
            date=datetime.fromtimestamp(e[4], UTC) if e[4] is not None else None,
            received=datetime.fromtimestamp(e[5], UTC),
            size=e[6],
            snippet=e[7],
            has_attachment=e[8],
            message_id=e[9],
        )
        return Entry(envelope, _thawed_part(structure))
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        return None


def _thawed_part(raw: Any) -> Part:
    number, kind, charset, encoding, size, name, disposition, cid, pairs, inner = raw
    return Part(
        number,
        kind,
        charset,
        encoding,
        size,
        name,
        disposition,
        cid,
        tuple((key, value) for key, value in pairs),
        tuple(_thawed_part(child) for child in inner),
    )
