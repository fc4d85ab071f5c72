"""What a message shows."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from stack.people import Person
from tests.journeys.letters import letter
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box


def test_a_long_html_message_is_seen_whole(
    visitor: Visitor, person: Person, mailbox_of: Callable[[Person], Box]
) -> None:
    message = letter("Lettre longue")
    message.add_alternative("<p>Un paragraphe.</p>" * 60, subtype="html")
    mailbox_of(person).deliver(message.as_bytes())
    visitor.sign_in(person)
    visitor.open_message("Lettre longue")
    expect(visitor.page.frame_locator("iframe").locator("p")).to_have_count(60)
    expect(visitor.page.locator("iframe.reader__frame--fitted")).to_be_visible()
    seen = visitor.page.locator("iframe").bounding_box()
    assert seen is not None
    # sixty lines of at least twenty pixels
    assert seen["height"] > 1200
