"""The submission gateway: the only module that speaks SMTP.

The site signs in as the service user for the mailbox (AUTH PLAIN with an authzid, which
aiosmtplib does not offer by itself). What the server said of each recipient comes back;
an end of the connection after the message went out is ambiguous and told apart.
"""

from __future__ import annotations

import asyncio
import base64
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import aiosmtplib
from aiosmtplib import SMTP
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from convergence.errors import (
    ConvergenceError,
    ForbiddenCharacter,
    SubmissionUnavailable,
)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is submitted: `login` is the mailbox acted for; `sender` is "" for what may
    not come back (RFC 5321 §4.5.5); `message` has CRLF ends, no 8-bit octets and no
    Bcc. `envid` names it where the server tells what became of it (RFC 3461): "" asks
    for no such report."""

    login: str
    sender: str
    recipients: tuple[str, ...]
    message: bytes
    envid: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said of one recipient, its word on the message included."""

    address: str
    code: int
    text: str

    @property
    def accepted(self) -> bool:
        return 200 <= self.code < 300

    @property
    def deferred(self) -> bool:
        """Not now: for this one it may be tried again."""
        return 400 <= self.code < 500

    @property
    def refused(self) -> bool:
        """Not now and not later."""
        return self.code >= 500


# how often one message is begun anew when the server ends the connection
_TURNS = 10
_GO_ON = 354
# a relay says so of the server behind it
_AWAY = 421
_ENVID = re.compile(r"[A-Za-z0-9.-]{1,100}")
_LINE_END = re.compile(rb"\r\n|\r|\n")


class Refused(ConvergenceError):
    """The server said no for good (5xx) before any recipient was named."""

    status = 502

    def __init__(self, code: int, text: str) -> None:
        super().__init__()
        self.code = code
        self.text = text


class Deferred(SubmissionUnavailable):
    """Nothing was taken; trying again later is safe."""

    message = _("Le serveur d’envoi ne répond pas.")


class Declined(Deferred):
    """The server is there and takes nothing now (4xx, or it does not let us in)."""

    message = _("Le serveur d’envoi n’accepte rien pour l’instant.")


class Unbegun(Deferred):
    """Something that nobody foresaw, before a word of the message was sent: ours to
    mend."""

    message = _("L’envoi n’a pas pu commencer.")


class Ambiguous(ConvergenceError):
    """The connection ended after the message was sent and before the answer."""

    status = 502


def submit(envelope: Envelope) -> tuple[Answer, ...]:
    """Hand the message over: the answer for each recipient, of whom some, all or none
    may have been accepted. Raises Deferred, Refused or Ambiguous."""
    returned = (envelope.sender,) if envelope.sender else ()
    if envelope.envid and not _ENVID.fullmatch(envelope.envid):
        raise ForbiddenCharacter
    for text in (envelope.login, *returned, *envelope.recipients):
        _checked(text)
    with ExitStack() as ends:
        with _nothing_sent():
            runner = ends.enter_context(asyncio.Runner())
        return runner.run(_submit(envelope))


@contextmanager
def _nothing_sent() -> Iterator[None]:
    """Whatever goes wrong in here, nobody need wonder whether the message left."""
    try:
        yield
    except ConvergenceError:
        raise
    except Exception as error:
        raise Unbegun from error


def _checked(text: str) -> None:
    bad = any(ord(c) < 33 or ord(c) == 127 or c in "<>" for c in text)
    if bad or not text or text.startswith("-") or len(text) > 320 or not text.isascii():
        raise ForbiddenCharacter


async def _submit(envelope: Envelope) -> tuple[Answer, ...]:
    """A server that has refused many ends the connection (Postfix the twentieth time):
    those are refused, and the others are named to it again; who is left in the end
    waits."""
    said: dict[str, Answer] = {}
    for _turn in range(_TURNS):
        left = tuple(a for a in envelope.recipients if a not in said)
        heard: list[Answer] = []
        try:
            await _talk(replace(envelope, recipients=left), heard)
        except Deferred:
            heard = [answer for answer in heard if answer.refused]
            if not said and not heard:
                raise
        said |= {answer.address: answer for answer in heard}
        if not heard or len(said) == len(envelope.recipients):
            break
    waiting = Answer("", _AWAY, "")
    return tuple(said.get(a, replace(waiting, address=a)) for a in envelope.recipients)


async def _talk(envelope: Envelope, heard: list[Answer]) -> None:
    """One connection; `heard` is what was said of each, also when it ends early."""
    with _nothing_sent():
        connection = _connection()
        text = _stuffed(envelope.message)
    try:
        with _nothing_sent():
            await _before_data(connection, envelope, heard)
        if any(answer.accepted for answer in heard):
            heard[:] = await _data(connection, text, heard)
    finally:
        connection.close()


def _connection() -> SMTP:
    try:
        context = _context()
    except OSError as error:
        # a certificate that cannot be read is ours to mend: the message waits
        raise Deferred from error
    return SMTP(
        hostname=settings.SMTP_HOST,
        port=settings.SMTP_PORT,
        timeout=settings.SMTP_TIMEOUT,
        use_tls=settings.SMTP_TLS == "implicit",
        start_tls=settings.SMTP_TLS == "starttls",
        tls_context=context,
        local_hostname=settings.MAIL_DOMAIN,
    )


def _context() -> ssl.SSLContext | None:
    if settings.SMTP_TLS == "off":
        return None
    file = settings.SMTP_CA_FILE
    return _trusting(file, Path(file).stat().st_mtime_ns if file else 0)


# to read the authorities takes longer than to send a message
@lru_cache(maxsize=4)
def _trusting(file: str, _changed: int) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=file or None)


async def _before_data(
    connection: SMTP, envelope: Envelope, heard: list[Answer]
) -> None:
    try:
        await connection.connect()
        await _sign_in(connection, envelope.login)
        await _mail(connection, envelope)
        asked = bool(envelope.envid) and connection.supports_extension("dsn")
        for address in envelope.recipients:
            heard.append(await _rcpt(connection, address, notify=asked))
    except aiosmtplib.SMTPAuthenticationError as error:
        # ours to mend, not the author's: the message waits
        raise Declined from error
    except aiosmtplib.SMTPResponseException as error:
        if error.code >= 500:
            raise Refused(error.code, error.message) from error
        raise (Deferred if error.code == _AWAY else Declined) from error
    except (TimeoutError, aiosmtplib.SMTPException, OSError) as error:
        raise Deferred from error


async def _sign_in(connection: SMTP, login: str) -> None:
    words = (login, settings.SMTP_SERVICE_USER, settings.SMTP_SERVICE_PASSWORD)
    token = base64.b64encode("\0".join(words).encode())
    await connection.ehlo()
    response = await connection.execute_command(b"AUTH", b"PLAIN", token)
    if response.code != 235:
        raise aiosmtplib.SMTPAuthenticationError(response.code, response.message)


async def _mail(connection: SMTP, envelope: Envelope) -> None:
    known = connection.supports_extension("size")
    options = [f"SIZE={len(envelope.message)}"] if known else []
    if envelope.envid and connection.supports_extension("dsn"):
        options += ["RET=HDRS", f"ENVID={envelope.envid}"]
    await connection.mail(envelope.sender, options=options)


async def _rcpt(connection: SMTP, address: str, *, notify: bool = False) -> Answer:
    options = ["NOTIFY=SUCCESS,DELAY,FAILURE"] if notify else []
    try:
        response = await connection.rcpt(address, options=options)
    except aiosmtplib.SMTPResponseException as error:
        return Answer(address, error.code, error.message)
    return Answer(address, response.code, response.message)


async def _data(
    connection: SMTP, text: bytes, answers: Sequence[Answer]
) -> list[Answer]:
    """The answers with the server's last word: it may refuse the message itself."""
    try:
        response = await connection.execute_command(b"DATA")
    except (TimeoutError, aiosmtplib.SMTPException, OSError) as error:
        raise Deferred from error
    if response.code == _GO_ON:
        try:
            response = await _message(connection, text)
        except (TimeoutError, aiosmtplib.SMTPException, OSError) as error:
            raise Ambiguous from error
    code, last = response.code, response.message
    return [replace(a, code=code, text=last) if a.accepted else a for a in answers]


async def _message(connection: SMTP, text: bytes) -> aiosmtplib.response.SMTPResponse:
    """Send the message alone: aiosmtplib's `data` does not tell whether the server had
    asked for it when the connection ended."""
    if (protocol := connection.protocol) is None:
        raise aiosmtplib.SMTPServerDisconnected("before the message")
    protocol.write(text)
    protocol.write((b"" if text.endswith(b"\r\n") else b"\r\n") + b".\r\n")
    return await protocol.read_response(timeout=connection.timeout)


def _stuffed(message: bytes) -> bytes:
    """With CRLF ends and dots doubled (RFC 5321 §4.5.2). A large message is searched,
    not rewritten: that would take seconds, and its size several times."""
    ends = message.count(b"\r\n")
    if not message.count(b"\r") == message.count(b"\n") == ends:
        message = _LINE_END.sub(b"\r\n", message)
    stuffed = message.replace(b"\r\n.", b"\r\n..")
    return b"." + stuffed if stuffed.startswith(b".") else stuffed
