"""So many times in so many seconds: what a page asks by itself may not become a way to
read everything, or to keep a server busy."""

from __future__ import annotations

import time

from django.core.cache import cache

from convergence.errors import TooOften


def hold(name: str, *, most: int, seconds: int) -> None:
    """Count one more of `name`. Raises TooOften beyond `most` in this stretch of time.
    Without Redis nothing is counted."""
    key = f"pace:{name}:{int(time.time() // seconds)}"
    if cache.add(key, 1, seconds):
        return
    try:
        count = cache.incr(key)
    except ValueError:
        # the stretch ended between the two
        return
    if count > most:
        raise TooOften
