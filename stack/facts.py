"""What programs outside need to know: stack.json, and the site's environment."""

from __future__ import annotations

import json
from typing import Any

from stack import cast
from stack.accounts import (
    BASE_DN,
    BRANCHES,
    DAV_PASSWORD,
    GROUPS_DN,
    LDAP_SERVICES,
    LISTS_DN,
    MAIL_PASSWORD,
    REDIS_PASSWORD,
    ROOT_DN,
    ROOT_PASSWORD,
    SERVICE_USER,
    service_dn,
)
from stack.layout import DOMAIN, HOST, Layout
from stack.people import FunctionalMailbox, Person


def facts(layout: Layout) -> dict[str, Any]:
    return {
        "layout": layout.saved(),
        "host": HOST,
        "ports": layout.ports,
        "domain": DOMAIN,
        "mta": layout.mta,
        "full_text": layout.full_text,
        "ca": str(layout.path("pki", "ca.pem")),
        "outside": str(layout.path("outside")),
        "ldap": {
            "base": BASE_DN,
            "root": {"dn": ROOT_DN, "password": ROOT_PASSWORD},
            "services": {
                name: {"dn": service_dn(name), "password": password}
                for name, password in LDAP_SERVICES.items()
            },
        },
        "mail": {"service_user": SERVICE_USER, "service_password": MAIL_PASSWORD},
        "dav": {"service_user": SERVICE_USER, "service_password": DAV_PASSWORD},
        "redis": {"password": REDIS_PASSWORD},
        "people": [_person(person) for person in cast.PEOPLE],
        "mailboxes": [_mailbox(mailbox) for mailbox in cast.MAILBOXES],
        "lists": [{"address": li.address, "name": li.name} for li in cast.LISTS],
    }


def environment(layout: Layout) -> dict[str, str]:
    """The variables that make convergence/settings.py use this stack."""
    ports = layout.ports
    ca = str(layout.path("pki", "ca.pem"))
    return {
        "MAIL_DOMAIN": DOMAIN,
        "REDIS_URL": f"redis://:{REDIS_PASSWORD}@{HOST}:{ports['redis']}/0",
        "LDAP_URI": f"ldap://{HOST}:{ports['ldap']}",
        "LDAP_STARTTLS": "1",
        "LDAP_CA_FILE": ca,
        "LDAP_BIND_DN": service_dn("convergence"),
        "LDAP_BIND_PASSWORD": LDAP_SERVICES["convergence"],
        "LDAP_BRANCHES": json.dumps(
            [{"base": base, "kind": kind} for kind, base in BRANCHES]
        ),
        "LDAP_GROUP_BASE": GROUPS_DN,
        "LDAP_LIST_BASE": LISTS_DN,
        # loopback: STARTTLS and IMAPS work too, with this authority
        "IMAP_HOST": HOST,
        "IMAP_PORT": str(ports["imap"]),
        "IMAP_TLS": "off",
        "IMAP_CA_FILE": ca,
        "IMAP_SERVICE_USER": SERVICE_USER,
        "IMAP_SERVICE_PASSWORD": MAIL_PASSWORD,
        "SMTP_HOST": HOST,
        "SMTP_PORT": str(ports["submission"]),
        "SMTP_TLS": "off",
        "SMTP_CA_FILE": ca,
        "SMTP_SERVICE_USER": SERVICE_USER,
        "SMTP_SERVICE_PASSWORD": MAIL_PASSWORD,
        "SIEVE_HOST": HOST,
        "SIEVE_PORT": str(ports["sieve"]),
        "DAV_URL": f"http://{HOST}:{ports['dav']}/",
        "DAV_SERVICE_USER": SERVICE_USER,
        "DAV_SERVICE_PASSWORD": DAV_PASSWORD,
    }


def _person(person: Person) -> dict[str, Any]:
    return {
        "uid": person.uid,
        "password": person.password,
        "name": person.name,
        "address": person.address,
        "branch": person.branch,
        "state": person.state,
        "purpose": person.purpose,
    }


def _mailbox(mailbox: FunctionalMailbox) -> dict[str, Any]:
    return {
        "login": mailbox.login,
        "address": mailbox.address,
        "name": mailbox.name,
        "uai": mailbox.school.uai,
        "owner": mailbox.owner.uid,
        "members": [person.uid for person in mailbox.members],
        "readers": [person.uid for person in mailbox.readers],
    }
