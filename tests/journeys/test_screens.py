"""axe finds nothing, and nothing scrolls sideways, on any state of any screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, expect

from stack.people import FunctionalMailbox, Person
from tests.journeys.conftest import Arrive
from tests.journeys.inspection import Inspection
from tests.journeys.letters import letter, newsletter, with_files
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box
from tests.stack.people import MakeMailbox, MakePerson

FILE = FilePayload(name="compte rendu.txt", mimeType="text/plain", buffer=b"texte")


@pytest.fixture
def listed(
    visitor: Visitor, person: Person, mailbox_of: Callable[[Person], Box]
) -> Visitor:
    """A folder with a bit of everything."""
    box = mailbox_of(person)
    box.deliver(letter("Conseil de classe du troisième trimestre").as_bytes())
    box.deliver(newsletter().as_bytes())
    box.deliver(with_files().as_bytes(), flags=("\\Flagged", "\\Answered"))
    box.deliver(letter("Facture").as_bytes(), "Classement 2026/Fournisseurs")
    visitor.sign_in(person)
    expect(visitor.rows).to_have_count(3)
    return visitor


@pytest.mark.parametrize("door", ["nominative", "functional"])
def test_sign_in(
    inspection: Inspection, arrive: Arrive, door: str, person: Person
) -> None:
    visitor = arrive(door)
    visitor.go("/connexion/")
    inspection.look(visitor, f"sign-in-{door}")
    visitor.button("Se connecter").click()
    expect(visitor.page.get_by_text("Indiquez votre mot de passe.")).to_be_visible()
    inspection.look(visitor, f"sign-in-{door}-empty")
    visitor.sign_in(person, "pas le bon")
    expect(visitor.page.get_by_role("alert")).to_be_visible()
    inspection.look(visitor, f"sign-in-{door}-refused")


def test_change_of_password(
    inspection: Inspection, visitor: Visitor, make_person: MakePerson
) -> None:
    visitor.sign_in(make_person(state="first sign-in"))
    expect(visitor.field("Nouveau mot de passe")).to_be_visible()
    inspection.look(visitor, "password")
    visitor.button("Changer le mot de passe").click()
    told = "Choisissez un nouveau mot de passe."
    expect(visitor.page.get_by_text(told, exact=True)).to_be_visible()
    inspection.look(visitor, "password-refused")


@pytest.mark.parametrize("path", ["/accessibilite/", "/mentions-legales/"])
def test_public_pages(inspection: Inspection, visitor: Visitor, path: str) -> None:
    visitor.go(path)
    inspection.look(visitor, path.strip("/"))


def test_the_list(inspection: Inspection, listed: Visitor) -> None:
    inspection.look(listed, "list")
    listed.menu("Menu du compte").click()
    inspection.look(listed, "list-account-menu")
    listed.press("Escape")
    listed.select("Facture d’octobre")
    inspection.look(listed, "list-selection")
    menus = listed.selection.get_by_role("group")
    menus.filter(has_text="Déplacer vers…").click()
    inspection.look(listed, "list-move")
    listed.press("Escape")
    listed.button("Supprimer").click()
    expect(listed.button("Annuler")).to_be_visible()
    inspection.look(listed, "list-notice")


def test_the_list_searched_and_empty(inspection: Inspection, listed: Visitor) -> None:
    listed.page.get_by_role("searchbox").fill("classe")
    listed.press("Enter")
    expect(listed.heading("1 résultat")).to_be_visible()
    inspection.look(listed, "search")
    listed.page.get_by_role("searchbox").fill("introuvable")
    listed.press("Enter")
    expect(listed.page.get_by_text("Aucun message ne correspond.")).to_be_visible()
    inspection.look(listed, "search-nothing")
    listed.open_folder("Archives")
    expect(listed.page.get_by_text("Rien à traiter.")).to_be_visible()
    inspection.look(listed, "list-empty")


def test_a_message(inspection: Inspection, listed: Visitor) -> None:
    listed.open_message("Conseil de classe")
    inspection.look(listed, "message-text")
    listed.reader.get_by_text("Détails").click()
    listed.menu("Plus d’actions").click()
    inspection.look(listed, "message-details")
    listed.press("Escape")
    listed.open_message("Lettre d’information")
    listed.reader.get_by_text("Aussi :").click()
    expect(listed.link("Afficher les images distantes")).to_be_visible()
    inspection.look(listed, "message-html")
    listed.open_message("Facture d’octobre")
    expect(listed.reader.get_by_role("region", name="Pièces jointes")).to_be_visible()
    inspection.look(listed, "message-files")
    listed.page.reload()
    inspection.look(listed, "message-alone")
    listed.menu("Plus d’actions").click()
    listed.link("Imprimer").click()
    expect(listed.link("Retour à la conversation")).to_be_visible()
    inspection.look(listed, "print")


def test_writing(inspection: Inspection, listed: Visitor) -> None:
    listed.link("Nouveau message").first.click()
    inspection.look(listed, "compose")
    listed.field("À").fill("pas une adresse")
    listed.button("Envoyer").click()
    expect(listed.page.get_by_text("Adresse non valable")).to_be_visible()
    listed.field("Joindre").set_input_files(FILE)
    expect(listed.button("Retirer compte rendu.txt")).to_be_visible()
    inspection.look(listed, "compose-errors")
    tools = listed.page.get_by_role("toolbar")
    expect(tools).to_be_visible()
    tools.get_by_role("button", name="Lien", exact=True).click()
    inspection.look(listed, "compose-link")


def test_the_outbox(inspection: Inspection, listed: Visitor) -> None:
    listed.open_message("Conseil de classe")
    listed.link("Répondre").first.click()
    listed.send()
    listed.menu("Menu du compte").click()
    listed.link("Envois").click()
    listed.site.rows("UPDATE mail_outgoing SET state = 'failed', failure = 'Refusé.'")
    inspection.look(listed, "outbox-held")
    listed.page.reload()
    expect(listed.button("Réessayer")).to_be_visible()
    inspection.look(listed, "outbox-failed")


@pytest.fixture
def boxes(
    make_functional_mailbox: MakeMailbox, person: Person
) -> tuple[FunctionalMailbox, FunctionalMailbox]:
    """One that `person` owns, one that they only read."""
    own = make_functional_mailbox(name="Collège Jean-Rostand-fictif", owner=person)
    return own, make_functional_mailbox(name="Vie scolaire", readers=(person,))


def test_the_functional_door(
    inspection: Inspection,
    arrive: Arrive,
    person: Person,
    boxes: tuple[FunctionalMailbox, FunctionalMailbox],
    mailbox_of: Callable[[FunctionalMailbox], Box],
) -> None:
    mailbox_of(boxes[1]).deliver(letter("Absence de Lou").as_bytes())
    visitor = arrive("functional")
    visitor.sign_in(person)
    expect(visitor.heading("Choisir une boîte")).to_be_visible()
    inspection.look(visitor, "chooser")
    visitor.page.get_by_role("link", name="Vie scolaire").click()
    inspection.look(visitor, "read-only-list")
    visitor.open_message("Absence de Lou")
    inspection.look(visitor, "read-only-message")
    visitor.post(f"/ecrire/{boxes[1].address}/")
    inspection.look(visitor, "error-403")
    visitor.go("/nulle-part/")
    inspection.look(visitor, "error-404")


def test_no_mailbox(inspection: Inspection, arrive: Arrive, person: Person) -> None:
    visitor = arrive("functional")
    visitor.sign_in(person)
    expect(visitor.page.get_by_text("Aucune boîte ne vous est ouverte")).to_be_visible()
    inspection.look(visitor, "chooser-empty")


def test_administration(
    inspection: Inspection, listed: Visitor, person: Person
) -> None:
    query = "UPDATE accounts_user SET is_staff = 1, is_superuser = 1 WHERE uid = ?"
    listed.site.rows(query, person.uid)
    listed.page.reload()
    listed.menu("Menu du compte").click()
    listed.link("Administration").click()
    inspection.look(listed, "admin")
    listed.link("Boîtes").first.click()
    inspection.look(listed, "admin-mailboxes")
