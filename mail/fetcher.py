"""The guarded fetcher: the only code that asks hosts which a sender has chosen.

http and https only; the name is resolved once, every address must be public, and the
connection goes to the checked address; each redirect is checked again; time, size and
pixels are bounded; only PNG, JPEG, GIF and WebP pass, made anew by Pillow.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import socket
import ssl
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from PIL import Image

from convergence.errors import InputRefused, NotFound, Unavailable

SECONDS = 8.0
OCTETS_MAX = 8 * 1024 * 1024
PIXELS_MAX = 40_000_000
REDIRECTS_MAX = 3
# a picture on another port is a scan of somebody's network
_PORTS = {None, 80, 443, 8080, 8443}
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
_AGENT = "Mozilla/5.0 (compatible; image proxy)"

_BROKEN = (
    ValueError,
    SyntaxError,
    OSError,
    Warning,
    Image.DecompressionBombError,
)

IsAllowed = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Picture:
    type: str
    data: bytes


def is_public(address: str) -> bool:
    """Whether an address is on the public internet, IPv4 inside IPv6 included."""
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
        if inner is not None or ip in ipaddress.ip_network("64:ff9b::/96"):
            return False
    return ip.is_global and not ip.is_multicast


def image(url: str, *, is_allowed: IsAllowed = is_public) -> Picture:
    """The image at `url`, made anew. Raises InputRefused for what may not be asked,
    NotFound for what is no image, Unavailable when the host does not answer."""
    end = time.monotonic() + SECONDS
    try:
        return _remade(_fetched(url, end, is_allowed))
    except (OSError, http.client.HTTPException, ssl.SSLError) as error:
        raise Unavailable from error


def _fetched(url: str, end: float, is_allowed: IsAllowed) -> bytes:
    for _hop in range(REDIRECTS_MAX + 1):
        connection = _connection(parts := _checked(url), end, is_allowed)
        try:
            target = parts.path or "/"
            target += f"?{parts.query}" if parts.query else ""
            headers = {"User-Agent": _AGENT, "Accept": "image/*"}
            connection.request("GET", target, headers=headers)
            response = connection.getresponse()
            if response.status in {301, 302, 303, 307, 308}:
                url = urljoin(url, response.headers.get("Location", ""))
                continue
            if response.status != 200:
                raise NotFound
            return _body(response, end)
        finally:
            connection.close()
    raise NotFound


def _checked(url: str) -> SplitResult:
    if any(ord(c) <= 32 or ord(c) == 127 for c in url):
        raise InputRefused
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InputRefused from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise InputRefused
    if port not in _PORTS:
        raise InputRefused
    return parts


def _connection(
    parts: SplitResult, end: float, is_allowed: IsAllowed
) -> http.client.HTTPConnection:
    """Connected to an address that was checked, under the name that was asked."""
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    address = _resolved(host, port, is_allowed)
    raw = socket.create_connection((address, port), timeout=_left(end))
    connection = http.client.HTTPConnection(host, port, timeout=_left(end))
    if secure:
        raw = ssl.create_default_context().wrap_socket(raw, server_hostname=host)
    connection.sock = raw
    return connection


def _resolved(host: str, port: int, is_allowed: IsAllowed) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unavailable from error
    addresses = [str(entry[4][0]) for entry in found]
    # one private address among them is a trap for the second look-up
    if not addresses or not all(is_allowed(a.partition("%")[0]) for a in addresses):
        raise InputRefused
    return addresses[0]


def _body(response: http.client.HTTPResponse, end: float) -> bytes:
    pieces, count = [], 0
    while piece := response.read(65_536):
        count += len(piece)
        if count > OCTETS_MAX or time.monotonic() > end:
            raise NotFound
        pieces.append(piece)
    return b"".join(pieces)


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _remade(data: bytes) -> Picture:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as found:
                if found.width * found.height > PIXELS_MAX:
                    raise NotFound
                return _saved(found)
    except _BROKEN as error:
        raise NotFound from error


def _saved(found: Image.Image) -> Picture:
    kept = found.format if found.format in {"JPEG", "PNG", "GIF"} else "PNG"
    output = io.BytesIO()
    if kept == "GIF":
        found.save(output, "GIF", save_all=getattr(found, "n_frames", 1) <= 100)
    elif kept == "JPEG":
        found.convert("RGB").save(output, "JPEG", quality=88)
    else:
        found.convert("RGBA").save(output, "PNG")
    return Picture(f"image/{(kept or 'png').lower()}", output.getvalue())
