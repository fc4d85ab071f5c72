"""The settings as a process reads them at its start."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from convergence import settings

SECRETS = (
    "SECRET_KEY",
    "LDAP_BIND_PASSWORD",
    "IMAP_SERVICE_PASSWORD",
    "SMTP_SERVICE_PASSWORD",
)


def loaded() -> dict[str, Any]:
    return runpy.run_path(settings.__file__)


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment of a site that serves, with all secrets."""
    for name in ("DEBUG", "TESTING"):
        monkeypatch.setenv(name, "0")
    for name in SECRETS:
        monkeypatch.setenv(name, f"the {name}")
    monkeypatch.setenv("LDAP_BIND_DN", "cn=convergence")
    return monkeypatch


def test_a_site_that_serves_has_its_secrets(production: pytest.MonkeyPatch) -> None:
    found = loaded()
    assert [found[name] for name in SECRETS] == [f"the {name}" for name in SECRETS]


@pytest.mark.parametrize("name", SECRETS)
def test_a_missing_or_empty_secret_stops_the_start(
    production: pytest.MonkeyPatch, name: str, tmp_path: Path
) -> None:
    production.delenv(name)
    with pytest.raises(ImproperlyConfigured, match=name):
        loaded()
    file = tmp_path / "secret"
    file.write_text("\n")
    production.setenv(f"{name}_FILE", str(file))
    with pytest.raises(ImproperlyConfigured, match=name):
        loaded()
    file.write_text("of the file\n")
    assert loaded()[name] == "of the file"


def test_nobody_binds_without_a_name(production: pytest.MonkeyPatch) -> None:
    production.delenv("LDAP_BIND_PASSWORD")
    production.setenv("LDAP_BIND_DN", "")
    assert loaded()["LDAP_BIND_PASSWORD"] == ""


@pytest.mark.parametrize("switch", ["DEBUG", "TESTING"])
def test_development_needs_none(production: pytest.MonkeyPatch, switch: str) -> None:
    for name in SECRETS:
        production.delenv(name)
    production.setenv(switch, "1")
    assert loaded()["SECRET_KEY"]


BASE = "ou=gens,c=fr"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LDAP_GROUP_ROLES", {"member": "boss"}),
        ("LDAP_GROUP_ROLES", {"member": ["owner"]}),
        ("LDAP_GROUP_ROLES", ["member"]),
        ("LDAP_BRANCHES", []),
        ("LDAP_BRANCHES", [{"base": BASE}]),
        ("LDAP_BRANCHES", [{"base": "", "kind": "other"}]),
        ("LDAP_BRANCHES", [{"base": BASE, "kind": {}}]),
        ("LDAP_BRANCHES", [{"base": BASE, "kind": "functional"}]),
        ("LDAP_ATTRIBUTES", {"uai": 1}),
        ("CLOSED_LISTS", ["tous@ac.test"]),
        ("CLOSED_LISTS", {"Tous@ac.test": []}),
        ("CLOSED_LISTS", {"tous@ac.test": "recteur@ac.test"}),
        ("AUDIT_DAYS", 179),
        ("AUDIT_DAYS", 1096),
    ],
)
def test_a_value_of_the_wrong_shape_stops_the_start(
    production: pytest.MonkeyPatch, name: str, value: object
) -> None:
    production.setenv(name, json.dumps(value))
    with pytest.raises(ImproperlyConfigured, match=name):
        loaded()


@pytest.mark.parametrize("path", ["", "/", "admin", "/admin/", "a<b>/", "é/"])
def test_a_wrong_path_of_the_administration_stops_the_start(
    production: pytest.MonkeyPatch, path: str
) -> None:
    production.setenv("ADMIN_PATH", path)
    with pytest.raises(ImproperlyConfigured, match="ADMIN_PATH"):
        loaded()
