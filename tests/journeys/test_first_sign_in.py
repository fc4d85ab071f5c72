"""A first sign-in: the NUMEN opens once, to choose a password."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from stack.people import Person
from tests.journeys.visitor import Visitor
from tests.stack.people import MakePerson

NUMEN = "86E2612345MOR"
CHOSEN = "Tilleul-Argente-86"


@pytest.fixture
def newcomer(make_person: MakePerson) -> Person:
    return make_person(state="first sign-in", numen=NUMEN, password=NUMEN)


def change(visitor: Visitor, new: str, again: str = "", old: str = NUMEN) -> None:
    visitor.field("Mot de passe actuel").fill(old)
    visitor.field("Nouveau mot de passe").fill(new)
    visitor.field("Nouveau mot de passe, une seconde fois").fill(again or new)
    visitor.button("Changer le mot de passe").click()


def test_a_wrong_password_is_told_in_one_sentence(
    visitor: Visitor, newcomer: Person
) -> None:
    visitor.sign_in(newcomer, "pas le bon")
    expect(visitor.page.get_by_role("alert")).to_have_text(
        "Identifiant ou mot de passe incorrect."
    )
    expect(visitor.field("Identifiant ou adresse")).to_have_value(newcomer.uid)
    expect(visitor.field("Mot de passe")).to_have_value("")


def test_a_bad_new_password_is_refused_with_the_rule(
    visitor: Visitor, newcomer: Person
) -> None:
    visitor.sign_in(newcomer)
    expect(
        visitor.heading("Première connexion : choisissez un nouveau mot de passe")
    ).to_be_visible()
    told = visitor.page.get_by_text
    change(visitor, "Court-1")
    expect(
        told("Ce mot de passe est trop court : 12 caractères au moins.")
    ).to_be_visible()
    change(visitor, NUMEN)
    expect(told("Le NUMEN ne peut pas servir de mot de passe.")).to_be_visible()
    change(visitor, CHOSEN, "Tilleul-Argente-87")
    expect(told("Les deux saisies sont différentes.")).to_be_visible()
    change(visitor, CHOSEN, old="Pas-Le-Bon-2026")
    expect(told("Le mot de passe actuel est incorrect.")).to_be_visible()


def test_a_good_one_opens_the_mailbox_for_good(
    visitor: Visitor, newcomer: Person
) -> None:
    visitor.sign_in(newcomer)
    change(visitor, CHOSEN)
    expect(visitor.heading("Boîte de réception")).to_be_visible()
    expect(visitor.page.get_by_text(newcomer.address)).to_be_visible()
    visitor.sign_out()
    visitor.sign_in(newcomer)
    expect(visitor.page.get_by_role("alert")).to_have_text(
        "Identifiant ou mot de passe incorrect."
    )
    visitor.sign_in(newcomer, CHOSEN)
    expect(visitor.heading("Boîte de réception")).to_be_visible()


def test_nothing_can_be_read_with_the_back_button_after_sign_out(
    reader: Visitor, person: Person
) -> None:
    expect(reader.heading("Boîte de réception")).to_be_visible()
    reader.sign_out()
    expect(reader.button("Se connecter")).to_be_visible()
    reader.page.go_back()
    expect(reader.button("Se connecter")).to_be_visible()
    expect(reader.page.get_by_text(person.address)).to_have_count(0)
