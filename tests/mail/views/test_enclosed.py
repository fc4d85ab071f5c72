"""Messages and winmail.dat in a message: opened as what they are."""

from __future__ import annotations

from email import message_from_bytes
from email.mime.application import MIMEApplication
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from tests.mail.test_tnef import a_file, attribute, tnef
from tests.mail.views.conftest import Desk, letter
from tests.mail.views.test_attachments import fetched
from tests.mail.views.test_previews import parcel

pytestmark = pytest.mark.django_db


def forwarded(inner: bytes) -> bytes:
    whole = MIMEMultipart()
    whole["Subject"] = "Fwd"
    whole.attach(MIMEText("Voir."))
    whole.attach(MIMEMessage(message_from_bytes(inner)))
    return whole.as_bytes()


def opened(desk: Desk, uid: int, part: str = "2") -> str:
    answer = desk.get(rest=f"{uid}/pieces/{part}/message/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_attached_message_is_read_like_one(desk: Desk) -> None:
    inner = letter("Réunion", "Le texte joint.", "Zoe <zoe@mairie.test>")
    uid = desk.box.deliver(forwarded(inner))
    assert f"{uid}/pieces/2/message/" in desk.get(rest=f"{uid}/").content.decode()
    page = opened(desk, uid)
    assert "Réunion" in page
    assert "Le texte joint." in page
    assert "Zoe &lt;zoe@mairie.test&gt;" in page


def test_its_html_is_cleaned_in_its_frame(desk: Desk) -> None:
    html = '<p onclick="x()">Bonjour<script>alert(1)</script><img src="http://a.test/">'
    uid = desk.box.deliver(forwarded(letter(html=html)))
    page = opened(desk, uid)
    assert f"{uid}/corps/2.2/" in page
    assert "Les images distantes sont bloquées" in page
    frame = desk.get(rest=f"{uid}/corps/2.2/").content.decode()
    assert "Bonjour" in frame
    assert "script" not in frame
    assert "onclick" not in frame


def test_its_files_can_be_saved(desk: Desk) -> None:
    inner = parcel(("élève.txt", "text/plain", b"contenu"), subject="Dedans")
    uid = desk.box.deliver(forwarded(inner))
    assert f"{uid}/pieces/2.2/apercu/" in opened(desk, uid)
    assert fetched(desk.get(rest=f"{uid}/pieces/2.2/")) == b"contenu"


@pytest.mark.parametrize("kind", ["message/rfc822", "application/octet-stream"])
def test_a_message_that_was_sent_as_a_file_opens_too(desk: Desk, kind: str) -> None:
    inner = parcel(("a.txt", "text/plain", b"contenu"), subject="Encodé")
    uid = desk.box.deliver(parcel(("lettre.eml", kind, inner)))
    page = opened(desk, uid)
    assert "Encodé" in page
    assert "Ci-joint." in page
    assert f"{uid}/pieces/2-1/apercu/" in page
    assert fetched(desk.get(rest=f"{uid}/pieces/2-1/")) == b"contenu"


def test_the_files_of_a_winmail_are_listed_and_saved(desk: Desk) -> None:
    data = tnef(*a_file("Relevé.txt", b"contenu"))
    uid = desk.box.deliver(parcel(("winmail.dat", "application/ms-tnef", data)))
    page = desk.get(rest=f"{uid}/").content.decode()
    assert f'hx-get="{desk.path(rest=f"{uid}/pieces/2/contenu/")}' in page
    content = desk.get(rest=f"{uid}/pieces/2/contenu/").content.decode()
    assert "Relevé.txt" in content
    assert fetched(desk.get(rest=f"{uid}/pieces/2-1/")) == b"contenu"
    assert "contenu" in desk.get(rest=f"{uid}/pieces/2-1/apercu/").content.decode()


def test_a_broken_winmail_says_so(desk: Desk) -> None:
    data = tnef() + attribute(1, 0x9003, b"\xff" * 40)[:-20]
    uid = desk.box.deliver(parcel(("winmail.dat", "application/ms-tnef", data)))
    content = desk.get(rest=f"{uid}/pieces/2/contenu/").content.decode()
    assert "Aucun fichier lisible" in content


def test_messages_in_messages_open_one_after_the_other(desk: Desk) -> None:
    uid = desk.box.deliver(forwarded(forwarded(letter("Au fond", "Tout au fond."))))
    assert f"{uid}/pieces/2.2/message/" in opened(desk, uid)
    assert "Tout au fond." in opened(desk, uid, "2.2")


def test_a_forward_keeps_the_attached_message_as_it_is(desk: Desk) -> None:
    uid = desk.box.deliver(forwarded(letter("Joint", "Le texte joint.")))
    path = f"/ecrire/{desk.address}/INBOX/{uid}/transfert/"
    page = desk.visitor.get(path).content.decode()
    assert "message.eml" in page


@pytest.mark.parametrize("rest", ["pieces/1/message/", "pieces/7/message/"])
def test_what_is_no_message_is_not_opened(desk: Desk, rest: str) -> None:
    whole = MIMEMultipart()
    whole.attach(MIMEApplication(b"\x00\x01", "octet-stream"))
    uid = desk.box.deliver(whole.as_bytes())
    assert desk.get(rest=f"{uid}/{rest}").status_code in {200, 404}
