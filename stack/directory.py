"""Writes entries of the stack's LDAP directory: the cast, and new people of tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import ldap
import ldap.controls
import ldap.modlist

from stack.accounts import BASE_DN, POLICIES_DN, ROOT_DN, ROOT_PASSWORD
from stack.layout import HOST, Layout
from stack.people import FunctionalMailbox, MailingList, Person

Attributes = dict[str, list[bytes]]
Entry = tuple[str, Attributes]
# lets the root account write pwdReset and the like (draft zeilenga-ldap-relax)
RELAX = ldap.controls.LDAPControl("1.3.6.1.4.1.4203.666.5.12", True, None)
FOR_EVER = "000001010000Z"


@contextmanager
def opened(layout: Layout) -> Iterator[Any]:
    """A connection of the root account."""
    connection = ldap.initialize(f"ldap://{HOST}:{layout.ports['ldap']}")
    connection.set_option(ldap.OPT_NETWORK_TIMEOUT, 5)
    connection.simple_bind_s(ROOT_DN, ROOT_PASSWORD)
    try:
        yield connection
    finally:
        connection.unbind_s()


def add(layout: Layout, entries: Iterable[Entry]) -> None:
    with opened(layout) as connection:
        for dn, attributes in entries:
            modlist = ldap.modlist.addModlist(attributes)
            connection.add_ext_s(dn, modlist, serverctrls=[RELAX])


def change(layout: Layout, dn: str, **attributes: str | list[str] | None) -> None:
    """Replace attributes of an entry; None or [] removes one."""
    with opened(layout) as connection:
        modlist = [
            (ldap.MOD_REPLACE, name, _bytes(value) or None)
            for name, value in attributes.items()
        ]
        connection.modify_ext_s(dn, modlist, serverctrls=[RELAX])


def values(layout: Layout, dn: str) -> dict[str, list[str]]:
    """An entry with its operational attributes."""
    with opened(layout) as connection:
        [(_, found)] = connection.search_s(dn, ldap.SCOPE_BASE, attrlist=["*", "+"])
    return {name: [v.decode() for v in held] for name, held in found.items()}


def person_entry(person: Person) -> Entry:
    school = person.school
    rne = f"{school.uai}$UAJ$PU${person.title}${school.uai}$T3${school.kind}$340"
    responsible = f"{school.uai}$UAJ$PU$N$T3${school.kind}$340" if person.heads else "X"
    return person.dn, _attributes(
        objectClass=[
            "inetOrgPerson",
            "educationnationale",
            "inetUser",
            "inetMailUser",
        ],
        uid=person.uid,
        cn=person.name,
        sn=person.surname,
        givenName=person.given,
        displayName=person.name,
        nompatro=person.birth_name,
        employeeNumber=person.numen,
        mail=person.address,
        mailEquivalentAddress=list(person.aliases),
        mailQuota=str(person.quota),
        title=person.title,
        discipline=person.discipline,
        ou=school.name,
        rne=school.uai,
        rneextract=school.uai,
        FrEduRne=rne,
        FrEduRneResp=responsible,
        FrEduFonctAdm=person.administrative,
        finfonction=person.ends_on,
        userPassword=person.password,
        **_state(person),
    )


def _state(person: Person) -> dict[str, str]:
    status = "inactive" if person.state == "inactive" else "active"
    held = {"inetUserStatus": status, "mailUserStatus": status}
    if person.state == "first sign-in":
        held["pwdReset"] = "TRUE"
    if person.state == "locked":
        held["pwdAccountLockedTime"] = FOR_EVER
    if person.state == "expired":
        held["pwdPolicySubentry"] = f"cn=expired,{POLICIES_DN}"
    return held


def mailbox_entries(mailbox: FunctionalMailbox) -> list[Entry]:
    """The account of the mailbox, and the group of those who open it."""
    kind, _, uai = mailbox.local.partition(".")
    account = _attributes(
        objectClass=[
            "inetOrgPerson",
            "educationnationale",
            "inetUser",
            "inetMailUser",
        ],
        uid=mailbox.login,
        cn=f"{kind} {uai}".strip(),
        sn=uai or kind,
        givenName=kind,
        displayName=mailbox.name,
        ou=mailbox.school.uai,
        rne=mailbox.school.uai,
        mail=mailbox.address,
        mailQuota=str(mailbox.quota),
        inetUserStatus="active",
        mailUserStatus="active",
        userPassword=mailbox.password,
    )
    group = _attributes(
        objectClass=["groupOfNames", "mailboxGroup"],
        cn=mailbox.login,
        mail=mailbox.address,
        description=mailbox.name,
        owner=mailbox.owner.dn,
        member=[person.dn for person in mailbox.writers],
        mailboxReader=[person.dn for person in mailbox.readers],
    )
    return [(mailbox.dn, account), (mailbox.group_dn, group)]


def list_entry(mailing_list: MailingList) -> Entry:
    return mailing_list.dn, _attributes(
        objectClass=["groupOfNames", "inetMailGroup"],
        cn=mailing_list.local,
        description=mailing_list.name,
        mail=mailing_list.address,
        owner=mailing_list.owner.dn,
        member=[person.dn for person in mailing_list.members],
        inetMailGroupStatus="active",
        mgmanHidden="false",
    )


def branch_entry(dn: str) -> Entry:
    name = dn.split(",", 1)[0].removeprefix("ou=")
    return dn, _attributes(objectClass="organizationalUnit", ou=name)


def service_entry(dn: str, password: str) -> Entry:
    return dn, _attributes(
        objectClass=["organizationalRole", "simpleSecurityObject"],
        cn=dn.split(",", 1)[0].removeprefix("cn="),
        userPassword=password,
        # neither locked nor expired: one attacker could shut the whole site out
        pwdPolicySubentry=f"cn=services,{POLICIES_DN}",
    )


def policy_entry(name: str, **rules: str) -> Entry:
    return f"cn={name},{POLICIES_DN}", _attributes(
        objectClass=["organizationalRole", "pwdPolicy"],
        cn=name,
        pwdAttribute="userPassword",
        **rules,
    )


def _attributes(**given: str | list[str]) -> Attributes:
    """Those that hold something, as bytes."""
    return {name: held for name, value in given.items() if (held := _bytes(value))}


def _bytes(value: str | list[str] | None) -> list[bytes]:
    held = [value] if isinstance(value, str) else value or []
    return [item.encode() for item in held if item]


__all__ = [
    "BASE_DN",
    "add",
    "branch_entry",
    "change",
    "list_entry",
    "mailbox_entries",
    "opened",
    "person_entry",
    "policy_entry",
    "service_entry",
    "values",
]
