"""What templates may use of accounts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts import announcements


def banners(request: HttpRequest) -> dict[str, Any]:
    """`announcements`: the banners of the moment."""
    return {"announcements": SimpleLazyObject(announcements.current)}
