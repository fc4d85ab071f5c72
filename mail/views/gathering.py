"""What a row tells of a conversation, otherwise than of its newest message."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from mail import conversing
from mail.messages import Summary


class Gathered(NamedTuple):
    """Its people in words, its UIDs as a form sends them, how many messages, whether
    one has a file."""

    people: str
    uids: str
    messages: int
    attachment: bool

    def told(self, *, outward: bool) -> dict[str, Any]:
        """As the template of a row has it."""
        told = {
            "count": self.messages,
            "uids": self.uids,
            "attachment": self.attachment,
        }
        return told if outward else told | {"who": self.people}


def gathered(row: Summary, own: Collection[str], me: str) -> Gathered:
    """`me` is the word for the person who reads (conversing.participants)."""
    uids = row.uids
    return Gathered(
        conversing.participants(row, own, me),
        ",".join(map(str, uids)),
        len(uids),
        any(each.envelope.has_attachment for each in (row, *row.older)),
    )
