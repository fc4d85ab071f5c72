"""What travels from the site to the open pages: ids, never content."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from django.conf import settings

Id = str | int


@dataclass(frozen=True, slots=True)
class Event:
    """Something changed in a mailbox; the page asks for the region again.

    `kind` is one lower-case word (`outgoing`, `folder`); `ids` say where.
    """

    kind: str
    ids: dict[str, Id] = field(default_factory=dict)

    def dumps(self) -> str:
        return json.dumps({"kind": self.kind, **self.ids}, separators=(",", ":"))


# told to every page when events may have been missed: ask for everything again
RESUMED = Event("resumed")


def channel(login: str) -> str:
    """The Redis channel of the mailbox with this IMAP login."""
    return f"{prefix()}{login}"


def prefix() -> str:
    return f"{settings.CACHES['default']['KEY_PREFIX']}:live:"
