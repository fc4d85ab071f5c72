"""The directory gateway: the only module that speaks LDAP.

People are looked for in the configured branches, in order (domain.md §4.1). Attributes
are a whitelist: no password, no birth date; the NUMEN is only compared, never kept.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, cast

import ldap
import ldap.filter
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from ldap.controls.ppolicy import PasswordPolicyControl
from ldap.ldapobject import LDAPObject

from accounts import refusals
from accounts.refusals import PasswordRefused, SignInRefused
from convergence.errors import DirectoryUnavailable

BranchKind = Literal["nominative", "functional", "other"]
logger = logging.getLogger(__name__)

_ATTRIBUTES = {
    "uid": "uid",
    "name": "cn",
    "display": "displayName",
    "mail": "mail",
    "alternate": "mailAlternateAddress",
    "equivalent": "mailEquivalentAddress",
    "function": "title",
    "uai": "rne",
    "administrative": "FrEduFonctAdm",
    "responsible": "FrEduRneResp",
}
_NUMEN = "employeeNumber"
_CONNECT_SECONDS = 3.0
_NOBODY = "convergence-personne"
# an answer to this very request; all other errors of LDAP mean that it cannot be used
_REFUSED_BINDS = (
    ldap.INVALID_CREDENTIALS,
    ldap.NO_SUCH_OBJECT,
    ldap.UNWILLING_TO_PERFORM,
    ldap.INAPPROPRIATE_AUTH,
    ldap.INVALID_DN_SYNTAX,
)
_REFUSED_CHANGES = (
    ldap.CONSTRAINT_VIOLATION,
    ldap.INSUFFICIENT_ACCESS,
    ldap.UNWILLING_TO_PERFORM,
)


@dataclass(frozen=True, slots=True)
class Person:
    """An entry of the directory. `responsible` holds UAI codes."""

    uid: str
    dn: str
    kind: BranchKind
    name: str
    mail: str
    aliases: tuple[str, ...] = ()
    function: str = ""
    uai: str = ""
    administrative: str = ""
    responsible: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignIn:
    """A password that was right; `must_change` opens nothing but the change page.

    `groups`: what `groups_of` says of this person.
    """

    person: Person
    must_change: bool = False
    groups: Mapping[str, str] = field(default_factory=dict)


def find(identifier: str) -> Person | None:
    """The active person (or functional mailbox) with this uid or address, in the first
    branch that knows one. Raises DirectoryUnavailable."""
    with _reader() as connection:
        return _find(connection, identifier)


def authenticate(identifier: str, password: str) -> SignIn:
    """Bind as the person. Raises SignInRefused (and its children), and
    DirectoryUnavailable. A password equal to the NUMEN must be changed.

    A functional entry never signs in, even with its right password: it would be a
    shared one.
    """
    if not password or "\0" in password:
        raise SignInRefused
    with _reader() as connection:
        person = _find(connection, identifier)
        if person is None or person.kind == "functional":
            _bind(connection, _nobody(), password)
            raise SignInRefused
        must_change = _bind(connection, person.dn, password)
        _bind_reader(connection)
        numen, groups = _numen(connection, person), _groups(connection, person)
    is_numen = bool(numen) and _same(numen, password.strip())
    return SignIn(person, must_change or is_numen, groups)


def change_password(identifier: str, old: str, new: str) -> None:
    """RFC 3062 as the person. Raises SignInRefused (old password wrong),
    PasswordRefused (policy, NUMEN) and DirectoryUnavailable."""
    if not old or "\0" in old + new:
        raise SignInRefused
    with _reader() as connection:
        person = _find(connection, identifier)
        if person is None:
            raise SignInRefused
        numen = _numen(connection, person)
        _bind(connection, person.dn, old)
        if numen and numen.upper() in new.upper():
            raise PasswordRefused(_("Le NUMEN ne peut pas servir de mot de passe."))
        _change(connection, person.dn, old, new)


def contains_numen(identifier: str, password: str) -> bool:
    """Whether this person's NUMEN stands in the password, in any case."""
    with _reader() as connection:
        person = _find(connection, identifier)
        numen = _numen(connection, person) if person else ""
    return bool(numen) and numen.upper() in password.upper()


def groups_of(person: Person) -> Mapping[str, str]:
    """The groups below LDAP_GROUP_BASE that name this person: {cn: role}."""
    with _reader() as connection:
        return _groups(connection, person)


# --- Connections --------------------------------------------------------------------
@contextmanager
def _reader() -> Iterator[LDAPObject]:
    """A connection bound as the account that only reads, closed at the end."""
    with _connected() as connection:
        _bind_reader(connection)
        yield connection


@contextmanager
def _connected() -> Iterator[LDAPObject]:
    """An unbound connection, TLS verified. What the caller does not map itself means
    that the directory cannot be used now."""
    try:
        connection = ldap.initialize(settings.LDAP_URI)
        connection.set_option(ldap.OPT_REFERRALS, 0)
        connection.set_option(ldap.OPT_NETWORK_TIMEOUT, _CONNECT_SECONDS)
        connection.set_option(ldap.OPT_TIMEOUT, settings.LDAP_TIMEOUT)
        connection.timeout = settings.LDAP_TIMEOUT
        try:
            _secure(connection)
            yield connection
        finally:
            connection.unbind_ext()
    except ldap.LDAPError as error:
        raise DirectoryUnavailable from error


def _secure(connection: LDAPObject) -> None:
    secure = settings.LDAP_STARTTLS or settings.LDAP_URI.startswith("ldaps:")
    if not secure:
        return
    if settings.LDAP_CA_FILE:
        connection.set_option(ldap.OPT_X_TLS_CACERTFILE, settings.LDAP_CA_FILE)
    connection.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_DEMAND)
    # last: it makes the options above take effect
    connection.set_option(ldap.OPT_X_TLS_NEWCTX, 0)
    if settings.LDAP_STARTTLS:
        connection.start_tls_s()


def _bind_reader(connection: LDAPObject) -> None:
    connection.simple_bind_s(settings.LDAP_BIND_DN, settings.LDAP_BIND_PASSWORD)


def _bind(connection: LDAPObject, dn: str, password: str) -> bool:
    """Whether the password must be changed. Raises SignInRefused."""
    control = PasswordPolicyControl()
    try:
        number = connection.simple_bind(dn, password, serverctrls=[control])
        controls = connection.result3(number)[3]
    except _REFUSED_BINDS as error:
        raise refusals.of_bind(_policy_error(error)) from error
    policy = next((c for c in controls if isinstance(c, PasswordPolicyControl)), None)
    return policy is not None and policy.error == refusals.MUST_CHANGE


def _nobody() -> str:
    """A name that nobody has, to bind as, so that an unknown person costs the same
    exchange (throttling.hold evens out what the server then does)."""
    return f"uid={_NOBODY},{settings.LDAP_BRANCHES[0]['base']}"


def _change(connection: LDAPObject, dn: str, old: str, new: str) -> None:
    control = PasswordPolicyControl()
    try:
        number = connection.passwd(dn, old, new, serverctrls=[control])
        connection.result3(number)
    except _REFUSED_CHANGES as error:
        told = str(_details(error).get("info", ""))
        raise refusals.of_change(_policy_error(error), told) from error


def _policy_error(error: ldap.LDAPError) -> int | None:
    """The code of the response control, raw in a refused answer."""
    for oid, _critical, value in _details(error).get("ctrls", []):
        if oid == PasswordPolicyControl.controlType:
            control = PasswordPolicyControl()
            control.decodeControlValue(value)
            return None if control.error is None else int(control.error)
    return None


def _details(error: ldap.LDAPError) -> dict[str, Any]:
    details = error.args[0] if error.args else {}
    return details if isinstance(details, dict) else {}


# --- Searches -----------------------------------------------------------------------
def _find(connection: LDAPObject, identifier: str) -> Person | None:
    pattern = _pattern(identifier)
    if pattern is None:
        return None
    wanted = list(_names().values())
    for branch in settings.LDAP_BRANCHES:
        rows = _search(connection, branch["base"], pattern, wanted)
        if len(rows) > 1:
            # an alias of one is the address of another: neither may open the other's
            logger.warning("ambiguous identifier", extra={"server": "ldap"})
            return None
        if rows:
            return _person(*rows[0], cast(BranchKind, branch["kind"]))
    return None


def _pattern(identifier: str) -> str | None:
    """The filter for a uid or an address; None for what can be neither.

    Only visible ASCII: matching in LDAP folds look-alike letters together, and each
    spelling would be one more account for those who count failures.
    """
    if not identifier or not identifier.isascii() or not identifier.isprintable():
        return None
    names = _names()
    kinds = ("mail", "alternate", "equivalent") if "@" in identifier else ("uid",)
    matches = "".join(
        ldap.filter.filter_format("(%s=%s)", [names[kind], identifier])
        for kind in kinds
    )
    return f"(&(|{matches}){settings.LDAP_ACTIVE_FILTER})"


def _search(
    connection: LDAPObject, base: str, pattern: str, wanted: list[str]
) -> list[tuple[str, dict[str, list[bytes]]]]:
    try:
        rows = connection.search_ext_s(base, ldap.SCOPE_SUBTREE, pattern, wanted)
    except ldap.NO_SUCH_OBJECT:
        return []
    return [(dn, attributes) for dn, attributes in rows if dn]


def _groups(connection: LDAPObject, person: Person) -> dict[str, str]:
    """One search for each role, the strongest last: the server compares the names."""
    found: dict[str, str] = {}
    if not settings.LDAP_GROUP_BASE:
        return found
    for attribute, role in settings.LDAP_GROUP_ROLES.items():
        pattern = ldap.filter.filter_format("(%s=%s)", [attribute, person.dn])
        rows = _search(connection, settings.LDAP_GROUP_BASE, pattern, ["cn"])
        found |= {_first(attributes, "cn").lower(): role for _dn, attributes in rows}
    return found


def _numen(connection: LDAPObject, person: Person) -> str:
    rows = connection.search_ext_s(
        person.dn, ldap.SCOPE_BASE, "(objectClass=*)", [_NUMEN]
    )
    return _first(rows[0][1], _NUMEN) if rows else ""


def _same(numen: str, password: str) -> bool:
    return hmac.compare_digest(numen.upper().encode(), password.upper().encode())


# --- Values -------------------------------------------------------------------------
def _names() -> dict[str, str]:
    return {**_ATTRIBUTES, **settings.LDAP_ATTRIBUTES}


def _person(dn: str, entry: dict[str, list[bytes]], kind: BranchKind) -> Person:
    names = _names()
    found = {key: _first(entry, name) for key, name in names.items()}
    others = _all(entry, names["alternate"]) + _all(entry, names["equivalent"])
    responsible = {v.partition("$")[0] for v in _all(entry, names["responsible"])}
    function = found["administrative"]
    return Person(
        uid=found["uid"].lower(),
        dn=dn,
        kind=kind,
        name=found["display"] or found["name"],
        mail=found["mail"],
        aliases=tuple(a for a in others if a and a != found["mail"]),
        function=found["function"],
        uai=found["uai"].upper(),
        administrative="" if function == "X" else function,
        responsible=tuple(sorted(r.upper() for r in responsible if r not in {"", "X"})),
    )


def _all(entry: dict[str, list[bytes]], name: str) -> list[str]:
    wanted = name.lower()
    values = next((v for k, v in entry.items() if k.lower() == wanted), [])
    return [value.decode("utf-8", "replace") for value in values]


def _first(entry: dict[str, list[bytes]], name: str) -> str:
    return next(iter(_all(entry, name)), "")
