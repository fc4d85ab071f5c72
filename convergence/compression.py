"""Pages are compressed for who opens them on purpose.

The length of a compressed page tells how much of it repeats what somebody else has
put into it (BREACH). So only a whole page is compressed, and only when the browser says
that the person goes there from our own pages or by themselves (Fetch Metadata): nobody
else can have it asked for again and again. What a page asks for by itself, when mail
comes for instance, is never compressed; and the length varies by chance.
"""

from __future__ import annotations

import gzip
import io
import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

GetResponse = Callable[[HttpRequest], HttpResponse]
LEAST = 2_000  # octets
# the first level takes a third of the time of the usual one, for a tenth more
LEVEL = 1
PADDING_MAX = 100
_FROM = {"same-origin", "none"}


class CompressionMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not _is_page(response):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if _is_meant(request):
            response.content = compressed(response.content)
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Content-Length"] = str(len(response.content))
        return response


def _is_page(response: HttpResponse) -> bool:
    kind = response.headers.get("Content-Type", "")
    if response.streaming or not kind.startswith("text/html"):
        return False
    return len(response.content) >= LEAST


def _is_meant(request: HttpRequest) -> bool:
    """Whether the person goes to this page, and their browser understands gzip."""
    headers = request.headers
    asked = headers.get("Sec-Fetch-Mode"), headers.get("Sec-Fetch-Dest")
    return (
        asked == ("navigate", "document")
        and headers.get("Sec-Fetch-Site") in _FROM
        and "gzip" in headers.get("Accept-Encoding", "")
    )


def compressed(content: bytes) -> bytes:
    """gzip (RFC 1952); a file name of any length stands in its header."""
    name = "a" * secrets.randbelow(PADDING_MAX)
    made = io.BytesIO()
    with gzip.GzipFile(name, "wb", LEVEL, made, mtime=0) as file:
        file.write(content)
    return made.getvalue()
