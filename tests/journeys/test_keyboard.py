"""A mailbox read and sorted by single keys, by somebody with 200 messages a day."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Request, Response, expect

from stack.people import Person
from tests.journeys.inspection import Inspection
from tests.journeys.letters import deliver_all, letter, newsletter
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box

SUBJECTS = [f"Dossier {number}" for number in range(1, 7)]


@pytest.fixture
def box(person: Person, mailbox_of: Callable[[Person], Box]) -> Box:
    box = deliver_all(mailbox_of(person), SUBJECTS)
    box.deliver(letter("Ancien").as_bytes(), "Trash")
    box.deliver(letter("Facture").as_bytes(), "&AMk-coles")
    return box


@pytest.fixture
def listed(box: Box, visitor: Visitor, person: Person) -> Visitor:
    visitor.sign_in(person)
    expect(visitor.rows).to_have_count(6)
    expect(visitor.page.locator("hot-keys:defined")).to_be_attached()
    return visitor


def subject(visitor: Visitor, text: str) -> Locator:
    """What the keys move over: the link of a row."""
    return visitor.row(text).get_by_role("link")


def is_filing(response: Response) -> bool:
    return "/archives/" in response.url


def test_keys_file_one_after_the_other_and_take_it_back(
    listed: Visitor, box: Box
) -> None:
    listed.press("j", "j")
    expect(subject(listed, "Dossier 5")).to_be_focused()
    # each act is answered: the last of them is what is taken back
    answers: list[Response] = []
    listed.page.on("response", lambda answer: answers.append(answer))
    with listed.page.expect_event(
        "response", lambda _r: len([*filter(is_filing, answers)]) == 3
    ):
        listed.press("e", "e", "e")
    expect(listed.rows).to_have_count(3)
    expect(subject(listed, "Dossier 2")).to_be_focused()
    expect(listed.notices).to_contain_text("1 message archivé.")
    assert {answer.status for answer in answers if is_filing(answer)} == {200}
    assert len(box.messages()) == 3
    listed.press("z")
    expect(listed.row("Dossier 3")).to_be_visible()
    expect(listed.notices).to_contain_text("1 message remis à sa place.")
    assert len(box.messages()) == 4


def test_keys_work_inside_the_frame_of_a_message(
    visitor: Visitor, person: Person, box: Box
) -> None:
    box.deliver(newsletter().as_bytes())
    visitor.sign_in(person)
    expect(visitor.rows).to_have_count(7)
    visitor.press("j", "o")
    visitor.page.frame_locator("iframe").locator("body").click()
    visitor.press("e")
    expect(visitor.notices).to_contain_text("1 message archivé.")


def test_nothing_happens_while_somebody_types(listed: Visitor, box: Box) -> None:
    sent: list[Request] = []
    listed.page.on("request", lambda request: sent.append(request))
    listed.press("j", "/")
    expect(listed.page.get_by_role("searchbox")).to_be_focused()
    listed.page.keyboard.type("e#")
    expect(listed.page.get_by_role("searchbox")).to_have_value("e#")
    # the same keys act once nobody types: what was typed would have been sent before
    subject(listed, "Dossier 4").focus()
    listed.press("e")
    expect(listed.notices).to_contain_text("1 message archivé.")
    assert ["/archives/" in r.url for r in sent if r.method == "POST"] == [True]
    assert len(box.messages()) == 5


def test_what_is_final_is_asked_about_first(
    listed: Visitor, box: Box, inspection: Inspection
) -> None:
    listed.open_folder("Corbeille")
    expect(listed.rows).to_have_count(1)
    listed.press("j", "#")
    expect(listed.link("Ne rien supprimer")).to_be_focused()
    inspection.look(listed, "deletion")
    listed.press("Escape")
    expect(listed.rows).to_have_count(1)
    listed.press("#")
    listed.tab_to(listed.button("Supprimer définitivement"))
    listed.press("Enter")
    expect(listed.notices).to_contain_text("1 message supprimé définitivement.")
    assert box.messages("Trash") == []


def test_the_dialogs(listed: Visitor, inspection: Inspection) -> None:
    listed.press("?")
    expect(listed.heading("Raccourcis clavier")).to_be_visible()
    inspection.look(listed, "shortcuts")
    listed.press("Escape", "j", "x", "m")
    listed.page.keyboard.type("eco")
    expect(listed.page.get_by_role("listbox")).to_contain_text("Écoles")
    inspection.look(listed, "folder-choice")
    listed.press("Escape")
    inspection.look(listed, "selection")


def test_rows_are_dragged_to_a_folder(listed: Visitor, box: Box) -> None:
    listed.select("Dossier 6", "Dossier 4")
    row = listed.row("Dossier 4").get_by_role("link")
    row.drag_to(listed.folders.get_by_role("link", name="Écoles"))
    expect(listed.notices).to_contain_text("2 messages déplacés.")
    assert len(box.messages("&AMk-coles")) == 3


def test_folders_are_one_stop_of_tab(listed: Visitor) -> None:
    folder = listed.folders.get_by_role("link", name="Écoles")
    listed.tab_to(listed.folders.get_by_role("link", name="Boîte de réception"))
    listed.press("End", "Home", "e", "c")
    expect(folder).to_be_focused()
    # a mark sends the folders again
    listed.checkbox("Dossier 3").check()
    listed.act("Marquer comme lu").click()
    expect(listed.folders).to_contain_text("5 non lus")
    listed.tab_to(folder, back=True)
    listed.press("Shift+Tab")
    expect(listed.folders.get_by_role("listitem").locator(":focus")).to_have_count(0)
    listed.press("Tab", "Enter")
    expect(listed.row("Facture")).to_be_visible()
