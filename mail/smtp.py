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
from dataclasses import dataclass

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
    """What is submitted: `login` is the mailbox acted for; `message` has CRLF ends and
    no Bcc."""

    login: str
    sender: str
    recipients: tuple[str, ...]
    message: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said of one recipient."""

    address: str
    code: int
    text: str

    @property
    def accepted(self) -> bool:
        return 200 <= self.code < 300


@dataclass(frozen=True, slots=True)
class Receipt:
    """The server took the message for those recipients that it accepted."""

    answers: tuple[Answer, ...]


class Refused(ConvergenceError):
    """The server said no for good (5xx) to the message or to every recipient."""

    status = 502

    def __init__(self, code: int, text: str, answers: Sequence[Answer] = ()) -> None:
        super().__init__()
        self.code = code
        self.text = text
        self.answers = tuple(answers)


class Deferred(SubmissionUnavailable):
    """Nothing was taken; trying again later is safe (unreachable, or 4xx)."""


class Ambiguous(ConvergenceError):
    """The connection ended after the message was sent and before the answer."""

    status = 502


def submit(envelope: Envelope) -> Receipt:
    """Hand the message over. Raises Deferred, Refused or Ambiguous."""
    for text in (envelope.login, envelope.sender, *envelope.recipients):
        _checked(text)
    return asyncio.run(_submit(envelope))


def _checked(text: str) -> None:
    bad = any(ord(c) < 33 or ord(c) == 127 or c in "<>" for c in text)
    if bad or not text or text.startswith("-") or len(text) > 320 or not text.isascii():
        raise ForbiddenCharacter


async def _submit(envelope: Envelope) -> Receipt:
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
        await connection.connect()
        await _sign_in(connection, envelope.login)
        answers = await _envelope(connection, envelope)
    except (TimeoutError, aiosmtplib.SMTPException, OSError) as error:
        connection.close()
        raise _before_data(error) from error
    try:
        return await _data(connection, envelope, answers)
    finally:
        connection.close()


def _context() -> ssl.SSLContext | None:
    if settings.SMTP_TLS == "off":
        return None
    return ssl.create_default_context(cafile=settings.SMTP_CA_FILE or None)


async def _sign_in(connection: SMTP, login: str) -> None:
    words = (login, settings.SMTP_SERVICE_USER, settings.SMTP_SERVICE_PASSWORD)
    token = base64.b64encode("\0".join(words).encode())
    await connection.ehlo()
    response = await connection.execute_command(b"AUTH", b"PLAIN", token)
    if response.code != 235:
        raise aiosmtplib.SMTPAuthenticationError(response.code, response.message)


async def _envelope(connection: SMTP, envelope: Envelope) -> list[Answer]:
    await connection.mail(envelope.sender)
    answers = []
    for address in envelope.recipients:
        try:
            response = await connection.rcpt(address)
            answers.append(Answer(address, response.code, response.message))
        except aiosmtplib.SMTPResponseException as error:
            answers.append(Answer(address, error.code, error.message))
    if not any(answer.accepted for answer in answers):
        worst = answers[0]
        if all(400 <= answer.code < 500 for answer in answers):
            raise aiosmtplib.SMTPResponseException(worst.code, worst.text)
        raise Refused(worst.code, worst.text, answers)
    return answers


async def _data(connection: SMTP, envelope: Envelope, answers: list[Answer]) -> Receipt:
    try:
        await connection.data(envelope.message)
    except aiosmtplib.SMTPResponseException as error:
        if 400 <= error.code < 500:
            raise Deferred from error
        raise Refused(error.code, error.message, answers) from error
    except (TimeoutError, aiosmtplib.SMTPException, OSError) as error:
        raise Ambiguous from error
    return Receipt(tuple(answers))


def _before_data(error: Exception) -> ConvergenceError:
    permanent = isinstance(error, aiosmtplib.SMTPResponseException) and (
        error.code >= 500 and not isinstance(error, aiosmtplib.SMTPAuthenticationError)
    )
    if permanent and isinstance(error, aiosmtplib.SMTPResponseException):
        return Refused(error.code, error.message)
    return Deferred()
