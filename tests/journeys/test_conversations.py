"""An exchange: one row, read whole, answered in part, left at one click."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

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
