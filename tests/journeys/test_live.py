"""What changes elsewhere is on screen at once, and disturbs nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from stack.people import Person
from tests.journeys.inspection import Inspection
from tests.journeys.letters import letter
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box

SECONDS = 2_000  # milliseconds: what the screen may take
TOP = "element => element.getBoundingClientRect().top"


@pytest.fixture
def box(person: Person, mailbox_of: Callable[[Person], Box]) -> Box:
    box = mailbox_of(person)
    for number in range(40):
        box.deliver(letter(f"Lettre {number:02}").as_bytes())
    return box


@pytest.fixture
def listed(box: Box, visitor: Visitor, person: Person) -> Visitor:
    """The inbox of `person`, which hears of changes."""
    visitor.sign_in(person)
    expect(visitor.rows).to_have_count(40)
    hear(visitor)
    return visitor


def hear(visitor: Visitor) -> None:
    """Wait until the page is told of changes."""
    for _ in range(100):
        if visitor.page.evaluate("document.querySelector('live-events').on"):
            return
        visitor.page.wait_for_timeout(50)
    raise AssertionError("nothing is heard")


def test_mail_flags_and_deletions_from_elsewhere(
    listed: Visitor, box: Box, person: Person, receive: Callable[..., None]
) -> None:
    receive(person.address, letter("Tout neuf").as_bytes())
    row = listed.row("Tout neuf")
    expect(row).to_be_visible(timeout=SECONDS)
    expect(listed.page.locator("#arrivals")).to_contain_text("Tout neuf")
    with box.opened("INBOX") as client:
        client.uid("STORE", "41", "+FLAGS", r"(\Flagged)")
        expect(row.get_by_text("Suivi", exact=True)).to_be_attached(timeout=SECONDS)
        client.uid("STORE", "41", "+FLAGS", r"(\Seen)")
        expect(row).not_to_contain_text("Non lu", timeout=SECONDS)
        client.uid("MOVE", "41", "Archive")
    expect(row).to_have_count(0, timeout=SECONDS)


def test_selection_focus_and_scroll_stay(listed: Visitor, box: Box) -> None:
    listed.select("Lettre 05", "Lettre 06")
    link = listed.row("Lettre 05").get_by_role("link")
    link.focus()
    top = link.evaluate(TOP)
    for number in range(5):
        box.deliver(letter(f"Tout neuf {number}").as_bytes())
    with box.opened("INBOX") as client:
        client.uid("STORE", "8", "+FLAGS", r"(\Deleted)")
        client.expunge()
    # five more above it and one less: it would be four rows lower if nothing held it
    expect(listed.row("Tout neuf")).to_have_count(5, timeout=SECONDS)
    expect(listed.row("Lettre 07")).to_have_count(0, timeout=SECONDS)
    expect(listed.checkbox("Lettre 05")).to_be_checked()
    expect(listed.checkbox("Lettre 06")).to_be_checked()
    expect(listed.page.locator('[name="uid"]:checked')).to_have_count(2)
    expect(link).to_be_focused()
    assert abs(link.evaluate(TOP) - top) < 2


def test_what_is_being_read_stays(
    listed: Visitor, box: Box, inspection: Inspection
) -> None:
    listed.open_message("Lettre 20")
    heading = listed.heading("Lettre 20")
    expect(heading).to_be_focused()
    with box.opened("INBOX") as client:
        client.uid("STORE", "21", "+FLAGS", r"(\Flagged)")
        expect(listed.reader.get_by_title("Ne plus suivre")).to_be_visible(
            timeout=SECONDS
        )
        client.uid("STORE", "21", "+FLAGS", r"(\Deleted)")
        client.expunge()
    told = listed.reader.get_by_text("Ce message n’est plus dans ce dossier")
    expect(told).to_be_visible(timeout=SECONDS)
    expect(listed.row("Lettre 20")).to_have_count(0)
    expect(heading).to_be_focused()
    expect(listed.reader).to_contain_text("Merci de votre réponse.")
    inspection.look(listed, "message-gone")


def test_a_folder_made_anew_shows_its_new_messages(
    box: Box, visitor: Visitor, person: Person
) -> None:
    box.deliver(letter("Ancienne note").as_bytes(), "Notes")
    visitor.sign_in(person)
    visitor.open_folder("Notes")
    hear(visitor)
    visitor.select("Ancienne note")
    with box.opened() as client:
        client.delete("Notes")
        expect(visitor.page.get_by_text("Ce dossier n’existe plus")).to_be_visible(
            timeout=SECONDS
        )
        client.create("Notes")
        client.append("Notes", "", "", letter("Nouvelle note").as_bytes())
    expect(visitor.row("Nouvelle note")).to_be_visible(timeout=SECONDS)
    expect(visitor.row("Ancienne note")).to_have_count(0)
    expect(visitor.checkbox("Nouvelle note")).not_to_be_checked()


def test_the_list_over_all_mailboxes_is_kept_true_too(
    box: Box, visitor: Visitor, person: Person
) -> None:
    visitor.sign_in(person)
    expect(visitor.rows).to_have_count(40)
    visitor.go("/toutes-les-boites/")
    hear(visitor)
    visitor.page.keyboard.press("j")
    visitor.page.keyboard.press("j")
    held = visitor.page.locator(".row__link").nth(1).get_attribute("href")
    box.deliver(letter("Dans une de mes boîtes").as_bytes())
    row = visitor.messages.get_by_role("link", name="Dans une de mes boîtes")
    expect(row).to_be_visible(timeout=SECONDS)
    expect(visitor.page.locator(f'.row__link[href="{held}"]')).to_be_focused()


def test_without_the_service_the_page_asks_by_itself(
    visitor: Visitor, person: Person, box: Box
) -> None:
    visitor.page.route("**/evenements/**", lambda route: route.abort())
    visitor.page.clock.install()
    visitor.sign_in(person)
    expect(visitor.rows).to_have_count(40)
    box.deliver(letter("Plus tard").as_bytes())
    visitor.page.clock.run_for(40_000)
    expect(visitor.row("Plus tard")).to_be_visible()
    told = visitor.page.get_by_text("La mise à jour immédiate est interrompue")
    # each attempt is refused in the time of the machine, not of the clock that is set
    for _attempt in range(10):
        visitor.page.clock.run_for(20_000)
        if told.is_visible():
            break
    expect(told).to_be_visible()
    # the browser tells of each stream that fails, and of nothing else
    visitor.page.close()
    others = [f for f in visitor.watch.faults if "ERR_FAILED" not in f]
    visitor.watch.faults.clear()
    assert others == []
