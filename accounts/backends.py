"""Django's sign-in against the directory."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts import directory, people
from accounts.models import User


class DirectoryBackend(ModelBackend):
    """Binds as the person, then brings our rows up to date.

    What the directory said is left on the request: `sign_in_refusal` (an error with its
    sentence) or `must_change_password` (the uid; no user is signed in then).
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        if request is None or not username or not password:
            return None
        try:
            found = directory.authenticate(username, password)
            user = people.refresh(found.person)
        except directory.SignInRefused as refusal:
            request.sign_in_refusal = refusal  # type: ignore[attr-defined]
            raise PermissionDenied from refusal
        if found.must_change:
            request.must_change_password = user.uid  # type: ignore[attr-defined]
        return user
