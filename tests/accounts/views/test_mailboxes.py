from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import AuditEvent, Mailbox
from stack.people import Person
from tests.accounts.conftest import Visitor
from tests.stack.boxes import Box
from tests.stack.people import MakeMailbox, MakePerson

pytestmark = pytest.mark.usefixtures("stack", "db")


@pytest.fixture
def functional() -> Visitor:
    return Visitor("functional")


def test_one_chooses_among_the_mailboxes_that_one_may_open(
    functional: Visitor, person: Person, make_functional_mailbox: MakeMailbox
) -> None:
    owned = make_functional_mailbox(owner=person)
    joined = make_functional_mailbox(members=(person,))
    read = make_functional_mailbox(readers=(person,))
    others = make_functional_mailbox()
    functional.sign_in(person)
    page = functional.get("/boites/").content.decode()
    for box, role in (
        (owned, "Propriétaire"),
        (joined, "Membre"),
        (read, "Lecture seule"),
    ):
        assert box.address in page
        assert role in page
    assert others.address not in page
    assert f"/{person.address}/" not in page


def test_a_single_mailbox_opens_by_itself(
    functional: Visitor, person: Person, make_functional_mailbox: MakeMailbox
) -> None:
    box = make_functional_mailbox(owner=person)
    functional.sign_in(person)
    assert functional.get("/")["Location"] == "/boites/"
    assert f"/{box.address}/" in functional.get("/boites/")["Location"]
    assert functional.get("/boites/?toutes").status_code == 200


def test_somebody_without_any_is_told_what_to_do(
    functional: Visitor, person: Person
) -> None:
    functional.sign_in(person)
    page = functional.get("/boites/").content.decode()
    assert "Aucune boîte ne vous est ouverte ici." in page


def test_a_mailbox_of_others_is_not_there(
    functional: Visitor, make_person: MakePerson, make_functional_mailbox: MakeMailbox
) -> None:
    owner, stranger = make_person(), make_person()
    box = make_functional_mailbox(owner=owner)
    Visitor("functional").sign_in(owner)
    functional.sign_in(stranger)
    assert Mailbox.objects.filter(address=box.address).exists()
    known = functional.get(f"/courrier/{box.address}/INBOX/")
    unknown = functional.get("/courrier/personne@ac-poitiers.test/INBOX/")
    assert known.status_code == unknown.status_code == 404
    assert box.address not in known.content.decode()


def test_a_personal_mailbox_does_not_open_at_this_door(
    functional: Visitor, person: Person
) -> None:
    functional.sign_in(person)
    assert functional.get(f"/courrier/{person.address}/INBOX/").status_code == 404


def test_a_reader_who_posts_is_refused_and_noted(
    functional: Visitor,
    person: Person,
    make_functional_mailbox: MakeMailbox,
    mailbox_of: Callable[[str], Box],
) -> None:
    box = make_functional_mailbox(readers=(person,))
    uid = mailbox_of(box.login).deliver(b"Subject: x\r\n\r\nx\r\n")
    functional.sign_in(person)
    given = {"uid": str(uid), "mark": "flagged"}
    response = functional.post(f"/courrier/{box.address}/INBOX/marques/", given)
    assert response.status_code == 403
    assert "lecture seule" in response.content.decode()
    assert "\\Flagged" not in mailbox_of(box.login).flags(uid)
    event = AuditEvent.objects.get(outcome="refused")
    assert (event.person, event.act) == (person.uid, "message.mark")
    assert event.reference == response["X-Reference"]
