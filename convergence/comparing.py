"""How texts are compared by people: without case and accents, «Écoles» as ecoles."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))
