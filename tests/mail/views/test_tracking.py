"""What became of a message that was sent, on the message itself."""

from __future__ import annotations

import html
from datetime import UTC, datetime

import pytest

from accounts.models import Mailbox, User
from mail import receipts
from mail.composing import crlf
from mail.imap.opening import open_box
from mail.messages import Address
from mail.models import Outgoing
from tests.mail.views.conftest import Desk, letter

pytestmark = pytest.mark.django_db
SENT_ID = "<envoi@ac-poitiers.test>"


def report(envid: str = "", about: str = SENT_ID) -> bytes:
    """As Postfix writes it, with the header that it returns."""
    return crlf(
        f"""From: MAILER-DAEMON@ac-poitiers.test (Mail Delivery System)
Subject: Successful Mail Delivery Report
Date: Mon, 23 Nov 2026 09:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

Your message was delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.test
{f"Original-Envelope-Id: {envid}" if envid else "X-Nothing: x"}

Final-Recipient: rfc822; claire@mairie.test
Action: delivered
Status: 2.0.0

Final-Recipient: rfc822; paul@mairie.test
Action: failed
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

Message-ID: {about}
Subject: Sortie

--b--
""".encode()
    )


@pytest.fixture
def sent(desk: Desk) -> Desk:
    """A message to two, that lies in Envoyés."""
    headers = {"Message_ID": SENT_ID, "Disposition_Notification_To": desk.address}
    to = "claire@mairie.test, paul@mairie.test"
    made = letter(sender=desk.address, to=to, subject="Sortie", **headers)
    with desk.box.opened() as client:
        client.append("Sent", "(\\Seen)", "", made)
    return desk


def traces(desk: Desk) -> list[str]:
    """One text for each recipient."""
    page = html.unescape(desk.get("Sent", "1/suivi/").content.decode())
    return page.partition("<dl")[2].partition("</dl>")[0].split("<dt>")[1:]


def read_by(desk: Desk) -> bytes:
    """The receipt that our own site would send for it."""
    at = datetime(2026, 11, 23, 10, tzinfo=UTC)
    reader = Address("Claire", "claire@mairie.test")
    box = Mailbox.objects.get(address=desk.address)
    with open_box(box) as store:
        message = store.message("Sent", 1)
    return receipts.built(message, reader, desk.address, "<lu@mairie.test>", at)


def test_reports_of_delivery_and_of_reading_are_told_by_recipient(sent: Desk) -> None:
    assert [("Aucune nouvelle." in trace) for trace in traces(sent)] == [True, True]
    sent.box.deliver(report())
    sent.box.deliver(read_by(sent))
    claire, paul = traces(sent)
    assert claire.index("Remis dans la boîte") < claire.index("Lu</a>")
    assert "Non remis" in paul
    assert "Lu" not in paul
    assert f"/courrier/{sent.address}/INBOX/1/" in claire


def test_a_report_of_another_message_is_not_told(sent: Desk) -> None:
    sent.box.deliver(report(about="<autre@ac-poitiers.test>"))
    assert [("Aucune nouvelle." in trace) for trace in traces(sent)] == [True, True]


def test_the_envelope_names_it_when_the_report_has_no_header(sent: Desk) -> None:
    row = Outgoing.objects.create(
        mailbox=Mailbox.objects.get(address=sent.address),
        author=User.objects.get(mail=sent.address),
        state="sent",
        due_at=datetime(2026, 11, 23, tzinfo=UTC),
        message_id=SENT_ID,
        token="t",
        sender=sent.address,
        notify=True,
    )
    row.recipients.create(address="claire@mairie.test", accepted=True, code=250)
    sent.box.deliver(report(envid=row.pk.hex, about="<autre@x.test>"))
    claire, _paul = traces(sent)
    assert "Pris en charge" in claire
    assert "Remis dans la boîte" in claire


def test_the_message_leads_to_it(sent: Desk) -> None:
    page = sent.get("Sent", "1/").content.decode()
    assert 'hx-trigger="load"' in page.partition("tracked")[2][:200]
    assert "suivi/" in page
    partial = sent.visitor.get(
        sent.path("Sent", "1/suivi/"), headers={"HX-Request": "true"}
    )
    assert partial.content.decode().lstrip().startswith("<dl")


def test_only_what_the_mailbox_has_sent_is_tracked(
    desk: Desk, reading_desk: Desk
) -> None:
    desk.box.deliver(letter())
    assert desk.get("INBOX", "1/suivi/").status_code == 404
    assert "suivi/" not in desk.get("INBOX", "1/").content.decode()
    assert desk.visitor.get(reading_desk.path("Sent", "1/suivi/")).status_code == 404
