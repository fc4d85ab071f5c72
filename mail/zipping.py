"""Many files in one zip, made while it is sent: in memory there is one piece at a time.

A zip that ends in the middle has no directory: every program says that it is broken.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator

from django.utils import timezone

from convergence.errors import NotFound
from mail import mime
from mail.messages import Message, Part
from mail.store import Store

# these hold what is compressed already
_PACKED = frozenset(
    "jpg jpeg png gif webp mp3 ogg m4a mp4 mov zip rar 7z gz xz bz2 docx xlsx pptx odt "
    "ods odp pdf".split()
)
_NAMELESS = "pieces-jointes"
_EARLIEST = (1980, 1, 1, 0, 0, 0)


class _Sink:
    """A file that cannot be sought in: zipfile then says sizes behind each content."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        data = b"".join(self._pieces)
        self._pieces.clear()
        return data


def zipped(
    files: Iterable[tuple[str, Iterator[bytes]]],
    at: tuple[int, int, int, int, int, int] = _EARLIEST,
) -> Iterator[bytes]:
    """The zip of these (name, content), each name as `unique` gives it. What breaks
    while a content is read ends the zip there."""
    sink = _Sink()
    archive = zipfile.ZipFile(sink, "w")  # type: ignore[call-overload]
    for name, pieces in files:
        info = zipfile.ZipInfo(name, max(at, _EARLIEST))
        info.external_attr = 0o644 << 16
        info.compress_type = _method(name)
        with archive.open(info, "w", force_zip64=True) as entry:
            for piece in pieces:
                entry.write(piece)
                if data := sink.taken():
                    yield data
        yield sink.taken()
    archive.close()
    yield sink.taken()


def attachments(store: Store, message: Message) -> tuple[str, Iterator[bytes]]:
    """The zip of all the files of a message, and its name. Raises NotFound when there
    are none."""
    parts = mime.layout(message.structure).files
    if not parts:
        raise NotFound
    name = mime.file_name(message.header.subject)[:100] or _NAMELESS
    names = unique(mime.shown_name(part) for part in parts)
    contents = (_content(store, message, part) for part in parts)
    moment = timezone.localtime(message.received).timetuple()[:6]
    return f"{name}.zip", zipped(zip(names, contents, strict=True), moment)


def _content(store: Store, message: Message, part: Part) -> Iterator[bytes]:
    with store.stream(message.folder, message.uid, part.number) as (_part, pieces):
        yield from pieces


def _method(name: str) -> int:
    packed = name.rpartition(".")[2].lower() in _PACKED
    return zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED


def unique(names: Iterable[str]) -> list[str]:
    """Safe base names of which no two are one, also where case does not count."""
    taken: set[str] = set()
    found = []
    for name in names:
        name = mime.file_name(name) or "piece.bin"
        stem, dot, end = name.rpartition(".")
        stem, dot, end = (stem, dot, end) if stem else (name, "", "")
        number = 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem} ({number}){dot}{end}"
        taken.add(name.casefold())
        found.append(name)
    return found
