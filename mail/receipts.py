"""Receipts that senders ask for (RFC 8098): whether to ask the reader; the answer.

Nothing is sent by itself: a receipt tells a stranger that somebody read, and when.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from mail import composing, headers, lists, recipients
from mail.messages import DRAFT, MDN_SENT, Address, Message

# the `flag` of the origin of a row of the outbox
RECEIPT = "receipt"
_FIELD_MAX = 300


@dataclass(frozen=True, slots=True)
class Request:
    """A receipt that may be sent to `to`. `elsewhere`: that is not the sender (RFC 8098
    §2.1: the person must be told)."""

    to: str
    elsewhere: bool = False


def asked(message: Message, own: Collection[str]) -> Request | None:
    """The receipt that waits for the reader's word; None when there is nothing to ask:
    no request, answered already, mail to many, or one's own."""
    header = message.header
    value = header.other("disposition-notification-to")
    if not value or {MDN_SENT, DRAFT} & message.flags or lists.is_sent_to_many(header):
        return None
    found = {recipients.normal(a.email) for a in headers.addresses(value)[:5]} - {None}
    # to several a receipt would be a way to have mail sent by us
    if len(found) != 1:
        return None
    to = str(found.pop())
    mine = {address.lower() for address in own}
    if {to.lower(), header.sender.email.lower()} & mine:
        return None
    returned = header.other("return-path").strip("<> ").lower()
    known = {header.sender.email.lower(), *filter(None, (returned,))}
    return Request(to, elsewhere=to.lower() not in known)


def built(
    message: Message, reader: Address, to: str, message_id: str, at: datetime
) -> bytes:
    """The receipt as it leaves: «displayed», because somebody pressed the button."""
    report = MIMEMultipart("report", report_type="disposition-notification")
    report["From"] = composing.header_of(reader)
    report["To"] = to
    words = Header(subject(message), "utf-8").encode(maxlinelen=70)
    report["Subject"] = " ".join(words.split())
    report["Date"] = format_datetime(timezone.localtime(at))
    report["Message-ID"] = message_id
    report["Auto-Submitted"] = "auto-replied"
    original = composing.threads((message.header.message_id,))
    if original:
        report["In-Reply-To"] = report["References"] = original
    report.attach(MIMEText(_text(message, reader, at), "plain", "utf-8"))
    report.attach(_notification(message, reader.email, original))
    return composing.crlf(report.as_bytes())


def subject(message: Message) -> str:
    about = message.header.subject or _("(sans objet)")
    return _("Lu : %(subject)s") % {"subject": about[:200]}


def _text(message: Message, reader: Address, at: datetime) -> str:
    written = timezone.localtime(message.header.date or message.received)
    return _(
        "Le message du %(date)s, « %(subject)s », envoyé à %(reader)s, "
        "a été affiché le %(at)s.\n\nCela ne dit pas qu’il a été compris."
    ) % {
        "date": f"{written:%d/%m/%Y à %H:%M}",
        "subject": message.header.subject[:200],
        "reader": reader.email,
        "at": f"{timezone.localtime(at):%d/%m/%Y à %H:%M}",
    }


def _notification(message: Message, reader: str, original: str) -> MIMEBase:
    fields = [f"Reporting-UA: {settings.MAIL_DOMAIN}; Convergence"]
    recipient = message.header.other("original-recipient")
    if recipient.isascii() and 0 < len(recipient) < _FIELD_MAX:
        fields.append(f"Original-Recipient: {recipient}")
    fields.append(f"Final-Recipient: rfc822; {reader}")
    if original:
        fields.append(f"Original-Message-ID: {original}")
    fields.append("Disposition: manual-action/MDN-sent-manually; displayed")
    part = MIMEBase("message", "disposition-notification")
    part.set_payload("\r\n".join(fields) + "\r\n")
    return part
