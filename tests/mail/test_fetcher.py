"""The fetcher against a host on loopback, which it must never ask by itself."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from convergence.errors import ConvergenceError, InputRefused, NotFound, Unavailable
from mail import fetcher
from mail.fetcher import Busy, places
from mail.imaging import Picture
from tests.mail.test_imaging import picture

OK = b"HTTP/1.0 200 OK\r\nContent-Type: image/png\r\n\r\n"
Answer = Callable[[socket.socket], None]


@dataclass
class Host:
    """Answers every connection with `answer`; `asked` are the requests."""

    listener: socket.socket
    answer: Answer
    asked: list[bytes] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def url(self, path: str = "/a.png") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def serve(self) -> None:
        while True:
            try:
                client, _address = self.listener.accept()
            except OSError:
                return
            self.asked.append(client.recv(65_536))
            try:
                self.answer(client)
            except OSError:
                continue
            finally:
                client.close()


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    listener = socket.create_server(("127.0.0.1", 0))
    found = Host(listener, lambda client: client.sendall(OK + picture()))
    monkeypatch.setattr(fetcher, "_PORTS", {None, found.port})
    threading.Thread(target=found.serve, daemon=True).start()
    yield found
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def anywhere(address: str) -> bool:
    return True


def image(url: str, **options: Any) -> Picture:
    return fetcher.image(url, person=1, **options)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.8",
        "192.88.99.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "fe80::1",
        "fec0::1",
        "fd00::1",
        "ff02::1",
        "x",
    ],
)
def test_an_address_that_is_not_public_is_never_asked(address: str) -> None:
    assert not fetcher.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "193.51.24.1", "2a00:1450:4007::1"])
def test_public_addresses_are(address: str) -> None:
    assert fetcher.is_public(address)


@pytest.mark.parametrize(
    "name",
    [
        "127.0.0.1",
        "localhost",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
        "127.1",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "①②⑦.0.0.1",
    ],
)
def test_no_spelling_of_loopback_is_asked(host: Host, name: str) -> None:
    with pytest.raises(ConvergenceError):
        image(f"http://{name}:{host.port}/")
    assert host.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://a.fr/x",
        "file:///etc/passwd",
        "gopher://127.0.0.1/x",
        "//a.test/x",
        "http://",
        "http:///x",
        "http://a.fr:22/x",
        "http://a.fr:99999/x",
        "http://user:secret@a.fr/x",
        "http://serveur/x",
        "http://a.test/x",
        "http://intranet.local./x",
        "http://[::1/x",
        "http://a.fr/x\r\nHost: b",
        "http://a.fr/x y",
        "http://" + "a" * 70 + ".fr/",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(InputRefused):
        image(url)


def test_a_picture_comes_without_anything_personal(host: Host) -> None:
    found = image(host.url("/é a.png?x=é".replace(" ", "%20")), is_allowed=anywhere)
    assert found.type == "image/png"
    head = host.asked[0].lower()
    assert head.startswith(b"get /%c3%a9%20a.png?x=%c3%a9 http/1.1\r\n")
    assert b"cookie" not in head
    assert b"referer" not in head
    assert b"authorization" not in head


def moved(target: str) -> Answer:
    head = f"HTTP/1.0 302 Found\r\nLocation: {target}\r\n\r\n".encode()
    return lambda client: client.sendall(head)


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1/", "file:///etc/passwd", "http://[::1", "//localhost/"]
)
def test_a_redirect_is_checked_like_the_first(host: Host, target: str) -> None:
    host.answer = moved(target)
    seen: list[str] = []

    def only_first(address: str) -> bool:
        seen.append(address)
        return len(seen) == 1

    with pytest.raises(InputRefused):
        image(host.url(), is_allowed=only_first)
    assert len(host.asked) == 1


def test_redirects_end(host: Host) -> None:
    host.answer = moved("/encore")
    with pytest.raises(NotFound):
        image(host.url(), is_allowed=anywhere)
    assert len(host.asked) == fetcher.REDIRECTS_MAX + 1


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.0 404 Not Found\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nContent-Type: image/svg+xml\r\n\r\n<svg/>",
        b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html>",
        OK,
    ],
)
def test_what_is_no_picture_is_not_passed_on(host: Host, answer: bytes) -> None:
    host.answer = lambda client: client.sendall(answer)
    with pytest.raises(NotFound):
        image(host.url(), is_allowed=anywhere)


@pytest.mark.parametrize(
    "answer", [b"", b"\0" * 100, b"HTTP/1.0 200 OK\r\n" + b"a: b\r\n" * 200]
)
def test_a_broken_answer_is_an_unavailable_host(host: Host, answer: bytes) -> None:
    host.answer = lambda client: client.sendall(answer)
    with pytest.raises(Unavailable):
        image(host.url(), is_allowed=anywhere)


def test_an_endless_picture_is_cut(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetcher, "OCTETS_MAX", 100_000)

    def flood(client: socket.socket) -> None:
        client.sendall(OK)
        while True:
            client.sendall(b"x" * 65_536)

    host.answer = flood
    with pytest.raises(NotFound):
        image(host.url(), is_allowed=anywhere)


@pytest.mark.parametrize("first", [b"HTTP/1.0 200 OK\r\n", OK])
def test_a_drip_ends_in_time(
    host: Host, monkeypatch: pytest.MonkeyPatch, first: bytes
) -> None:
    monkeypatch.setattr(fetcher, "SECONDS", 0.4)

    def drip(client: socket.socket) -> None:
        client.sendall(first)
        while True:
            client.sendall(b"x")
            time.sleep(0.05)

    host.answer = drip
    begin = time.monotonic()
    with pytest.raises(Unavailable):
        image(host.url(), is_allowed=anywhere)
    assert time.monotonic() - begin < 3


# --- Places ------------------------------------------------------------------------
def test_nobody_waits_for_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetcher, "AT_ONCE", 2)
    with places.taken(1), places.taken(2):
        begin = time.monotonic()
        with pytest.raises(Busy):
            fetcher.image("http://a.test/", person=3)
        assert time.monotonic() - begin < 1


def test_one_person_leaves_places_to_others(host: Host) -> None:
    with contextlib.ExitStack() as held:
        for _place in range(fetcher.EACH_AT_ONCE):
            held.enter_context(places.taken(1))
        with pytest.raises(Busy):
            image(host.url(), is_allowed=anywhere)
        found = fetcher.image(host.url(), person=2, is_allowed=anywhere)
        assert found.type == "image/png"
    assert image(host.url(), is_allowed=anywhere).type == "image/png"


def test_a_failure_gives_the_place_back() -> None:
    for _attempt in range(fetcher.AT_ONCE + 1):
        with pytest.raises(InputRefused):
            image("http://127.0.0.1/")
    assert places._held == {}


@pytest.mark.parametrize("url", ["http://news.test/u", "https://127.0.0.1/u", "x"])
def test_a_list_is_left_over_https_and_on_public_hosts_only(url: str) -> None:
    with pytest.raises(ConvergenceError):
        fetcher.unsubscribe(url, person=1)


def test_leaving_a_list_is_one_post(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    # no certificate here: what is asked is looked at without TLS
    monkeypatch.setattr(fetcher, "_HTTPS_ONLY", {"http"})

    def answer(client: socket.socket) -> None:
        # the body may come with the header or after it
        while not host.asked[-1].endswith(b"\r\n\r\nList-Unsubscribe=One-Click"):
            host.asked[-1] += client.recv(100)
        client.sendall(OK)

    host.answer = answer
    fetcher.unsubscribe(host.url("/u?a=1"), person=1, is_allowed=lambda _: True)
    [asked] = host.asked
    assert asked.startswith(b"POST /u?a=1 HTTP/1.1\r\n")
    assert b"Cookie" not in asked


def test_a_redirect_is_not_followed(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetcher, "_HTTPS_ONLY", {"http"})
    moved = b"HTTP/1.0 302 Found\r\nLocation: /b\r\n\r\n"
    host.answer = lambda client: client.sendall(moved)
    with pytest.raises(Unavailable):
        fetcher.unsubscribe(host.url(), person=1, is_allowed=lambda _: True)
    assert len(host.asked) == 1
