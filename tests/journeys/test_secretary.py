"""A secretary's morning in the mailbox of her school, without a mouse."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from stack.people import FunctionalMailbox, Person
from tests.journeys.conftest import Arrive
from tests.journeys.letters import letter
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box
from tests.stack.people import MakeMailbox

SCHOOL = "Collège Jean-Rostand-fictif"
# oldest first, as they arrive; the list shows them the other way round
SUBJECTS = (
    "Bulletin de la cantine",
    "Offre de photocopieurs",
    "Gagnez un voyage",
    "Absence d’un élève de 4e B",
    "Facture du gymnase",
    "Certificat de scolarité",
    "Inscription en sixième",
)


@pytest.fixture
def school(make_functional_mailbox: MakeMailbox, person: Person) -> FunctionalMailbox:
    """`person` is a member of it."""
    make_functional_mailbox(name="École fictive", members=(person,))
    return make_functional_mailbox(name=SCHOOL, members=(person,))


@pytest.fixture
def box(
    school: FunctionalMailbox, mailbox_of: Callable[[FunctionalMailbox], Box]
) -> Box:
    """Twelve unread messages, and folders enough to get lost in."""
    box = mailbox_of(school)
    for number in range(1, 6):
        box.deliver(letter(f"Circulaire {number}").as_bytes())
    for subject in SUBJECTS:
        box.deliver(letter(subject, to=school.address).as_bytes())
    with box.opened() as client:
        for number in range(60):
            client.create(f'"Classe/Dossier {number}"')
        client.create("Factures")
    return box


@pytest.fixture
def secretary(arrive: Arrive, person: Person, box: Box) -> Visitor:
    """In the mailbox that she chose."""
    visitor = arrive("functional")
    visitor.go("/connexion/")
    visitor.tab_to(visitor.field("Identifiant ou adresse"))
    visitor.page.keyboard.type(person.uid)
    visitor.press("Tab")
    visitor.page.keyboard.type(person.password)
    visitor.press("Enter")
    visitor.tab_to(visitor.page.get_by_role("link", name=SCHOOL))
    visitor.press("Enter")
    expect(visitor.rows).to_have_count(12)
    return visitor


def here(visitor: Visitor) -> Locator:
    """What has the focus."""
    return visitor.page.locator(":focus")


def test_a_morning_of_mail(secretary: Visitor, box: Box) -> None:
    expect(secretary.page).to_have_title(re.compile(r"^\(12\) Boîte de réception"))
    secretary.press("j")
    expect(here(secretary)).to_contain_text("Inscription en sixième")
    secretary.tab_to(secretary.link("Non lus"), back=True)
    secretary.press("Enter")
    expect(secretary.link("Non lus")).to_have_attribute("aria-current", "true")
    answers(secretary, box)
    sorts(secretary, box)
    clears(secretary, box)


def answers(secretary: Visitor, box: Box) -> None:
    """Reads the newest message and answers it in the name of the school."""
    secretary.press("j", "Enter")
    expect(secretary.heading("Inscription en sixième")).to_be_focused()
    secretary.press("r")
    sender = secretary.page.get_by_text(f"{SCHOOL} <")
    expect(sender).to_contain_text(box.login, ignore_case=True)
    expect(secretary.field("Texte du message")).to_be_focused()
    secretary.page.keyboard.type("Bien reçu.")
    secretary.press("Control+Enter")
    expect(secretary.notices).to_contain_text("Message envoyé.")
    # back among what is unread, which this message is no more
    expect(secretary.rows).to_have_count(11)
    secretary.link("Non lus").click()
    expect(secretary.rows).to_have_count(12)
    secretary.site.let_time_pass()


def sorts(secretary: Visitor, box: Box) -> None:
    """One message after the other, each to where it belongs."""
    secretary.press("j", "j", "Enter")
    expect(secretary.heading("Certificat de scolarité")).to_be_focused()
    secretary.press("l")
    secretary.page.keyboard.type("a fai")
    secretary.press("Enter")
    expect(secretary.row("Certificat de scolarité")).to_contain_text("À faire")
    expect(secretary.reader.locator(".label")).to_have_text("À faire")
    assert "$label4" in box.flags(11)
    expect(secretary.heading("Certificat de scolarité")).to_be_focused()
    secretary.press("s")
    expect(secretary.row("Certificat").get_by_text("Suivi")).to_be_attached()
    assert "\\Flagged" in box.flags(11)
    secretary.press("j")
    expect(secretary.heading("Facture du gymnase")).to_be_focused()
    secretary.press("m")
    expect(secretary.page.get_by_role("dialog")).to_be_visible()
    secretary.page.keyboard.type("fact")
    secretary.press("Enter")
    expect(secretary.notices).to_contain_text("1 message déplacé.")
    assert len(box.messages("Factures")) == 1
    expect(here(secretary)).to_contain_text("Absence d’un élève de 4e B")
    secretary.press("b")
    secretary.press("ArrowDown")
    secretary.press("Enter")
    expect(secretary.notices).to_contain_text("1 message reviendra")
    expect(secretary.row("Absence d’un élève de 4e B")).to_have_count(0)


def clears(secretary: Visitor, box: Box) -> None:
    """What needs nobody goes: one by one, then five at once; one comes back."""
    expect(here(secretary)).to_contain_text("Gagnez un voyage")
    secretary.press("!")
    expect(here(secretary)).to_contain_text("Offre de photocopieurs")
    secretary.press("#")
    expect(here(secretary)).to_contain_text("Bulletin de la cantine")
    expect(secretary.notices).to_contain_text("1 message placé dans la corbeille.")
    secretary.press("z")
    expect(secretary.row("Offre de photocopieurs")).to_be_visible()
    expect(secretary.notices).to_contain_text("1 message remis à sa place.")
    secretary.press("j", "x", "j", "j", "j", "j", "X")
    expect(secretary.messages).to_contain_text("5 sélectionnés")
    secretary.press("e")
    expect(secretary.notices).to_contain_text("5 messages archivés.")
    expect(secretary.rows).to_have_count(4)
    expect(secretary.row("Inscription en sixième")).to_contain_text("Répondu")
    assert "\\Answered" in box.flags(12)
    assert len(box.messages()) == 4
    expect(secretary.page).to_have_title(re.compile(r"^\(2\) Boîte de réception"))
    folders = ("Archive/2026", "Junk", "Trash", "En attente")
    assert [len(box.messages(folder)) for folder in folders] == [5, 1, 0, 1]
    secretary.press("g", "s")
    expect(secretary.heading("Envoyés")).to_be_visible()
    expect(secretary.row("Re: Inscription en sixième")).to_be_visible()
