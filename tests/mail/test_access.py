"""The gate: whose mailbox, with what right, and what is written down."""

from __future__ import annotations

import pytest

from accounts.models import AuditEvent, Membership, User
from convergence.errors import NotFound, ReadOnly
from mail.access import open_granted, open_mailbox
from mail.imap.pool import pool
from tests.mail.conftest import Office


def test_ones_own_mailbox_opens(office: Office) -> None:
    with open_mailbox(office.user, office.mailbox.address) as store:
        assert store.writable
        assert "INBOX" in [folder.name for folder in store.folders()]
    assert not AuditEvent.objects.exists()


def test_the_address_may_be_written_in_capitals(office: Office) -> None:
    with open_granted(office.user, office.mailbox.address.upper()) as (right, _store):
        assert right.mailbox == office.mailbox


def test_nothing_is_asked_of_the_server_before_it_is_needed(office: Office) -> None:
    before = pool.open
    with open_mailbox(office.user, office.mailbox.address):
        assert pool.open == before


@pytest.mark.parametrize("address", ["personne@ac-poitiers.test", "", "a\r\nb"])
def test_what_is_not_yours_is_not_found(office: Office, address: str) -> None:
    with pytest.raises(NotFound), open_mailbox(office.user, address):
        pass


def test_somebody_elses_is_not_found(office: Office) -> None:
    stranger = User.objects.create(uid="etranger")
    with pytest.raises(NotFound), open_mailbox(stranger, office.mailbox.address):
        pass


def test_a_reader_opens_it_for_reading(office: Office) -> None:
    Membership.objects.update(role="reader")
    with open_mailbox(office.user, office.mailbox.address) as store:
        assert not store.writable
    gate = open_mailbox(office.user, office.mailbox.address, write="message.move")
    with pytest.raises(ReadOnly), gate:
        pass
    event = AuditEvent.objects.get()
    assert (event.act, event.outcome) == ("message.move", "refused")


def test_a_change_is_written_down_once_it_is_done(office: Office) -> None:
    gate = open_mailbox(office.user, office.mailbox.address, write="message.move")
    with gate:
        assert not AuditEvent.objects.exists()
    event = AuditEvent.objects.get()
    assert (event.person, event.mailbox) == (office.user.uid, office.mailbox.address)


def test_a_change_that_failed_is_not_told_as_done(office: Office) -> None:
    gate = open_mailbox(office.user, office.mailbox.address, write="message.move")
    with pytest.raises(KeyError), gate:
        raise KeyError
    assert not AuditEvent.objects.exists()
