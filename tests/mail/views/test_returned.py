"""A form that could not be taken comes back with what was written, and posted again it
sends once, whatever failed: the database at any step, the visit, the form's token."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.http import HttpResponse
from pytest_django.fixtures import Settings

from mail import sending
from mail.models import Outgoing
from tests.mail.conftest import tick
from tests.mail.views.conftest import Desk
from tests.mail.views.test_attached import HIDDEN
from tests.mail.views.test_compose import SCHEDULED

# what a transaction of the test would hide is what is looked at
pytestmark = pytest.mark.django_db(transaction=True)
WRITTEN = {"to": "c@mairie.test", "subject": "Été", "text": "Deux heures de travail"}
FRAME = {"Sec-Fetch-Dest": "iframe"}


@pytest.fixture(autouse=True)
def _answers_only(desk: Desk) -> None:
    """What Django's own page of errors would answer is looked at too."""
    desk.visitor.raise_request_exception = False


@contextmanager
def without(*statements: str) -> Iterator[None]:
    """The database refuses these, as when it is locked, full or gone."""

    def refuse(run: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if any(sql.lstrip().startswith(each) for each in statements):
            raise OperationalError("database is locked")
        return run(sql, *rest)

    with connection.execute_wrapper(refuse):
        yield


def page_of(answer: HttpResponse) -> str:
    return html.unescape(answer.content.decode())


def again(desk: Desk, answer: HttpResponse) -> HttpResponse:
    """The button of the page that gave it back."""
    fields = dict(HIDDEN.findall(answer.content.decode()))
    fields.pop("csrfmiddlewaretoken", None)
    typed = {name: html.unescape(value) for name, value in fields.items()}
    return desk.write(**WRITTEN | typed)


@pytest.mark.parametrize(
    "statement",
    [
        'INSERT INTO "mail_outgoing"',
        'INSERT INTO "mail_recipient"',
        'INSERT INTO "mail_correspondent"',
        'INSERT INTO "accounts_auditevent"',
        'UPDATE "django_session"',
        "SELECT",
    ],
)
def test_the_database_fails_at_any_step(desk: Desk, statement: str) -> None:
    with without(statement):
        answer = desk.write(**WRITTEN)
    if answer.status_code != 303:
        page = page_of(answer)
        assert answer.status_code == 503
        assert "La base de données ne répond pas." in page
        assert answer.headers["X-Reference"] in page
        assert WRITTEN["text"] in page
        assert f'value="{WRITTEN["to"]}"' in page
    assert again(desk, answer).status_code == 303
    assert Outgoing.objects.get().state == "held"
    assert len(desk.box.messages(SCHEDULED)) == 1


def test_what_was_not_sent_is_said_in_the_composer(desk: Desk) -> None:
    with without('INSERT INTO "mail_outgoing"'):
        answer = desk.write(**WRITTEN)
    page = page_of(answer)
    assert "Rien n’a été envoyé, votre texte est conservé ici." in page
    assert "<compose-form" in page


def test_a_row_that_is_not_finished_does_not_leave_twice(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "STORED_WITHIN", 0.1)
    with without('UPDATE "mail_outgoing"'):
        answer = desk.write(**WRITTEN)
    assert WRITTEN["text"] in page_of(answer)
    assert again(desk, answer).status_code == 409
    row = tick(minutes=5)
    assert row.state == "failed"
    assert again(desk, answer).status_code == 303
    assert len(desk.box.messages(SCHEDULED)) == 1


def test_a_draft_that_could_not_be_kept_is_given_back_too(desk: Desk) -> None:
    with without("SELECT", "INSERT"):
        answer = desk.write(save="1", **WRITTEN)
    assert 'name="save" value="1"' in page_of(answer)
    assert again(desk, answer).status_code == 303
    assert len(desk.box.messages("Drafts")) == 1


def test_an_ended_visit_gives_the_text_back(desk: Desk) -> None:
    Session.objects.all().delete()
    answer = desk.write(**WRITTEN)
    page = page_of(answer)
    assert answer.status_code == 401
    assert "Votre session a expiré." in page
    assert re.search(r'href="/connexion/"[^>]*>Se connecter', page)
    assert WRITTEN["text"] in page
    # of nothing else: a page is asked for, signed in, come back to
    assert desk.visitor.get(desk.path()).status_code == 302


@pytest.mark.parametrize("button", ["at", "save", "discard"])
def test_a_file_that_no_page_can_give_back_is_named(desk: Desk, button: str) -> None:
    """And nothing leaves without it."""
    files = [SimpleUploadedFile(name, b"%PDF") for name in ("plan.pdf", "<b>.pdf")]
    with without("SELECT"):
        answer = desk.write(**WRITTEN, **{button: "1"}, files=files)
    assert "Ces fichiers ne sont pas conservés\u00a0: plan.pdf, <b>.pdf." in page_of(
        answer
    )
    assert b"<b>.pdf" not in answer.content
    assert f'name="{button}"' not in page_of(answer)
    back = again(desk, answer)
    assert back.status_code == 200
    assert WRITTEN["text"] in page_of(back)
    assert "<compose-form" in page_of(back)
    assert not Outgoing.objects.exists()


def test_a_composer_that_comes_back_has_the_files(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    """Also when it failed before they were put aside."""

    def refuse(*_args: object) -> NoReturn:
        raise OperationalError("database is locked")

    settings.UPLOAD_ROOT = str(tmp_path)
    monkeypatch.setattr(sending, "known", refuse)
    answer = desk.write(**WRITTEN, files=[SimpleUploadedFile("plan.pdf", b"%PDF")])
    assert answer.status_code == 503
    assert page_of(answer).count('name="file"') == 1
    assert "plan.pdf" in page_of(answer)


def test_it_comes_back_where_it_was_written(desk: Desk) -> None:
    Session.objects.all().delete()
    path = f"/ecrire/{desk.address}/"
    fields = {"token": "0" * 32, **WRITTEN}
    answer = desk.visitor.post(path, fields, headers=FRAME)
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]


def test_foreign_text_on_it_is_text(desk: Desk) -> None:
    Session.objects.all().delete()
    hostile = "</textarea><script>x</script>"
    answer = desk.write(text=hostile, subject='"><script>')
    assert b"<script>x" not in answer.content
    assert b'"><script>' not in answer.content
