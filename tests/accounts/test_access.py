from __future__ import annotations

from datetime import date

import pytest
import time_machine

from accounts.access import grant, mailboxes
from accounts.models import AuditEvent, Kind, Mailbox, Membership, Role, User
from convergence.errors import NotFound, ReadOnly

pytestmark = pytest.mark.django_db
ADDRESS = "ce.0869001S@ac-poitiers.test"


@pytest.fixture
def box() -> Mailbox:
    return Mailbox.objects.create(
        address=ADDRESS, login="ce.0869001s", kind=Kind.FUNCTIONAL, name="Collège"
    )


def member(box: Mailbox, role: Role = Role.MEMBER, **dates: date) -> User:
    user = User.objects.create(uid=f"u{User.objects.count()}")
    Membership.objects.create(user=user, mailbox=box, role=role, **dates)
    return user


def sees(user: User) -> bool:
    """Whether the mailbox is open to them; both ways to ask must agree."""
    listed = [right.mailbox.address for right in mailboxes(user)]
    try:
        grant(user, ADDRESS)
    except NotFound:
        assert listed == []
        return False
    assert listed == [ADDRESS]
    return True


@pytest.mark.parametrize(
    ("role", "writes"),
    [(Role.OWNER, True), (Role.MEMBER, True), (Role.READER, False)],
)
def test_each_role_has_its_rights(box: Mailbox, role: Role, writes: bool) -> None:
    right = grant(member(box, role), ADDRESS.lower())
    assert (right.role, right.can_write) == (role, writes)
    assert right.mailbox == box


def test_a_reader_who_writes_is_refused_and_noted(box: Mailbox) -> None:
    reader = member(box, Role.READER)
    with pytest.raises(ReadOnly) as caught:
        grant(reader, ADDRESS, write="message.flag")
    event = AuditEvent.objects.get()
    assert (event.person, event.act) == (reader.uid, "message.flag")
    assert (event.mailbox, event.outcome) == (ADDRESS, "refused")
    assert event.reference == caught.value.reference


@pytest.mark.parametrize("address", [ADDRESS, "personne@ac-poitiers.test"])
def test_a_stranger_is_noted_whether_there_is_a_mailbox_or_not(
    box: Mailbox, address: str
) -> None:
    stranger = User.objects.create(uid="x")
    with pytest.raises(NotFound):
        grant(stranger, address)
    event = AuditEvent.objects.get()
    assert (event.act, event.mailbox) == ("mailbox.open", address)
    assert event.outcome == "refused"


def test_an_access_has_a_first_and_a_last_day(box: Mailbox) -> None:
    first, last = date(2026, 11, 2), date(2026, 12, 31)
    user = member(box, starts_on=first, ends_on=last)
    # days are those of Paris: 23:30 there is 22:30 UTC
    for moment, open_then in (
        ("2026-11-01T22:30:00Z", False),
        ("2026-11-01T23:30:00Z", True),
        ("2026-12-31T22:30:00Z", True),
        ("2026-12-31T23:05:00Z", False),
    ):
        with time_machine.travel(moment, tick=False):
            assert sees(user) is open_then


def test_what_is_taken_away_is_gone_at_once(box: Mailbox) -> None:
    user = member(box)
    assert sees(user)
    Membership.objects.all().delete()
    assert not sees(user)


@pytest.mark.parametrize("closed", ["mailbox", "user"])
def test_a_closed_mailbox_or_account_opens_nothing(box: Mailbox, closed: str) -> None:
    user = member(box)
    model = Mailbox if closed == "mailbox" else User
    model.objects.update(is_active=False)
    assert not sees(user)


@pytest.mark.parametrize(
    ("door", "kind", "seen"),
    [
        ("functional", Kind.FUNCTIONAL, True),
        ("functional", Kind.NOMINATIVE, False),
        ("nominative", Kind.FUNCTIONAL, True),
        ("nominative", Kind.NOMINATIVE, True),
        ("", Kind.NOMINATIVE, True),
    ],
)
def test_the_functional_door_opens_functional_mailboxes_only(
    box: Mailbox, door: str, kind: Kind, seen: bool
) -> None:
    user = member(box)
    Mailbox.objects.update(kind=kind)
    if door:
        user.door_kind = door  # type: ignore[attr-defined]
    assert sees(user) is seen


@pytest.mark.parametrize("text", ["%", "_" * len(ADDRESS), "' OR 1=1 --", "x" * 400])
def test_an_address_is_only_text(box: Mailbox, text: str) -> None:
    with pytest.raises(NotFound):
        grant(member(box), text)
