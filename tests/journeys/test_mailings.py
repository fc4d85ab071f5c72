"""Somebody writes to a list, to each by themselves, and sees what became of it."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import FilePayload, expect

from stack.people import Person
from tests.journeys.inspection import Inspection
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box

LIST = FilePayload(
    name="parents.csv",
    mimeType="text/csv",
    buffer="Prénom;Nom;Courriel;Classe\nInès;Roy;i.roy@parents.test;6e B\n"
    "Noé;Bon;n.bon@parents.test;5e A\nInès;Roy;I.Roy@parents.test;6e B\n".encode(
        "cp1252"
    ),
)


def test_a_list_is_written_to_one_by_one(
    reader: Visitor,
    inspection: Inspection,
    person: Person,
    mailbox_of: Callable[[Person], Box],
    outside: Callable[[str], bytes],
) -> None:
    reader.link("Nouveau message").first.click()
    reader.write(subject="Classe de {{classe}}")
    editor = reader.page.locator("[contenteditable=true]")
    text = editor.and_(reader.page.get_by_role("textbox", name="Texte du message"))
    text.fill("Bonjour {{prénom}}.")
    reader.page.get_by_text("Options d’envoi").click()
    reader.button("Écrire à chacun séparément…").click()
    reader.field("Liste au format CSV").set_input_files(LIST)
    reader.button("Reprendre la liste").click()
    page = reader.page
    expect(page.get_by_text("1 doublon écarté")).to_be_visible()
    expect(page.get_by_text("Classe de 6e B")).to_be_visible()
    reader.link("Suivant").click()
    expect(page.get_by_text("Bonjour Noé.")).to_be_visible()
    inspection.look(reader, "mailing-draft")
    reader.button("Envoyer à 2 personnes").click()
    course = page.get_by_role("group", name="Avancement")
    expect(course).to_contain_text("sur 2")
    inspection.look(reader, "mailing-course")
    # the page tells by itself how it goes on
    expect(course).to_contain_text("2 remis sur 2", timeout=25_000)
    expect(page.get_by_role("cell", name=re.compile("^Envoyé"))).to_have_count(2)
    assert b"Bonjour No" in outside("n.bon@parents.test")
    reader.reload_until(page.get_by_text("Terminé"))
    assert len(mailbox_of(person).messages("Sent")) == 1
