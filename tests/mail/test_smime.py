"""Signed mail, signed and altered by the openssl of this machine."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from mail import smime
from mail.messages import Part

ADDRESS = "helene@ac-poitiers.test"
TEXT = (
    b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Bonjour, d\xc3\xa9j\xc3\xa0 18 h.\r\n"
)
Sign = Callable[..., bytes]


def openssl(folder: Path, *words: str) -> None:
    command = ("openssl", *words)
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=60)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority, and a signer whom it knows."""
    folder = tmp_path_factory.mktemp("smime")
    new = ("req", "-newkey", "rsa:2048", "-nodes", "-utf8")
    openssl(
        folder,
        *new,
        "-x509",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-days",
        "3",
        "-subj",
        "/O=Académie/CN=Autorité d’essai",
    )
    openssl(
        folder,
        *new,
        "-keyout",
        "me.key",
        "-out",
        "me.csr",
        "-subj",
        "/CN=Hélène Moreau",
    )
    (folder / "ext").write_text(
        f"subjectAltName=email:{ADDRESS}\nkeyUsage=digitalSignature\n"
        "extendedKeyUsage=emailProtection\n"
    )
    openssl(
        folder,
        "x509",
        "-req",
        "-in",
        "me.csr",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-days",
        "3",
        "-extfile",
        "ext",
        "-out",
        "me.pem",
    )
    return folder


@pytest.fixture
def sign(keys: Path, tmp_path: Path) -> Sign:
    def signed(*options: str) -> bytes:
        (tmp_path / "text").write_bytes(TEXT)
        openssl(
            tmp_path,
            "cms",
            "-sign",
            "-in",
            "text",
            "-signer",
            str(keys / "me.pem"),
            "-inkey",
            str(keys / "me.key"),
            "-out",
            "signed",
            *options,
        )
        data = (tmp_path / "signed").read_bytes().replace(b"\r\n", b"\n")
        return b"From: x@y.test\r\n" + data.replace(b"\n", b"\r\n")

    return signed


@pytest.fixture
def trusted(keys: Path, settings: Settings) -> None:
    settings.SMIME_CA_FILE = str(keys / "ca.pem")


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("options", [(), ("-nodetach",)])
def test_a_good_signature_names_its_signer(
    sign: Sign, options: tuple[str, ...]
) -> None:
    found = smime.verify(sign(*options))
    assert (found.state, found.signer) == ("valid", "Hélène Moreau")
    assert found.issuer == "Autorité d’essai"
    assert found.is_of(ADDRESS.upper())
    assert not found.is_of("other@ac-poitiers.test")
    assert found.text.strip() == "Bonjour, déjà 18 h."


def test_a_certificate_that_nobody_knows(sign: Sign) -> None:
    found = smime.verify(sign())
    assert (found.state, found.signer) == ("unknown", "Hélène Moreau")


def test_beside_the_authority_that_is_named_no_other_counts(
    sign: Sign,
    keys: Path,
    tmp_path: Path,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    system = tmp_path / "system"
    system.mkdir()
    (system / "ca.pem").write_bytes((keys / "ca.pem").read_bytes())
    openssl(tmp_path, "rehash", str(system))
    monkeypatch.setenv("SSL_CERT_DIR", str(system))
    message = sign()
    assert smime.verify(message).state == "valid"
    settings.SMIME_CA_FILE = str(keys / "me.pem")
    assert smime.verify(message).state == "unknown"


@pytest.mark.usefixtures("trusted")
def test_a_message_that_was_altered(sign: Sign) -> None:
    assert smime.verify(sign().replace(b"18 h", b"19 h")).state == "altered"


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Subject: x\r\n\r\nx",
        b"Content-Type: multipart/signed\r\n\r\n",
        b"\0" * 99,
    ],
)
def test_what_is_no_signature_cannot_be_read(data: bytes) -> None:
    assert smime.verify(data).state == "unreadable"


def test_without_the_program_it_cannot_be_read(
    sign: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = sign()
    monkeypatch.setenv("PATH", "/nonexistent")
    assert smime.verify(message).state == "unreadable"


def test_it_takes_no_longer_than_allowed(
    sign: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smime, "SECONDS", 0.0001)
    assert smime.verify(sign()).state == "unreadable"


def part(kind: str, **parameters: str) -> Part:
    named = {name.replace("_", "-"): value for name, value in parameters.items()}
    return Part("", kind, parameters=tuple(named.items()))


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        (part("text/plain"), ""),
        (part("multipart/signed", protocol="application/pkcs7-signature"), "signed"),
        (part("multipart/signed", protocol="application/pgp-signature"), "pgp-signed"),
        (part("multipart/signed"), ""),
        (part("multipart/encrypted"), "pgp-encrypted"),
        (part("application/pkcs7-mime", smime_type="signed-data"), "signed"),
        (part("application/x-pkcs7-mime", smime_type="enveloped-data"), "encrypted"),
    ],
)
def test_what_a_message_is(root: Part, expected: str) -> None:
    assert smime.kind(root) == expected
