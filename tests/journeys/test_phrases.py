"""Signatures, templates and quick replies, as somebody at a desk uses them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from stack.people import Person
from tests.journeys.inspection import Inspection
from tests.journeys.letters import letter
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box

SUBJECT = "Inscription en sixième"
_KEEP = """async ([path, fields]) => {
  const body = new URLSearchParams(fields);
  const { value } = document.querySelector("[name=csrfmiddlewaretoken]");
  body.set("csrfmiddlewaretoken", value);
  return (await fetch(path, { method: "POST", body })).ok;
}"""


@pytest.fixture
def signed(
    visitor: Visitor, person: Person, mailbox_of: Callable[[Person], Box]
) -> Visitor:
    """With two signatures, a template, and a message to answer."""
    mailbox_of(person).deliver(letter(SUBJECT).as_bytes())
    visitor.sign_in(person)
    expect(visitor.row(SUBJECT)).to_be_visible()
    root = f"/ecriture/{person.address}"
    usual = {"name": "Usuelle", "text": "{{mon_nom}}", "for_new": "on"}
    text = "Bonjour {{prenom}}, voici {{document}}."
    for kind, fields in (
        ("signatures", usual),
        ("signatures", {"name": "Courte", "text": "É. E."}),
        ("modeles", {"name": "Envoi", "text": text}),
    ):
        path = f"{root}/{kind}/nouveau/"
        assert visitor.page.evaluate(_KEEP, [path, fields])
    return visitor


def paper(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("textbox", name="Texte du message")


def test_a_signature_is_exchanged_and_a_template_inserted(
    inspection: Inspection, signed: Visitor, person: Person
) -> None:
    signed.go(f"/ecrire/{person.address}/")
    expect(paper(signed)).to_contain_text(person.name)
    paper(signed).press_sequentially("Tapé avant.")
    signed.page.get_by_label("Signature").select_option("Courte")
    expect(paper(signed)).to_contain_text("É. E.")
    expect(paper(signed)).not_to_contain_text(person.name)
    expect(paper(signed)).to_contain_text("Tapé avant.")
    signed.field("À").fill("Claire D. <c@mairie.test>,")
    paper(signed).press("Control+Home")
    signed.page.get_by_label("Modèle", exact=True).select_option("Envoi")
    signed.button("Insérer le modèle").click()
    expect(paper(signed)).to_contain_text("Bonjour Claire, voici {{document}}.")
    expect(signed.page.get_by_text("À compléter\u00a0: {{document}}.")).to_be_visible()
    signed.page.get_by_text("Options d’envoi").click()
    inspection.look(signed, "compose-phrases")


def test_one_click_answers_and_another_takes_it_back(
    inspection: Inspection, signed: Visitor
) -> None:
    signed.open_message(SUBJECT)
    inspection.look(signed, "quick-replies")
    signed.button("Bien reçu, merci.").click()
    expect(signed.page.get_by_text("Réponse envoyée")).to_be_visible()
    signed.button("Annuler l’envoi").click()
    expect(signed.heading("Brouillon")).to_be_visible()
    expect(paper(signed)).to_be_visible()


def test_the_pages_of_kept_texts(
    inspection: Inspection, signed: Visitor, person: Person
) -> None:
    signed.go(f"/ecriture/{person.address}/signatures/")
    inspection.look(signed, "signatures")
    signed.page.get_by_role("link", name="Modifier Courte").click()
    expect(signed.heading("Courte")).to_be_visible()
    inspection.look(signed, "signature")
    signed.page.get_by_label("Nom").fill("Brève")
    signed.button("Enregistrer").click()
    expect(signed.notices).to_contain_text("Brève")
    signed.button("Supprimer Brève").click()
    signed.button("Annuler").click()
    expect(signed.page.get_by_text("É. E.")).to_be_visible()
