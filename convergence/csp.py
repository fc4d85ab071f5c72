"""The content security policy of the few pages that need another one than all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.conf import settings
from django.http import HttpResponse

NAME = "content_policy"
STYLE_ATTRIBUTES = {"style-src-attr": ["'unsafe-inline'"]}


def written(policy: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{name} {' '.join(values)}" for name, values in policy.items())


def with_style_attributes(response: HttpResponse) -> HttpResponse:
    """The layout of a mail that is answered is written in style attributes; the editor
    shows it in the page. Style sheets and scripts stay ours."""
    return changed(response, STYLE_ATTRIBUTES)


def changed(
    response: HttpResponse, sources: Mapping[str, Sequence[str]]
) -> HttpResponse:
    """The same answer under a policy with these `sources` (SecurityHeadersMiddleware
    adds the nonce)."""
    setattr(response, NAME, written({**settings.SECURE_CSP, **sources}))
    return response
