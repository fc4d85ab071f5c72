"""Who may open which mailbox: the one place that decides.

404 when it is not yours (its existence is nobody's business), 403 when your role only
reads; refusals are written to the audit.
"""

from __future__ import annotations

from dataclasses import dataclass

from accounts import audit
from accounts.models import Mailbox, Membership, Role, User
from convergence.errors import NotFound, ReadOnly


@dataclass(frozen=True, slots=True)
class Grant:
    """The right of one person on one mailbox, now."""

    user: User
    mailbox: Mailbox
    role: Role

    @property
    def can_write(self) -> bool:
        return self.role != Role.READER

    @property
    def can_manage(self) -> bool:
        return self.role == Role.OWNER


def grant(user: User, address: str, *, write: str | None = None) -> Grant:
    """The right of `user` on the mailbox `address` through the door they came by.

    `write` names the act (`message.flag`), for the audit. Raises NotFound, ReadOnly.
    """
    membership = (
        Membership.objects.current()
        .filter(user_id=user.pk, mailbox__address__iexact=address)
        .select_related("mailbox")
        .first()
    )
    if membership is None or not _through_door(user, membership.mailbox):
        raise NotFound
    right = Grant(user, membership.mailbox, Role(membership.role))
    if write and not right.can_write:
        error = ReadOnly()
        audit.record(
            user.uid,
            write,
            mailbox=membership.mailbox.address,
            outcome="refused",
            reference=error.reference,
        )
        raise error
    return right


def mailboxes(user: User) -> list[Grant]:
    """All that the person may open through the door they came by, by name."""
    rows = (
        Membership.objects.current()
        .filter(user_id=user.pk)
        .select_related("mailbox")
        .order_by("mailbox__name")
    )
    return [
        Grant(user, row.mailbox, Role(row.role))
        for row in rows
        if _through_door(user, row.mailbox)
    ]


def _through_door(user: User, mailbox: Mailbox) -> bool:
    """A task (no door) may open both kinds; a visit only its door's."""
    kind = getattr(user, "door_kind", None)
    return kind is None or kind == mailbox.kind
