"""Attachments, pictures of a message, and remote ones through the proxy."""

from __future__ import annotations

import io
import re
import tracemalloc
import zipfile
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from urllib.parse import unquote

import pytest
from django.http import HttpResponse, StreamingHttpResponse

from convergence.errors import InputRefused
from mail import fetcher, imaging
from mail.views.attachments import disposition
from tests.mail.test_imaging import claiming, picture
from tests.mail.views.conftest import Desk

pytestmark = pytest.mark.django_db


def message(data: bytes, kind: str = "octet-stream", **disposition: object) -> bytes:
    whole = MIMEMultipart()
    whole.attach(MIMEText("Ci-joint."))
    part = MIMEApplication(data, kind)
    if "/" in kind:
        part.replace_header("Content-Type", kind)
    part.add_header("Content-Disposition", "attachment", **disposition)  # type: ignore[arg-type]
    whole.attach(part)
    return whole.as_bytes()


def fetched(answer: HttpResponse) -> bytes:
    assert isinstance(answer, StreamingHttpResponse)
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/xml"])
def test_nothing_is_shown_in_our_origin(desk: Desk, kind: str) -> None:
    uid = desk.box.deliver(message(b"<script>alert(1)</script>", kind, filename="a.x"))
    answer = desk.get(rest=f"{uid}/pieces/2/")
    assert fetched(answer) == b"<script>alert(1)</script>"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("élève 1.pdf", "_l_ve 1.pdf"),
        ('a";x="b.pdf', "a__x=_b.pdf"),
        ("100%41.pdf", "100_41.pdf"),
        ("表.pdf", "_.pdf"),
        (r"a\b.pdf", "a_b.pdf"),
    ],
)
def test_a_name_is_told_in_both_forms(name: str, plain: str) -> None:
    value = disposition(name)
    found = re.fullmatch(
        r"attachment; filename=\"([^\"]*)\"; filename\*=UTF-8''(.*)", value
    )
    assert found
    assert found[1].replace(";", "_") == plain
    assert unquote(found[2]) == name
    assert value.isascii()


def test_the_name_of_the_structure_is_listed_and_given(desk: Desk) -> None:
    name = ("utf-8", "", "Relevé n° 3 – été.pdf")
    uid = desk.box.deliver(message(b"%PDF", filename=name))
    assert "Relevé n° 3 – été.pdf" in desk.get(rest=f"{uid}/").content.decode()
    answer = desk.get(rest=f"{uid}/pieces/2/")
    given = answer.headers["Content-Disposition"].partition("''")[2]
    assert unquote(given) == "Relevé n° 3 – été.pdf"
    assert fetched(answer) == b"%PDF"


def test_a_large_file_is_streamed_in_little_memory(desk: Desk) -> None:
    data = bytes(range(256)) * (8 * 4096)
    uid = desk.box.deliver(message(data, filename="a.bin"))
    answer = desk.get(rest=f"{uid}/pieces/2/")
    assert isinstance(answer, StreamingHttpResponse)
    tracemalloc.start()
    count = sum(len(piece) for piece in answer.streaming_content)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == len(data) == 8 * 1024 * 1024
    assert peak < 4 * 1024 * 1024


@pytest.mark.parametrize("part", ["9", "2.1", "1.1.1"])
def test_a_part_that_is_not_there(desk: Desk, part: str) -> None:
    uid = desk.box.deliver(message(b"x"))
    assert desk.get(rest=f"{uid}/pieces/{part}/").status_code == 404


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"<svg onload=alert(1)>", "image/svg+xml"),
        (b"<script>alert(1)</script>", "image/png"),
        (b"<script>alert(1)</script>", "text/html"),
        (claiming(30_000, 30_000), "image/png"),
    ],
)
def test_only_pictures_are_shown_as_pictures(
    desk: Desk, data: bytes, kind: str
) -> None:
    uid = desk.box.deliver(message(data, kind))
    assert desk.get(rest=f"{uid}/images/2/").status_code == 404


def test_a_picture_is_shown_with_its_type(desk: Desk) -> None:
    uid = desk.box.deliver(message(picture(), "image/png"))
    answer = desk.get(rest=f"{uid}/images/2/")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content == picture()


def test_a_remote_picture_comes_through_us(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fetch(url: str, *, person: int) -> imaging.Picture:
        asked.append(url)
        return imaging.Picture("image/png", b"pixels")

    monkeypatch.setattr(fetcher, "image", fetch)
    address = imaging.proxied("https://pictures.test/a.png")
    answer = desk.visitor.get(str(address))
    assert (answer.content, asked) == (b"pixels", ["https://pictures.test/a.png"])
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_busy_proxy_says_when_to_ask_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetcher, "AT_ONCE", 0)
    answer = desk.visitor.get(str(imaging.proxied("https://pictures.test/a.png")))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"].isdigit()


def test_an_address_that_we_did_not_sign_is_not_fetched(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(fetcher, "image")
    assert desk.visitor.get("/images/aHR0cDovL2EudGVzdC8").status_code == 404


def test_our_own_servers_are_never_fetched(desk: Desk) -> None:
    address = str(imaging.proxied("http://127.0.0.1:8080/"))
    answer = desk.visitor.get(address)
    assert answer.status_code == InputRefused.status


def test_the_proxy_is_for_people_who_have_signed_in(desk: Desk) -> None:
    address = str(imaging.proxied("https://pictures.test/a.png"))
    desk.visitor.cookies.clear()
    answer = desk.visitor.get(address)
    assert answer.status_code == 302
    assert "/connexion/" in answer.headers["Location"]


def test_all_files_come_in_one_zip(desk: Desk) -> None:
    whole = MIMEMultipart()
    whole["Subject"] = "Relevés / été"
    for data in (b"un", b"deux"):
        part = MIMEApplication(data)
        part.add_header("Content-Disposition", "attachment", filename="a.txt")
        whole.attach(part)
    uid = desk.box.deliver(whole.as_bytes())
    answer = desk.get(rest=f"{uid}/pieces/")
    assert "zip" in answer.headers["Content-Disposition"]
    made = zipfile.ZipFile(io.BytesIO(fetched(answer)))
    assert made.namelist() == ["a.txt", "a (2).txt"]
    assert made.read("a (2).txt") == b"deux"


def test_a_message_without_files_has_no_zip(desk: Desk) -> None:
    uid = desk.box.deliver(b"Subject: x\r\n\r\nBonjour\r\n")
    assert desk.get(rest=f"{uid}/pieces/").status_code == 404
