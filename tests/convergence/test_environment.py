from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from convergence import environment


def test_it_reads_a_secret_from_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "key"
    secret.write_text("from the file\n")
    monkeypatch.setenv("A_KEY_FILE", str(secret))
    assert environment.text("A_KEY") == "from the file"


def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("A_KEY", raising=False)
    with pytest.raises(ImproperlyConfigured, match="A_KEY"):
        environment.text("A_KEY")


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (environment.number, "ten"),
        (environment.number, "-1"),
        (environment.boolean, "maybe"),
        (environment.structure, "{"),
    ],
)
def test_a_value_that_cannot_be_read_is_named(
    reader: object, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_SETTING", value)
    with pytest.raises(ImproperlyConfigured, match="A_SETTING"):
        reader("A_SETTING")  # type: ignore[operator]


def test_a_choice_outside_the_list_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_CHOICE", "ssl3")
    with pytest.raises(ImproperlyConfigured, match="starttls"):
        environment.choice("A_CHOICE", ("off", "starttls"), "off")


def test_a_secret_that_is_no_text_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "key"
    secret.write_bytes(b"\xff\xfe")
    for path in (secret, tmp_path / "absent"):
        monkeypatch.setenv("A_KEY_FILE", str(path))
        with pytest.raises(ImproperlyConfigured, match="A_KEY_FILE"):
            environment.text("A_KEY")


def test_hours_are_read_and_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.hours("ABSENT_HOURS", "07:30-19:00") == (time(7, 30), time(19))
    for wrong in ("19:00-07:30", "07:30", "matin-soir"):
        monkeypatch.setenv("WRONG_HOURS", wrong)
        with pytest.raises(ImproperlyConfigured, match="WRONG_HOURS"):
            environment.hours("WRONG_HOURS", "07:30-19:00")
