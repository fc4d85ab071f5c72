"""Addresses of the image proxy: signed, so that nobody fetches through us at will."""

from __future__ import annotations

from django.conf import settings
from django.core import signing

_SALT = "mail.images"
MAX_AGE = 24 * 3600


def proxied(url: str) -> str | None:
    """The address of the proxy for a remote image; None when it is switched off."""
    if not settings.IMAGE_PROXY_ENABLED or len(url) > 4_000:
        return None
    return f"/images/{signing.dumps(url, salt=_SALT, compress=True)}"


def original(signed: str) -> str | None:
    """The URL behind an address of ours; None when it is not, or too old."""
    try:
        url: str = signing.loads(signed, salt=_SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return None
    return url
