"""The right to listen: a short signed ticket, so that no session is looked up."""

from __future__ import annotations

from collections.abc import Iterable

from django.core import signing

SALT = "live.ticket"
LIFETIME = 120  # seconds between issue and connection


def issue(logins: Iterable[str]) -> str:
    """A ticket for the events of the mailboxes with these IMAP logins."""
    return signing.dumps(sorted(logins), salt=SALT)


def read(ticket: str) -> tuple[str, ...] | None:
    """The logins of a ticket of ours that is not too old, else None."""
    try:
        logins: list[str] = signing.loads(ticket, salt=SALT, max_age=LIFETIME)
    except signing.BadSignature:
        return None
    return tuple(logins)
