"""The health check of the containers, against a real server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from deploy.healthy import main


class Site(BaseHTTPRequestHandler):
    """Refuses unknown hosts, as ours does."""

    def do_GET(self) -> None:
        known = self.headers["Host"] == "messagerie.example.test"
        well = known and self.path == "/sante/"
        self.send_response(200 if well else 400)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_it_asks_by_the_name_of_the_door(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOMINATIVE_HOST", "messagerie.example.test")
    assert main(f"{url}/sante/") == 0
    monkeypatch.setenv("NOMINATIVE_HOST", "other.test")
    assert main(f"{url}/sante/") == 1


def test_what_does_not_answer_is_not_well() -> None:
    assert main("http://127.0.0.1:1/sante/") == 1
