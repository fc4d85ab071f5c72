"""Reports of non-delivery, as a mail server writes them (RFC 3464)."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr

from demo.letters.letter import Correspondent, Letter, on_the_wire

MARK = "43.report@ac-poitiers.test"
SYSTEM = Correspondent("Système de messagerie", "MAILER-DAEMON@ac-poitiers.test")


def not_delivered(author: Correspondent, date: datetime) -> Letter:
    """About a letter of this author to a family whose address is gone."""
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"] = formataddr((SYSTEM.name, SYSTEM.address))
    report["To"] = author.address
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["Date"] = format_datetime(date)
    report["Message-ID"] = f"<{MARK}>"
    report["Auto-Submitted"] = "auto-replied"
    report.attach(
        MIMEText(
            "Votre message n’a pas pu être remis à ancienne-adresse@parents.test :\n"
            "la boîte n’existe pas.\n",
            _charset="utf-8",
        )
    )
    report.attach(_status())
    report.attach(MIMEMessage(_returned(author, date)))
    return Letter(
        sender=SYSTEM,
        to=(author,),
        date=date,
        message_id=MARK,
        subject=str(report["Subject"]),
        source=on_the_wire(report, MARK),
    )


def _status() -> Message:
    """Two groups of fields: about the message, about the recipient."""
    about, recipient = Message(), Message()
    about["Reporting-MTA"] = "dns; mx.ac-poitiers.test"
    recipient["Final-Recipient"] = "rfc822; ancienne-adresse@parents.test"
    recipient["Action"] = "failed"
    recipient["Status"] = "5.1.1"
    recipient["Diagnostic-Code"] = "smtp; 550 5.1.1 User unknown"
    status = Message()
    status["Content-Type"] = "message/delivery-status"
    status.set_payload([about, recipient])
    return status


def _returned(author: Correspondent, date: datetime) -> Message:
    original = MIMEText("Bonjour, voici les dates de la réunion.\n", _charset="utf-8")
    original["From"] = formataddr((author.name, author.address))
    original["To"] = "ancienne-adresse@parents.test"
    original["Subject"] = "Dates de la reunion"
    original["Date"] = format_datetime(date - timedelta(minutes=2))
    original["Message-ID"] = "<43.original@ac-poitiers.test>"
    return original
