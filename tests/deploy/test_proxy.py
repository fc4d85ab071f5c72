"""The proxy's configuration, as text (docs/install.md says where it was run)."""

from __future__ import annotations

import re
from pathlib import Path

from django.urls import resolve

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = re.sub(r"#.*", "", (ROOT / "deploy/nginx.conf").read_text("utf-8"))


def block(name: str) -> str:
    """The innermost block that opens with this line."""
    found = re.search(rf"{re.escape(name)} \{{([^{{}}]*)\}}", TEXT)
    assert found, name
    return found[1]


def test_events_are_not_held_back() -> None:
    stream = block("location = /evenements/")
    assert "proxy_pass http://live;" in stream
    assert "proxy_buffering off;" in stream


def test_all_else_goes_to_the_site() -> None:
    assert "proxy_pass http://web;" in TEXT
    assert resolve("/sante/").url_name == "health"


def test_it_tells_the_site_where_a_request_comes_from() -> None:
    sent = dict(re.findall(r"proxy_set_header (\S+) (\S+);", TEXT))
    assert sent["Host"] == "$http_host"
    assert sent["X-Forwarded-For"] == "$proxy_add_x_forwarded_for"
    assert sent["X-Forwarded-Proto"] == "$scheme"
    assert sent["X-Forwarded-Host"] == '""'


def test_it_logs_no_address_and_compresses_no_page() -> None:
    assert "access_log off;" in TEXT
    assert "error_log /dev/stderr crit;" in TEXT
    assert "gzip off;" in TEXT


def test_it_speaks_modern_tls_only() -> None:
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in TEXT


def test_it_reads_the_ports_that_the_services_listen_on() -> None:
    compose = (ROOT / "docker-compose.yml").read_text("utf-8")
    for upstream in re.findall(r"server (web|live):(\d+);", TEXT):
        assert f"{upstream[0].upper()}_BIND: 0.0.0.0:{upstream[1]}" in compose
