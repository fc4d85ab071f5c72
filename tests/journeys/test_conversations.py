"""An exchange: one row, read whole, answered in part, left at one click."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from stack.people import Person
from tests.journeys.inspection import Inspection
from tests.journeys.letters import letter
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box

SEEN = (r"\Seen",)


@pytest.fixture
def box(person: Person, mailbox_of: Callable[[Person], Box]) -> Box:
    """Three messages here, one sent; another exchange beside them."""
    box = mailbox_of(person)
    senders = (
        "Une famille <famille@parents.test>",
        "Karim Benali <karim@parents.test>",
    )
    cited: list[str] = []
    for number, folder in enumerate(("INBOX", "INBOX", "Sent", "INBOX")):
        sender = person.address if folder == "Sent" else senders[number % 2]
        subject = "Re: Sortie au musée" if cited else "Sortie au musée"
        message = letter(subject, f"Message numéro {number}.\n", sender=sender)
        if cited:
            message["References"] = " ".join(cited)
        cited.append(message["Message-ID"])
        box.deliver(message.as_bytes(), folder, SEEN)
    box.deliver(letter("Autre chose").as_bytes())
    return box


@pytest.fixture
def listed(visitor: Visitor, person: Person, box: Box) -> Visitor:
    visitor.sign_in(person)
    expect(visitor.rows).to_have_count(2)
    return visitor


def test_an_exchange_is_read_whole(listed: Visitor, inspection: Inspection) -> None:
    inspection.look(listed, "list-grouped")
    listed.messages.get_by_role("link", name="Re: Sortie au musée").click()
    expect(listed.reader).to_contain_text("4 messages")
    expect(listed.reader).to_contain_text("Message numéro 3.")
    folded = listed.reader.locator(".leaf:not([open])")
    expect(folded).to_have_count(3)
    inspection.look(listed, "conversation")
    # by the keyboard, what is folded comes when it is asked for
    opened = listed.reader.locator(".leaf").first
    first = opened.locator("summary.leaf__line")
    first.focus()
    listed.press("Enter")
    expect(opened.locator(".reader__text")).to_contain_text("Message numéro 0.")
    expect(first).to_be_focused()
    opened.get_by_title("Actions sur ce message").click()
    opened.get_by_role("link", name="Ouvrir ce message seul").click()
    expect(listed.reader).not_to_contain_text("4 messages")


def test_an_exchange_leaves_in_one_act(listed: Visitor, box: Box) -> None:
    listed.checkbox("Re: Sortie au musée").check()
    listed.act("Supprimer").click()
    expect(listed.notices).to_contain_text("3 messages placés dans la corbeille.")
    expect(listed.rows).to_have_count(1)
    listed.button("Annuler").click()
    expect(listed.rows).to_have_count(2)
    assert len(box.messages()) == 4


def test_a_muted_exchange_leaves_the_inbox(listed: Visitor, box: Box) -> None:
    listed.messages.get_by_role("link", name="Re: Sortie au musée").click()
    listed.button("Mettre en sourdine").click()
    expect(listed.notices).to_contain_text("3 messages archivés")
    expect(listed.rows).to_have_count(1)
    assert len(box.messages()) == 1


def test_one_message_of_an_exchange_is_acted_on_alone(
    listed: Visitor, box: Box, inspection: Inspection
) -> None:
    listed.messages.get_by_role("link", name="Re: Sortie au musée").click()
    last = listed.reader.locator(".leaf").last
    menu = last.locator("summary[title='Actions sur ce message']")
    menu.focus()
    listed.press("Enter")
    inspection.look(listed, "conversation-acts")
    last.get_by_role("button", name="Supprimer").click()
    expect(listed.notices).to_contain_text("1 message placé dans la corbeille.")
    expect(listed.reader.locator(".leaf")).to_have_count(3)
    expect(listed.reader.locator(".leaf__line").last).to_be_focused()
    assert len(box.messages()) == 3
    listed.button("Annuler").click()
    expect(listed.reader.locator(".leaf")).to_have_count(4)
    assert len(box.messages()) == 4


def two_more(box: Box, person: Person) -> None:
    """An answer to the first message, and one that was sent from elsewhere."""
    for folder, sender in (("INBOX", "Karim <k@parents.test>"), ("Sent", "")):
        html = "<p>Oui.</p><p>Lina a écrit :</p><blockquote>Qui ?<br>Moi.</blockquote>"
        message = letter("Re: Sortie au musée", html, sender=sender or person.address)
        message.set_type("text/html")
        cited = re.findall(rb"(?i)message-id: (<.*>)", box.messages()[0])[0].decode()
        message["References"] = cited
        box.deliver(message.as_bytes(), folder)


def unfolds_in_its_frame(came: Locator) -> None:
    """What it repeats is folded in its frame, which grows with it."""
    frame = came.locator("iframe.reader__frame--fitted")
    expect(frame).to_be_visible()
    height = frame.evaluate("frame => frame.clientHeight")
    inside = came.frame_locator("iframe")
    expect(inside.get_by_text("Moi.")).to_be_hidden()
    inside.get_by_text("Texte cité").click()
    expect(inside.get_by_text("Moi.")).to_be_visible()
    came.page.wait_for_function(
        "([frame, height]) => frame.clientHeight > height",
        arg=[frame.element_handle(), height],
    )


def test_an_exchange_grows_while_it_is_read(
    listed: Visitor, box: Box, person: Person
) -> None:
    listed.messages.get_by_role("link", name="Re: Sortie au musée").click()
    leaves = listed.reader.locator(".leaf")
    expect(leaves).to_have_count(4)
    first = leaves.first.locator("summary.leaf__line")
    first.click()
    expect(leaves.first.locator(".reader__text")).to_be_visible()
    two_more(box, person)
    listed.page.evaluate("document.dispatchEvent(new CustomEvent('live:changed'))")
    expect(leaves).to_have_count(6)
    expect(first).to_be_focused()
    expect(leaves.first).to_have_attribute("open", "")
    came = leaves.nth(4)
    expect(came).not_to_have_attribute("open", "")
    expect(listed.page.locator("#arrivals")).to_contain_text("dans la conversation")
    came.locator("summary.leaf__line").click()
    unfolds_in_its_frame(came)


@pytest.fixture
def root(person: Person, mailbox_of: Callable[[Person], Box]) -> str:
    """What 130 messages are answers to."""
    root = ""
    for number in range(1, 131):
        message = letter("Sortie au musée", f"Message numéro {number}.\n")
        root = root or message["Message-ID"]
        message["References"] = root
        mailbox_of(person).deliver(message.as_bytes(), "INBOX", SEEN)
    return root


def answered(visitor: Visitor, box: Box, root: str) -> None:
    """One more arrives while the page is open."""
    answer = letter("Re: Sortie au musée", "Encore un.\n")
    answer["References"] = root
    box.deliver(answer.as_bytes(), "INBOX")
    visitor.page.evaluate("document.dispatchEvent(new CustomEvent('live:changed'))")


def test_a_long_exchange_is_read_by_pages(
    visitor: Visitor,
    person: Person,
    mailbox_of: Callable[[Person], Box],
    root: str,
    inspection: Inspection,
) -> None:
    visitor.sign_in(person)
    expect(visitor.rows).to_have_count(2)
    visitor.rows.first.get_by_role("link", name="Sortie au musée").click()
    reader, leaves = visitor.reader, visitor.reader.locator(".leaf")
    expect(reader).to_contain_text("130 messages")
    pages = reader.get_by_role("navigation", name="Pages de la conversation")
    expect(pages).to_contain_text("Les 100 derniers messages sur 130")
    expect(leaves).to_have_count(100)
    answered(visitor, mailbox_of(person), root)
    expect(leaves).to_have_count(101)
    expect(pages).to_contain_text("Les 101 derniers messages sur 131")
    pages.get_by_role("link", name="Messages précédents").click()
    expect(pages).to_contain_text("Les messages 1 à 30 sur 131")
    expect(reader).to_contain_text("Message numéro 30.")
    expect(leaves).to_have_count(30)
    inspection.look(visitor, "conversation-older")
    expect(visitor.notices).to_be_empty()
