"""Server answers to our error tree. Of the server's words only the response code goes
to the log: the text may name a folder."""

from __future__ import annotations

import re

from convergence import errors

_CODE = re.compile(rb"\[([A-Z-]+)")
_BY_CODE: dict[bytes, type[errors.ConvergenceError]] = {
    b"NONEXISTENT": errors.FolderMissing,
    b"TRYCREATE": errors.FolderMissing,
    b"EXPUNGEISSUED": errors.MessageMissing,
    b"OVERQUOTA": errors.OverQuota,
    b"LIMIT": errors.TooLarge,
    b"TOOBIG": errors.TooLarge,
    b"NOPERM": errors.AccessRefused,
    b"READ-ONLY": errors.AccessRefused,
    b"CANNOT": errors.InputRefused,
    b"BADCHARSET": errors.InputRefused,
    b"ALREADYEXISTS": errors.Conflict,
    b"HASCHILDREN": errors.Conflict,
    b"UNAVAILABLE": errors.MailUnavailable,
    b"INUSE": errors.MailUnavailable,
    b"SERVERBUG": errors.MailUnavailable,
    b"AUTHENTICATIONFAILED": errors.MailUnavailable,
    b"AUTHORIZATIONFAILED": errors.MailUnavailable,
}


class ServerAnswer(Exception):
    """A tagged NO or BAD, as the cause of an error of ours."""

    def __init__(self, status: bytes, text: bytes) -> None:
        found = _CODE.match(text)
        self.status = status.upper()
        self.code = found[1] if found else b""
        super().__init__(f"{self.status!r} {self.code!r}")


def of_answer(status: bytes, text: bytes) -> errors.ConvergenceError:
    """The error that a tagged NO or BAD means; never shows the server's text."""
    answer = ServerAnswer(status, text)
    kind = _BY_CODE.get(answer.code)
    if kind is None and b"doesn't exist" in text:
        kind = errors.FolderMissing
    error = (kind or errors.MailUnavailable)()
    error.__cause__ = answer
    return error


def is_plain_refusal(error: errors.ConvergenceError) -> bool:
    """A NO that gives no reason: what the command named is not there."""
    answer = error.__cause__
    return (
        isinstance(answer, ServerAnswer)
        and answer.status == b"NO"
        and (answer.code not in _BY_CODE or answer.code == b"CANNOT")
    )


class Gone(errors.MailUnavailable):
    """The connection ended; a new one may do."""

    @property
    def hung(self) -> bool:
        """The server did not answer in time: asking again would only wait again."""
        return isinstance(self.__cause__, TimeoutError)
