from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from convergence.database import configuration


def test_all_parts_are_percent_decoded() -> None:
    url = "postgresql://us%40er:p%40ss%2F%23%25@db.example.test:5433/na%20me"
    found = configuration(url)
    assert (found["USER"], found["PASSWORD"]) == ("us@er", "p@ss/#%")
    assert (found["HOST"], found["PORT"]) == ("db.example.test", 5433)
    assert found["NAME"] == "na me"


def test_the_options_reach_the_library() -> None:
    url = "postgres://u:p@h/n?sslmode=require&sslrootcert=%2Fetc%2Fca.pem"
    options = configuration(url)["OPTIONS"]
    assert options["sslmode"] == "require"
    assert options["sslrootcert"] == "/etc/ca.pem"
    assert options["connect_timeout"] == 5
    assert (
        configuration(f"{url}&connect_timeout=9")["OPTIONS"]["connect_timeout"] == "9"
    )


def test_sqlite_has_a_path(tmp_path: Path) -> None:
    assert configuration("sqlite:////srv/a%20b")["NAME"].endswith("/srv/a b")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://u:s3cret@h/n", "mysql"),
        ("s3cret", "nothing"),
        ("postgresql://u:s3cret@h/", "name"),
        ("postgresql://u:s3cret@h:port/n", "port"),
        ("postgresql://u:s3c#ret@h/n", "%23|port"),
        ("postgresql://u:s3cret@h/n?sslmod=require", "libpq"),
        ("postgresql://u:s3cret@h/n?sslmode", "libpq"),
        ("sqlite:///", "path"),
        ("sqlite:////srv/x?mode=ro", "path"),
        ("sqlite://srv/x", "path"),
    ],
)
def test_what_it_cannot_use_is_refused_without_the_password(
    url: str, reason: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=reason) as caught:
        configuration(url)
    assert "DATABASE_URL" in str(caught.value)
    assert "s3cret" not in str(caught.value)
