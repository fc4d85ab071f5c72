"""The directory gateway: the only module that speaks LDAP.

People are looked for in the configured branches, in order (domain.md §4.1). Attributes
are a whitelist: no password, no birth date; the NUMEN is only compared, never kept.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, cast

import ldap
import ldap.filter
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ldap.controls.ppolicy import PasswordPolicyControl
from ldap.ldapobject import LDAPObject

from convergence.errors import ConvergenceError, DirectoryUnavailable

BranchKind = Literal["nominative", "functional", "other"]

_ATTRIBUTES = {
    "uid": "uid",
    "name": "cn",
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
_DEAD = (ldap.SERVER_DOWN, ldap.CONNECT_ERROR, ldap.UNAVAILABLE)


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
    """A password that was right; `must_change` opens nothing but the change page."""

    person: Person
    must_change: bool = False


class SignInRefused(ConvergenceError):
    """Unknown identifier, wrong password or inactive account: never told apart."""

    status = 400
    message = _("Identifiant ou mot de passe incorrect.")


class AccountLocked(SignInRefused):
    message = _(
        "Votre compte est bloqué après plusieurs essais. Réessayez dans quelques "
        "minutes ou contactez l’assistance."
    )


class PasswordExpired(SignInRefused):
    message = _("Votre mot de passe a expiré. Contactez l’assistance pour le changer.")


class PasswordRefused(ConvergenceError):
    """The directory's policy refuses the new password; the sentence says why."""

    status = 400
    message = _("L’annuaire refuse ce nouveau mot de passe.")


# draft-behera-ldap-password-policy §6.2: error codes of the response control
_LOCKED, _EXPIRED, _MUST_CHANGE = 1, 0, 2
_POLICY: dict[int, str | Promise] = {
    3: _("Le changement de mot de passe n’est pas autorisé pour ce compte."),
    4: _("L’annuaire demande le mot de passe actuel."),
    5: _("Ce mot de passe est trop simple."),
    6: _("Ce mot de passe est trop court : douze caractères au moins."),
    7: _("Ce mot de passe a été changé il y a trop peu de temps."),
    8: _("Ce mot de passe a déjà servi. Choisissez-en un autre."),
}


def find(identifier: str) -> Person | None:
    """The active person with this uid or address, in the first branch that knows one.
    Raises DirectoryUnavailable."""
    with _reader() as connection:
        return _find(connection, identifier)


def authenticate(identifier: str, password: str) -> SignIn:
    """Bind as the person. Raises SignInRefused (and its children), and
    DirectoryUnavailable. A password equal to the NUMEN must be changed."""
    if not identifier or not password or "\0" in identifier + password:
        raise SignInRefused
    with _reader() as connection:
        person = _find(connection, identifier)
        numen = _numen(connection, person) if person else ""
    if person is None or person.kind == "functional":
        _bind(_nobody(), password)
        raise SignInRefused
    must_change = _bind(person.dn, password)
    return SignIn(person, must_change or _same(numen, password))


def change_password(identifier: str, old: str, new: str) -> None:
    """RFC 3062 as the person. Raises SignInRefused (old password wrong),
    PasswordRefused (policy, NUMEN) and DirectoryUnavailable."""
    with _reader() as connection:
        person = _find(connection, identifier)
        numen = _numen(connection, person) if person else ""
    if person is None or not old:
        raise SignInRefused
    if _same(numen, new):
        raise PasswordRefused(_("Le NUMEN ne peut pas servir de mot de passe."))
    with _connected() as connection:
        _bind_as(connection, person.dn, old)
        try:
            number = connection.passwd(
                person.dn, old, new, serverctrls=[PasswordPolicyControl()]
            )
            connection.result3(number)
        except _DEAD:
            raise
        except ldap.LDAPError as error:
            raise _refusal(error) from error


def groups_of(person: Person) -> tuple[str, ...]:
    """The names (cn) of the groups below LDAP_GROUP_BASE that hold this person."""
    if not settings.LDAP_GROUP_BASE:
        return ()
    pattern = ldap.filter.filter_format("(member=%s)", [person.dn])
    with _reader() as connection:
        rows = _search(connection, settings.LDAP_GROUP_BASE, pattern, ["cn"])
    return tuple(_first(attributes, "cn") for _dn, attributes in rows)


def is_up() -> bool:
    """Whether the directory answers."""
    try:
        with _reader():
            return True
    except DirectoryUnavailable:
        return False


@contextmanager
def _connected() -> Iterator[LDAPObject]:
    """An unbound connection, TLS verified, closed at the end."""
    try:
        connection = ldap.initialize(settings.LDAP_URI)
        connection.set_option(ldap.OPT_REFERRALS, 0)
        connection.set_option(ldap.OPT_NETWORK_TIMEOUT, _CONNECT_SECONDS)
        connection.set_option(ldap.OPT_TIMEOUT, settings.LDAP_TIMEOUT)
        _secure(connection)
        try:
            yield connection
        finally:
            connection.unbind_ext()
    except (*_DEAD, ldap.TIMEOUT, ldap.BUSY, ldap.PROTOCOL_ERROR) as error:
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


@contextmanager
def _reader() -> Iterator[LDAPObject]:
    """A connection of the account that only reads."""
    with _connected() as connection:
        try:
            connection.simple_bind_s(settings.LDAP_BIND_DN, settings.LDAP_BIND_PASSWORD)
        except (ldap.INVALID_CREDENTIALS, ldap.UNWILLING_TO_PERFORM) as error:
            raise DirectoryUnavailable from error
        yield connection


def _find(connection: LDAPObject, identifier: str) -> Person | None:
    pattern = ldap.filter.filter_format(
        "(&(|(uid=%s)(mail=%s)(mailAlternateAddress=%s)(mailEquivalentAddress=%s))",
        [identifier] * 4,
    )
    pattern += f"{settings.LDAP_ACTIVE_FILTER})"
    wanted = list(_names().values())
    for branch in settings.LDAP_BRANCHES:
        rows = _search(connection, branch["base"], pattern, wanted)
        if len(rows) == 1:
            return _person(*rows[0], cast(BranchKind, branch["kind"]))
    return None


def _search(
    connection: LDAPObject, base: str, pattern: str, wanted: list[str]
) -> list[tuple[str, dict[str, list[bytes]]]]:
    try:
        rows = connection.search_ext_s(
            base, ldap.SCOPE_SUBTREE, pattern, wanted, sizelimit=500
        )
    except (ldap.NO_SUCH_OBJECT, ldap.SIZELIMIT_EXCEEDED):
        return []
    return [(dn, attributes) for dn, attributes in rows if dn]


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
        name=found["name"],
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


def _numen(connection: LDAPObject, person: Person) -> str:
    rows = connection.search_ext_s(
        person.dn, ldap.SCOPE_BASE, "(objectClass=*)", [_NUMEN]
    )
    return _first(rows[0][1], _NUMEN) if rows else ""


def _same(numen: str, password: str) -> bool:
    return bool(numen) and hmac.compare_digest(
        numen.upper().encode(), password.strip().upper().encode()
    )


def _nobody() -> str:
    """A name that binds as slowly as a real one, so that time tells nothing."""
    return f"uid=personne-{settings.SECRET_KEY[:4].encode().hex()}," + str(
        settings.LDAP_BRANCHES[0]["base"]
    )


def _bind(dn: str, password: str) -> bool:
    """Whether the password must be changed. Raises SignInRefused."""
    with _connected() as connection:
        return _bind_as(connection, dn, password)


def _bind_as(connection: LDAPObject, dn: str, password: str) -> bool:
    try:
        number = connection.simple_bind(
            dn, password, serverctrls=[PasswordPolicyControl()]
        )
        controls = connection.result3(number)[3]
    except (ldap.INVALID_CREDENTIALS, ldap.NO_SUCH_OBJECT) as error:
        raise _bind_refusal(error) from error
    except (ldap.UNWILLING_TO_PERFORM, ldap.INAPPROPRIATE_AUTH) as error:
        raise SignInRefused from error
    policy = next((c for c in controls if isinstance(c, PasswordPolicyControl)), None)
    return policy is not None and policy.error == _MUST_CHANGE


def _bind_refusal(error: ldap.LDAPError) -> SignInRefused:
    code = _policy_error(error)
    if code == _LOCKED:
        return AccountLocked()
    return PasswordExpired() if code == _EXPIRED else SignInRefused()


def _refusal(error: ldap.LDAPError) -> PasswordRefused:
    code = _policy_error(error)
    if code is None and "history" in _info(error).lower():
        code = 8
    return PasswordRefused(_POLICY.get(code if code is not None else -1))


def _info(error: ldap.LDAPError) -> str:
    details: Any = error.args[0] if error.args else {}
    return str(details.get("info", "")) if isinstance(details, dict) else ""


def _policy_error(error: ldap.LDAPError) -> int | None:
    """The code of the response control, raw in a refused answer."""
    details: Any = error.args[0] if error.args else {}
    controls = details.get("ctrls", []) if isinstance(details, dict) else []
    for oid, _critical, value in controls:
        if oid == PasswordPolicyControl.controlType:
            control = PasswordPolicyControl()
            control.decodeControlValue(value)
            return None if control.error is None else int(control.error)
    return None
