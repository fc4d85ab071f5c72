"""Who may open which mailbox: the one place that decides.

404 when it is not yours (its existence is nobody's business), 403 when your role only
reads; refusals are written to the audit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from accounts import audit
from accounts.models import Kind, Mailbox, Role, User
from convergence.errors import ConvergenceError, NotFound, ReadOnly
from convergence.statements import Statement

# what MembershipQuerySet.current() says (a test compares them): ready statements,
# because every page asks and building the same ones takes ten times as long
_ALL_HELD = """
    SELECT {columns}, held.role
    FROM accounts_membership held
    JOIN accounts_mailbox box ON box.id = held.mailbox_id
    JOIN accounts_user person ON person.id = held.user_id
    WHERE held.user_id = %s
      AND box.is_active AND person.is_active
      AND (held.starts_on IS NULL OR held.starts_on <= %s)
      AND (held.ends_on IS NULL OR held.ends_on >= %s)
"""
_HELD = Statement(Mailbox, "box", f"{_ALL_HELD} AND LOWER(box.address) = LOWER(%s)")
_BY_NAME = Statement(Mailbox, "box", f"{_ALL_HELD} ORDER BY box.name")


@dataclass(frozen=True, slots=True)
class Grant:
    """The right of one person on one mailbox, now."""

    user: User
    mailbox: Mailbox
    role: Role

    @property
    def can_write(self) -> bool:
        return self.role != Role.READER


def grant(user: User, address: str, *, write: str | None = None) -> Grant:
    """The right of `user` on the mailbox `address` through the door they came by.

    `write` names the act (`message.flag`), for the audit. Raises NotFound (noted alike
    whether there is such a mailbox or not), ReadOnly.
    """
    right = _held(user, address)
    if right is None or not _through_door(user, right.mailbox):
        raise _refused(NotFound(), user, write or "mailbox.open", address)
    if write and not right.can_write:
        raise _refused(ReadOnly(), user, write, right.mailbox.address)
    return right


def _held(user: User, address: str) -> Grant | None:
    """The right in force today."""
    return next(_asked(user, _HELD, address), None)


def _asked(user: User, statement: Statement[Mailbox], *values: str) -> Iterator[Grant]:
    today = timezone.localdate()
    for mailbox, (role,) in statement.rows(user.pk, today, today, *values):
        yield Grant(user, mailbox, Role(role))


def _refused(
    error: ConvergenceError, user: User, act: str, address: str
) -> ConvergenceError:
    """The error, with a line of the audit that has its reference."""
    audit.record(
        user.uid,
        act,
        mailbox=address[:254],
        outcome="refused",
        reference=error.reference,
    )
    return error


def mailboxes(user: User) -> list[Grant]:
    """All that the person may open through the door they came by, by name."""
    return [
        held for held in _asked(user, _BY_NAME) if _through_door(user, held.mailbox)
    ]


def _through_door(user: User, mailbox: Mailbox) -> bool:
    """The functional door opens functional mailboxes only; behind one's own door one
    reads all that one may (the unified list). A task has no door."""
    kind = getattr(user, "door_kind", None)
    return kind != Kind.FUNCTIONAL or mailbox.kind == kind
