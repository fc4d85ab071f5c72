"""Everything that mail is for works where no script runs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, expect

from stack.people import Person
from tests.journeys.conftest import Arrive
from tests.journeys.letters import letter
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box
from tests.stack.people import MakePerson

FILE = FilePayload(name="liste.txt", mimeType="text/plain", buffer=b"une liste")


@pytest.fixture
def box(person: Person, mailbox_of: Callable[[Person], Box]) -> Box:
    box = mailbox_of(person)
    box.deliver(letter("Emploi du temps").as_bytes())
    box.deliver(letter("Photocopies").as_bytes())
    box.deliver(letter("Facture").as_bytes(), "Classement")
    return box


@pytest.fixture
def plain(arrive: Arrive, person: Person, box: Box) -> Visitor:
    visitor = arrive(java_script_enabled=False)
    visitor.sign_in(person)
    expect(visitor.rows).to_have_count(2)
    return visitor


def test_a_message_is_read_and_followed(plain: Visitor, box: Box) -> None:
    plain.open_message("Photocopies")
    expect(plain.reader).to_contain_text("Merci de votre réponse.")
    plain.button("Suivre").click()
    expect(plain.button("Ne plus suivre")).to_be_visible()
    assert box.flags(2) >= {"\\Seen", "\\Flagged"}
    plain.link("Retour").click()
    expect(plain.row("Photocopies").get_by_text("Suivi")).to_be_attached()


def test_a_message_is_written_and_sent(
    plain: Visitor, make_person: MakePerson, mailbox_of: Callable[[Person], Box]
) -> None:
    colleague = make_person()
    plain.link("Nouveau message").first.click()
    plain.write(to=colleague.address, subject="Liste", text="La voici.")
    plain.field("Joindre").set_input_files(FILE)
    plain.button("Ajouter les fichiers choisis").click()
    expect(plain.button("Retirer liste.txt")).to_be_visible()
    expect(plain.field("Texte du message")).to_have_value("La voici.")
    plain.send()
    plain.site.let_time_pass()
    assert b"liste.txt" in mailbox_of(colleague).wait_for(b"Subject: Liste")


def test_a_message_is_sent_and_taken_back(plain: Visitor, person: Person) -> None:
    plain.open_message("Photocopies")
    plain.link("Répondre").first.click()
    plain.send()
    plain.button("Annuler l’envoi").click()
    expect(plain.field("Objet")).to_have_value("Re: Photocopies")


def test_messages_are_moved_and_brought_back(plain: Visitor, box: Box) -> None:
    plain.select("Photocopies")
    menu = plain.selection.get_by_role("group").filter(has_text="Déplacer vers…")
    menu.click()
    menu.get_by_role("button", name="Classement").click()
    expect(plain.notices).to_contain_text("1 message déplacé.")
    expect(plain.rows).to_have_count(1)
    plain.button("Annuler").click()
    expect(plain.rows).to_have_count(2)
    assert len(box.messages("Classement")) == 1


def test_messages_are_deleted_and_brought_back(plain: Visitor) -> None:
    plain.select("Photocopies", "Emploi du temps")
    plain.button("Supprimer").click()
    expect(plain.notices).to_contain_text("2 messages placés dans la corbeille.")
    expect(plain.rows).to_have_count(0)
    plain.button("Annuler").click()
    expect(plain.notices).to_contain_text("2 messages remis à leur place.")
    expect(plain.rows).to_have_count(2)


def test_a_folder_is_searched(plain: Visitor) -> None:
    plain.page.get_by_role("searchbox").fill("photocopies")
    plain.button("Rechercher").click()
    expect(plain.heading("1 résultat")).to_be_visible()
    expect(plain.row("Photocopies")).to_be_visible()
    plain.link("Effacer la recherche").click()
    expect(plain.rows).to_have_count(2)
    plain.open_folder("Classement")
    expect(plain.row("Facture")).to_be_visible()
