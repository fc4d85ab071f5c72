"""Server answers to our error tree. The server's words go to the log only."""

from __future__ import annotations

import re

from convergence import errors

_CODE = re.compile(rb"\[([A-Z-]+)")
_BY_CODE: dict[bytes, type[errors.ConvergenceError]] = {
    b"NONEXISTENT": errors.FolderMissing,
    b"TRYCREATE": errors.FolderMissing,
    b"OVERQUOTA": errors.OverQuota,
    b"LIMIT": errors.TooLarge,
    b"TOOBIG": errors.TooLarge,
    b"NOPERM": errors.AccessRefused,
    b"CANNOT": errors.InputRefused,
    b"ALREADYEXISTS": errors.Conflict,
    b"UNAVAILABLE": errors.MailUnavailable,
    b"INUSE": errors.MailUnavailable,
    b"SERVERBUG": errors.MailUnavailable,
    b"AUTHENTICATIONFAILED": errors.MailUnavailable,
    b"AUTHORIZATIONFAILED": errors.MailUnavailable,
}


class ServerAnswer(Exception):
    """A tagged NO or BAD, as the cause of an error of ours."""


def of_answer(status: bytes, text: bytes) -> errors.ConvergenceError:
    """The error that a tagged NO or BAD means; never shows the server's text."""
    code = _CODE.match(text)
    kind = _BY_CODE.get(code[1]) if code else None
    if kind is None and b"doesn't exist" in text:
        kind = errors.FolderMissing
    error = (kind or errors.MailUnavailable)()
    error.__cause__ = ServerAnswer(f"{status!r} {text[:200]!r}")
    return error


class Gone(errors.MailUnavailable):
    """The connection ended; a new one may do."""
