"""The directory gateway: the only module that speaks LDAP.

People are looked for in the configured branches, in order. Attributes
are a whitelist: no password, no birth date; the NUMEN is only compared, never kept.
"""

from __future__ import annotations

import hmac
import logging
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import ldap
import ldap.dn
import ldap.filter
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from ldap.controls.libldap import SimplePagedResultsControl
from ldap.controls.ppolicy import PasswordPolicyControl
from ldap.ldapobject import LDAPObject

from accounts import entries, filters, refusals
from accounts.entries import BranchKind, Person, SignIn, Standing
from accounts.refusals import PasswordRefused, SignInRefused
from convergence.errors import DirectoryUnavailable

logger = logging.getLogger(__name__)

_NUMEN = "employeeNumber"
_CONNECT_SECONDS = 3.0
# people in one filter; groups in one page, and pages at most
_AT_ONCE, _PAGE, _PAGES_MAX = 200, 500, 200
# approximate matching finds all that sound alike, before names are compared
_NAMESAKES_MAX = 2_000
Connection = LDAPObject
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


def find(identifier: str) -> Person | None:
    """The active person (or functional mailbox) with this uid or address, in the first
    branch that knows one. Raises DirectoryUnavailable."""
    with reader() as connection:
        return _find(connection, identifier)


def named(name: str) -> tuple[Person, ...]:
    """Active people whose name reads like this one, accents and the order of its words
    apart; () for what is no full name. Raises DirectoryUnavailable."""
    pattern = filters.named(name)
    if pattern is None:
        return ()
    wanted = list(entries.names().values())
    found = []
    with reader() as connection:
        for branch in settings.LDAP_BRANCHES:
            rows = _search(connection, branch["base"], pattern, wanted)
            kind = cast(BranchKind, branch["kind"])
            found += [entries.person_of(*row, kind) for row in rows[:_NAMESAKES_MAX]]
    return tuple(p for p in found if entries.same_name(p.name, name))


def known(addresses: Collection[str]) -> set[str]:
    """Those of these addresses that somebody active has, in lower case. Raises
    DirectoryUnavailable, also when a branch is absent: nobody is missing then."""
    names, wanted = entries.names(), sorted(addresses)
    kinds = [names[kind] for kind in ("mail", "alternate", "equivalent")]
    found: set[str] = set()
    with reader() as connection:
        for start in range(0, len(wanted), _AT_ONCE):
            matches = "".join(
                ldap.filter.filter_format(f"({kind}=%s)", [address])
                for address in wanted[start : start + _AT_ONCE]
                for kind in kinds
            )
            pattern = f"(&(|{matches}){settings.LDAP_ACTIVE_FILTER})"
            for branch in settings.LDAP_BRANCHES:
                rows = _all(connection, branch["base"], pattern, kinds)
                found |= {a.lower() for _dn, row in rows for a in _values(row, kinds)}
    return found & {address.lower() for address in addresses}


def _values(entry: dict[str, list[bytes]], kinds: list[str]) -> list[str]:
    return [value for kind in kinds for value in entries.every(entry, kind)]


def authenticate(identifier: str, password: str) -> SignIn:
    """Bind as the person. Raises SignInRefused (and its children), and
    DirectoryUnavailable. A password equal to the NUMEN must be changed.

    A functional entry never signs in, even with its right password: it would be a
    shared one.
    """
    if not password or "\0" in password:
        raise SignInRefused
    with reader() as connection:
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
    with reader() as connection:
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
    with reader() as connection:
        person = _find(connection, identifier)
        numen = _numen(connection, person) if person else ""
    return bool(numen) and numen.upper() in password.upper()


def groups_of(person: Person) -> Mapping[str, str]:
    """The groups below LDAP_GROUP_BASE that name this person: {cn: role}."""
    with reader() as connection:
        return _groups(connection, person)


def standings(uids: Collection[str]) -> dict[str, Standing]:
    """Those of these people who are active. All groups are read once, page by page.
    Raises DirectoryUnavailable, also when there are more groups than can be read."""
    with reader() as connection:
        people = active(connection, sorted(uids))
        names = {_canonical(person.dn): uid for uid, person in people.items()}
        groups = _all_groups(connection, names)
    return {uid: Standing(person, groups[uid]) for uid, person in people.items()}


# --- Connections --------------------------------------------------------------------
@contextmanager
def reader(seconds: float | None = None) -> Iterator[LDAPObject]:
    """A connection bound as the account that only reads, closed at the end."""
    with _connected(seconds or settings.LDAP_TIMEOUT) as connection:
        _bind_reader(connection)
        yield connection


@contextmanager
def _connected(seconds: float) -> Iterator[LDAPObject]:
    """An unbound connection, TLS verified. What the caller does not map itself means
    that the directory cannot be used now."""
    try:
        connection = ldap.initialize(settings.LDAP_URI)
        connection.set_option(ldap.OPT_REFERRALS, 0)
        connect = min(seconds, _CONNECT_SECONDS)
        connection.set_option(ldap.OPT_NETWORK_TIMEOUT, connect)
        connection.set_option(ldap.OPT_TIMEOUT, seconds)
        connection.timeout = seconds
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
    pattern = filters.identified(identifier)
    if pattern is None:
        return None
    wanted = list(entries.names().values())
    for branch in settings.LDAP_BRANCHES:
        rows = _search(connection, branch["base"], pattern, wanted)
        if len(rows) > 1:
            # an alias of one is the address of another: neither may open the other's
            logger.warning("ambiguous identifier", extra={"server": "ldap"})
            return None
        if rows:
            return entries.person_of(*rows[0], cast(BranchKind, branch["kind"]))
    return None


def _all(
    connection: LDAPObject, base: str, pattern: str, wanted: list[str]
) -> list[tuple[str, dict[str, list[bytes]]]]:
    """Like `_search`, where an absent branch may not read as «nobody there»."""
    try:
        rows = connection.search_ext_s(base, ldap.SCOPE_SUBTREE, pattern, wanted)
    except ldap.NO_SUCH_OBJECT as error:
        raise DirectoryUnavailable from error
    return [(dn, attributes) for dn, attributes in rows if dn]


def _search(
    connection: LDAPObject, base: str, pattern: str, wanted: list[str]
) -> list[tuple[str, dict[str, list[bytes]]]]:
    try:
        return _all(connection, base, pattern, wanted)
    except DirectoryUnavailable:
        return []


def few(
    connection: LDAPObject, base: str, pattern: str, most: int
) -> list[tuple[str, dict[str, list[bytes]]]]:
    """The first entries that a server gives: one page (RFC 2696), which is no error
    where there are more. An absent branch has none."""
    control = SimplePagedResultsControl(False, size=most, cookie=b"")
    wanted = [*entries.names().values(), *entries.OF_GROUPS]
    try:
        asked = connection.search_ext(
            base, ldap.SCOPE_SUBTREE, pattern, wanted, serverctrls=[control]
        )
        rows = connection.result3(asked)[1]
    except ldap.NO_SUCH_OBJECT:
        return []
    return [(dn, attributes) for dn, attributes in rows if dn][:most]


def _groups(connection: LDAPObject, person: Person) -> dict[str, str]:
    """One search for each role, the strongest last: the server compares the names."""
    found: dict[str, str] = {}
    if not settings.LDAP_GROUP_BASE:
        return found
    for attribute, role in settings.LDAP_GROUP_ROLES.items():
        pattern = ldap.filter.filter_format("(%s=%s)", [attribute, person.dn])
        rows = _search(connection, settings.LDAP_GROUP_BASE, pattern, ["cn"])
        found |= {entries.first(entry, "cn").lower(): role for _dn, entry in rows}
    return found


def active(connection: LDAPObject, uids: list[str]) -> dict[str, Person]:
    """The entry of each in the first branch that knows it, as `find` does."""
    names, found = entries.names(), dict[str, Person]()
    for start in range(0, len(uids), _AT_ONCE):
        matches = "".join(
            ldap.filter.filter_format("(%s=%s)", [names["uid"], uid])
            for uid in uids[start : start + _AT_ONCE]
        )
        pattern = f"(&(|{matches}){settings.LDAP_ACTIVE_FILTER})"
        for branch in settings.LDAP_BRANCHES:
            rows = _all(connection, branch["base"], pattern, list(names.values()))
            people = [entries.person_of(*row, branch["kind"]) for row in rows]
            # the first branch that knows somebody has the last word
            found = {person.uid: person for person in people} | found
    return found


def _all_groups(
    connection: LDAPObject, names: Mapping[str, str]
) -> defaultdict[str, dict[str, str]]:
    """{uid: {cn: role}}, the strongest role of each; `names` are {DN: uid}."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    if not settings.LDAP_GROUP_BASE:
        return found
    roles = settings.LDAP_GROUP_ROLES
    order = list(roles.values())
    pattern = "(|" + "".join(f"({attribute}=*)" for attribute in roles) + ")"
    for group in _pages(connection, settings.LDAP_GROUP_BASE, pattern, ["cn", *roles]):
        name = entries.first(group, "cn").lower()
        for attribute, role in roles.items():
            for dn in entries.every(group, attribute):
                if uid := names.get(_canonical(dn)):
                    held = found[uid].get(name, role)
                    # two groups of one name: the stronger role, as at sign-in
                    found[uid][name] = max(held, role, key=order.index)
    return found


def _pages(
    connection: LDAPObject, base: str, pattern: str, wanted: list[str]
) -> Iterator[dict[str, list[bytes]]]:
    """The entries below a base that must be there, by pages (RFC 2696): servers answer
    only so many at once."""
    control = SimplePagedResultsControl(False, size=_PAGE, cookie=b"")
    for _number in range(_PAGES_MAX):
        asked = connection.search_ext(
            base, ldap.SCOPE_SUBTREE, pattern, wanted, serverctrls=[control]
        )
        _kind, rows, _id, controls = connection.result3(asked)
        yield from (attributes for dn, attributes in rows if dn)
        pages = (c for c in controls if isinstance(c, SimplePagedResultsControl))
        control.cookie = next((page.cookie for page in pages), b"")
        if not control.cookie:
            return
    raise DirectoryUnavailable


def _canonical(dn: str) -> str:
    """One spelling of a name: the server compares without case and runs of blanks."""
    try:
        parts = ldap.dn.str2dn(dn)
    except ldap.DECODING_ERROR:
        return ""
    folded = [
        [
            (kind.lower(), " ".join(value.casefold().split()), 1)
            for kind, value, _ in rdn
        ]
        for rdn in parts
    ]
    return str(ldap.dn.dn2str(folded))


def _numen(connection: LDAPObject, person: Person) -> str:
    rows = connection.search_ext_s(
        person.dn, ldap.SCOPE_BASE, "(objectClass=*)", [_NUMEN]
    )
    return entries.first(rows[0][1], _NUMEN) if rows else ""


def _same(numen: str, password: str) -> bool:
    return hmac.compare_digest(numen.upper().encode(), password.upper().encode())
