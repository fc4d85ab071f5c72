"""The list and the message, side by side, one below the other, one at a time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from stack.people import Person
from tests.journeys.inspection import Inspection
from tests.journeys.letters import letter
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box

SUBJECTS = ("Conseil de classe", "Réunion de rentrée")


@pytest.fixture
def listed(
    visitor: Visitor, person: Person, mailbox_of: Callable[[Person], Box]
) -> Visitor:
    for subject in SUBJECTS:
        mailbox_of(person).deliver(letter(subject).as_bytes())
    visitor.sign_in(person)
    expect(visitor.rows).to_have_count(2)
    return visitor


def choose(visitor: Visitor, *labels: str) -> None:
    """By the page of preferences, and back to the list."""
    visitor.menu("Menu du compte").click()
    visitor.link("Préférences").click()
    for label in labels:
        visitor.page.get_by_label(label).check()
    visitor.button("Enregistrer").click()
    expect(visitor.notices).to_contain_text("Préférences enregistrées.")
    visitor.link("Revenir au courrier").click()


def test_a_message_loaded_alone_gets_its_list(listed: Visitor) -> None:
    listed.open_message("Réunion de rentrée")
    listed.page.reload()
    expect(listed.heading("Réunion de rentrée")).to_be_visible()
    expect(listed.rows).to_have_count(2)
    assert "Réunion de rentrée" in listed.page.title()
    listed.open_message("Conseil de classe")


def test_the_share_of_the_list_is_moved_and_remembered(listed: Visitor) -> None:
    divider = listed.page.get_by_role("separator", name="Largeur de la liste")
    before = listed.messages.bounding_box()
    with listed.page.expect_response("**/preferences/volet/") as kept:
        divider.press("ArrowRight")
        divider.press("ArrowRight")
    assert kept.value.status == 204
    listed.page.reload()
    expect(divider).to_have_attribute("aria-valuenow", "42")
    after = listed.messages.bounding_box()
    assert before
    assert after
    assert after["width"] > before["width"] + 20


def test_the_message_below_the_list(listed: Visitor, inspection: Inspection) -> None:
    choose(listed, "Le message sous la liste", "Compacte")
    listed.open_message("Conseil de classe")
    over, under = listed.messages.bounding_box(), listed.reader.bounding_box()
    assert over
    assert under
    assert under["y"] >= over["y"] + over["height"]
    row = listed.rows.first.bounding_box()
    assert row
    assert row["height"] < 40
    inspection.look(listed, "list-below")


def test_one_pane_at_a_time(listed: Visitor, inspection: Inspection) -> None:
    choose(listed, "Un seul volet")
    inspection.look(listed, "list-single")
    listed.open_message("Conseil de classe")
    expect(listed.messages).to_be_hidden()
    listed.link("Retour").click()
    expect(listed.rows).to_have_count(2)
    expect(listed.reader).to_be_hidden()


def test_the_page_of_preferences(listed: Visitor, inspection: Inspection) -> None:
    listed.go("/preferences/")
    inspection.look(listed, "preferences")
