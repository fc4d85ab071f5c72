"""What the outbox shows, and when it is troubled."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Mailbox, User
from mail import outbox
from mail.models import Outgoing

pytestmark = pytest.mark.django_db


@pytest.fixture
def author() -> User:
    return User.objects.create(uid="clemence", name="Clémence", mail="c@mairie.test")


def box(address: str) -> Mailbox:
    return Mailbox.objects.create(
        address=address, login=address, kind="nominative", name=address
    )


@pytest.fixture
def mailbox() -> Mailbox:
    return box("c@mairie.test")


def row(author: User, mailbox: Mailbox, **fields: Any) -> Outgoing:
    """A message written `ago` and ended at once when `ended`."""
    at = timezone.now() - fields.pop("ago", timedelta())
    ended = fields.pop("ended", False)
    name = uuid.uuid4().hex
    return Outgoing.objects.create(
        mailbox=mailbox,
        author=author,
        message_id=f"<{name}@mairie.test>",
        token=name,
        sender=mailbox.address,
        due_at=at,
        created_at=at,
        ended_at=at if ended else None,
        **fields,
    )


@pytest.mark.parametrize("state", ["held", "due", "sending", "failed", "unknown"])
def test_what_has_not_left_is_shown_for_ever(
    author: User, mailbox: Mailbox, state: str
) -> None:
    ended = state in {"failed", "unknown"}
    old = row(author, mailbox, state=state, ago=timedelta(days=400), ended=ended)
    assert outbox.rows(mailbox) == [old]


@pytest.mark.parametrize("state", ["sent", "cancelled"])
def test_what_ended_well_is_shown_for_a_week(
    author: User, mailbox: Mailbox, state: str
) -> None:
    row(author, mailbox, state=state, ago=timedelta(days=8), ended=True)
    lately = row(author, mailbox, state=state, ago=timedelta(days=6), ended=True)
    assert outbox.rows(mailbox) == [lately]


def test_many_sent_messages_hide_no_failure(author: User, mailbox: Mailbox) -> None:
    failed = row(author, mailbox, state="failed", ago=timedelta(days=2), ended=True)
    for _number in range(outbox.ENDED_MAX + 1):
        row(author, mailbox, state="sent", ended=True)
    shown = outbox.rows(mailbox)
    assert shown[0] == failed
    assert len(shown) == 1 + outbox.ENDED_MAX
