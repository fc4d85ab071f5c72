"""Django's sessions in the database, read by a ready-made statement: every page reads
one, and building the same query took longer than all the rest of it."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

_BY_KEY = """
    SELECT session_key, session_data, expire_date FROM django_session
    WHERE session_key = %s AND expire_date > %s
"""


class SessionStore(db.SessionStore):
    """`SESSION_ENGINE = "accounts.sessions"`."""

    def _get_session_from_db(self) -> Any:
        """None when it has ended; a new one is begun at the next write."""
        asked = [self.session_key, timezone.now()]
        for row in self.model.objects.raw(_BY_KEY, asked):
            return row
        self._session_key = None
        return None
