"""A made-up certificate authority and one server certificate for loopback."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

from stack.layout import Layout
from stack.server import find_program

DAYS = "3650"
EXTENSIONS = """\
subjectAltName={names}
basicConstraints=CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth
"""


def ensure(layout: Layout) -> None:
    """ca.pem, server.pem and server.key in <folder>/pki."""
    folder = layout.make("pki")
    if not (folder / "server.pem").exists():
        _authority(folder)
        _certificate(folder)
        # slapd, Dovecot and Postfix read it under three different users
        (folder / "server.key").chmod(0o644)


def _authority(folder: Path) -> None:
    _openssl(
        folder,
        *("req", "-x509", *_new_key("ca.key"), "-days", DAYS, "-out", "ca.pem"),
        *("-subj", "/O=Convergence/CN=Autorite de demonstration"),
        *("-addext", "basicConstraints=critical,CA:TRUE"),
        *("-addext", "keyUsage=critical,keyCertSign,cRLSign"),
    )


def _certificate(folder: Path) -> None:
    # libldap checks a connection to "localhost" against the host's own name
    hosts = f"DNS:localhost,DNS:{socket.gethostname()},IP:127.0.0.1,IP:::1"
    (folder / "extensions").write_text(EXTENSIONS.format(names=hosts))
    request = ("req", *_new_key("server.key"), "-subj", "/CN=localhost")
    _openssl(folder, *request, "-out", "server.csr")
    _openssl(
        folder,
        *("x509", "-req", "-in", "server.csr", "-days", DAYS),
        *("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"),
        *("-extfile", "extensions", "-out", "server.pem"),
    )


def _new_key(target: str) -> tuple[str, ...]:
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
    return (*curve, "-nodes", "-keyout", target)


def _openssl(folder: Path, *arguments: str) -> None:
    program = find_program("openssl", "openssl")
    subprocess.run([program, *arguments], cwd=folder, check=True, capture_output=True)
