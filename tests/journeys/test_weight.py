"""What the first visit to a mailbox loads. `make bench` tells whether it holds its bar;
this keeps each of its halves where it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from bench import weight
from stack.people import Person
from tests.journeys.visitor import Visitor
from tests.mail.views.conftest import letter
from tests.stack.boxes import Box

# octets: style, script, icons, font; and fifty rows of short mail with what is around,
# compressed. Together they are below the bar of `make bench`. What only the composer
# needs is half of our script: it comes with the pages on which one writes.
OTHERS_MAX = 114 * 1024
PAGE_MAX = 24 * 1024
ROWS = 50


@pytest.fixture
def box(person: Person, mailbox_of: Callable[[Person], Box]) -> Box:
    """Before anybody looks: a page that is open is told what comes."""
    box = mailbox_of(person)
    for number in range(ROWS):
        box.deliver(letter(f"Conseil de classe n° {number}"))
    return box


def test_the_first_load_is_light(box: Box, reader: Visitor, person: Person) -> None:
    expect(reader.rows).to_have_count(ROWS)
    url = reader.site.url("nominative", f"/courrier/{person.address}/INBOX/")
    found = weight.of(reader.page, url)
    expect(reader.rows).to_have_count(ROWS)
    assert found.requests <= weight.REQUESTS_MAX, list(found.sizes)
    page = found.sizes[url]
    assert page <= PAGE_MAX
    assert found.octets - page <= OTHERS_MAX, found.sizes
    assert not [url for url in found.sizes if "/writer." in url]
