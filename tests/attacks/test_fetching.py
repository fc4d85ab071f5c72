"""Addresses that our own servers would be asked at: the fetcher never does."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from convergence.errors import ConvergenceError
from mail import fetcher
from tests.attacks import payloads
from tests.attacks.conftest import CONSENT, Reader
from tests.attacks.listening import HOST, PORT, Listener

Fetch = Callable[..., Any]
# a name that somebody has made to lead here
REBOUND = f"http://intranet.exterieur.fr:{PORT}/"


@pytest.fixture(params=[fetcher.image, fetcher.unsubscribe])
def fetch(request: pytest.FixtureRequest) -> Fetch:
    found: Fetch = request.param
    return found


@pytest.fixture
def near(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """A listener on a port that pictures may come from, where every name leads."""
    found = Listener.on_loopback(0)
    monkeypatch.setattr(fetcher, "_PORTS", {None, 80, 443, found.port})
    resolve = socket.getaddrinfo

    def resolved(host: str, *more: Any, **options: Any) -> Any:
        try:
            return resolve(host, *more, **options | {"flags": socket.AI_NUMERICHOST})
        except socket.gaierror:
            return resolve(HOST, *more, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    yield found
    found.stop()


def ask(fetch: Fetch, url: str, near: Listener, **options: Any) -> None:
    with pytest.raises(ConvergenceError):
        fetch(url.replace(str(PORT), str(near.port)), person=1, **options)


def test_no_address_of_ours_is_asked(fetch: Fetch, near: Listener) -> None:
    addresses = [*payloads.addresses(), REBOUND]
    assert len(addresses) > 10
    for url in addresses:
        ask(fetch, url, near)
        # one of the two asks over TLS only
        ask(fetch, url.replace("http:", "https:"), near)
    assert near.heard == []


def test_it_would_be_heard(fetch: Fetch, near: Listener) -> None:
    for url in (f"https://{HOST}:{PORT}/", REBOUND.replace("http:", "https:")):
        ask(fetch, url, near, is_allowed=lambda _address: True)
    assert len(near.heard) == 2


def test_no_picture_is_fetched_from_ours(reader: Reader, listener: Listener) -> None:
    """Not after consent either: the page asks the site, and the site nobody."""
    refused = 0
    names = reader.receive(payloads.displayed("ssrf"))
    for uid in names:
        reader.page.goto(reader.message(uid))
        consent = reader.page.locator(CONSENT).first.get_attribute("href")
        assert consent
        reader.page.goto(reader.url(consent), wait_until="networkidle")
        refused += sum("/images/" in fault for fault in reader.watch.faults)
        wrong = [fault for fault in reader.watch.faults if "/images/" not in fault]
        reader.watch.faults.clear()
        assert wrong == []
    assert refused >= 8
    assert listener.hears()
    assert listener.heard == []
