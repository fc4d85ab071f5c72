"""The documents of message frames, cleaned once and kept in this process.

What an HTML part becomes depends only on (mailbox, folder, UIDVALIDITY, UID), on its
number and on the consent to remote images: opening it again neither fetches nor cleans
it. Not in Redis: the bodies of messages have no place there.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from mail import charsets, mime, safehtml
from mail.imaging import proxied
from mail.messages import Message, Part
from mail.views import regions

# of a longer part the store reads the beginning only
PART_MAX = 2 * 1024 * 1024
KEPT_CHARACTERS = 24_000_000
# far less than the addresses of the image proxy are good for
KEPT_SECONDS = 3600.0
PICTURES_MAX = 500

Key = tuple[str, str, int, int, bool]


@dataclass(frozen=True, slots=True)
class Frame:
    """`document` is "" when the guard refused the part. `blocked` counts the remote
    images that wait for consent; `shown` are the numbers of the parts that it shows."""

    document: str
    blocked: int = 0
    shown: frozenset[str] = frozenset()

    @property
    def refused(self) -> bool:
        return not self.document


class Shelf:
    """Frames of the messages opened last, bounded by their characters."""

    def __init__(self, room: int) -> None:
        self.room = room
        self._used = 0
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, tuple[float, dict[str, Frame]]] = OrderedDict()

    def get(self, key: Key) -> Mapping[str, Frame]:
        with self._lock:
            made_at, frames = self._kept.get(key, (0.0, {}))
            if not frames or time.monotonic() - made_at > KEPT_SECONDS:
                self._drop(key)
                return {}
            self._kept.move_to_end(key)
            return dict(frames)

    def put(self, key: Key, number: str, frame: Frame) -> None:
        with self._lock:
            _at, frames = self._kept.setdefault(key, (time.monotonic(), {}))
            if number in frames:
                return
            frames[number] = frame
            self._used += len(frame.document)
            while self._used > self.room:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: Key) -> None:
        _at, frames = self._kept.pop(key, (0.0, {}))
        self._used -= sum(len(frame.document) for frame in frames.values())


shelf = Shelf(KEPT_CHARACTERS)


@dataclass
class Opening:
    """The frames of one message for the time of one request: what is known at its
    beginning stays known to its end."""

    address: str
    folder: str
    uid: int
    images: bool
    consent: str = ""
    _uidvalidity: int = 0
    _known: dict[str, Frame] = field(default_factory=dict)

    def known(self, uidvalidity: int) -> frozenset[str]:
        """The numbers of the parts that need not be fetched. Of a refused part the
        text is shown."""
        self._uidvalidity = uidvalidity
        self._known = dict(shelf.get(self._key))
        return frozenset(n for n, frame in self._known.items() if not frame.refused)

    def frame(self, message: Message, part: Part, data: bytes) -> Frame:
        """The frame of a part; `data` is only looked at when it is not known."""
        if (known := self._known.get(part.number)) is not None:
            return known
        self._uidvalidity = message.uidvalidity
        frame = _made(self, message, part, data)
        self._known[part.number] = frame
        # without UIDVALIDITY nothing says that a UID still means the same message
        if message.uidvalidity:
            shelf.put(self._key, part.number, frame)
        return frame

    @property
    def blocked(self) -> int:
        return sum(frame.blocked for frame in self._known.values())

    @property
    def shown(self) -> frozenset[str]:
        """The numbers of the pictures that the frames show."""
        return frozenset().union(*(frame.shown for frame in self._known.values()))

    @property
    def _key(self) -> Key:
        return (self.address, self.folder, self._uidvalidity, self.uid, self.images)


def _made(opening: Opening, message: Message, part: Part, data: bytes) -> Frame:
    if part.size > PART_MAX:
        return Frame("")
    pictures = _Pictures(opening, message)
    text = charsets.decode(data, part.charset)
    cleaned = safehtml.clean(text, cid=pictures.inline, remote=pictures.remote)
    if cleaned.refused:
        return Frame("")
    document = safehtml.document(cleaned.html)
    return Frame(document, cleaned.blocked, frozenset(pictures.shown))


class _Pictures:
    """The addresses of the pictures of one message."""

    def __init__(self, opening: Opening, message: Message) -> None:
        self.images = opening.images
        self.path = f"{regions.path_of(opening.address, message.folder)}{message.uid}"
        self.shown: set[str] = set()
        self._proxied = 0
        self._named: dict[str, str] = {}
        for part in message.structure.walk():
            if part.content_id and part.type in mime.IMAGES:
                self._named.setdefault(part.content_id, part.number)

    def inline(self, content_id: str) -> str | None:
        """That of a picture of this message (RFC 2392: the address is escaped)."""
        for name in (content_id.strip("<> "), unquote(content_id).strip("<> ")):
            if number := self._named.get(name):
                self.shown.add(number)
                return f"{self.path}/images/{number}/"
        return None

    def remote(self, url: str) -> str | None:
        """That of a remote picture through the proxy, after consent."""
        self._proxied += 1
        return proxied(url) if self.images and self._proxied <= PICTURES_MAX else None
