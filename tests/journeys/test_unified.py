"""Rows of several mailboxes sorted in one go, by mouse and by keys (P4, P10)."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from stack.people import FunctionalMailbox, Person
from tests.journeys.inspection import Inspection
from tests.journeys.letters import letter
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box


def test_rows_of_two_mailboxes_leave_and_come_back_together(
    visitor: Visitor,
    person: Person,
    make_functional_mailbox: Callable[..., FunctionalMailbox],
    mailbox_of: Callable[..., Box],
    inspection: Inspection,
) -> None:
    school = make_functional_mailbox(name="Collège Jean-Rostand-fictif", owner=person)
    boxes = [mailbox_of(person), mailbox_of(school)]
    for box, subject in zip(boxes, ("Le mien", "Celui du collège"), strict=True):
        box.deliver(letter(subject).as_bytes())
    visitor.sign_in(person)
    visitor.go("/toutes-les-boites/")
    rows = visitor.page.locator("#list .row:not(.row--leaving)")
    expect(rows).to_have_count(2)
    visitor.page.get_by_label("Tout sélectionner").check()
    expect(visitor.page.locator("row-selection")).to_have_text("2 sélectionnés")
    inspection.look(visitor, "unified-selection")
    visitor.act("Archiver").click()
    expect(visitor.notices).to_contain_text("2 messages archivés.")
    expect(rows).to_have_count(0)
    assert not any(box.messages() for box in boxes)
    visitor.button("Annuler").click()
    expect(rows).to_have_count(2)
    assert all(box.messages() for box in boxes)
    # by a key, on the row in focus alone
    visitor.page.locator(".row__link").first.focus()
    visitor.press("s")
    expect(rows.locator(".row__star")).to_have_count(1)
    visitor.press("#")
    expect(visitor.notices).to_contain_text("1 message placé dans la corbeille.")
    expect(rows).to_have_count(1)
