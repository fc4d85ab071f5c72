"""Somebody is about to send what they would regret: one question, mended by clicks."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.inspection import Inspection
from tests.journeys.visitor import Visitor

CROWD = ", ".join(f"parent{n}@parents.test" for n in range(8))
TEXT = "Le programme est ci-joint."


def test_what_one_would_regret_is_mended_before_it_leaves(
    reader: Visitor, inspection: Inspection
) -> None:
    reader.link("Nouveau message").first.click()
    reader.write(to=CROWD)
    editor = reader.page.locator("[contenteditable=true]")
    text = editor.and_(reader.page.get_by_role("textbox", name="Texte du message"))
    text.fill(TEXT)
    reader.field("Objet").press("Enter")
    question = reader.page.get_by_role("dialog", name="Avant d’envoyer")
    expect(question).to_be_focused()
    expect(question.get_by_role("listitem")).to_have_count(3)
    expect(text).to_have_text(TEXT)
    inspection.look(reader, "guards")
    reader.button("Les mettre en Cci").click()
    expect(reader.recipients("Cci")).to_have_count(8)
    expect(reader.recipients("À")).to_have_count(0)
    expect(question.get_by_role("listitem")).to_have_count(2)
    # Enter in a field sends; it presses no button of the question
    question.get_by_role("link", name="Écrire un objet").click()
    expect(reader.field("Objet")).to_be_focused()
    reader.page.keyboard.type("Sortie")
    reader.press("Enter")
    expect(question.get_by_role("listitem")).to_have_count(1)
    reader.press("Escape")
    expect(question).to_have_count(0)
    expect(reader.button("Envoyer")).to_be_focused()
    reader.button("Envoyer").click()
    reader.button("Envoyer quand même").click()
    expect(reader.notices).to_contain_text("Message envoyé.")
