"""The head of school life joins what few may know: told, and confided to one person."""

from __future__ import annotations

import io
import zipfile

import pytest
from playwright.sync_api import FilePayload, expect

from stack.people import Person
from tests.journeys.conftest import Arrive
from tests.journeys.inspection import Inspection
from tests.journeys.visitor import Visitor
from tests.stack.people import MakeMailbox, MakePerson

_CELL = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
_TABLE = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:'
    'office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:'
    'text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    "<office:spreadsheet><table:table>{}</table:table></office:spreadsheet>"
    "</office:body></office:document-content>"
)


def sheet(*lines: tuple[str, ...]) -> bytes:
    """A table as a spreadsheet keeps it (ODF)."""
    rows = "".join(
        f"<table:table-row>{''.join(map(_CELL.format, line))}</table:table-row>"
        for line in lines
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", _TABLE.format(rows))
    return made.getvalue()


SHEET = FilePayload(
    name="Suivi des élèves.ods",
    mimeType="application/vnd.oasis.opendocument.spreadsheet",
    buffer=sheet(("Élève", "Classe", "Suivi"), ("A. B.", "4e B", "PAI")),
)


@pytest.fixture
def school_life(
    arrive: Arrive, person: Person, make_functional_mailbox: MakeMailbox
) -> Visitor:
    make_functional_mailbox(name="Vie scolaire", owner=person)
    visitor = arrive("functional")
    visitor.sign_in(person)
    expect(visitor.heading("Boîte de réception")).to_be_visible()
    return visitor


def test_what_few_may_know_goes_to_one_person(
    school_life: Visitor, make_person: MakePerson, inspection: Inspection
) -> None:
    nurse, colleague = make_person(), make_person()
    school_life.link("Nouveau message").first.click()
    people = f"{nurse.address}, {colleague.address}"
    school_life.write(to=people, subject="Suivi", text="Bonjour.")
    school_life.field("Joindre").set_input_files(SHEET)
    school_life.button("Envoyer").click()
    question = school_life.page.get_by_role("dialog", name="Avant d’envoyer")
    expect(question).to_contain_text("Suivi des élèves.ods")
    expect(question).to_contain_text("(PAI)")
    inspection.look(school_life, "guards-confided")
    question.get_by_role("link", name="Revoir les fichiers").click()
    school_life.tab_to(school_life.button("Retirer Suivi des élèves.ods"))
    question.get_by_role("button", name=f"Écrire seulement à {nurse.address}").click()
    expect(school_life.recipients("À")).to_have_count(1)
    # it advises, it decides nothing
    expect(question).to_contain_text("(PAI)")
    school_life.button("Envoyer quand même").click()
    expect(school_life.notices).to_contain_text("Message envoyé.")
