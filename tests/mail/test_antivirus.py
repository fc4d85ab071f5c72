"""The scanner: a fake clamd that speaks INSTREAM."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from mail.antivirus import Infected, ScannerUnavailable
from mail.uploads import Shelf

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR"


class Clamd(socketserver.StreamRequestHandler):
    """`says` instead of a verdict, when it is set."""

    says: bytes | None = None
    seen: list[bytes]

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        got = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            got += self.rfile.read(size)
        type(self).seen.append(got)
        verdict = b"stream: Eicar-Signature FOUND" if EICAR in got else b"stream: OK"
        self.wfile.write((verdict if self.says is None else self.says) + b"\0")


@pytest.fixture
def clamd(settings: Settings, tmp_path: Path) -> Iterator[type[Clamd]]:
    handler = type("Handler", (Clamd,), {"seen": []})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.CLAMD_SOCKET = f"127.0.0.1:{server.server_address[1]}"
        settings.UPLOAD_ROOT = str(tmp_path)
        yield handler
        server.shutdown()


def shelve(data: bytes) -> Shelf:
    shelf = Shelf(1, "a" * 32)
    shelf.add([SimpleUploadedFile("devoir.txt", data, "text/plain")])
    return shelf


def test_every_octet_is_shown_to_the_scanner(clamd: type[Clamd]) -> None:
    data = b"x" * 200_000
    assert len(shelve(data).files()) == 1
    assert clamd.seen == [data]


@pytest.mark.usefixtures("clamd")
def test_a_virus_is_refused_by_the_name_of_its_file() -> None:
    with pytest.raises(Infected, match=r"devoir\.txt.*contient un virus"):
        shelve(EICAR)
    assert not list(Shelf(1, "a" * 32).folder.iterdir())


@pytest.mark.parametrize("says", [b"", b"INSTREAM size limit exceeded. ERROR"])
def test_no_verdict_is_not_a_good_one(clamd: type[Clamd], says: bytes) -> None:
    clamd.says = says
    with pytest.raises(ScannerUnavailable, match=r"devoir\.txt"):
        shelve(b"x")


def test_an_institution_may_go_on_without_a_scanner(
    settings: Settings, tmp_path: Path
) -> None:
    settings.UPLOAD_ROOT = str(tmp_path)
    settings.CLAMD_SOCKET = str(tmp_path / "nobody")
    with pytest.raises(ScannerUnavailable):
        shelve(b"x")
    settings.CLAMD_UNREACHABLE = "accept"
    assert len(shelve(b"x").files()) == 1
