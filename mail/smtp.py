"""The submission gateway: the only module that speaks SMTP.

The site signs in as the service user for the mailbox (AUTH PLAIN with an authzid, which
aiosmtplib does not offer by itself). What the server said of each recipient comes back;
an end of the connection after DATA is ambiguous and told apart.
"""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, replace

import aiosmtplib
from aiosmtplib import SMTP
from django.conf import settings

from convergence.errors import (
    ConvergenceError,
    ForbiddenCharacter,
    SubmissionUnavailable,
)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is submitted: `login` is the mailbox acted for; `message` has CRLF ends, no
    8-bit octets and no Bcc."""

    login: str
    sender: str
    recipients: tuple[str, ...]
    message: bytes


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


class Refused(ConvergenceError):
    """The server said no for good (5xx) before any recipient was named."""

    status = 502

    def __init__(self, code: int, text: str) -> None:
        super().__init__()
        self.code = code
        self.text = text


class Deferred(SubmissionUnavailable):
    """Nothing was taken; trying again later is safe (unreachable, or 4xx)."""


class Ambiguous(ConvergenceError):
    """The connection ended after the message was sent and before the answer."""

    status = 502


def submit(envelope: Envelope) -> tuple[Answer, ...]:
    """Hand the message over: the answer for each recipient, of whom some, all or none
    may have been accepted. Raises Deferred, Refused or Ambiguous."""
    for text in (envelope.login, envelope.sender, *envelope.recipients):
        _checked(text)
    return asyncio.run(_submit(envelope))


def _checked(text: str) -> None:
    bad = any(ord(c) < 33 or ord(c) == 127 or c in "<>" for c in text)
    if bad or not text or text.startswith("-") or len(text) > 320 or not text.isascii():
        raise ForbiddenCharacter


async def _submit(envelope: Envelope) -> tuple[Answer, ...]:
    connection = SMTP(
        hostname=settings.SMTP_HOST,
        port=settings.SMTP_PORT,
        timeout=settings.SMTP_TIMEOUT,
        use_tls=settings.SMTP_TLS == "implicit",
        start_tls=settings.SMTP_TLS == "starttls",
        tls_context=_context(),
        local_hostname=settings.MAIL_DOMAIN,
    )
    try:
        answers = await _before_data(connection, envelope)
        if any(answer.accepted for answer in answers):
            answers = await _data(connection, envelope, answers)
        return tuple(answers)
    finally:
        connection.close()


def _context() -> ssl.SSLContext | None:
    if settings.SMTP_TLS == "off":
        return None
    return ssl.create_default_context(cafile=settings.SMTP_CA_FILE or None)


async def _before_data(connection: SMTP, envelope: Envelope) -> list[Answer]:
    try:
        await connection.connect()
        await _sign_in(connection, envelope.login)
        await _mail(connection, envelope)
        return [await _rcpt(connection, address) for address in envelope.recipients]
    except aiosmtplib.SMTPAuthenticationError as error:
        # ours to mend, not the author's: the message waits
        raise Deferred from error
    except aiosmtplib.SMTPResponseException as error:
        if error.code >= 500:
            raise Refused(error.code, error.message) from error
        raise Deferred from error
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
    await connection.mail(envelope.sender, options=options)


async def _rcpt(connection: SMTP, address: str) -> Answer:
    try:
        response = await connection.rcpt(address)
    except aiosmtplib.SMTPResponseException as error:
        return Answer(address, error.code, error.message)
    return Answer(address, response.code, response.message)


async def _data(
    connection: SMTP, envelope: Envelope, answers: Sequence[Answer]
) -> list[Answer]:
    """The answers with the server's last word: it may refuse the message itself."""
    try:
        response = await connection.data(envelope.message)
        code, text = response.code, response.message
    except aiosmtplib.SMTPResponseException as error:
        code, text = error.code, error.message
    except (TimeoutError, aiosmtplib.SMTPException, OSError) as error:
        raise Ambiguous from error
    return [replace(a, code=code, text=text) if a.accepted else a for a in answers]
