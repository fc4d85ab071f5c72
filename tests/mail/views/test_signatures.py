"""Signatures as a reader sees them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.mail.test_smime import ADDRESS, Sign, keys, sign
from tests.mail.views.conftest import Desk, letter

__all__ = ["keys", "sign"]
pytestmark = pytest.mark.django_db


def told(desk: Desk, uid: int) -> str:
    answer = desk.get(rest=f"{uid}/signature/")
    assert answer.status_code == 200
    return answer.content.decode()


def of(address: str, message: bytes) -> bytes:
    return message.replace(b"x@y.test", address.encode())


def test_the_page_asks_for_the_signature_apart(desk: Desk, sign: Sign) -> None:
    uid = desk.box.deliver(sign())
    page = desk.get(rest=f"{uid}/").content.decode()
    assert f'hx-get="{desk.path(rest=f"{uid}/signature/")}"' in page
    assert "Bonjour, déjà 18 h." in page


def test_a_signature_is_told(
    desk: Desk, sign: Sign, keys: Path, settings: Settings
) -> None:
    settings.SMIME_CA_FILE = str(keys / "ca.pem")
    assert "Signé par Hélène Moreau." in told(
        desk, desk.box.deliver(of(ADDRESS, sign()))
    )
    assert "qui n’est pas l’expéditeur" in told(desk, desk.box.deliver(sign()))
    altered = sign().replace(b"18 h", b"19 h")
    assert "modifié après sa signature" in told(desk, desk.box.deliver(altered))


def test_a_text_inside_its_signature_is_shown(desk: Desk, sign: Sign) -> None:
    page = told(desk, desk.box.deliver(sign("-nodetach")))
    assert "certificat inconnu" in page
    assert "Bonjour, déjà 18 h." in page


def test_only_the_verdict_is_told_aloud(desk: Desk, sign: Sign) -> None:
    uid = desk.box.deliver(sign("-nodetach"))
    page = desk.get(rest=f"{uid}/").content.decode()
    place = re.search(r'<div role="status" hx-get="[^"]*signature/".*?</div>', page)
    assert place
    headers = {"HX-Request": "true"}
    answer = desk.visitor.get(desk.path(rest=f"{uid}/signature/"), headers=headers)
    verdict, text = answer.content.decode().split("<hx-partial ")
    assert "certificat inconnu" in verdict
    assert "Bonjour, déjà 18 h." in text
    assert "Bonjour" not in verdict
    found = re.search(r'hx-target="#([^"]+)"', text)
    assert found
    assert f'<div id="{found[1]}"></div>' in page


def test_what_cannot_be_verified_says_so(desk: Desk) -> None:
    head = b"Content-Type: multipart/signed; boundary=x; "
    pgp = (
        head + b'protocol="application/pgp-signature"\r\n\r\n--x\r\n\r\na\r\n--x--\r\n'
    )
    uid = desk.box.deliver(pgp)
    assert "OpenPGP" in desk.get(rest=f"{uid}/").content.decode()
    assert desk.get(rest=f"{uid}/signature/").status_code == 404


def test_ordinary_and_foreign_messages_have_none(
    desk: Desk, reading_desk: Desk
) -> None:
    uid = desk.box.deliver(letter())
    assert desk.get(rest=f"{uid}/signature/").status_code == 404
    path = reading_desk.path(rest="1/signature/")
    assert desk.visitor.get(path).status_code == 404
