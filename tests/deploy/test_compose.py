"""The compose files, read as Compose reads them: least privileges, no surprise."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.variables import known

ROOT = Path(__file__).resolve().parent.parent.parent
SITE = ("web", "live", "worker", "beat", "migrate")
Document = dict[str, Any]


class Loader(yaml.SafeLoader):
    """`!reset` is Compose's own tag: the value goes away when files are merged."""


Loader.add_constructor("!reset", lambda _loader, _node: None)


def read(name: str) -> Document:
    document: Document = yaml.load((ROOT / name).read_text("utf-8"), Loader)
    return document


BASE = read("docker-compose.yml")
OVERLAY = read("docker-compose.stack.yml")
SERVICES: Document = BASE["services"]
ALL = {**SERVICES, "stack": OVERLAY["services"]["stack"]}


def test_it_has_its_processes() -> None:
    assert set(SERVICES) == {"proxy", *SITE, "postgres", "redis"}


@pytest.mark.parametrize("name", ALL)
def test_an_image_names_its_version(name: str) -> None:
    image, _, tag = ALL[name]["image"].partition(":")
    assert image
    assert re.match(r"\d", tag), f"{name}: {tag or 'latest'}"


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_no_power(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["read_only"] is True
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service["user"].startswith(("0", "root"))
    assert not {"privileged", "cap_add", "pid", "devices"} & set(service)


def test_the_stack_has_few_powers() -> None:
    stack = ALL["stack"]
    assert stack["cap_drop"] == ["ALL"]
    assert not {"SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE"} & set(stack["cap_add"])
    assert "privileged" not in stack


@pytest.mark.parametrize("name", [name for name in ALL if name != "migrate"])
def test_a_lasting_service_is_watched(name: str) -> None:
    check = ALL[name]["healthcheck"]
    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert ALL[name].get("restart", "unless-stopped") == "unless-stopped"


def test_the_site_waits_for_its_migrations() -> None:
    for name in SITE[:-1]:
        needed = SERVICES[name]["depends_on"]["migrate"]["condition"]
        assert needed == "service_completed_successfully"
    assert SERVICES["migrate"]["restart"] == "no"


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name, service in ALL.items() if "ports" in service] == ["proxy"]
    assert BASE["networks"]["back"]["internal"] is True
    for name in ("postgres", "redis"):
        assert SERVICES[name]["networks"] == ["back"]


def test_passwords_are_files() -> None:
    for name, service in SERVICES.items():
        secrets = {f"/run/secrets/{secret}" for secret in service.get("secrets", [])}
        for variable, value in service.get("environment", {}).items():
            if variable.endswith("_FILE"):
                assert value in secrets, f"{name}: {variable}"
            assert not re.search(r"PASSWORD$|SECRET_KEY$|_URL$", variable)


def test_every_secret_has_its_file() -> None:
    made = (ROOT / "deploy/make-secrets").read_text("utf-8")
    for name, secret in BASE["secrets"].items():
        assert secret["file"] == f"deploy/secrets/{name}"
        assert name in made


def test_it_sets_no_unknown_variable() -> None:
    names = {
        variable if variable in known() else variable.removesuffix("_FILE")
        for document in (BASE, OVERLAY)
        for name, service in document["services"].items()
        if name in SITE
        for variable in service.get("environment", {})
    }
    assert names
    assert names <= known()


def test_the_site_moves_into_the_network_of_the_stack() -> None:
    """Its servers listen on loopback only."""
    for name in SITE:
        service = OVERLAY["services"][name]
        assert service["network_mode"] == "service:stack"
        assert service["networks"] is None
    assert set(ALL["stack"]["networks"]["front"]["aliases"]) == {"web", "live"}


def test_the_overlay_says_what_the_stack_says(
    stack_environment: dict[str, str],
) -> None:
    given = OVERLAY["services"]["web"]["environment"]
    same = set(given) & set(stack_environment) - {"LDAP_CA_FILE"}
    assert {"LDAP_URI", "IMAP_PORT", "SMTP_SERVICE_PASSWORD", "DAV_URL"} <= same
    for name in same:
        assert given[name] == stack_environment[name], name


@pytest.fixture
def stack_environment(tmp_path: Path) -> dict[str, str]:
    from stack.facts import environment
    from stack.layout import Layout

    return environment(Layout.choose(tmp_path.parent, 10000, mta="relay"))
