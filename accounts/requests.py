"""The person of a request, typed."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.models import User
from convergence.errors import SignInRequired


def person(request: HttpRequest) -> User:
    """The signed-in person. Raises SignInRequired."""
    if not request.user.is_authenticated:
        raise SignInRequired
    return request.user
