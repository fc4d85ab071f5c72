"""deploy/make-secrets, run in a copy of its folder."""

from __future__ import annotations

import shutil
import stat
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def deploy(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "deploy/make-secrets", tmp_path)
    return tmp_path


def run(deploy: Path) -> dict[str, str]:
    subprocess.run([str(deploy / "make-secrets")], check=True, capture_output=True)
    return {
        path.name: path.read_text("utf-8") for path in (deploy / "secrets").iterdir()
    }


def test_it_draws_secrets_that_fit_together(deploy: Path) -> None:
    made = run(deploy)
    assert len(made["secret_key"]) == 64
    assert made["postgres_password"] in made["database_url"]
    assert made["redis_password"] in made["redis_url"]
    assert "BEGIN CERTIFICATE" in made["tls_certificate"]
    assert made["ldap_bind_password"] == ""


def test_it_keeps_what_is_there(deploy: Path) -> None:
    first = run(deploy)
    (deploy / "secrets/ldap_bind_password").write_text("de-la-maison", "utf-8")
    assert run(deploy) == first | {"ldap_bind_password": "de-la-maison"}


def test_others_cannot_enter(deploy: Path) -> None:
    run(deploy)
    assert stat.S_IMODE((deploy / "secrets").stat().st_mode) == 0o700
