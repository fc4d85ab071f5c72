"""The service accounts of the stack. Everybody knows them: loopback only."""

from __future__ import annotations

from stack.layout import DOMAIN

BASE_DN = "ou=ac-poitiers,ou=education,o=gouv,c=fr"
BRANCHES = (
    ("nominative", f"ou=personnels EN,{BASE_DN}"),
    ("functional", f"ou=fonctionnelles,{BASE_DN}"),
    ("other", f"ou=autres,{BASE_DN}"),
)
BRANCH_DN = dict(BRANCHES)
GROUPS_DN = f"ou=groupes,{BASE_DN}"
LISTS_DN = f"ou=listes,{BASE_DN}"
POLICIES_DN = f"ou=policies,{BASE_DN}"
SERVICES_DN = f"ou=services,{BASE_DN}"

ROOT_DN, ROOT_PASSWORD = f"cn=admin,{BASE_DN}", "svc-ldap-root"
# who reads what: conf/slapd/config.ldif
LDAP_SERVICES = {
    "convergence": "svc-ldap-convergence",
    "convergence-admin": "svc-ldap-admin",
    "dovecot": "svc-ldap-dovecot",
    "postfix": "svc-ldap-postfix",
    "radicale": "svc-ldap-radicale",
}
SERVICE_USER = "convergence"
MAIL_PASSWORD = "svc-mail-secret"
DAV_PASSWORD = "svc-dav-secret"
REDIS_PASSWORD = "svc-redis-secret"


def service_dn(name: str) -> str:
    return f"cn={name},{SERVICES_DN}"


def address(local: str) -> str:
    return f"{local}@{DOMAIN}"
