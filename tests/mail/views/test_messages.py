"""Opening a message: the page, the frame of its HTML, source, print."""

from __future__ import annotations

import base64
import re
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from html import unescape

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from pytest_django.fixtures import Settings

from mail.views.regions import labels_id
from tests.mail.test_imaging import picture
from tests.mail.views.conftest import Desk, letter

pytestmark = pytest.mark.django_db
REMOTE = '<p>Lettre<img src="https://pictures.test/a.png">'
BANNER = "Les images distantes sont bloquées"


def page(answer: HttpResponse) -> str:
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def opened(desk: Desk, message: bytes, **query: str) -> tuple[int, str]:
    uid = desk.box.deliver(message)
    return uid, page(desk.get(rest=f"{uid}/", **query))


def frame(desk: Desk, shown: str) -> str:
    found = re.search(r'<iframe[^>]* src="([^"]*)"', shown)
    assert found
    return page(desk.visitor.get(unescape(found[1])))  # type: ignore[arg-type]


def with_picture(html: str) -> bytes:
    related = MIMEMultipart("related")
    related.attach(MIMEText(html, "html", "utf-8"))
    image = MIMEImage(picture(), "png", name="logo.png")
    image["Content-ID"] = "<logo@ecole.test>"
    related.attach(image)
    return related.as_bytes()


def test_opening_shows_it_and_marks_it_read(desk: Desk) -> None:
    uid, shown = opened(desk, letter("Sortie", "Voir https://a.fr/x <b>"))
    assert "Voir <a href=" in shown
    assert "&lt;b&gt;" in shown
    assert "\\Seen" in desk.box.flags(uid)


def test_the_frame_is_a_document_without_rights(desk: Desk) -> None:
    uid, shown = opened(desk, letter(html="<p onclick=x>Bonjour<script>x</script>"))
    assert 'sandbox="allow-same-origin allow-popups' in shown
    answer = desk.get(rest=f"{uid}/corps/2/")
    assert "<p>Bonjour</p>" in page(answer)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; img-src 'self' data:;")
    assert "script" not in policy.partition("sandbox ")[2]
    assert answer.headers["Cache-Control"] == "no-store"


def test_only_html_has_a_frame(desk: Desk) -> None:
    uid, _shown = opened(desk, letter(html="<p>x"))
    assert desk.get(rest=f"{uid}/corps/1/").status_code == 404
    assert desk.get(rest=f"{uid}/corps/9/").status_code == 404


def test_remote_pictures_wait_for_consent(desk: Desk) -> None:
    _uid, shown = opened(desk, letter(html=REMOTE))
    assert BANNER in shown
    assert "<img" in frame(desk, shown)
    assert "src=" not in frame(desk, shown)


def test_consent_is_in_the_link_and_lets_the_proxy_load(desk: Desk) -> None:
    _uid, shown = opened(desk, letter(html=REMOTE))
    found = re.search(r'href="([^"]*\?images=[^"]*)"', shown)
    assert found
    after = page(desk.visitor.get(found[1]))  # type: ignore[arg-type]
    assert BANNER not in after
    assert re.search(r'<img src="/images/[^"]*"', frame(desk, after))


@pytest.mark.parametrize("query", ["?images", "?images=1", "?images=é", "?images="])
def test_a_link_in_a_mail_is_no_consent(desk: Desk, query: str) -> None:
    uid, _shown = opened(desk, letter(html=REMOTE))
    assert BANNER in page(desk.visitor.get(desk.path(rest=f"{uid}/{query}")))  # type: ignore[arg-type]
    document = desk.visitor.get(desk.path(rest=f"{uid}/corps/2/{query}"))
    assert b"/images/" not in document.content


@pytest.mark.parametrize(
    "html", ["<p>x", '<p style="background:url(https://a.test/x)">x', "<img src=x>"]
)
def test_nothing_blocked_no_banner(desk: Desk, html: str) -> None:
    _uid, shown = opened(desk, letter(html=html))
    assert BANNER not in shown


def test_pictures_of_the_message_are_shown_and_not_listed(desk: Desk) -> None:
    uid, shown = opened(desk, with_picture('<img src="cid:logo%40ecole.test">'))
    path = f"{desk.path()}{uid}/images/2/"
    assert f'src="{path}"' in frame(desk, shown)
    assert desk.visitor.get(path).headers["Content-Type"] == "image/png"
    assert "logo.png" not in shown


def test_a_picture_that_nothing_shows_is_listed(desk: Desk) -> None:
    _uid, shown = opened(desk, with_picture("<p>Bonjour"))
    assert "logo.png" in shown


def test_too_deep_html_is_shown_as_text(desk: Desk) -> None:
    _uid, shown = opened(desk, letter(html="<div>" * 20_000 + "profond"))
    assert "<iframe" not in shown
    assert "profond" in shown
    assert "trop long ou trop complexe" in shown


def test_several_senders_are_told(desk: Desk) -> None:
    sender = "recteur@ac-poitiers.test, x@attacker.test"
    _uid, shown = opened(desk, letter(sender=sender))
    assert "plusieurs expéditeurs" in shown
    assert "badge--external" in shown


def test_without_a_subject_or_a_sender(desk: Desk) -> None:
    _uid, shown = opened(desk, b"From: <>\r\n\r\nx\r\n")
    assert "(sans objet)" in shown
    assert "Expéditeur inconnu" in shown


def source_of(answer: HttpResponse) -> bytes:
    assert isinstance(answer, StreamingHttpResponse)
    return b"".join(answer.streaming_content)


def test_the_source_is_the_message_itself(desk: Desk) -> None:
    message = letter("Été", html="<script>alert(1)</script>")
    uid = desk.box.deliver(message)
    shown = desk.get(rest=f"{uid}/source/")
    assert source_of(shown) == message
    assert shown.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    saved = desk.get(rest=f"{uid}/source/", telecharger="")
    assert source_of(saved) == message
    assert saved.headers["Content-Disposition"].startswith("attachment")


def test_printing_shows_the_message_alone(desk: Desk) -> None:
    uid = desk.box.deliver(letter("À imprimer", "Texte"))
    shown = page(desk.get(rest=f"{uid}/impression/"))
    assert "À imprimer" in shown
    assert "inlineStyleNonce" in shown
    assert "data-public" not in shown
    assert "Texte" in shown


@pytest.mark.parametrize("rest", ["", "corps/1/", "source/", "impression/"])
def test_a_message_that_is_gone_is_said_so(desk: Desk, rest: str) -> None:
    answer = desk.get(rest=f"4242/{rest}")
    assert answer.status_code == 404
    assert "plus dans ce dossier" in answer.content.decode()


@pytest.mark.parametrize(
    "rest", ["", "corps/2/", "source/", "impression/", "pieces/1/"]
)
def test_somebody_elses_message_is_not_found(
    desk: Desk, reading_desk: Desk, rest: str
) -> None:
    uid = reading_desk.box.deliver(letter(html="<p>x"))
    answer = desk.visitor.get(reading_desk.path(rest=f"{uid}/{rest}"))
    assert answer.status_code == 404


def test_reading_alone_changes_no_flag(reading_desk: Desk) -> None:
    uid, _shown = opened(reading_desk, letter())
    assert "\\Seen" not in reading_desk.box.flags(uid)


def test_a_text_that_lies_about_its_charset(desk: Desk) -> None:
    message = (
        b"Subject: =?utf-8?B?w4k=?=\r\nContent-Type: text/plain; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n"
    ) + base64.b64encode("Été à l’école, déjà".encode("cp1252"))
    _uid, shown = opened(desk, message)
    assert "Été à l’école, déjà" in shown


def test_only_the_gravest_banner_is_open(desk: Desk, settings: Settings) -> None:
    settings.TRUSTED_AUTHSERV_ID = "mx.ac-poitiers.test"
    fields = {
        "Authentication_Results": "mx.ac-poitiers.test; dmarc=fail",
        "List_Id": "Nouvelles <news.test>",
    }
    _uid, shown = opened(desk, letter(html=REMOTE, **fields))
    first, _summary, folded = shown.partition("banners__more")
    assert "n’a pas pu être authentifié" in first
    assert BANNER in folded
    assert "Message de la liste Nouvelles" in folded


def test_an_address_in_the_name_is_told(desk: Desk) -> None:
    sender = '"recteur@ac-poitiers.test" <x@attacker.test>'
    _uid, shown = opened(desk, letter(sender=sender))
    assert "Méfiez-vous de cet expéditeur" in shown


def test_ordinary_mail_has_no_banner(desk: Desk) -> None:
    _uid, shown = opened(desk, letter())
    assert "banners" not in shown


def test_a_report_is_told_in_french_and_leads_to_the_message(desk: Desk) -> None:
    report = (
        b"Content-Type: multipart/report; boundary=x\r\n\r\n"
        b"--x\r\n\r\nSorry\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n"
        b"Final-Recipient: rfc822; a@b.test\r\nStatus: 5.1.1\r\n\r\n"
        b"--x\r\nContent-Type: message/rfc822\r\n\r\n"
        b"Message-ID: <1@ac.test>\r\nSubject: <b>Objet</b>\r\n\r\nx\r\n--x--\r\n"
    )
    uid, shown = opened(desk, report)
    assert "Non remis" in shown
    assert f'aria-labelledby="report-{labels_id("INBOX", uid)}"' in shown
    assert "Cette adresse n’existe pas." in shown
    assert "&lt;b&gt;Objet" in shown
    assert f'href="/courrier/{desk.address}/message-id/1@ac.test/"' in shown


def test_details_name_only_those_who_were_written_to(desk: Desk) -> None:
    _uid, alone = opened(desk, letter(to="Paul Roy <proy@ac-poitiers.test>"))
    assert "Paul Roy &lt;proy@ac-poitiers.test&gt;" in alone
    assert "<dt>Cc</dt>" not in alone
    _uid, shared = opened(desk, letter(Cc="proy@ac-poitiers.test"))
    assert "<dt>Cc</dt><dd>&lt;proy@ac-poitiers.test&gt;</dd>" in shared
    assert "<dt>Cci</dt>" not in shared
