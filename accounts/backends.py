"""Django's sign-in against the directory."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts import directory, people
from accounts.models import User
from accounts.refusals import SignInRefused
from convergence.statements import Statement

_BY_ID = Statement(
    User, "person", "SELECT {columns} FROM accounts_user person WHERE id = %s"
)


class DirectoryBackend(ModelBackend):
    """Binds as the person, then brings our rows up to date.

    What the directory said is left on the request: `sign_in_refusal` (an error with its
    sentence) or `must_change_password` (true: this user may only change it).
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
            user = people.refresh(found.person, found.groups)
        except SignInRefused as refusal:
            request.sign_in_refusal = refusal  # type: ignore[attr-defined]
            raise PermissionDenied from refusal
        request.must_change_password = found.must_change  # type: ignore[attr-defined]
        return user

    def get_user(self, user_id: Any) -> User | None:
        """As ModelBackend; every request asks, so that the statement is ready-made."""
        for user, _rest in _BY_ID.rows(user_id):
            return user if self.user_can_authenticate(user) else None
        return None
