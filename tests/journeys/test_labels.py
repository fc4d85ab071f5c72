"""Labels and reminders, with the keyboard and with the pointer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from stack.people import Person
from tests.journeys.inspection import Inspection
from tests.journeys.letters import deliver_all
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box

SUBJECTS = ("Conseil de classe", "Réunion de rentrée", "Voyage à Nantes")


@pytest.fixture
def box(person: Person, mailbox_of: Callable[[Person], Box]) -> Box:
    return deliver_all(mailbox_of(person), SUBJECTS)


@pytest.fixture
def listed(box: Box, visitor: Visitor, person: Person) -> Visitor:
    visitor.sign_in(person)
    expect(visitor.rows).to_have_count(3)
    return visitor


def test_a_label_is_made_on_the_fly(
    inspection: Inspection, listed: Visitor, box: Box
) -> None:
    listed.select("Conseil de classe", "Réunion de rentrée")
    listed.press("l")
    inspection.look(listed, "labels-menu")
    listed.page.keyboard.type("Élèves")
    listed.press("Enter")
    expect(listed.row("Conseil de classe")).to_contain_text("Élèves")
    expect(listed.row("Réunion de rentrée")).to_contain_text("Élèves")
    assert "eleves" in box.flags(1)
    listed.folders.get_by_role("link", name="Élèves").click()
    expect(listed.rows).to_have_count(2)
    inspection.look(listed, "labels-filtered")


def test_half_ticked_boxes_leave_what_is_there(listed: Visitor, box: Box) -> None:
    with box.opened("INBOX") as client:
        client.store("1", "+FLAGS", "($label1)")
    listed.page.reload()
    listed.select("Conseil de classe", "Voyage à Nantes")
    listed.press("l")
    important = listed.selection.get_by_role("checkbox", name="Important")
    assert important.evaluate("box => box.indeterminate")
    listed.selection.get_by_role("checkbox", name="Travail").check()
    listed.selection.get_by_role("button", name="Appliquer").click()
    expect(listed.row("Voyage à Nantes")).to_contain_text("Travail")
    assert {"$label1", "$label2"} <= box.flags(1)
    assert "$label1" not in box.flags(3)


def test_labels_are_kept_on_their_page(
    inspection: Inspection, listed: Visitor, person: Person
) -> None:
    listed.go(f"/etiquettes/{person.address}/")
    inspection.look(listed, "labels")
    listed.page.get_by_label("Supprimer Important").or_(
        listed.link("Supprimer Important")
    ).first.click()
    inspection.look(listed, "labels-deletion")
    listed.button("La retirer de tous les messages").click()
    expect(listed.notices).to_contain_text("supprimée")


def test_a_message_is_put_off_to_a_date(
    inspection: Inspection, listed: Visitor, box: Box
) -> None:
    listed.open_message("Réunion de rentrée")
    listed.press("b")
    listed.reader.get_by_role("button", name="Choisir une date…").first.click()
    expect(listed.field("Le message reviendra le")).to_be_focused()
    inspection.look(listed, "snooze-date")
    listed.button("Mettre en attente").click()
    expect(listed.notices).to_contain_text("1 message reviendra")
    expect(listed.rows).to_have_count(2)
    listed.folders.get_by_role("link", name="En attente").click()
    expect(listed.page.get_by_text("Réunion de rentrée")).to_be_visible()
    inspection.look(listed, "reminders")
    listed.button("Remettre à sa place").click()
    expect(listed.notices).to_contain_text("Message remis à sa place.")
    assert len(box.messages()) == 3
