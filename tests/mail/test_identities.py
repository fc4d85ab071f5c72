"""Identities: as whom a mailbox writes, when it is queued and when it leaves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import Mailbox, Membership
from convergence.errors import AccessRefused
from mail import identities
from mail.models import FollowUp, Outgoing
from stack.people import FunctionalMailbox, Person
from tests.mail.conftest import Office, later, tick
from tests.stack.boxes import Box
from tests.stack.submission import Submission


def test_the_aliases_that_an_envelope_can_hold_are_identities() -> None:
    aliases = [
        "Alias@a.test",
        "pas une adresse",
        "x@a.test\r\nBcc: y@b.test",
        "A@a.test",
    ]
    mailbox = Mailbox(address="a@a.test", name="Anne", aliases=aliases)
    assert [i.address for i in identities.of(mailbox)] == ["a@a.test", "Alias@a.test"]
    assert identities.sender(mailbox, "ALIAS@a.test").email == "Alias@a.test"
    with pytest.raises(AccessRefused):
        identities.sender(mailbox, "autre@a.test")


@pytest.fixture
def alias(office: Office, person: Person) -> str:
    """One that the directory gives to the mailbox."""
    [address] = person.aliases
    office.mailbox.aliases = [address]
    office.mailbox.save()
    return address


def test_an_alias_is_sender_and_from(
    office: Office, alias: str, submission: Submission
) -> None:
    row = office.write("c@mairie.test", sender=alias, receipt=True)
    assert tick(row).state == "sent"
    [delivery] = submission.deliveries
    assert delivery.sender == alias
    assert f"<{alias}>".encode() in delivery.message
    assert b"Disposition-Notification-To" in delivery.message


def test_the_real_server_takes_an_alias(office: Office, alias: str) -> None:
    assert tick(office.write(office.mailbox.address, sender=alias)).state == "sent"


def test_another_address_is_refused_when_it_is_queued(office: Office) -> None:
    with pytest.raises(AccessRefused):
        office.write("c@mairie.test", sender="ministre@ac-poitiers.test")
    assert not Outgoing.objects.exists()


def test_an_alias_lost_meanwhile_is_refused_when_it_leaves(
    office: Office, alias: str, submission: Submission
) -> None:
    row = office.write("c@mairie.test", sender=alias)
    Mailbox.objects.update(aliases=[])
    row = tick(row)
    assert row.state == "failed"
    assert alias in row.failure
    assert submission.commands == []


def test_what_is_asked_of_a_message_goes_with_it(
    office: Office, submission: Submission
) -> None:
    submission.dsn = True
    at = later(days=3)
    row = tick(office.write("c@mairie.test", notify=True, follow_at=at))
    assert f"ENVID={row.pk.hex}" in " ".join(submission.commands)
    follow_up = FollowUp.objects.get()
    assert (follow_up.message_id, follow_up.due_at) == (row.message_id, at)


def test_nobody_is_reminded_of_what_did_not_leave(office: Office) -> None:
    row = office.write("c@mairie.test", follow_at=timezone.now())
    office.cancel(row)
    assert tick(row).state == "cancelled"
    assert not FollowUp.objects.exists()


def test_what_is_answered_as_another_mailbox_is_marked_where_it_was_read(
    office: Office,
    person: Person,
    make_functional_mailbox: Callable[..., FunctionalMailbox],
    mailbox_of: Callable[[object], Box],
) -> None:
    entry = make_functional_mailbox(owner=person)
    box = Mailbox.objects.create(
        address=entry.address, login=entry.login, kind="functional", name="Collège"
    )
    Membership.objects.create(user=office.user, mailbox=box, role="owner")
    office.box.deliver(b"Message-ID: <q@x.test>\r\nSubject: Question\r\n\r\nEt ?\r\n")
    origin = {
        "folder": "INBOX",
        "message_id": "<q@x.test>",
        "flag": "answered",
        "mailbox": office.mailbox.address,
    }
    there = Office(office.user, box, mailbox_of(entry))
    assert tick(there.write(office.mailbox.address, origin=origin)).state == "sent"
    assert "\\Answered" in office.box.flags(1)
    assert len(there.box.messages("Sent")) == 1
