"""The documentation knows every variable, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from tests.deploy.variables import known, of_settings

ROOT = Path(__file__).resolve().parent.parent.parent


def documented() -> list[str]:
    text = (ROOT / "docs/configure.md").read_text("utf-8")
    firsts = [
        line.split("|")[1] for line in text.splitlines() if line.startswith("| `")
    ]
    return re.findall(r"`([A-Z_]+)`", " ".join(firsts))


def test_every_variable_is_documented_once() -> None:
    assert len(of_settings()) > 50
    assert sorted(documented()) == sorted(known())


def test_the_example_sets_known_variables_and_no_secret() -> None:
    text = (ROOT / "deploy/site.env.example").read_text("utf-8")
    names = set(re.findall(r"^([A-Z_]+)=", text, re.MULTILINE))
    assert {"NOMINATIVE_HOST", "HTTPS", "IMAP_HOST", "LDAP_URI"} <= names <= known()
    assert not {name for name in names if "PASSWORD" in name or "SECRET" in name}
