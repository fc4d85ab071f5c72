"""A headmaster who also teaches: his two mailboxes read as one list."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from stack.people import FunctionalMailbox, Person
from tests.journeys.inspection import Inspection
from tests.journeys.letters import letter
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box
from tests.stack.people import MakeMailbox

SCHOOL = "École fictive"


@pytest.fixture
def school(make_functional_mailbox: MakeMailbox, person: Person) -> FunctionalMailbox:
    return make_functional_mailbox(name=SCHOOL, owner=person)


@pytest.fixture
def boxes(
    school: FunctionalMailbox, person: Person, mailbox_of: Callable[..., Box]
) -> tuple[Box, Box]:
    """His own and the school's, with mail in both."""
    own, shared = mailbox_of(person), mailbox_of(school)
    own.deliver(letter("Réunion de directeurs").as_bytes(), flags=("\\Seen",))
    shared.deliver(letter("Absence de Lou", to=school.address).as_bytes())
    return own, shared


def test_one_list_and_each_answer_from_its_own_box(
    visitor: Visitor,
    person: Person,
    school: FunctionalMailbox,
    boxes: tuple[Box, Box],
    inspection: Inspection,
) -> None:
    visitor.sign_in(person)
    visitor.menu("Menu du compte").click()
    visitor.link("Toutes mes boîtes").click()
    rows = visitor.messages.get_by_role("listitem")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="Absence")).to_contain_text(SCHOOL)
    expect(rows.filter(has_text="Réunion")).to_contain_text(person.name)
    inspection.look(visitor, "unified")
    visitor.link("Non lus").click()
    expect(rows).to_have_count(1)
    visitor.press("j", "o")
    expect(visitor.page.get_by_role("heading", name="Absence de Lou")).to_be_visible()
    inspection.look(visitor, "unified-message")
    assert "\\Seen" in boxes[1].flags(1)
    visitor.press("u")
    expect(visitor.heading("Toutes mes boîtes")).to_be_visible()
    expect(visitor.page.get_by_text("Aucun message non lu")).to_be_visible()
    visitor.link("Non lus").click()
    visitor.open_message("Absence de Lou")
    visitor.link("Répondre").first.click()
    sender = visitor.page.get_by_text(f"{SCHOOL} <")
    expect(sender).to_contain_text(school.address)
