"""Signatures of S/MIME mail (RFC 8551), verified by the `openssl` program: the only
module that runs it. Encrypted mail and OpenPGP are named, nothing more.

The exact octets of the message go in; the time and the number of programs at once are
bounded, and nothing of what they say reaches a person but names.
"""

from __future__ import annotations

import email
import re
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message as Parsed
from pathlib import Path
from typing import Literal

from django.conf import settings

from mail import charsets, headers, safehtml
from mail.messages import Part

OCTETS_MAX = 32 * 1024 * 1024
TEXT_MAX = 512 * 1024
SECONDS = 10.0
WAIT_SECONDS = 5.0
AT_ONCE = 2

Kind = Literal["", "signed", "encrypted", "pgp-signed", "pgp-encrypted"]
State = Literal["valid", "unknown", "altered", "unreadable", "busy"]

_OPAQUE = ("application/pkcs7-mime", "application/x-pkcs7-mime")
# openssl-cms(1): the message did not verify
_NOT_VERIFIED = 4
_NO_OTHERS = ("-no-CApath", "-no-CAstore")
_NAME = re.compile(r"^\s*commonName\s*= (.*)$", re.MULTILINE)
_ORGANISATION = re.compile(r"^\s*organizationName\s*= (.*)$", re.MULTILINE)
_places = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Signature:
    """`valid`: by a certificate that we trust; `unknown`: by another, the message is as
    it was signed; `altered`: it is not. `text` is that of a message which lies inside
    its signature."""

    state: State
    signer: str = ""
    addresses: tuple[str, ...] = ()
    issuer: str = ""
    text: str = ""

    def is_of(self, address: str) -> bool:
        """Whether the certificate is for this address."""
        return address.lower() in self.addresses


def kind(root: Part) -> Kind:
    """What a message is, by its structure."""
    protocol = root.parameter("protocol").lower()
    if root.type == "multipart/signed":
        if "pgp" in protocol:
            return "pgp-signed"
        return "signed" if "pkcs7" in protocol else ""
    if root.type == "multipart/encrypted":
        return "pgp-encrypted"
    if root.type in _OPAQUE:
        is_signed = root.parameter("smime-type").lower() == "signed-data"
        return "signed" if is_signed else "encrypted"
    return ""


def verify(message: bytes) -> Signature:
    """What the signature of a message is worth; never raises."""
    if len(message) > OCTETS_MAX or not _places.acquire(timeout=WAIT_SECONDS):
        return Signature("busy")
    try:
        with tempfile.TemporaryDirectory(prefix="smime-") as folder:
            return _verified(Path(folder), message)
    except (OSError, subprocess.SubprocessError):
        return Signature("unreadable")
    finally:
        _places.release()


def _verified(folder: Path, message: bytes) -> Signature:
    (folder / "message").write_bytes(message)
    state = _state(folder)
    if state not in {"valid", "unknown"}:
        return Signature(state)
    about = _certificate(folder)
    issuer = _named(about.partition("issuer=")[2])
    signer = _named(about.partition("issuer=")[0])
    addresses = _run(folder, "x509", "-in", "signer", "-noout", "-email").stdout
    return Signature(
        state,
        signer,
        tuple(addresses.decode("utf-8", "replace").lower().split()[:20]),
        issuer,
        _text(folder / "content"),
    )


def _state(folder: Path) -> State:
    authority = settings.SMIME_CA_FILE
    # an authority that is named is the only one: the system has hundreds for the Web
    trusted = ("-CAfile", authority, *_NO_OTHERS) if authority else ()
    if _cms(folder, *trusted).returncode == 0:
        return "valid"
    # again without asking who vouches for the certificate
    code = _cms(folder, "-noverify").returncode
    return {0: "unknown", _NOT_VERIFIED: "altered"}.get(code, "unreadable")  # type: ignore[return-value]


def _cms(folder: Path, *options: str) -> subprocess.CompletedProcess[bytes]:
    words = ("-verify", "-inform", "SMIME", "-in", "message")
    return _run(folder, "cms", *words, "-signer", "signer", "-out", "content", *options)


def _certificate(folder: Path) -> str:
    names = ("-subject", "-issuer", "-nameopt", "multiline,utf8,-esc_msb")
    told = _run(folder, "x509", "-in", "signer", "-noout", *names).stdout
    return told.decode("utf-8", "replace")


def _named(about: str) -> str:
    found = _NAME.search(about) or _ORGANISATION.search(about)
    return headers.text(found[1])[:200] if found else ""


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    # the words are ours; a message is only ever in a file
    command: Sequence[str] = ("openssl", *words)
    return subprocess.run(  # noqa: S603
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )


def _text(content: Path) -> str:
    """The first text of what was signed."""
    with content.open("rb") as file:
        parsed = email.message_from_bytes(file.read(TEXT_MAX))
    try:
        part = next((p for p in parsed.walk() if _is_text(p)), None)
    except RecursionError:
        return ""
    if part is None:
        return ""
    data = part.get_payload(decode=True)
    text = charsets.decode(data, str(part.get_param("charset") or ""))  # type: ignore[arg-type]
    return safehtml.text_of(text) if part.get_content_subtype() == "html" else text


def _is_text(part: Parsed) -> bool:
    return part.get_content_maintype() == "text" and not part.is_multipart()
