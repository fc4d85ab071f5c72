"""The lines of recipients, by somebody who has no mouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from stack.people import Person
from tests.journeys.inspection import Inspection
from tests.journeys.visitor import Visitor


@pytest.fixture
def colleague(make_person: Callable[..., Person]) -> Person:
    return make_person(given="Éloïse", surname="Zwingelstein")


@pytest.fixture
def writing(visitor: Visitor, person: Person) -> Visitor:
    visitor.sign_in(person)
    begin(visitor)
    return visitor


def begin(visitor: Visitor) -> None:
    visitor.link("Nouveau message").first.focus()
    visitor.press("Enter")
    expect(combobox(visitor, "À")).to_be_focused()


def combobox(visitor: Visitor, label: str) -> Locator:
    return visitor.page.get_by_role("combobox", name=label, exact=True)


def option(visitor: Visitor, name: str) -> Locator:
    suggestions = visitor.page.get_by_role("listbox", name="Suggestions")
    return suggestions.get_by_role("option", name=name)


def chip(visitor: Visitor, line: str, name: str) -> Locator:
    """What has the focus when one goes from one to the next."""
    chips = visitor.recipients(line).get_by_role("button", name=name)
    return chips.and_(visitor.page.locator(":not([title^=Retirer])"))


def type_in(visitor: Visitor, text: str) -> None:
    visitor.page.keyboard.type(text)


def test_recipients_are_chosen_moved_and_taken_away_by_the_keyboard(
    writing: Visitor, colleague: Person, inspection: Inspection
) -> None:
    type_in(writing, "zwingel elo")
    expect(option(writing, colleague.name)).to_be_visible()
    inspection.look(writing, "compose-suggestions")
    writing.press("Enter")
    expect(writing.recipients("À")).to_contain_text(colleague.name)
    type_in(writing, "Mairie <mairie@parents.test>, nom@,")
    expect(writing.recipients("À")).to_have_count(3)
    expect(writing.recipients("À").nth(1)).to_contain_text("externe")
    expect(writing.page.get_by_text("« nom@ » n’est pas une adresse")).to_be_visible()
    inspection.look(writing, "compose-recipients")
    # the wrong one goes, the other moves to the next line and takes the focus along
    writing.press("Backspace", "Delete")
    expect(writing.recipients("À")).to_have_count(2)
    expect(chip(writing, "À", "mairie@parents.test")).to_be_focused()
    writing.press("Alt+ArrowDown")
    expect(chip(writing, "Cc", "mairie@parents.test")).to_be_focused()
    # by its menu to the third
    writing.press("Enter")
    expect(writing.page.get_by_role("menuitem", name="Modifier")).to_be_focused()
    writing.press("ArrowDown", "ArrowDown", "Enter")
    expect(chip(writing, "Cci", "mairie@parents.test")).to_be_focused()
    writing.write(subject="Sortie")
    writing.page.get_by_role("textbox", name="Texte du message").fill("Bonjour.")
    writing.press("Control+Enter")
    expect(writing.notices).to_contain_text("Message envoyé.")
    # both are known from now on
    begin(writing)
    for name in ("mairie", "elo zw"):
        type_in(writing, name)
        expect(option(writing, "")).to_have_count(1)
        writing.press("Enter")
    expect(writing.recipients("À")).to_have_count(2)
