"""The list over all the mailboxes of a person."""

from __future__ import annotations

import re

import pytest

from accounts import preferences
from accounts.models import Membership, User
from mail import unified
from stack.people import FunctionalMailbox, Person
from tests.accounts.conftest import Visitor
from tests.mail.views.conftest import letter
from tests.mail.views.gathering import PATH, shown
from tests.stack.boxes import Box
from tests.stack.proxy import Proxy


def test_each_row_says_its_mailbox_and_leads_into_it(
    reader: Visitor, school: FunctionalMailbox
) -> None:
    page = shown(reader)
    assert "Le mien" in page
    assert f'title="{school.address}">{school.name}</span>' in page
    found = re.search(r'href="([^"]*)">(?:<span[^>]*>[^<]*</span>)?Celui du', page)
    assert found
    assert f'href="{PATH}"' in reader.get(found[1]).content.decode()


def test_a_message_leads_back_to_the_list_it_was_opened_from(reader: Visitor) -> None:
    unread = shown(reader, "?non_lus=1")
    path = re.findall(r'href="(/courrier/[^"]*/INBOX/[0-9]+/[^"]*)"', unread)[0]
    message = reader.get(path).content.decode()
    assert f'data-act="back" href="{PATH}?non_lus=1"' in message
    other = reader.get(path.split("?")[0], {"de": "https://attaquant.test/"})
    assert 'href="https://attaquant.test/' not in other.content.decode()


def test_only_what_is_unread(
    reader: Visitor, person: Person, boxes: tuple[Box, Box]
) -> None:
    assert "Le mien" in shown(reader, "?non_lus=1")
    reader.get(f"/courrier/{person.address}/INBOX/1/")
    page = shown(reader, "?non_lus=1")
    assert "Le mien" not in page
    assert "Celui du collège" in page


def test_a_right_that_ended_takes_its_rows_away(
    reader: Visitor, school: FunctionalMailbox
) -> None:
    assert "Celui du collège" in shown(reader)
    Membership.objects.filter(mailbox__address=school.address).delete()
    assert "Celui du collège" not in shown(reader)


def test_the_functional_door_shows_functional_mailboxes_only(
    reader: Visitor, person: Person
) -> None:
    assert "Le mien" in shown(reader)
    other = Visitor("functional")
    other.sign_in(person)
    page = shown(other)
    assert "Celui du collège" in page
    assert "Le mien" not in page


@pytest.mark.parametrize("place", ["x", "1.2_", "9" * 30 + ".1", "1.-3"])
def test_a_place_that_is_none_is_refused(reader: Visitor, place: str) -> None:
    response = reader.get(f"{PATH}?apres={place}")
    assert response.status_code == 400


def test_a_foreign_mailbox_in_the_place_is_ignored(reader: Visitor) -> None:
    assert "Le mien" in shown(reader, "?apres=999999.1")


def test_each_row_has_a_name_of_its_own(reader: Visitor) -> None:
    page = shown(reader)
    names = re.findall(r'class="row [^>]* id="(row-\d+-\d+-1)"', page)
    assert len(set(names)) == 2
    assert '<message-list id="listing"' in page


def test_each_box_says_which_message_it_selects(reader: Visitor) -> None:
    page = shown(reader)
    assert "Sélectionner Le mien</span>" in page
    assert "Sélectionner Celui du collège</span>" in page


def test_a_list_that_is_as_it_was_is_not_sent_again(
    reader: Visitor, boxes: tuple[Box, Box]
) -> None:
    found = re.search(r'data-state="([^"]+)"', shown(reader))
    assert found
    path, headers = f"{PATH}?etat={found[1]}", {"HX-Request": "true"}
    assert reader.get(path, headers=headers).status_code == 204
    assert reader.get(path).status_code == 200
    boxes[1].deliver(letter("Le nouveau"))
    answer = reader.get(path, headers=headers)
    assert answer.status_code == 200
    assert "Le nouveau" in answer.content.decode()


def test_its_keys_can_be_switched_off(reader: Visitor, person: Person) -> None:
    assert "<hot-keys" in shown(reader)
    preferences.choose(User.objects.get(uid=person.uid), shortcuts=False)
    assert "<hot-keys" not in shown(reader)


def test_mailboxes_beyond_what_a_list_takes_are_named_and_reached(
    reader: Visitor, school: FunctionalMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 'class="missing"' not in shown(reader)
    monkeypatch.setattr(unified, "BOXES_MAX", 1)
    page = shown(reader)
    # one's own mailbox is there, whatever its name
    assert "Le mien" in page
    assert "Celui du collège" not in page
    assert "Une boîte n’est pas dans cette liste, qui en réunit 1 au plus." in page
    link = f'<a href="/courrier/{school.address}/">{school.name}</a>'
    assert link in page.partition('class="missing"')[2]
    assert page.count(f'href="/courrier/{school.address}/"') == 2


def test_a_mailbox_that_cannot_be_read_is_told_in_its_own_words(
    reader: Visitor, spoiled: Proxy, person: Person
) -> None:
    spoiled.answer(b"SELECT", b"NO [NONEXISTENT] no such mailbox")
    page = shown(reader)
    assert "Une boîte manque dans cette liste." in page
    assert f">{person.name}</a></li>" in page.partition("refused")[2]
    assert "Ce dossier n’existe plus." in page
    assert "Celui du collège" in page
