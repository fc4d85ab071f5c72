"""The list of a folder, with the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from stack.people import Person
from tests.journeys.letters import letter
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box

SUBJECTS = ("Conseil de classe", "Réunion de rentrée", "Voyage à Nantes")


@pytest.fixture
def box(person: Person, mailbox_of: Callable[[Person], Box]) -> Box:
    """The mailbox of `person`, with three unread messages and a folder."""
    box = mailbox_of(person)
    for subject in SUBJECTS:
        box.deliver(letter(subject).as_bytes())
    box.deliver(letter("Facture").as_bytes(), "Classement")
    return box


@pytest.fixture
def listed(box: Box, visitor: Visitor, person: Person) -> Visitor:
    visitor.sign_in(person)
    expect(visitor.rows).to_have_count(3)
    return visitor


def reach(visitor: Visitor, subject: str) -> None:
    """To the first row by Tab, then with the arrow."""
    visitor.tab_to(visitor.rows.first.get_by_role("link"))
    for _ in SUBJECTS:
        if subject in visitor.page.evaluate("document.activeElement.innerText"):
            return
        visitor.press("ArrowDown")
    raise AssertionError(subject)


def test_messages_are_selected_and_marked(listed: Visitor, box: Box) -> None:
    reach(listed, "Réunion de rentrée")
    listed.press("Space", "ArrowDown", "Space")
    expect(listed.checkbox("Réunion de rentrée")).to_be_checked()
    expect(listed.checkbox("Conseil de classe")).to_be_checked()
    expect(listed.checkbox("Voyage à Nantes")).not_to_be_checked()
    listed.tab_to(listed.act("Suivre"), back=True)
    listed.press("Enter")
    expect(listed.rows.get_by_text("Suivi", exact=True)).to_have_count(2)
    expect(listed.page.get_by_label("Tout sélectionner")).to_be_visible()
    assert "\\Flagged" in box.flags(1)
    assert "\\Flagged" not in box.flags(3)
    # a tick means a message, not a place: it does not come back where another may stand
    expect(listed.checkbox("Réunion de rentrée")).to_be_checked()
    listed.open_folder("Archives")
    listed.page.go_back()
    expect(listed.checkbox("Réunion de rentrée")).not_to_be_checked()


def test_the_list_is_searched_and_filtered(listed: Visitor, box: Box) -> None:
    listed.tab_to(listed.page.get_by_role("searchbox"))
    listed.page.keyboard.type("Nantes")
    listed.press("Enter")
    expect(listed.heading("1 résultat")).to_be_visible()
    listed.tab_to(listed.link("Effacer la recherche"))
    listed.press("Enter")
    expect(listed.rows).to_have_count(3)
    reach(listed, "Réunion de rentrée")
    listed.press("Enter")
    expect(listed.row("Réunion de rentrée")).not_to_contain_text("Non lu")
    listed.tab_to(listed.link("Non lus"), back=True)
    listed.press("Enter")
    expect(listed.rows).to_have_count(2)
    expect(listed.row("Réunion de rentrée")).to_have_count(0)


def test_older_messages_are_on_the_next_page(
    visitor: Visitor, person: Person, mailbox_of: Callable[[Person], Box]
) -> None:
    with mailbox_of(person).opened() as client:
        for number in range(1, 54):
            client.append("INBOX", "", "", letter(f"Envoi {number:02}").as_bytes())
    visitor.sign_in(person)
    expect(visitor.rows).to_have_count(50)
    expect(visitor.rows.first).to_contain_text("Envoi 53")
    visitor.tab_to(visitor.link("Plus anciens"), back=True)
    visitor.press("Enter")
    expect(visitor.rows).to_have_count(3)
    expect(visitor.rows.last).to_contain_text("Envoi 01")
    visitor.tab_to(visitor.link("Plus récents"), back=True)
    visitor.press("Enter")
    expect(visitor.rows).to_have_count(50)


def test_an_act_on_the_open_message_keeps_the_search(listed: Visitor) -> None:
    folder = listed.page.url.split("?")[0]
    listed.page.goto(f"{folder}?q=Conseil")
    listed.open_message("Conseil de classe")
    listed.reader.get_by_role("button", name="Archiver").click()
    expect(listed.notices).to_contain_text("1 message archivé")
    expect(listed.rows).to_have_count(0)
    assert listed.page.url.endswith("?q=Conseil")
