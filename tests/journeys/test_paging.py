"""Deep into a folder: by wheel, by arrow, by date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from stack.people import Person
from tests.journeys.inspection import Inspection
from tests.journeys.letters import letter
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box

COUNT = 170
FIRST = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def listed(
    visitor: Visitor, person: Person, mailbox_of: Callable[[Person], Box]
) -> Visitor:
    """A message a day."""
    with mailbox_of(person).opened() as client:
        for number in range(COUNT):
            at = f'"{FIRST + timedelta(number):%d-%b-%Y %H:%M:%S} +0000"'
            client.append("INBOX", "", at, letter(f"Envoi {number:03}").as_bytes())
    visitor.sign_in(person)
    expect(visitor.rows).to_have_count(50)
    return visitor


def test_the_wheel_reads_on(listed: Visitor) -> None:
    listed.messages.hover()
    for count in (100, 150, COUNT):
        listed.page.mouse.wheel(0, 20_000)
        expect(listed.rows).to_have_count(count)
    expect(listed.rows.last).to_contain_text("Envoi 000")
    expect(listed.messages.get_by_role("heading", name="Mars")).to_have_count(1)
    # what is done then keeps all that is shown
    listed.select("Envoi 010")
    listed.button("Supprimer").click()
    expect(listed.notices).to_contain_text("1 message placé dans la corbeille.")
    expect(listed.rows).to_have_count(COUNT - 1)


def test_the_arrow_goes_on_into_the_next_page(listed: Visitor) -> None:
    listed.rows.last.get_by_role("link").focus()
    listed.press("ArrowDown")
    row = listed.row("Envoi 119").get_by_role("link")
    expect(row).to_be_focused()


def test_a_date_is_gone_to_and_both_ways_from_there(
    listed: Visitor, inspection: Inspection
) -> None:
    listed.menu("Aller à une date").click()
    listed.field("Messages reçus le").fill("2026-01-31")
    inspection.look(listed, "list-date")
    listed.press("Enter")
    expect(listed.row("Envoi 030").get_by_role("link")).to_be_focused()
    listed.rows.first.get_by_role("link").focus()
    listed.press("ArrowUp")
    expect(listed.row("Envoi 070").get_by_role("link")).to_be_focused()
