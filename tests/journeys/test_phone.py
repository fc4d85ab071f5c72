"""A substitute teacher on a train: everything on a phone, 360 pixels wide, over 3G."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from bench import weight
from stack.people import Person
from tests.journeys.conftest import Arrive
from tests.journeys.inspection import Inspection
from tests.journeys.letters import letter, newsletter
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box

SIZE = {"width": 360, "height": 740}
# 1.6 Mbit/s down, 750 kbit/s up
THIRD_GENERATION = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 200_000,
    "uploadThroughput": 93_750,
}
FIRST_LIST_MAX = 200_000  # octets
_EXCESS = "document.scrollingElement.scrollWidth - innerWidth"
_TEXT_TWICE = "document.documentElement.style.fontSize = '200%'"


@pytest.fixture
def box(person: Person, mailbox_of: Callable[[Person], Box]) -> Box:
    box = mailbox_of(person)
    box.deliver(newsletter().as_bytes())
    box.deliver(letter("Remplacement à Loudun").as_bytes())
    box.deliver(letter("Premier").as_bytes())
    box.deliver(letter("Facture").as_bytes(), "Classement")
    return box


@pytest.fixture
def handset(arrive: Arrive) -> Visitor:
    return arrive(viewport=SIZE, has_touch=True, is_mobile=True, color_scheme="dark")


@pytest.fixture
def phone(handset: Visitor, person: Person, box: Box) -> Visitor:
    visitor = handset
    line = visitor.page.context.new_cdp_session(visitor.page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", THIRD_GENERATION)
    visitor.sign_in(person)
    expect(visitor.rows).to_have_count(3)
    return visitor


def test_mail_is_read_and_sorted_by_touch(
    phone: Visitor, person: Person, box: Box
) -> None:
    found = weight.of(
        phone.page, phone.site.url("nominative", f"/courrier/{person.address}/INBOX/")
    )
    assert sum(found.sizes.values()) < FIRST_LIST_MAX
    expect(phone.rows).to_have_count(3)
    expect(phone.folders).to_be_hidden()
    phone.button("Dossiers").tap()
    phone.press("Escape")
    phone.open_folder("Classement")
    expect(phone.row("Facture")).to_be_visible()
    expect(phone.folders).to_be_hidden()
    phone.open_folder("Boîte de réception")
    reads(phone)
    clears(phone, box)


def reads(phone: Visitor) -> None:
    """A message has the screen for itself."""
    phone.messages.get_by_role("link", name="Remplacement").tap()
    expect(phone.reader).to_contain_text("Merci de votre réponse.")
    expect(phone.heading("Remplacement à Loudun")).to_be_in_viewport()
    expect(phone.messages).to_be_hidden()
    expect(phone.page.get_by_role("searchbox")).to_be_hidden()
    phone.link("Retour").tap()
    expect(phone.row("Remplacement")).not_to_contain_text("Non lu")
    expect(phone.page.get_by_role("searchbox")).to_be_visible()
    phone.messages.get_by_role("link", name="Lettre d’information").tap()
    expect(phone.page.frame_locator("iframe").get_by_role("link")).to_be_visible()
    assert phone.page.evaluate(_EXCESS) <= 0
    phone.page.evaluate(_TEXT_TWICE)
    phone.reader.get_by_text("Aussi :").tap()
    expect(phone.link("Afficher les images distantes")).to_be_visible()
    assert phone.page.evaluate(_EXCESS) <= 0


def clears(phone: Visitor, box: Box) -> None:
    """From the message, then from the list; what was a mistake is taken back."""
    phone.reader.get_by_role("button", name="Archiver").tap()
    expect(phone.notices).to_contain_text("1 message archivé.")
    expect(phone.rows).to_have_count(2)
    assert phone.page.evaluate(_EXCESS) <= 0
    phone.checkbox("Premier").tap()
    phone.button("Supprimer").tap()
    expect(phone.rows).to_have_count(1)
    told = phone.page.locator(".notice").filter(has_text="corbeille")
    expect(told).to_be_visible()
    assert len(box.messages("Trash")) == 1
    told.get_by_role("button", name="Annuler").tap()
    expect(phone.rows).to_have_count(2)
    assert [len(box.messages(name)) for name in ("INBOX", "Trash")] == [2, 0]


def test_a_message_is_answered(phone: Visitor) -> None:
    phone.open_message("Premier")
    phone.reader.get_by_role("link", name="Répondre", exact=True).last.tap()
    phone.write(text="Depuis le bus.")
    expect(phone.button("Envoyer")).to_be_in_viewport()
    phone.button("Envoyer").tap()
    expect(phone.notices).to_contain_text("Message envoyé.")


def written_in_a_tunnel(phone: Visitor, inspection: Inspection) -> None:
    """Without a line what is typed stays here, and sending it is refused."""
    phone.page.context.set_offline(True)
    text = phone.page.get_by_role("textbox", name="Texte du message")
    text.press("Control+End")
    text.press_sequentially(" lundi à 8 h.")
    expect(phone.page.get_by_text("conservé sur cet appareil")).to_be_visible()
    phone.button("Envoyer").tap()
    expect(phone.page.get_by_role("alert")).to_contain_text("Rien n’a été envoyé")
    inspection.look(phone, "phone-unsent")
    phone.page.context.set_offline(False)


def test_a_text_written_in_a_tunnel_arrives_once(
    handset: Visitor,
    person: Person,
    inspection: Inspection,
    mailbox_of: Callable[[Person], Box],
) -> None:
    """It goes to the drafts when the line is back, however often one presses then."""
    phone, box = handset, mailbox_of(person)
    phone.sign_in(person)
    phone.link("Nouveau message").last.tap()
    phone.write(to=person.address, subject="Remplacement", text="Je serai là")
    kept = phone.page.get_by_text(re.compile("^Enregistré"))
    expect(kept).to_be_visible()
    with phone.watch.expects(0):
        written_in_a_tunnel(phone, inspection)
        expect(kept).to_be_visible()
    assert b"lundi" in b"".join(box.messages("Drafts"))
    phone.button("Envoyer").dblclick()
    expect(phone.notices).to_contain_text("Message envoyé.")
    phone.page.go_back()
    phone.site.let_time_pass()
    assert b"lundi" in box.wait_for(b"Subject: Remplacement\r")
    sent = box.messages("Sent")
    assert len([one for one in sent if b"Subject: Remplacement\r" in one]) == 1
