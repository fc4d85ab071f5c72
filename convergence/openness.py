"""What a view says of itself to the middleware of visits (accounts.middleware)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

View = TypeVar("View", bound=Callable[..., object])


def public(view: View) -> View:
    """Open this view to everybody; all others need a sign-in."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def background(view: View) -> View:
    """Pages ask for this by themselves: it does not show that somebody is there."""
    view.is_background = True  # type: ignore[attr-defined]
    return view
