from __future__ import annotations

import email
import html
import re
import socket
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from accounts import preferences
from accounts.models import AuditEvent, User
from mail import sending
from mail.imap.pool import pool
from mail.models import Outgoing
from tests.mail.views.conftest import Desk, letter

pytestmark = pytest.mark.django_db
SCHEDULED = "Programm&AOk-s"


def value_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return html.unescape(found[1])


def answer_page(desk: Desk, uid: int, kind: str, folder: str = "INBOX") -> str:
    path = f"/ecrire/{desk.address}/{folder}/{uid}/{kind}/"
    answer = desk.visitor.get(path)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_what_is_written_waits_in_the_outbox(desk: Desk) -> None:
    answer = desk.write(to="Claire <c@mairie.test>", subject="Été", text="Bonjour")
    assert answer.status_code == 303
    row = Outgoing.objects.get()
    assert row.state == "held"
    assert [r.address for r in row.recipients.all()] == ["c@mairie.test"]
    [stored] = desk.box.messages(SCHEDULED)
    assert row.message_id.encode() in stored


def test_posting_twice_sends_once(desk: Desk) -> None:
    for _ in range(2):
        desk.write(to="c@mairie.test", text="Une fois")
    assert Outgoing.objects.count() == 1
    assert len(desk.box.messages(SCHEDULED)) == 1


def test_a_text_corrected_after_undoing_is_sent(desk: Desk) -> None:
    desk.write(to="c@mairie.test", text="Avant")
    old = Outgoing.objects.get()
    desk.visitor.post(f"/envois/{desk.address}/{old.pk}/annulation/")
    for _ in "12":
        assert desk.write(to="c@mairie.test", text="Après").status_code == 303
    states = Outgoing.objects.order_by("created_at").values_list("state", flat=True)
    assert list(states) == ["cancelled", "held"]
    assert b"Apr=C3=A8s" in desk.box.messages(SCHEDULED)[-1]


@pytest.fixture
def _without_imap(desk: Desk, settings: Settings) -> Iterator[None]:
    """Nobody listens where the mail server was."""
    pool.close()
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        settings.IMAP_PORT = unused.getsockname()[1]
        yield
    pool.close()


@pytest.mark.usefixtures("_without_imap")
@pytest.mark.parametrize("fields", [{}, {"save": "1"}, {"to": "nom@"}])
def test_a_mail_server_that_is_down_costs_no_text(
    desk: Desk, fields: dict[str, str]
) -> None:
    fields = {"to": "c@mairie.test", "text": "Deux heures de travail", **fields}
    answer = desk.write(**fields)
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 503
    assert "Deux heures de travail" in page
    assert f'value="{fields["to"]}"' in page
    assert "Le serveur de messagerie ne répond pas." in page
    assert answer.headers["X-Reference"] in page
    # a row of unknown outcome is swept (mail/delivering.py); nothing is to leave
    assert not Outgoing.objects.exclude(state="storing").exists()


def test_where_one_was_may_be_gone(desk: Desk) -> None:
    for folder, then in (("Drafts", "Drafts"), ("Disparu", "INBOX")):
        fields = {"token": uuid4().hex, "origin_folder": folder, "origin_id": "<1@b.c>"}
        answer = desk.write(to="c@mairie.test", **fields)
        assert answer.status_code == 303
        assert answer.headers["Location"] == desk.path(then)


def test_a_click_that_is_being_stored_is_not_called_unsent(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "STORED_WITHIN", 0.1)
    desk.write(to="c@mairie.test", text="Une fois")
    Outgoing.objects.update(state="storing")
    answer = desk.write(to="c@mairie.test", text="Une fois")
    page = html.unescape(answer.content.decode())
    assert "déjà en cours d’enregistrement." in page
    assert "d’enregistrement. Rien n’a été envoyé" not in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"to": ""}, "Indiquez au moins un destinataire."),
        ({"to": "nom@"}, "Adresse non valable : nom@"),
        ({"to": "a@b.test", "subject": "x\r\nBcc: y@z.test"}, "Un caractère interdit"),
        ({"to": "a@b.test", "in_reply_to": "<a@b>\r\nX: y"}, ""),
    ],
)
def test_what_is_refused_says_why_and_loses_no_text(
    desk: Desk, fields: dict[str, str], sentence: str
) -> None:
    answer = desk.write(text="Texte à garder", **fields)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert sentence in html.unescape(page)
    assert "Texte à garder" in page
    assert not Outgoing.objects.exists()


def test_two_faults_of_a_field_are_described_by_one_name(desk: Desk) -> None:
    answer = desk.write(to="a@b.test", reply_to="nom, autre@", text="Gardé")
    page = answer.content.decode()
    assert page.count('class="field__error"') == 2
    assert page.count('id="id_reply_to_error"') == 1


def test_a_field_without_a_line_tells_its_error_too(desk: Desk) -> None:
    answer = desk.write(to="c@mairie.test", text="Gardé\0")
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 400
    assert "Le caractère nul n’est pas autorisé." in page


def test_a_reply_quotes_and_continues_the_conversation(desk: Desk) -> None:
    uid = desk.box.deliver(
        letter("Sortie", "Qui vient ?", Message_ID="<1@parents.test>")
    )
    page = answer_page(desk, uid, "reponse")
    assert value_of(page, "subject") == "Re: Sortie"
    assert "parents@parents.test" in value_of(page, "to")
    assert value_of(page, "in_reply_to") == "<1@parents.test>"
    assert "&gt; Qui vient ?" in page


def test_the_layout_of_the_original_is_quoted(desk: Desk) -> None:
    table = '<table bgcolor="#eeeeee" width="300"><tr><td>Non</td></tr></table>'
    written = f"<style>b{{color:red}}</style>En <b>gras</b>{table}<script>x</script>"
    uid = desk.box.deliver(letter(text="En clair", html=written))
    page = html.unescape(answer_page(desk, uid, "reponse"))
    assert "> En gras" in page
    [quoted] = re.findall(r'<blockquote type="cite">(.*?)</blockquote>', page)
    assert '<b style="color:red">gras</b><table' in quoted
    assert 'bgcolor="#eeeeee"' in quoted
    assert "script" not in quoted


def test_one_may_answer_below_what_is_quoted(desk: Desk) -> None:
    user = User.objects.get()
    preferences.choose(user, answers="below")
    uid = desk.box.deliver(letter(text="Qui vient ?"))
    page = html.unescape(answer_page(desk, uid, "reponse"))
    assert re.search(r'rows="14" autofocus>\nLe .*\n> Qui vient \?\n\n</text', page)


def test_a_reply_to_all_leaves_oneself_out(desk: Desk) -> None:
    others = "a@mairie.test, b@mairie.test"
    uid = desk.box.deliver(letter(to=f"{desk.address}, {others}", Cc="c@mairie.test"))
    page = answer_page(desk, uid, "reponse-a-tous")
    everybody = value_of(page, "to") + value_of(page, "cc")
    for address in ("parents@parents.test", "a@mairie.test", "c@mairie.test"):
        assert address in everybody
    assert desk.address not in everybody


def test_a_forward_takes_the_files_along(desk: Desk) -> None:
    file = SimpleUploadedFile("Résumé.pdf", b"%PDF-1.7", "application/pdf")
    desk.write(to="c@mairie.test", text="Voici", files=[file])
    [stored] = desk.box.messages(SCHEDULED)
    uid = desk.box.deliver(stored)
    page = answer_page(desk, uid, "transfert")
    assert value_of(page, "subject").startswith("Tr:")
    assert "Résumé.pdf" in page


def test_an_unknown_kind_of_answer_is_not_found(desk: Desk) -> None:
    uid = desk.box.deliver(letter())
    path = f"/ecrire/{desk.address}/INBOX/{uid}/autre/"
    assert desk.visitor.get(path).status_code == 404


def test_files_are_kept_while_the_form_is_corrected(desk: Desk) -> None:
    file = SimpleUploadedFile("note.txt", "À lire".encode())
    page = desk.write(to="nom@", files=[file]).content.decode()
    assert "note.txt" in page
    desk.write(to="c@mairie.test", text="Corrigé")
    made = email.message_from_bytes(desk.box.messages(SCHEDULED)[0])
    assert [part.get_filename() for part in made.walk()][-1] == "note.txt"


def test_a_file_may_be_taken_away(desk: Desk) -> None:
    file = SimpleUploadedFile("note.txt", b"x")
    page = desk.write(attach="1", files=[file]).content.decode()
    assert "note.txt" in page
    page = desk.write(remove=value_of(page, "remove")).content.decode()
    assert "note.txt" not in page


def test_too_large_files_are_refused_with_a_sentence(desk: Desk) -> None:
    file = SimpleUploadedFile("film.mp4", b"x" * (20 * 1024 * 1024))
    answer = desk.write(to="c@mairie.test", text="Gardé", files=[file])
    assert answer.status_code == 400
    assert "Les pièces jointes dépassent" in answer.content.decode()
    assert "Gardé" in answer.content.decode()


def test_formatted_text_is_sent_with_a_plain_one(desk: Desk) -> None:
    written = "<p>Bonjour <b>à tous</b><script>x</script></p>"
    desk.write(to="c@mairie.test", html=written, text="")
    made = email.message_from_bytes(desk.box.messages(SCHEDULED)[0])
    parts = {p.get_content_type(): p.get_payload(decode=True) for p in made.walk()}
    assert "Bonjour à tous" in parts["text/plain"].decode()  # type: ignore[union-attr]
    assert b"<b>" in parts["text/html"]
    assert b"script" not in parts["text/html"]


def test_a_draft_is_saved_resumed_and_replaced(desk: Desk) -> None:
    desk.write(save="1", to="", subject="Brouillon", text="Pas fini", bcc="b@b.test")
    page = answer_page(desk, 1, "brouillon", "Drafts")
    assert "Pas fini" in page
    assert value_of(page, "bcc") == "b@b.test"
    known = value_of(page, "draft_id")
    desk.write(save="1", text="Presque fini", draft_id=known, token="1" * 32)
    [newer] = desk.box.messages("Drafts")
    assert b"Presque fini" in newer
    assert r"\Draft" in desk.box.flags(2, "Drafts")


def test_a_draft_that_is_sent_leaves_the_drafts(desk: Desk) -> None:
    desk.write(save="1", text="Fini")
    known = value_of(answer_page(desk, 1, "brouillon", "Drafts"), "draft_id")
    desk.write(to="c@mairie.test", text="Fini", draft_id=known)
    assert desk.box.messages("Drafts") == []


def test_a_draft_of_another_program_leaves_them_too(desk: Desk) -> None:
    desk.box.deliver(b"Subject: x\r\n\r\nSans identifiant\r\n", "Drafts")
    known = value_of(answer_page(desk, 1, "brouillon", "Drafts"), "draft_id")
    desk.write(to="c@mairie.test", text="Fini", draft_id=known)
    assert desk.box.messages("Drafts") == []


def test_the_audit_tells_what_was_written_not_the_form(desk: Desk) -> None:
    acts = AuditEvent.objects.filter(act="message.compose")
    desk.visitor.get(f"/ecrire/{desk.address}/")
    assert not acts.exists()
    desk.write(to="c@mairie.test", text="Écrit")
    assert acts.count() == 1


def test_a_reader_may_not_write(reading_desk: Desk) -> None:
    assert reading_desk.write(to="c@mairie.test").status_code == 403
    assert (
        reading_desk.visitor.get(f"/ecrire/{reading_desk.address}/").status_code == 403
    )


def test_an_address_that_needs_smtputf8_is_refused_by_name(desk: Desk) -> None:
    answer = desk.write(to="élodie@mairie.test, a@mairie.test", text="Gardé")
    page = answer.content.decode()
    assert "lettre accentuée" in page
    assert "élodie@mairie.test" in page
    assert "Gardé" in page
    assert not Outgoing.objects.exists()
