"""Filters that join each other, and a list in another order."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from stack.people import Person
from tests.journeys.inspection import Inspection
from tests.journeys.letters import letter, with_files
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box


@pytest.fixture
def listed(
    visitor: Visitor, person: Person, mailbox_of: Callable[[Person], Box]
) -> Visitor:
    box = mailbox_of(person)
    box.deliver(letter("Bulletins").as_bytes())
    box.deliver(letter("Absences").as_bytes(), flags=("\\Seen",))
    box.deliver(with_files().as_bytes(), flags=("\\Seen",))
    visitor.sign_in(person)
    expect(visitor.rows).to_have_count(3)
    return visitor


def test_filters_are_joined_and_left(listed: Visitor, inspection: Inspection) -> None:
    filters = listed.page.get_by_role("group", name="Filtres")
    filters.get_by_role("link", name="Avec pièce jointe").click()
    expect(listed.rows).to_have_count(1)
    inspection.look(listed, "list-filtered")
    filters.get_by_role("link", name="Non lus").click()
    expect(listed.page.get_by_text("Aucun message ne correspond.")).to_be_visible()
    inspection.look(listed, "list-filtered-empty")
    filters.get_by_role("link", name="Avec pièce jointe").click()
    expect(listed.rows).to_have_count(1)
    expect(listed.row("Bulletins")).to_be_visible()


def test_the_list_is_sorted_from_its_menu(
    listed: Visitor, inspection: Inspection
) -> None:
    today = listed.messages.get_by_role("heading", name="Aujourd’hui")
    expect(today).to_be_visible()
    menu = listed.messages.get_by_role("group").filter(has_text="Trier par")
    menu.locator("summary").click()
    inspection.look(listed, "list-orders")
    listed.link("Objet").click()
    expect(listed.rows.first).to_contain_text("Absences")
    expect(today).to_have_count(0)
    menu.locator("summary").click()
    listed.link("Ordre inverse").click()
    expect(listed.rows.last).to_contain_text("Absences")


def test_the_title_tells_what_is_unread(listed: Visitor) -> None:
    expect(listed.page).to_have_title("(1) Boîte de réception – " + title(listed))
    listed.open_message("Bulletins")
    expect(listed.rows.get_by_text("Non lu :")).to_have_count(0)
    listed.page.wait_for_function("!document.title.startsWith('(')")


def title(visitor: Visitor) -> str:
    return visitor.page.title().partition(" – ")[2]
