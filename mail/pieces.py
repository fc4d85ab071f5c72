"""A file of a message by its address: a part (2.1), or a file in a part (2.1-3)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mail import enclosures
from mail.messages import Part
from mail.store import Store


@contextmanager
def stream(
    store: Store, folder: str, uid: int, piece: str
) -> Iterator[tuple[Part, Iterator[bytes]]]:
    """The part and its content in pieces of bounded size. Raises MessageMissing; of
    what is in a container that is too large, TooLarge."""
    number, _dash, index = piece.partition("-")
    if index:
        found = enclosures.file_in(store, folder, uid, number, int(index))
        yield found.part, iter((found.data,))
        return
    with store.stream(folder, uid, number) as opened:
        yield opened
