"""What a message warns of, what it asks, and how else it can be seen."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import formataddr

import pytest
from playwright.sync_api import expect

from stack.people import Person
from tests.journeys.inspection import Inspection
from tests.journeys.letters import letter
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box


@pytest.fixture
def box(person: Person, mailbox_of: Callable[[Person], Box]) -> Box:
    return mailbox_of(person)


def test_a_stranger_with_the_name_of_a_colleague_is_pointed_out(
    box: Box, person: Person, visitor: Visitor, inspection: Inspection
) -> None:
    sender = formataddr((person.name, "x@attacker.test"))
    message = letter("Facture urgente", sender=sender)
    message["Reply-To"] = "y@attacker.test"
    box.deliver(message.as_bytes())
    visitor.sign_in(person)
    visitor.open_message("Facture urgente")
    expect(visitor.reader).to_contain_text("porte le nom d’un collègue")
    expect(visitor.reader).to_contain_text("partira à une autre adresse")
    visitor.reader.get_by_text("Détails").click()
    expect(visitor.reader).to_contain_text("n’est pas dans l’annuaire")
    inspection.look(visitor, "message-warned")


def test_a_receipt_leaves_on_a_click(
    box: Box, person: Person, visitor: Visitor
) -> None:
    message = letter("Note de service", sender="Sophie <s@parents.test>")
    message["Disposition-Notification-To"] = "s@parents.test"
    uid = box.deliver(message.as_bytes())
    visitor.sign_in(person)
    visitor.open_message("Note de service")
    assert "$MDNSent" not in box.flags(uid)
    visitor.button("Envoyer l’accusé").click()
    expect(visitor.reader).to_contain_text("Accusé de lecture envoyé.")
    expect(visitor.heading("Note de service")).to_be_visible()
    assert "$MDNSent" in box.flags(uid)


def test_an_html_message_is_seen_as_text_and_back(
    box: Box, person: Person, visitor: Visitor, inspection: Inspection
) -> None:
    message = letter("Lettre", "Bonjour en texte")
    message.add_alternative("<p>Bonjour en HTML</p>", subtype="html")
    box.deliver(message.as_bytes())
    visitor.sign_in(person)
    visitor.open_message("Lettre")
    expect(visitor.page.frame_locator("iframe").locator("p")).to_be_visible()
    visitor.menu("Affichage du message").click()
    inspection.look(visitor, "message-looks")
    visitor.reader.get_by_role("link", name="Texte seul").click()
    expect(visitor.reader).to_contain_text("Bonjour en texte")
    expect(visitor.reader.get_by_role("heading", level=1)).to_be_focused()
    visitor.menu("Affichage du message").click()
    visitor.reader.get_by_role("link", name="Texte seul").click()
    expect(visitor.page.frame_locator("iframe").locator("p")).to_be_visible()
