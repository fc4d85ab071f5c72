"""Messages as they arrive."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from django.utils import timezone

from tests.stack.boxes import Box

SENDER = "Parents délégués <delegues.4b@parents.test>"


def letter(
    subject: str,
    text: str = "Bonjour,\n\nMerci de votre réponse.\n",
    *,
    to: str = "quelqu-un@ac-poitiers.test",
    sender: str = SENDER,
    at: datetime | None = None,
) -> EmailMessage:
    """A message in plain text; parts may be added to it."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(at or timezone.localtime())
    message["Message-ID"] = make_msgid(domain="parents.test")
    message.set_content(text)
    return message


def deliver_all(box: Box, subjects: Iterable[str]) -> Box:
    """One after the other: the last is the newest."""
    for subject in subjects:
        box.deliver(letter(subject).as_bytes())
    return box


def newsletter() -> EmailMessage:
    """HTML with remote images, wider than a phone, that answers elsewhere."""
    message = letter(
        "Lettre d’information", sender="Le musée <lettre@fournisseur.test>"
    )
    message["Reply-To"] = "abonnements@gmail-like.test"
    html = (
        '<table width="900"><tr><td><img src="https://fournisseur.test/a.png" alt="">'
        '<p>Les <a href="https://fournisseur.test/">expositions</a></p></td></tr></table>'
    )
    message.add_alternative(html, subtype="html")
    return message


def with_files() -> EmailMessage:
    """A text and two files, one with a long name."""
    message = letter("Facture d’octobre", sender="comptabilite@fournisseur.test")
    for name in ("facture.pdf", "relevé détaillé des consommations " * 3 + ".csv"):
        message.add_attachment(b"octets", "application", "octet-stream", filename=name)
    return message
