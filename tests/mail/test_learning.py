"""Whom people wrote to before they wrote here."""

from __future__ import annotations

import pytest

from mail import learning, remembering
from mail.messages import Address
from tests.mail.conftest import Office
from tests.mail.views.conftest import letter

pytestmark = pytest.mark.django_db
SENT = ("Paul <a@x.test>, b@x.test", "Paul Roy <A@x.test>", "nom@")


def learnt(office: Office) -> list[str]:
    for to in (*SENT, office.mailbox.address):
        office.box.deliver(letter(to=to), "Sent")
    learning.learn(office.mailbox, office.user)
    known = remembering.known(office.mailbox, office.user, ())
    return [f"{row.name} {row.address}".strip() for row in known]


def test_those_of_sent_messages_are_known_by_their_latest_name(office: Office) -> None:
    assert learnt(office) == ["Paul Roy a@x.test", "b@x.test"]


def test_what_is_known_stays_as_it_is(office: Office) -> None:
    remembering.met(office.mailbox, office.user, [Address("Bob", "b@x.test")])
    remembering.forget(office.user, office.mailbox, "a@x.test")
    assert learnt(office) == ["Bob b@x.test"]


def test_it_is_asked_for_once_a_day(office: Office) -> None:
    asked = [learning.is_due(office.mailbox, office.user) for _ in range(2)]
    assert asked == [True, False]
