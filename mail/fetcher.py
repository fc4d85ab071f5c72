"""The guarded fetcher: the only code that asks hosts which a sender has chosen.

It fetches pictures (http and https) and takes people off lists (https, never
redirected). The name is resolved once, every address must be public, and the connection
goes to the checked address; each redirect of a picture is checked again; the time in
all, the size and the number of requests at once are bounded, for each person too. A
picture is made anew (mail/imaging.py), of another answer only the status is read.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, cast
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from convergence.errors import InputRefused, NotFound, Unavailable
from mail.imaging import Picture, remade

SECONDS = 6.0
OCTETS_MAX = 8 * 1024 * 1024
REDIRECTS_MAX = 3
# most of the threads of a process (deploy/gunicorn.conf.py), never all
AT_ONCE = 12
# as many as a browser asks at once: six over HTTP/1.1, the limit of deploy/nginx.conf
# over HTTP/2. Beyond that the browser queues by itself; a refused picture stays broken
EACH_AT_ONCE = 8
# a picture on another port is a scan of somebody's network
_PORTS = {None, 80, 443, 8080, 8443}
# names of this network or of none (RFC 6761, RFC 8375)
_NOT_PUBLIC = re.compile(
    r"[^.]*|.*\.(?:localhost|local|internal|test|example|invalid|onion|arpa|lan|home)"
)
_AGENT = "Mozilla/5.0 (compatible; image proxy)"
_HTTPS_ONLY = {"https"}
_ONE_CLICK = b"List-Unsubscribe=One-Click"
_SAFE = "/%:@!$&'()*+,;=~-._?"

_GLOBAL = ipaddress.ip_network("2000::/3")
# addresses that hold an IPv4 one, and blocks that nobody should reach
_REFUSED = tuple(
    ipaddress.ip_network(block)
    for block in (
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "100.64.0.0/10",
        "240.0.0.0/4",
    )
)

IsAllowed = Callable[[str], bool]
# the system's resolver knows no time limit
_resolvers = ThreadPoolExecutor(AT_ONCE, "resolver")


class Busy(Unavailable):
    """As many requests as may be are under way already."""


class Places:
    """Who waits for how many hosts in this process: slow senders may not take every
    thread of the site. Nobody waits for a place, that would take a thread too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: Counter[int] = Counter()

    @contextmanager
    def taken(self, person: int) -> Iterator[None]:
        with self._lock:
            is_full = self._held.total() >= AT_ONCE
            if is_full or self._held[person] >= EACH_AT_ONCE:
                raise Busy
            self._held[person] += 1
        try:
            yield
        finally:
            with self._lock:
                self._held[person] -= 1
                # who has none is not kept
                self._held += Counter()


places = Places()


def is_public(address: str) -> bool:
    """Whether an address is on the public internet. IPv6 only from the space that is
    given to networks: outside it are mapped, translated and local addresses."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if any(ip in block for block in _REFUSED if block.version == ip.version):
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip not in _GLOBAL:
        return False
    return ip.is_global and not ip.is_multicast


def image(url: str, *, person: int, is_allowed: IsAllowed = is_public) -> Picture:
    """The image at `url`, made anew, for this person. Raises InputRefused for what may
    not be asked, NotFound for what is no image, Unavailable when the host does not
    answer, Busy when too many are being fetched."""
    with places.taken(person):
        try:
            data = _fetched(url, time.monotonic() + SECONDS, is_allowed)
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable from error
        return remade(data)


def unsubscribe(url: str, *, person: int, is_allowed: IsAllowed = is_public) -> None:
    """RFC 8058: the one request that leaves a list, without cookies, not redirected.
    Raises InputRefused for what may not be asked, Unavailable when the host does not
    answer or does not take it, Busy when too much is being fetched."""
    end = time.monotonic() + SECONDS
    with places.taken(person):
        try:
            status = _posted(url, _ONE_CLICK, end, is_allowed)
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable from error
    if not 200 <= status < 300:
        raise Unavailable


def _posted(url: str, body: bytes, end: float, is_allowed: IsAllowed) -> int:
    parts = _checked(url)
    if parts.scheme not in _HTTPS_ONLY:
        raise InputRefused
    kind = "application/x-www-form-urlencoded"
    headers = {"User-Agent": _AGENT, "Content-Type": kind}
    with _connected(parts, end, is_allowed) as connection:
        connection.request("POST", _target(parts), body, headers)
        return connection.getresponse().status


def _fetched(url: str, end: float, is_allowed: IsAllowed) -> bytes:
    for _hop in range(REDIRECTS_MAX + 1):
        parts = _checked(url)
        with _connected(parts, end, is_allowed) as connection:
            headers = {"User-Agent": _AGENT, "Accept": "image/*"}
            connection.request("GET", _target(parts), headers=headers)
            response = connection.getresponse()
            if response.status == 200:
                return _body(response)
            if response.status not in {301, 302, 303, 307, 308}:
                raise NotFound
            url = _joined(url, response.headers.get("Location", ""))
    raise NotFound


def _target(parts: SplitResult) -> str:
    query = f"?{parts.query}" if parts.query else ""
    return quote((parts.path or "/") + query, safe=_SAFE)


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise InputRefused from error


def _checked(url: str) -> SplitResult:
    if any(ord(c) <= 32 or ord(c) == 127 for c in url):
        raise InputRefused
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InputRefused from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InputRefused
    if port not in _PORTS or "@" in parts.netloc:
        raise InputRefused
    if ":" not in parts.hostname and _NOT_PUBLIC.fullmatch(parts.hostname.rstrip(".")):
        raise InputRefused
    return parts


@contextmanager
def _connected(
    parts: SplitResult, end: float, is_allowed: IsAllowed
) -> Iterator[http.client.HTTPConnection]:
    """Connected to an address that was checked, under the name that was asked."""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    host = _ascii(parts.hostname or "")
    address = _resolved(host, port, end, is_allowed)
    raw = socket.create_connection((address, port), timeout=_left(end))
    connection = http.client.HTTPConnection(host, port)
    if secure:
        raw = _trust().wrap_socket(raw, server_hostname=host)
        connection = http.client.HTTPSConnection(host, port, context=_trust())
    with raw:
        connection.sock = cast(socket.socket, _Timed(raw, end))
        yield connection


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise InputRefused from error


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _resolved(host: str, port: int, end: float, is_allowed: IsAllowed) -> str:
    found = _resolvers.submit(
        socket.getaddrinfo, host, port, type=socket.SOCK_STREAM
    ).result(timeout=_left(end))
    addresses = [str(entry[4][0]) for entry in found]
    # one private address among them is a trap for the second look-up
    if not addresses or not all(is_allowed(a.partition("%")[0]) for a in addresses):
        raise InputRefused
    return addresses[0]


def _body(response: http.client.HTTPResponse) -> bytes:
    pieces, count = [], 0
    while piece := response.read(65_536):
        count += len(piece)
        if count > OCTETS_MAX:
            raise NotFound
        pieces.append(piece)
    return b"".join(pieces)


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Timed(io.RawIOBase):
    """A socket whose every wait ends at one moment: a time-out of the socket alone
    begins anew with each octet that drips in. As much of a socket as http.client asks;
    whoever has opened the socket closes it.
    """

    def __init__(self, sock: socket.socket, end: float) -> None:
        self._sock = sock
        self._end = end

    def sendall(self, data: bytes) -> None:
        self._sock.settimeout(_left(self._end))
        self._sock.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Timed(self._sock, self._end))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(_left(self._end))
        return self._sock.recv_into(buffer)
