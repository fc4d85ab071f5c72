"""The list over all the mailboxes of a person."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest

from accounts import preferences
from accounts.models import Membership, Role, User
from stack.people import FunctionalMailbox, Person
from tests.accounts.conftest import Visitor
from tests.mail.views.conftest import letter
from tests.stack.boxes import Box

PATH = "/toutes-les-boites/"


@pytest.fixture
def school(
    person: Person, make_functional_mailbox: Callable[..., FunctionalMailbox]
) -> FunctionalMailbox:
    return make_functional_mailbox(name="Collège Jean-Rostand-fictif", owner=person)


@pytest.fixture
def boxes(
    person: Person, school: FunctionalMailbox, mailbox_of: Callable[..., Box]
) -> tuple[Box, Box]:
    own, shared = mailbox_of(person), mailbox_of(school)
    own.deliver(letter("Le mien"))
    shared.deliver(letter("Celui du collège"))
    return own, shared


@pytest.fixture
def visitor(db: None, person: Person, boxes: tuple[Box, Box]) -> Visitor:
    visitor = Visitor()
    assert visitor.sign_in(person).status_code == 302
    return visitor


def shown(visitor: Visitor, query: str = "") -> str:
    response = visitor.get(PATH + query)
    assert response.status_code == 200
    return response.content.decode()


def test_each_row_says_its_mailbox_and_leads_into_it(
    visitor: Visitor, school: FunctionalMailbox
) -> None:
    page = shown(visitor)
    assert "Le mien" in page
    assert f'title="{school.address}">{school.name}</span>' in page
    found = re.search(r'href="([^"]*)">(?:<span[^>]*>[^<]*</span>)?Celui du', page)
    assert found
    assert f'href="{PATH}"' in visitor.get(found[1]).content.decode()


def test_a_message_leads_back_to_the_list_it_was_opened_from(visitor: Visitor) -> None:
    unread = shown(visitor, "?non_lus=1")
    path = re.findall(r'href="(/courrier/[^"]*/INBOX/[0-9]+/[^"]*)"', unread)[0]
    message = visitor.get(path).content.decode()
    assert f'data-act="back" href="{PATH}?non_lus=1"' in message
    other = visitor.get(path.split("?")[0], {"de": "https://attaquant.test/"})
    assert 'href="https://attaquant.test/' not in other.content.decode()


def test_only_what_is_unread(
    visitor: Visitor, person: Person, boxes: tuple[Box, Box]
) -> None:
    assert "Le mien" in shown(visitor, "?non_lus=1")
    visitor.get(f"/courrier/{person.address}/INBOX/1/")
    page = shown(visitor, "?non_lus=1")
    assert "Le mien" not in page
    assert "Celui du collège" in page


def test_a_right_that_ended_takes_its_rows_away(
    visitor: Visitor, school: FunctionalMailbox
) -> None:
    assert "Celui du collège" in shown(visitor)
    Membership.objects.filter(mailbox__address=school.address).delete()
    assert "Celui du collège" not in shown(visitor)


def test_the_functional_door_shows_functional_mailboxes_only(
    visitor: Visitor, person: Person
) -> None:
    assert "Le mien" in shown(visitor)
    other = Visitor("functional")
    other.sign_in(person)
    page = shown(other)
    assert "Celui du collège" in page
    assert "Le mien" not in page


@pytest.mark.parametrize("place", ["x", "1.2_", "9" * 30 + ".1", "1.-3"])
def test_a_place_that_is_none_is_refused(visitor: Visitor, place: str) -> None:
    response = visitor.get(f"{PATH}?apres={place}")
    assert response.status_code == 400


def test_a_foreign_mailbox_in_the_place_is_ignored(visitor: Visitor) -> None:
    assert "Le mien" in shown(visitor, "?apres=999999.1")


def test_each_row_has_a_name_of_its_own(visitor: Visitor) -> None:
    page = shown(visitor)
    names = re.findall(r'class="row [^>]* id="(row-\d+-1)"', page)
    assert len(set(names)) == 2
    assert '<message-list id="listing"' in page


def test_each_box_says_which_message_it_selects(visitor: Visitor) -> None:
    page = shown(visitor)
    assert "Sélectionner Le mien</span>" in page
    assert "Sélectionner Celui du collège</span>" in page


def test_a_list_that_is_as_it_was_is_not_sent_again(
    visitor: Visitor, boxes: tuple[Box, Box]
) -> None:
    found = re.search(r'data-state="([^"]+)"', shown(visitor))
    assert found
    path, headers = f"{PATH}?etat={found[1]}", {"HX-Request": "true"}
    assert visitor.get(path, headers=headers).status_code == 204
    assert visitor.get(path).status_code == 200
    boxes[1].deliver(letter("Le nouveau"))
    answer = visitor.get(path, headers=headers)
    assert answer.status_code == 200
    assert "Le nouveau" in answer.content.decode()


def test_its_keys_can_be_switched_off(visitor: Visitor, person: Person) -> None:
    assert "<hot-keys" in shown(visitor)
    preferences.choose(User.objects.get(uid=person.uid), shortcuts=False)
    assert "<hot-keys" not in shown(visitor)


def ticked(visitor: Visitor) -> list[str]:
    return re.findall(r'name="uid" value="([^"]+)"', shown(visitor))


def acted(visitor: Visitor, verb: str, uids: list[str]) -> str:
    headers = {"HX-Request": "true"}
    fields = {"verb": verb, "uid": uids}
    answer = visitor.post(f"{PATH}actes/", fields, headers=headers)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("verb", ["archive", "delete"])
def test_one_act_on_rows_of_several_mailboxes(
    visitor: Visitor, boxes: tuple[Box, Box], verb: str
) -> None:
    page = acted(visitor, verb, ticked(visitor))
    assert not any(box.messages() for box in boxes)
    assert page.count("2 messages ") == 1
    assert page.count("/restaurations/") == 1
    tokens = unescape(re.findall(r'name="tokens" value="([^"]+)"', page)[0])
    back = visitor.post(f"{PATH}restaurations/", {"tokens": tokens})
    assert back.status_code == 303
    assert "2 messages remis à leur place." in shown(visitor)
    assert all(len(box.messages()) == 1 for box in boxes)


def test_marks_on_rows_of_several_mailboxes(
    visitor: Visitor, boxes: tuple[Box, Box]
) -> None:
    page = acted(visitor, "flagged", ticked(visitor))
    assert page.count("row__star") == 2
    assert all(r"\Flagged" in box.flags(1) for box in boxes)


def test_without_script_one_comes_back_to_the_same_list(
    visitor: Visitor, boxes: tuple[Box, Box]
) -> None:
    page = shown(visitor, "?non_lus=1")
    assert f'action="{PATH}actes/?non_lus=1"' in page
    fields = {"verb": "seen", "uid": ticked(visitor)}
    answer = visitor.post(f"{PATH}actes/?non_lus=1", fields)
    assert answer.headers["Location"] == f"{PATH}?non_lus=1"
    assert "2 messages modifiés." in shown(visitor)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"verb": "archive"}, "Sélectionnez au moins un message."),
        ({"verb": "archive", "uid": "1.2"}, "Ce message n’existe pas."),
        ({"verb": "archive", "uid": "1-0"}, "Ce message n’existe pas."),
    ],
)
def test_rows_that_are_none_are_refused(
    visitor: Visitor, fields: dict[str, str], sentence: str
) -> None:
    answer = visitor.post(f"{PATH}actes/", fields)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert visitor.post(f"{PATH}restaurations/", {"tokens": "x"}).status_code == 400


def test_another_s_mailbox_does_not_exist(
    visitor: Visitor, make_person: Callable[..., Person], boxes: tuple[Box, Box]
) -> None:
    other = Visitor()
    other.sign_in(make_person())
    fields = {"verb": "delete", "uid": ticked(visitor)}
    assert other.post(f"{PATH}actes/", fields).status_code == 404
    assert all(box.messages() for box in boxes)


def test_a_mailbox_that_one_only_reads_is_not_acted_on(
    visitor: Visitor, school: FunctionalMailbox, boxes: tuple[Box, Box]
) -> None:
    uids = ticked(visitor)
    held = Membership.objects.filter(mailbox__address=school.address)
    held.update(role=Role.READER)
    page = shown(visitor)
    assert page.count('name="uid"') == 1
    assert "Lecture seule" in page
    answer = visitor.post(f"{PATH}actes/", {"verb": "delete", "uid": uids})
    assert answer.status_code == 403
    assert "lecture seule" in answer.content.decode()
    # nothing is done in the others either
    assert all(box.messages() for box in boxes)
