"""The error tree.

ConvergenceError
├── InputRefused (400)           what was typed cannot be accepted
│   └── ForbiddenCharacter       CR, LF or NUL in a value that reaches a protocol
├── SignInRequired (401)
├── AccessRefused (403)
│   ├── ReadOnly                 the role only reads
│   └── KeywordRefused           the folder takes no labels
├── NotFound (404)               absent, or not yours
│   ├── FolderMissing
│   └── MessageMissing
├── MethodRefused (405)          a link where a form was meant
├── Conflict (409)               somebody changed it meanwhile
├── TooLarge (413)
├── TooOften (429, retryable)    more of it than a person can want
├── OverQuota (507)
├── ServerFull (507, retryable)   our own disk
└── Unavailable (503, retryable) a server cannot be reached; never means "absent"
    ├── MailUnavailable
    ├── SubmissionUnavailable
    ├── DirectoryUnavailable
    └── CalendarUnavailable

`message` is what the person reads; the cause (`raise … from error`) is for the log.
"""

from __future__ import annotations

import secrets
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ConvergenceError(Exception):
    """Base of all errors that a person may meet."""

    status = 500
    retryable = False
    message: str | Promise = _("Une erreur est survenue. Rien n’a été perdu.")

    def __init__(self, message: str | Promise | None = None) -> None:
        if message is not None:
            self.message = message
        super().__init__(str(message) if isinstance(message, str) else "")

    @cached_property
    def reference(self) -> str:
        """What the page shows and the log holds, such as 7F3A-21."""
        return new_reference()

    def __str__(self) -> str:
        return str(self.message)


def new_reference() -> str:
    return f"{secrets.token_hex(2)}-{secrets.token_hex(1)}".upper()


class InputRefused(ConvergenceError):
    status = 400
    message = _("Cette demande n’est pas valable.")


class ForbiddenCharacter(InputRefused):
    message = _("Un caractère interdit (saut de ligne ou nul) a été refusé.")


class SignInRequired(ConvergenceError):
    status = 401
    message = _("Votre session a expiré. Connectez-vous à nouveau.")


class AccessRefused(ConvergenceError):
    status = 403
    message = _("Vous n’avez pas le droit de faire cela.")


class ReadOnly(AccessRefused):
    message = _("Vous consultez cette boîte en lecture seule.")


class KeywordRefused(AccessRefused):
    message = _("Le serveur de messagerie ne garde pas d’étiquettes dans ce dossier.")


class NotFound(ConvergenceError):
    status = 404
    message = _("Cette page n’existe pas ou ne vous est pas ouverte.")


class FolderMissing(NotFound):
    message = _("Ce dossier n’existe plus. Il a peut-être été renommé.")


class MessageMissing(NotFound):
    message = _("Ce message n’est plus dans ce dossier.")


class MethodRefused(ConvergenceError):
    status = 405
    message = _(
        "Cette action ne se fait pas par un lien. Revenez à la page précédente."
    )


class Conflict(ConvergenceError):
    status = 409
    message = _("Cet élément a changé entre-temps.")


class TooLarge(ConvergenceError):
    status = 413
    message = _("L’envoi est trop volumineux.")


class TooOften(ConvergenceError):
    status = 429
    retryable = True
    message = _("Trop de demandes à la fois. Réessayez dans un instant.")


class OverQuota(ConvergenceError):
    status = 507
    message = _("La boîte est pleine. Libérez de la place, puis recommencez.")


class ServerFull(ConvergenceError):
    status = 507
    retryable = True
    message = _(
        "Le site n’a plus de place pour des fichiers joints. Votre texte est "
        "conservé ; réessayez plus tard."
    )


class Unavailable(ConvergenceError):
    status = 503
    retryable = True
    message = _("Un serveur ne répond pas. Réessayez dans un instant.")


class MailUnavailable(Unavailable):
    message = _("Le serveur de messagerie ne répond pas. Vos messages sont conservés.")


class SubmissionUnavailable(Unavailable):
    message = _(
        "Le serveur d’envoi ne répond pas. Votre message est conservé et partira "
        "dès son retour."
    )


class DirectoryUnavailable(Unavailable):
    message = _("L’annuaire ne répond pas. Réessayez dans quelques minutes.")


class CalendarUnavailable(Unavailable):
    message = _("Le serveur d’agenda ne répond pas. La messagerie reste disponible.")
