"""What an SMTP server answered: a French sentence for people, its words for the log."""

from __future__ import annotations

import logging
import re

from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)
_SAID_MAX = 300
_REASONS = (
    (r"5\.1\.[0123]|user unknown|unknown user|no such", "unknown"),
    (r"[45]\.2\.2|over ?quota|mailbox (?:is )?full", "full"),
    (r"5\.3\.4|too (?:large|big)|size", "size"),
    (r"5\.6\.7|smtputf8", "letters"),
    (r"[45]\.3\.1|insufficient (?:system )?storage|disk full", "storage"),
    (r"4\.7\.1|gr[ae]ylist", "later"),
    (r"[45]\.4\.|timed out|no route|connection refused", "away"),
    (r"5\.7\.|not owned|denied|rejected|spam", "refused"),
)


def reason(code: int, text: str) -> str:
    """A French sentence for an SMTP answer; the server's words go to the log only."""
    logger.info("refused", extra={"code": code, "cause": unnamed(text)})
    return in_words(code, text)


def in_words(code: int, text: str) -> str:
    """The same of what another server was told long ago."""
    kind = next((k for pattern, k in _REASONS if re.search(pattern, text, re.I)), "")
    sentences = {
        "unknown": _("Cette adresse n’existe pas."),
        "full": _("La boîte du destinataire est pleine."),
        "size": _("Le message est trop volumineux pour le serveur du destinataire."),
        "letters": _(
            "Le serveur n’accepte pas les lettres accentuées dans une adresse."
        ),
        "storage": _("Le serveur n’a plus de place pour l’instant."),
        "later": _("Le serveur du destinataire demande de réessayer plus tard."),
        "away": _("Le serveur du destinataire ne répond pas."),
        "refused": _("Le serveur refuse ce message."),
    }
    if kind in sentences:
        return sentences[kind]
    if 400 <= code < 500:
        return _("Le serveur demande d’attendre (code %(code)s).") % {"code": code}
    return _("Le serveur a refusé (code %(code)s).") % {"code": code}


def unnamed(text: str) -> str:
    """A server's words without the mailbox that they name; addresses outside brackets
    go in convergence/logs.py."""
    return re.sub(r"<[^<>]*>", "<…>", text[:_SAID_MAX])
