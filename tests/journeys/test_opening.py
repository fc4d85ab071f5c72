"""Message after message opened beside the list, faster than they come."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from stack.people import Person
from tests.journeys.letters import deliver_all
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box

SUBJECTS = [f"Dossier {number}" for number in range(1, 7)]


@pytest.fixture
def box(person: Person, mailbox_of: Callable[[Person], Box]) -> Box:
    return deliver_all(mailbox_of(person), SUBJECTS)


@pytest.fixture
def listed(box: Box, visitor: Visitor, person: Person) -> Visitor:
    visitor.sign_in(person)
    expect(visitor.rows).to_have_count(len(SUBJECTS))
    return visitor


class Held:
    """Answers that wait until they are let go."""

    def __init__(self, visitor: Visitor, path: str) -> None:
        self.routes: list[Route] = []
        visitor.page.route(re.compile(path), lambda route: self.routes.append(route))

    def let_go(self) -> None:
        for route in self.routes:
            route.continue_()


def reads(visitor: Visitor, subject: str) -> None:
    """All of the page says so: the text, the row, the title, the address."""
    expect(visitor.reader.get_by_role("heading", name=subject)).to_be_visible()
    current = visitor.rows.locator("[aria-current=true]")
    expect(current).to_have_text(re.compile(subject))
    expect(current).to_have_count(1)
    expect(visitor.page).to_have_title(re.compile(rf"^(\(\d+\) )?{subject} – "))
    number = SUBJECTS.index(subject) + 1
    expect(visitor.page).to_have_url(re.compile(rf"/INBOX/{number}/$"))


def test_the_last_of_three_is_read_and_acted_on(listed: Visitor, box: Box) -> None:
    listed.open_message("Dossier 6")
    reads(listed, "Dossier 6")
    held = Held(listed, "/INBOX/5/$")
    # the key acts on the message that comes, not on the one that is still shown
    listed.press("j", "j", "j", "s")
    held.let_go()
    reads(listed, "Dossier 3")
    expect(listed.reader.get_by_role("button", name="Ne plus suivre")).to_be_visible()
    assert ["\\Flagged" in box.flags(uid) for uid in (6, 5, 4, 3)] == [0, 0, 0, 1]
    listed.page.go_back()
    reads(listed, "Dossier 6")
    listed.page.go_forward()
    reads(listed, "Dossier 3")


def test_clicks_faster_than_answers(listed: Visitor, box: Box) -> None:
    held = Held(listed, "/INBOX/6/$")
    for subject in ("Dossier 6", "Dossier 5", "Dossier 4"):
        listed.messages.get_by_role("link", name=subject).click()
    held.let_go()
    reads(listed, "Dossier 4")
    listed.press("#")
    expect(listed.notices).to_contain_text("1 message placé dans la corbeille.")
    expect(listed.row("Dossier 4")).to_have_count(0)
    assert len(box.messages("Trash")) == 1
    # what was only passed by says what the server says of it
    unseen = [uid for uid in (6, 5) if "\\Seen" not in box.flags(uid)]
    expect(listed.messages.locator(".row--unread")).to_have_count(3 + len(unseen))


def test_a_late_answer_leaves_what_is_read_by_then(listed: Visitor) -> None:
    listed.open_message("Dossier 6")
    held = Held(listed, "/archives/$")
    listed.reader.get_by_role("button", name="Archiver").click()
    listed.open_message("Dossier 4")
    held.let_go()
    expect(listed.notices).to_contain_text("1 message archivé.")
    reads(listed, "Dossier 4")
    # a mark leaves the title, and the row closes the message that it stands for
    listed.press("s")
    expect(listed.reader.get_by_role("button", name="Ne plus suivre")).to_be_visible()
    reads(listed, "Dossier 4")
    listed.row("Dossier 4").hover()
    listed.button("Supprimer ce message").click()
    expect(listed.reader).to_contain_text("Choisissez un message")
    expect(listed.page).to_have_title(re.compile("Boîte de réception"))
    expect(listed.page).to_have_url(re.compile("/INBOX/$"))
