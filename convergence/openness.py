"""Which views need no sign-in; all others do (accounts.middleware)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

View = TypeVar("View", bound=Callable[..., object])


def public(view: View) -> View:
    """Open this view to everybody."""
    view.is_public = True  # type: ignore[attr-defined]
    return view
