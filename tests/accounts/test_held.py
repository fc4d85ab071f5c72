"""The ready-made statements of the gate say what Membership.objects.current() says."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from django.utils import timezone

from accounts.access import _held, mailboxes
from accounts.models import Kind, Mailbox, Membership, Role, User

pytestmark = pytest.mark.django_db
DAYS = (None, -1, 0, 1)


def _day(offset: int | None) -> date | None:
    if offset is None:
        return None
    return timezone.localdate() + timedelta(days=offset)


def _given(starts: int | None, ends: int | None) -> tuple[User, Mailbox]:
    user = User.objects.create(uid="cpetit")
    box = Mailbox.objects.create(
        address="ce.0869001S@ac-poitiers.test",
        login="ce.0869001s",
        kind=Kind.FUNCTIONAL,
        name="Collège",
        aliases=["college@ac-poitiers.test"],
    )
    Membership.objects.create(
        user=user,
        mailbox=box,
        role=Role.MEMBER,
        starts_on=_day(starts),
        ends_on=_day(ends),
    )
    return user, box


@pytest.mark.parametrize(("starts", "ends"), [*product(DAYS, DAYS)])
def test_it_agrees_on_every_first_and_last_day(
    starts: int | None, ends: int | None
) -> None:
    user, box = _given(starts, ends)
    right = _held(user, "CE.0869001s@ac-poitiers.test")
    assert (right is not None) == Membership.objects.current().exists()
    assert mailboxes(user) == ([right] if right else [])
    if right is not None:
        assert (right.mailbox, right.role) == (box, Role.MEMBER)
        assert right.mailbox.aliases == box.aliases


@pytest.mark.parametrize("closed", [User, Mailbox])
def test_a_closed_account_or_mailbox_opens_nothing(
    closed: type[User] | type[Mailbox],
) -> None:
    user, box = _given(None, None)
    closed._default_manager.update(is_active=False)
    assert _held(user, box.address) is None
    assert mailboxes(user) == []
    assert not Membership.objects.current().exists()


def test_another_mailbox_or_person_has_no_right() -> None:
    user, box = _given(None, None)
    assert _held(user, "intendance.0869001S@ac-poitiers.test") is None
    assert _held(User.objects.create(uid="ldurand"), box.address) is None
