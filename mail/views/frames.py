"""The documents of message frames, cleaned once and kept in this process.

They are made while the page around them is rendered and sent: most of the work is done
outside of the interpreter's lock.

What an HTML part becomes depends only on (mailbox, folder, UIDVALIDITY, UID), on its
number and on the consent to remote images: opening it again neither fetches nor cleans
it. Not in Redis: the bodies of messages have no place there.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import unquote

from convergence.recent import Recent
from mail import charsets, folding, mime, repeating, rewriting, safehtml
from mail.bounds import Extent, measured
from mail.imaging import proxied
from mail.messages import Header, Message, Part
from mail.views import regions

# of a longer part the store reads the beginning only
PART_MAX = 2 * 1024 * 1024
KEPT_CHARACTERS = 24_000_000
# far less than the addresses of the image proxy are good for
KEPT_SECONDS = 3600.0
PICTURES_MAX = 500

Key = tuple[str, str, int, int, bool, str]


@dataclass(frozen=True, slots=True)
class Frame:
    """`document` is "" when the guard refused the part. `blocked` counts the remote
    images that wait for consent; `shown` are the numbers of the parts that it shows;
    `answered` are the Message-IDs of what it may repeat below a block of headers."""

    document: str
    blocked: int = 0
    shown: frozenset[str] = frozenset()
    answered: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        return not self.document


@dataclass(frozen=True, slots=True)
class _Kept:
    """The frames of one message, of which the first was made at `made_at`."""

    made_at: float
    frames: Mapping[str, Frame]

    @property
    def is_old(self) -> bool:
        return time.monotonic() - self.made_at > KEPT_SECONDS

    def weight(self) -> int:
        return sum(len(frame.document) for frame in self.frames.values())


class Shelf:
    """Frames of the messages opened last, bounded by their characters."""

    def __init__(self, room: int) -> None:
        self._kept: Recent[Key, _Kept] = Recent(room, _Kept.weight)

    def get(self, key: Key) -> Mapping[str, Frame]:
        kept = self._kept.get(key)
        if kept is not None and kept.is_old:
            self._kept.forget(key)
            kept = None
        return kept.frames if kept else {}

    def put(self, key: Key, number: str, frame: Frame) -> None:
        def beside(known: _Kept | None) -> _Kept:
            if known is None or known.is_old:
                return _Kept(time.monotonic(), {number: frame})
            return _Kept(known.made_at, {**known.frames, number: frame})

        self._kept.alter(key, beside)


shelf = Shelf(KEPT_CHARACTERS)
_makers = ThreadPoolExecutor(2, thread_name_prefix="frames")
# documents that are being made; each goes to the shelf before it leaves here
_making: dict[tuple[Key, str], Future[Frame]] = {}


@dataclass(frozen=True, slots=True)
class _Begun:
    """A document that is being made of `text`; `may_show`: perhaps with pictures of the
    message. The page waits for it only if it must."""

    text: str
    may_show: bool
    making: Future[Frame]

    def is_blocked(self) -> bool:
        asks = rewriting.asks_pictures(self.text)
        return self.making.result().blocked > 0 if asks is None else asks


@dataclass
class Opening:
    """The frames of one message for the time of one request: what is known at its
    beginning stays known to its end."""

    address: str
    folder: str
    uid: int
    images: bool
    consent: str = ""
    charset: str = ""
    trusted: bool = False
    _uidvalidity: int = 0
    _known: dict[str, Frame] = field(default_factory=dict)
    _begun: dict[str, _Begun] = field(default_factory=dict)

    def known(self, uidvalidity: int) -> frozenset[str]:
        """The numbers of the parts that need not be fetched. Of a refused part the
        text is shown."""
        self._uidvalidity = uidvalidity
        self._known = dict(shelf.get(self._key))
        return frozenset(n for n, frame in self._known.items() if not frame.refused)

    def allow_images(self, uidvalidity: int) -> None:
        """Remote pictures after all, because the sender is trusted; before anything
        was begun."""
        self.images = self.trusted = True
        self.known(uidvalidity)

    def lacks(self, part: Part, texts: Mapping[str, bytes]) -> bool:
        """Whether a part was not read and is not known either."""
        return part.number not in texts and part.number not in self._known

    def kept(self, uidvalidity: int, number: str) -> Frame | None:
        """What this process has of a part, or is making."""
        self._uidvalidity = uidvalidity
        if (begun := _making.get((self._key, number))) is not None:
            return begun.result()
        return shelf.get(self._key).get(number)

    def begin(self, message: Message, part: Part, data: bytes) -> bool:
        """Whether the guard lets a part through; its frame is made from now on. `data`
        is only looked at when it is not known."""
        if (known := self._known.get(part.number)) is not None:
            return not known.refused
        self._uidvalidity = message.uidvalidity
        text = ""
        if part.size <= PART_MAX:
            text = charsets.read(data, part.charset, self.charset)
        extent = measured(text) if part.size <= PART_MAX else None
        if extent is None:
            self._known[part.number] = Frame("")
            self._announce(part, _done(Frame("")))
            return False
        pictures = _Pictures(self, message)
        making = _makers.submit(_made, text, extent, pictures, message.header)
        self._begun[part.number] = _Begun(text, bool(pictures.named), making)
        self._announce(part, making)
        return True

    def frame(self, message: Message, part: Part, data: bytes) -> Frame:
        """The frame of a part, made if need be."""
        if self.begin(message, part, data) and part.number in self._begun:
            return self._begun[part.number].making.result()
        return self._known[part.number]

    def _announce(self, part: Part, making: Future[Frame]) -> None:
        """To the other requests of this process, and to the shelf when it is made."""
        # without UIDVALIDITY nothing says that a UID still means the same message
        if not self._uidvalidity:
            return
        place = self._key, part.number
        _making[place] = making

        def shelve(made: Future[Frame]) -> None:
            if made.exception() is None:
                shelf.put(*place, made.result())
            _making.pop(place, None)

        making.add_done_callback(shelve)

    @property
    def blocked(self) -> bool:
        """Whether remote pictures wait for consent."""
        known = any(frame.blocked for frame in self._known.values())
        return known or any(begun.is_blocked() for begun in self._begun.values())

    @property
    def shown(self) -> frozenset[str]:
        """The numbers of the pictures that the frames show."""
        frames = [*self._known.values()]
        frames += [b.making.result() for b in self._begun.values() if b.may_show]
        return frozenset().union(*(frame.shown for frame in frames))

    @property
    def _key(self) -> Key:
        place = self.address, self.folder, self._uidvalidity, self.uid
        return (*place, self.images, self.charset)


def _done(frame: Frame) -> Future[Frame]:
    future: Future[Frame] = Future()
    future.set_result(frame)
    return future


def _made(text: str, extent: Extent, pictures: _Pictures, header: Header) -> Frame:
    cleaned = safehtml.clean(
        text, cid=pictures.inline, remote=pictures.remote, extent=extent
    )
    document = safehtml.document(folding.of(header, cleaned.html))
    answered = repeating.answered(header)
    return Frame(document, cleaned.blocked, frozenset(pictures.shown), answered)


class _Pictures:
    """The addresses of the pictures of one message."""

    def __init__(self, opening: Opening, message: Message) -> None:
        self.images = opening.images
        self.path = f"{regions.path_of(opening.address, message.folder)}{message.uid}"
        self.shown: set[str] = set()
        self._proxied = 0
        self.named: dict[str, str] = {}
        for part in message.structure.walk():
            if part.content_id and part.type in mime.IMAGES:
                self.named.setdefault(part.content_id, part.number)

    def inline(self, content_id: str) -> str | None:
        """That of a picture of this message (RFC 2392: the address is escaped)."""
        for name in (content_id.strip("<> "), unquote(content_id).strip("<> ")):
            if number := self.named.get(name):
                self.shown.add(number)
                return f"{self.path}/images/{number}/"
        return None

    def remote(self, url: str) -> str | None:
        """That of a remote picture through the proxy, after consent."""
        self._proxied += 1
        return proxied(url) if self.images and self._proxied <= PICTURES_MAX else None
