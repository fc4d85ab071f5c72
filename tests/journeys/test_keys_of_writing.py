"""A message is written, joined, put off, taken back and sent without a mouse."""

from __future__ import annotations

import re

from playwright.sync_api import FilePayload, expect

from stack.people import Person
from tests.journeys.visitor import Visitor

FILE = FilePayload(name="ordre du jour.txt", mimeType="text/plain", buffer=b"1. Tour")


def test_everything_is_done_with_keys(reader: Visitor, person: Person) -> None:
    # from the beginning: the browser takes a moment to leave choosing to us
    reader.page.on("filechooser", lambda chooser: chooser.set_files(FILE))
    reader.link("Nouveau message").first.focus()
    reader.press("Enter")
    expect(reader.field("À")).to_be_focused()
    reader.page.keyboard.type(f"{person.address},")
    reader.tab_to(reader.field("Objet"))
    reader.page.keyboard.type("Conseil")
    text = reader.page.get_by_role("textbox", name="Texte du message")
    reader.tab_to(text)
    reader.page.keyboard.type("Jeudi.")
    reader.tab_to(reader.field("Joindre"))
    reader.press("Space")
    expect(reader.button("Retirer ordre du jour.txt")).to_be_visible()
    puts_off(reader)
    expect(reader.field("Objet")).to_have_value("Conseil")
    expect(reader.button("Retirer ordre du jour.txt")).to_be_visible()
    reader.field("Objet").focus()
    reader.press("Control+Enter")
    expect(reader.notices).to_contain_text("Message envoyé.")


def puts_off(reader: Visitor) -> None:
    """From the menu of hours and back again by what is said of it."""
    reader.tab_to(reader.menu("Plus tard…"), back=True)
    reader.press("Enter")
    hour = reader.page.get_by_role("button", name=re.compile("^Demain à 8 h"))
    expect(hour).to_be_visible()
    reader.tab_to(hour)
    reader.press("Enter")
    expect(reader.notices).to_contain_text("Message programmé pour")
    reader.tab_to(reader.button("Annuler l’envoi"), back=True)
    reader.press("Enter")
