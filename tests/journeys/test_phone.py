"""Everything on a phone, 360 pixels wide."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from stack.people import Person
from tests.journeys.conftest import Arrive
from tests.journeys.letters import letter
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box


@pytest.fixture
def phone(
    arrive: Arrive, person: Person, mailbox_of: Callable[[Person], Box]
) -> Visitor:
    box = mailbox_of(person)
    box.deliver(letter("Premier").as_bytes())
    box.deliver(letter("Facture").as_bytes(), "Classement")
    size = {"width": 360, "height": 740}
    visitor = arrive(viewport=size, has_touch=True, is_mobile=True)
    visitor.sign_in(person)
    expect(visitor.rows).to_have_count(1)
    return visitor


def test_folders_are_in_a_drawer(phone: Visitor) -> None:
    expect(phone.folders).to_be_hidden()
    phone.button("Dossiers").tap()
    expect(phone.folders).to_be_visible()
    phone.press("Escape")
    expect(phone.folders).to_be_hidden()
    phone.open_folder("Classement")
    expect(phone.row("Facture")).to_be_visible()
    expect(phone.folders).to_be_hidden()


def test_a_message_has_the_screen_for_itself(phone: Visitor) -> None:
    phone.open_message("Premier")
    expect(phone.messages).to_be_hidden()
    phone.link("Retour").tap()
    expect(phone.row("Premier")).to_be_visible()
    expect(phone.row("Premier")).not_to_contain_text("Non lu")


def test_a_message_is_answered(phone: Visitor) -> None:
    phone.open_message("Premier")
    phone.reader.get_by_role("link", name="Répondre", exact=True).last.tap()
    phone.write(text="Depuis le bus.")
    expect(phone.button("Envoyer")).to_be_in_viewport()
    phone.button("Envoyer").tap()
    expect(phone.notices).to_contain_text("Message envoyé.")


def test_a_message_is_deleted_and_brought_back(phone: Visitor) -> None:
    phone.checkbox("Premier").tap()
    phone.button("Supprimer").tap()
    expect(phone.rows).to_have_count(0)
    phone.button("Annuler").tap()
    expect(phone.rows).to_have_count(1)
