"""What the first visit to a mailbox loads. `make bench` holds it to its bar; this holds
each of its halves where it is."""

from __future__ import annotations

from collections.abc import Callable

from bench import weight
from stack.people import Person
from tests.journeys.visitor import Visitor
from tests.mail.views.conftest import letter
from tests.stack.boxes import Box

# octets: style, script, icons, font; and fifty rows of short mail with what is around
OTHERS_MAX = 100 * 1024
PAGE_MAX = 64 * 1024


def test_the_first_load_is_light(
    reader: Visitor, person: Person, mailbox_of: Callable[[Person], Box]
) -> None:
    box = mailbox_of(person)
    for number in range(50):
        box.deliver(letter(f"Conseil de classe n° {number}"))
    # what was delivered has been told to the page that is open
    reader.page.wait_for_timeout(3_000)
    path = f"/courrier/{person.address}/INBOX/"
    found = weight.of(reader.page, reader.site.url("nominative", path))
    assert found.requests <= weight.REQUESTS_MAX, list(found.sizes)
    # the page itself is what it is: rows, and no compression over TLS
    page, *others = found.sizes.values()
    assert sum(others) <= OTHERS_MAX, found.sizes
    assert page <= PAGE_MAX
