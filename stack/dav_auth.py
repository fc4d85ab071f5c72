"""Radicale's sign-in: LDAP, plus a service user who acts for anybody.

The site sends `imarchand!convergence` and the service's secret; the collections are
then those of imarchand. "!" because Radicale refuses "*" in a user name.
"""

from __future__ import annotations

import hmac
from typing import Any

from radicale import auth
from radicale.auth import ldap
from radicale.log import logger

# radicale accepts unknown [auth] options when `type` is not one of its own
PLUGIN_CONFIG_SCHEMA = {
    "auth": {
        "service_user": {"value": "", "type": str},
        "service_secret": {"value": "", "type": str},
    }
}


class Auth(ldap.Auth):
    """Both ways in."""

    def __init__(self, configuration: Any) -> None:
        super().__init__(configuration.copy(PLUGIN_CONFIG_SCHEMA))
        self._service = self.configuration.get("auth", "service_user")
        self._secret = self.configuration.get("auth", "service_secret")

    def _login_ext_with_groups(
        self, login: str, password: str, context: Any
    ) -> tuple[str, set[str]]:
        person, acting, service = login.partition("!")
        if not password:
            return _refused()
        if not acting:
            return super()._login_ext_with_groups(login, password, context)
        if person and service == self._service and self._knows(password):
            logger.info("service user %r acts for %r", service, person)
            return person, set()
        return _refused()

    def _knows(self, password: str) -> bool:
        given, secret = password.encode(), self._secret.encode()
        return bool(secret) and hmac.compare_digest(given, secret)


def _refused() -> tuple[str, set[str]]:
    return auth.NO_LOGIN_NO_GROUPS
