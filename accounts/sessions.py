"""Django's sessions in the database, read by a ready-made statement: every page reads
one, and building the same query took longer than all the rest of it."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError, connection
from django.utils import timezone

_BY_KEY = """
    SELECT session_data FROM django_session
    WHERE session_key = %s AND expire_date > %s
"""
_CHANGED = """
    UPDATE django_session SET session_data = %s, expire_date = %s
    WHERE session_key = %s
"""


class SessionStore(db.SessionStore):
    """`SESSION_ENGINE = "accounts.sessions"`."""

    def load(self) -> dict[str, Any]:
        """Nothing when it has ended; a new one is begun at the next write."""
        with connection.cursor() as cursor:
            cursor.execute(_BY_KEY, [self.session_key, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        found: dict[str, Any] = self.decode(row[0])
        return found

    def save(self, must_create: bool = False) -> None:
        """A database that does not answer is no visit that has ended."""
        try:
            if must_create or self.session_key is None:
                super().save(must_create)
            else:
                self._update()
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError):
                raise error.__context__ from error
            raise

    def _update(self) -> None:
        """Raises UpdateError when the visit has ended meanwhile."""
        text = self.encode(dict(self.items()))
        with connection.cursor() as cursor:
            cursor.execute(_CHANGED, [text, self.get_expiry_date(), self.session_key])
            if not cursor.rowcount:
                raise UpdateError
