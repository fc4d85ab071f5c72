"""What is being written is not lost: a pause, a crash, no network, an ended visit, two
tabs; and what has left is a draft no more."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from stack.people import Person
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box

OFFLINE = "Non enregistré\u00a0: hors connexion, conservé sur cet appareil"
STORED = re.compile(r"^Enregistré")


def state(visitor: Visitor) -> Locator:
    return visitor.page.get_by_text(re.compile("nregistré"))


def compose(visitor: Visitor, text: str) -> None:
    visitor.link("Nouveau message").first.click()
    visitor.write(subject="Sortie")
    body(visitor).press_sequentially(text)


def body(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("textbox", name="Texte du message")


def test_it_is_stored_after_a_pause_and_survives_a_crash(
    reader: Visitor, person: Person, mailbox_of: Callable[[Person], Box]
) -> None:
    compose(reader, "Bonjour à tous")
    expect(state(reader)).to_have_text(STORED)
    body(reader).press("Control+End")
    body(reader).press_sequentially(". Le car part à 8 h.")
    # the tab dies in the middle of the next sentence
    path = reader.page.url
    page = reader.page.context.new_page()
    reader.page.close(run_before_unload=False)
    reader.page = page
    page.goto(path)
    expect(body(reader)).to_have_text("Bonjour à tous. Le car part à 8 h.")
    expect(state(reader)).to_have_text(STORED)
    assert len(mailbox_of(person).messages("Drafts")) == 1
    reader.write(to=person.address)
    reader.send()
    reader.open_folder("Brouillons")
    expect(reader.rows).to_have_count(0)


def test_no_network_an_ended_visit_and_two_tabs_lose_nothing(
    reader: Visitor, person: Person, mailbox_of: Callable[[Person], Box]
) -> None:
    compose(reader, "Un")
    expect(state(reader)).to_have_text(STORED)
    other = Visitor(
        reader.page.context.new_page(), reader.site, reader.door, reader.watch
    )
    other.page.goto(reader.page.url)
    expect(body(other)).to_have_text("Un")

    with reader.watch.expects(0):
        reader.page.context.set_offline(True)
        body(reader).press("Control+End")
        body(reader).press_sequentially(" deux")
        expect(state(reader)).to_have_text(OFFLINE)
        reader.page.context.set_offline(False)
        expect(state(reader)).to_have_text(STORED)

    # the other tab has the version before: both are kept, and it is told
    body(other).press("Control+End")
    body(other).press_sequentially(" trois")
    expect(other.page.get_by_role("alert").first).to_contain_text("a été modifié")
    assert len(mailbox_of(person).messages("Drafts")) == 2

    reader.expire()
    body(reader).press_sequentially(" quatre")
    expect(state(reader)).to_contain_text("session expirée")
    other.sign_in(person)
    reader.page.evaluate("dispatchEvent(new Event('focus'))")
    expect(state(reader)).to_have_text(STORED)
    stored = b"".join(mailbox_of(person).messages("Drafts"))
    assert b"quatre" in stored
    assert b"trois" in stored
