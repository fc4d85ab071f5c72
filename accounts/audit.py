"""The audit: who did what to which mailbox. Rows are added, and go when they are old
(retention.py)."""

from __future__ import annotations

from contextvars import ContextVar

from accounts.models import AuditEvent

# set by a middleware for the time of a request: the browser's address
client_address: ContextVar[str | None] = ContextVar("client_address", default=None)


def record(
    person: str,
    act: str,
    *,
    mailbox: str = "",
    target: str = "",
    outcome: str = "done",
    reference: str = "",
) -> None:
    """Add one event. `act` is `noun.verb`; `target` holds ids, never subjects."""
    AuditEvent.objects.create(
        person=person[:128],
        act=act,
        mailbox=mailbox,
        target=target[:500],
        outcome=outcome,
        address=client_address.get(),
        reference=reference,
    )
