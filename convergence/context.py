"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from convergence.web import take_notices


def site(request: HttpRequest) -> dict[str, Any]:
    """`door`, `csp_nonce`, `institution`, `notices` (shown once when rendered)."""
    return {
        "door": getattr(request, "door", None),
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "institution": settings.INSTITUTION,
        "notices": SimpleLazyObject(lambda: take_notices(request)),
    }
