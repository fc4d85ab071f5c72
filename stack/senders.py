"""What the relay asks the directory: who may send as whom, who is on a list."""

from __future__ import annotations

from typing import Any

import ldap
import ldap.dn
import ldap.filter

from stack.accounts import BASE_DN, LDAP_SERVICES, service_dn
from stack.layout import HOST, Layout

DEPTH = 5  # lists in lists
SENDERS = (
    "(|(&(objectClass=inetMailUser)(|(mail={0})(mailEquivalentAddress={0})"
    "(mailAlternateAddress={0})))(&(objectClass=mailboxGroup)(mail={0})))"
)
LIST = "(&(objectClass=inetMailGroup)(|(mail={0})(mailEquivalentAddress={0})))"


class Directory:
    """The lookups of conf/postfix/ldap-*.cf, in Python."""

    def __init__(self, layout: Layout) -> None:
        self.uri = f"ldap://{HOST}:{layout.ports['ldap']}"

    def senders(self, address: str) -> set[str]:
        """The logins that may write as this address, in lower case."""
        found: set[str] = set()
        for _, entry in self._search(SENDERS, address, ["uid", "member"]):
            found |= {uid.decode().lower() for uid in entry.get("uid", [])}
            found |= {_uid_of(dn.decode()) for dn in entry.get("member", [])}
        return found

    def members(self, address: str) -> list[str]:
        """The addresses on a list; empty when the address is none."""
        found = self._search(LIST, address, ["member"])
        dns = [dn.decode() for _, entry in found for dn in entry.get("member", [])]
        return [mail for dn in dns for mail in self._mail_of(dn)]

    def expand(self, address: str, depth: int = 0) -> set[str]:
        """The mailboxes' addresses behind an address."""
        members = self.members(address) if depth < DEPTH else []
        if not members:
            return {address}
        return {mail for m in members for mail in self.expand(m, depth + 1)}

    def _mail_of(self, dn: str) -> list[str]:
        connection = self._connect()
        try:
            found = connection.search_s(dn, ldap.SCOPE_BASE, "(mail=*)", ["mail"])
        finally:
            connection.unbind_s()
        return [entry["mail"][0].decode() for _, entry in found]

    def _search(self, pattern: str, address: str, names: list[str]) -> list[Any]:
        query = pattern.format(ldap.filter.escape_filter_chars(address))
        connection = self._connect()
        try:
            found = connection.search_s(BASE_DN, ldap.SCOPE_SUBTREE, query, names)
        finally:
            connection.unbind_s()
        return list(found)

    def _connect(self) -> Any:
        connection = ldap.initialize(self.uri)
        connection.set_option(ldap.OPT_NETWORK_TIMEOUT, 3)
        secret = LDAP_SERVICES["postfix"]
        connection.simple_bind_s(service_dn("postfix"), secret)
        return connection


def _uid_of(dn: str) -> str:
    return str(ldap.dn.str2dn(dn)[0][0][1]).lower()
