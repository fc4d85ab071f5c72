"""A bursar of the local authority: bills are found, a forgery is reported, years are
put away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import formataddr
from imaplib import Time2Internaldate

import pytest
from playwright.sync_api import expect

from stack.people import FunctionalMailbox, Person
from tests.journeys.conftest import Arrive
from tests.journeys.letters import letter, with_files
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box
from tests.stack.people import MakeMailbox, MakePerson

PER_YEAR = 26
YEARS = (2024, 2025)


@pytest.fixture
def head(make_person: MakePerson) -> Person:
    return make_person(given="Hélène", surname="Moreau-Fictif", title="DIR")


@pytest.fixture
def office(
    make_person: MakePerson, make_functional_mailbox: MakeMailbox
) -> FunctionalMailbox:
    bursar = make_person(branch="other")
    return make_functional_mailbox(name="Intendance", owner=bursar)


@pytest.fixture
def box(office: FunctionalMailbox, head: Person, mailbox_of: Callable[..., Box]) -> Box:
    """Two years of orders, and three messages of today."""
    box = mailbox_of(office)
    with box.opened() as client:
        for year in YEARS:
            for day in range(1, PER_YEAR + 1):
                at = datetime(year, 3, day, 9, tzinfo=UTC)
                message = letter(f"Commande {year}-{day}", at=at)
                arrived = Time2Internaldate(at.timestamp())
                client.append("INBOX", "(\\Seen)", arrived, message.as_bytes())
    box.deliver(with_files().as_bytes())
    box.deliver(letter("Facture sans pièce").as_bytes())
    forged = formataddr((head.name, "direction@gmail-like.test"))
    box.deliver(letter("Facture à payer ce jour", sender=forged).as_bytes())
    return box


@pytest.fixture
def bursar(arrive: Arrive, office: FunctionalMailbox, box: Box) -> Visitor:
    visitor = arrive("functional")
    visitor.sign_in(office.owner)
    expect(visitor.rows).to_have_count(50)
    return visitor


def test_bills_are_found_and_a_forgery_is_reported(bursar: Visitor, box: Box) -> None:
    bursar.page.get_by_role("searchbox").fill("facture")
    bursar.press("Enter")
    expect(bursar.heading("3 résultats")).to_be_visible()
    bursar.link("Avec pièce jointe").click()
    expect(bursar.rows).to_have_count(1)
    bursar.open_message("Facture d’octobre")
    files = bursar.reader.get_by_role("region", name="Pièces jointes")
    expect(files).to_contain_text("facture.pdf")
    bursar.link("Avec pièce jointe").click()
    bursar.open_message("Facture à payer")
    expect(bursar.reader).to_contain_text("Cet expéditeur porte le nom d’un collègue.")
    expect(bursar.reader).to_contain_text("direction@gmail-like.test")
    bursar.reader.get_by_role("button", name="Signaler comme indésirable").click()
    expect(bursar.rows).to_have_count(2)
    expect(bursar.heading("2 résultats")).to_be_visible()
    assert len(box.messages("Junk")) == 1


def test_two_years_are_put_away_at_once_and_come_back(
    bursar: Visitor, box: Box
) -> None:
    bursar.page.get_by_role("searchbox").fill("Commande")
    bursar.press("Enter")
    expect(bursar.heading("52 résultats")).to_be_visible()
    bursar.page.get_by_label("Tout sélectionner").check()
    bursar.page.get_by_label("Sélectionner les 52 messages trouvés").check()
    expect(bursar.messages).to_contain_text("52 sélectionnés")
    bursar.act("Archiver").click()
    expect(bursar.notices).to_contain_text("52 messages archivés.")
    expect(bursar.heading("Aucun résultat")).to_be_visible()
    filed = [len(box.messages(f"Archive/{year}")) for year in YEARS]
    assert filed == [PER_YEAR, PER_YEAR]
    bursar.button("Annuler").click()
    expect(bursar.heading("52 résultats")).to_be_visible()
    assert len(box.messages()) == 55
