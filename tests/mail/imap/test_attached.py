"""The filter of attachments: by the server's keywords, and by looking."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from mail.imap import attached
from mail.imap.store import ImapStore
from mail.messages import Listing, Query
from tests.contracts.test_store import MIXED
from tests.mail.imap.conftest import letter
from tests.stack.boxes import Box
from tests.stack.proxy import Proxy

FILTER = Query(attachment=True)
# two at a time, the newest first
PAIRS = (b"4:5", b"2:3", b"1")


def uids(listing: Listing) -> list[int]:
    return [row.uid for row in listing.rows]


@pytest.fixture(params=["keywords", "none"])
def filled(request: pytest.FixtureRequest, box: Box) -> Box:
    """As a server that looks at delivery leaves it, and as others do."""
    cache.clear()
    for data in (MIXED, letter(), MIXED, letter("note")):
        box.deliver(data)
    if request.param == "none":
        with box.opened("INBOX") as client:
            client.store("1:4", "-FLAGS", r"($HasAttachment $HasNoAttachment)")
    return box


def test_it_finds_what_has_an_attachment(store: ImapStore, filled: Box) -> None:
    listing = store.search("INBOX", FILTER, 1)
    assert (uids(listing), listing.total, listing.left) == ([3, 1], 2, 0)


def test_it_joins_other_criteria(store: ImapStore, filled: Box) -> None:
    store.mark("INBOX", [1, 2], r"\Flagged", on=True)
    assert uids(store.search("INBOX", Query(attachment=True, flagged=True), 1)) == [1]


def test_it_looks_at_a_bounded_number_and_goes_on(
    store: ImapStore, box: Box, monkeypatch: pytest.MonkeyPatch, proxy: Proxy
) -> None:
    cache.clear()
    monkeypatch.setattr(attached, "EXAMINED_MAX", 2)
    for data in (MIXED, letter(), MIXED, letter("note"), letter("autre")):
        box.deliver(data)
    with box.opened("INBOX") as client:
        client.store("1:5", "-FLAGS", r"($HasAttachment $HasNoAttachment)")
    left = 5
    while left:
        proxy.clear()
        listing = store.search("INBOX", FILTER, 1)
        looked = [c for c in proxy.commands if b"(UID BODYSTRUCTURE)" in c]
        assert all(c.split()[2] in PAIRS for c in looked)
        assert listing.left < left
        left = listing.left
    assert uids(listing) == [3, 1]
    proxy.clear()
    store.search("INBOX", FILTER, 1)
    assert not any(b"BODYSTRUCTURE" in command for command in proxy.commands)
