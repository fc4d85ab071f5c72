"""Attached files in a browser: the gallery with the keyboard, and every way without."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from stack.people import Person
from tests.journeys.conftest import Arrive
from tests.journeys.inspection import Inspection
from tests.journeys.visitor import Visitor
from tests.mail.test_imaging import picture
from tests.mail.test_tnef import a_file, tnef
from tests.mail.views.test_enclosed import forwarded
from tests.mail.views.test_previews import parcel
from tests.stack.boxes import Box

SUBJECT = "Sortie au théâtre"
ICS = (
    b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Conseil\r\n"
    b"DTSTART:20261201T133000Z\r\nLOCATION:Salle 12\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R"
    b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n"
    b"4 0 obj<</Length 44>>stream\nBT /F 24 Tf 40 300 Td (Convocation) Tj ET   \n"
    b"endstream endobj\ntrailer<</Root 1 0 R>>\n"
)


@pytest.fixture
def box(person: Person, mailbox_of: Callable[[Person], Box]) -> Box:
    box = mailbox_of(person)
    outlook = tnef(*a_file("Relevé.txt", b"contenu"))
    box.deliver(forwarded(parcel(("dedans.txt", "text/plain", b"x"), subject="Joint")))
    box.deliver(
        parcel(
            ("vue.jpg", "image/jpeg", picture("JPEG", (300, 200))),
            ("convocation.pdf", "application/pdf", PDF),
            ("notes.csv", "text/csv", b"nom;note\r\n"),
            ("programme.exe", "application/octet-stream", b"MZ"),
            ("winmail.dat", "application/ms-tnef", outlook),
            ("invitation.ics", "text/calendar", ICS),
            subject=SUBJECT,
        )
    )
    return box


def test_files_are_seen_one_after_the_other(
    reader: Visitor, box: Box, inspection: Inspection
) -> None:
    reader.page.reload()
    reader.open_message(SUBJECT)
    page = reader.page
    expect(page.get_by_text("Salle 12")).to_be_visible()
    expect(page.get_by_role("link", name="Relevé.txt", exact=True)).to_be_visible()
    inspection.look(reader, "files-of-a-message")
    first = page.get_by_role("link", name="vue.jpg", exact=True)
    first.focus()
    reader.press("Enter")
    dialog = page.get_by_role("dialog", name="Aperçu")
    expect(dialog.get_by_role("img", name="vue.jpg")).to_be_visible()
    inspection.look(reader, "gallery")
    reader.press("ArrowRight")
    frame = dialog.locator("iframe").content_frame
    expect(frame.get_by_role("img", name="Page 1")).to_be_visible()
    expect(frame.get_by_text("Convocation")).to_be_attached()
    reader.press("ArrowRight")
    expect(dialog.get_by_text("nom;note")).to_be_visible()
    reader.press("Escape")
    expect(dialog).to_be_hidden()
    expect(first).to_be_focused()


def test_without_script_each_preview_is_a_page(
    arrive: Arrive, person: Person, box: Box
) -> None:
    visitor = arrive(java_script_enabled=False)
    visitor.sign_in(person)
    visitor.messages.get_by_role("link", name=SUBJECT).click()
    visitor.page.get_by_role("link", name="vue.jpg", exact=True).click()
    expect(visitor.page.get_by_role("heading", name="vue.jpg")).to_be_visible()
    visitor.page.get_by_role("link", name="Suivante").click()
    visitor.page.get_by_role("link", name="Suivante").click()
    expect(visitor.page.get_by_text("nom;note")).to_be_visible()
    visitor.link("Retour au message").click()
    expect(visitor.page.get_by_role("heading", name=SUBJECT)).to_be_visible()


def test_all_files_of_the_mailbox_are_found(
    reader: Visitor, box: Box, inspection: Inspection
) -> None:
    reader.folders.get_by_role("link", name="Pièces jointes").click()
    page = reader.page
    expect(page.get_by_role("link", name="convocation.pdf", exact=True)).to_be_visible()
    inspection.look(reader, "files-of-a-mailbox")
    reader.field("Nom du fichier").fill("convo")
    reader.press("Enter")
    expect(page.get_by_role("link", name="vue.jpg", exact=True)).to_be_hidden()
    page.get_by_role("link", name=SUBJECT).click()
    expect(page.get_by_role("heading", name=SUBJECT)).to_be_visible()


def test_an_attached_message_is_opened(
    reader: Visitor, box: Box, inspection: Inspection
) -> None:
    reader.page.reload()
    reader.open_message("Fwd")
    reader.page.get_by_role("link", name="message.eml", exact=True).click()
    expect(reader.heading("Joint")).to_be_visible()
    inspection.look(reader, "attached-message")
    reader.page.get_by_role("link", name="dedans.txt", exact=True).click()
    expect(reader.page.get_by_role("dialog")).to_be_visible()
