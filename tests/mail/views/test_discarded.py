"""«Abandonner»: the draft goes to the trash as it was written, comes back by one click,
and a page that still has its address is led to it."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from pytest_django.fixtures import Settings

from mail.models import Outgoing
from mail.uploads import Shelf
from tests.mail.views.conftest import Desk, letter
from tests.mail.views.test_attached import hidden
from tests.mail.views.test_compose import answer_page
from tests.mail.views.test_departed import page_of
from tests.mail.views.test_drafts import ONE, told

pytestmark = pytest.mark.django_db
TOLD = "Brouillon abandonné."


def discard(desk: Desk, **fields: Any) -> str:
    """The page that follows."""
    answer = desk.write(**{"discard": "1", **fields})
    assert answer.status_code == 303, page_of(answer)
    return page_of(desk.visitor.get(answer.headers["Location"]))  # type: ignore[arg-type]


def restored(desk: Desk, page: str) -> dict[str, Any]:
    """The form after the button of the notice."""
    [name] = [f for f in hidden(page)["name"] if f]
    path = f"/ecrire/{desk.address}/restauration/"
    answer = desk.visitor.post(path, {"name": name}, follow=True)
    assert answer.status_code == 200
    return hidden(answer.content.decode()) | {"page": page_of(answer)}  # type: ignore[arg-type]


def test_it_goes_with_the_last_that_was_written_and_comes_back(desk: Desk) -> None:
    saved = told(desk, to="c@mairie.test", subject="Sortie", text="Un")
    page = discard(
        desk, draft_id=saved["draft"], to="c@", subject="Sortie", text="Deux"
    )
    assert TOLD in page
    assert desk.box.messages("Drafts") == []
    [thrown] = desk.box.messages("Trash")
    assert b"Deux" in thrown
    back = restored(desk, page)
    assert "\nDeux</textarea>" in back["page"]
    assert 'value="c@"' in back["page"]
    assert desk.box.messages("Trash") == []
    assert r"\Draft" in desk.box.flags(3, "Drafts")


def test_what_is_stored_goes_as_it_lies(desk: Desk) -> None:
    """A draft of another program is not written anew to be thrown away."""
    raw = letter("De Thunderbird", Message_ID="<1@tb.test>", X_Mozilla="1")
    desk.box.deliver(raw, "Drafts")
    fields = hidden(answer_page(desk, 1, "brouillon", "Drafts"))
    page = discard(desk, **fields, discard="stored", text="Bonjour.")
    assert b"X-Mozilla: 1" in desk.box.messages("Trash")[0]
    restored(desk, page)
    assert b"X-Mozilla: 1" in desk.box.messages("Drafts")[0]


def test_its_files_go_with_it(desk: Desk, settings: Settings) -> None:
    file = SimpleUploadedFile("plan.pdf", b"%PDF-1.7", "application/pdf")
    fields = hidden(desk.write(attach="1", files=[file]).content.decode())
    page = discard(desk, **fields)
    user = desk.visitor.session["_auth_user_id"]
    assert Shelf(int(user), fields["token"][0]).files() == []
    assert "plan.pdf" in restored(desk, page)["page"]


@pytest.mark.parametrize("kind", ["", "reponse"])
def test_what_nobody_wrote_leaves_nothing(desk: Desk, kind: str) -> None:
    uid = desk.box.deliver(letter(text="Qui vient ?"))
    if kind:
        page = answer_page(desk, uid, kind)
        text = html.unescape(page.partition('rows="14"')[2].partition(">\n")[2])
        fields = hidden(page) | {"text": text.partition("</textarea>")[0]}
    else:
        fields = {"subject": ""}
    assert TOLD not in discard(desk, **fields)
    assert desk.box.messages("Trash") == []


def test_what_cannot_be_stored_is_given_back_with_its_files(desk: Desk) -> None:
    saved = told(desk, text="Un")
    file = SimpleUploadedFile("plan.pdf", b"%PDF-1.7", "application/pdf")
    answer = desk.write(
        discard="1", draft_id=saved["draft"], subject="Deux\0", text="Deux", files=file
    )
    page = page_of(answer)
    assert answer.status_code == 400
    assert 'role="alert"' in page
    assert "\nDeux</textarea>" in page
    assert "plan.pdf" in page
    assert len(desk.box.messages("Drafts")) == 1
    # what is stored goes, whatever the form holds
    discard(desk, discard="stored", draft_id=saved["draft"], subject="Deux\0")
    assert desk.box.messages("Drafts") == []


def test_an_older_address_leads_to_what_became_of_it(desk: Desk) -> None:
    first = told(desk, text="Un", to="c@mairie.test")
    second = told(desk, text="Deux", draft_id=first["draft"], draft_save=ONE)
    answer: HttpResponse = desk.visitor.get(first["path"], follow=True)  # type: ignore[assignment]
    assert "\nDeux</textarea>" in page_of(answer)
    fields = hidden(answer.content.decode()) | {"text": "Deux", "to": "c@mairie.test"}
    desk.write(**fields)
    assert Outgoing.objects.count() == 1
    root = fields["draft_root"][0]
    named = f"/ecrire/{desk.address}/brouillon/{root}/"
    for path in (first["path"], second["path"], named):
        answer = desk.visitor.get(path, follow=True)  # type: ignore[assignment]
        assert "<h1>Ce message part déjà</h1>" in page_of(answer)


def test_a_draft_is_found_by_its_name(desk: Desk) -> None:
    first = told(desk, text="Un", token=ONE)
    told(desk, text="Deux", draft_id=first["draft"], token=ONE)
    path = f"/ecrire/{desk.address}/brouillon/{ONE}/"
    answer = desk.visitor.get(path, follow=True)
    assert "\nDeux</textarea>" in page_of(answer)  # type: ignore[arg-type]
    unknown = f"/ecrire/{desk.address}/brouillon/{'9' * 32}/"
    assert desk.visitor.get(unknown).status_code == 404


@pytest.mark.parametrize("is_ours", [True, False])
def test_what_was_given_up_is_told_by_its_name_and_comes_back(
    desk: Desk, is_ours: bool
) -> None:
    raw = letter("De Thunderbird", "Un", Message_ID="<1@tb.test>")
    if not is_ours:
        desk.box.deliver(raw, "Drafts")
    path = (
        told(desk, text="Un")["path"]
        if is_ours
        else f"/ecrire/{desk.address}/Drafts/1/brouillon/"
    )
    fields = hidden(desk.visitor.get(path).content.decode())
    named = f"/ecrire/{desk.address}/brouillon/{fields['draft_root'][0]}/"
    discard(desk, **fields, discard="stored", text="Un")
    for old in (named, path):
        page = page_of(desk.visitor.get(old, follow=True))  # type: ignore[arg-type]
        assert TOLD in page
    back = restored(desk, page)
    again = f"/ecrire/{desk.address}/brouillon/{back['draft_root'][0]}/"
    for old in (named, path, again):
        page = page_of(desk.visitor.get(old, follow=True))  # type: ignore[arg-type]
        assert "\nUn</textarea>" in page


def test_only_who_may_write_brings_back(desk: Desk, reading_desk: Desk) -> None:
    for who, address, status in (
        (desk, reading_desk.address, 404),
        (reading_desk, reading_desk.address, 403),
        (desk, desk.address, 404),
    ):
        path = f"/ecrire/{address}/restauration/"
        answer = who.visitor.post(path, {"name": "<rien@b.test>"})
        assert answer.status_code == status
    bad = desk.visitor.post(f"/ecrire/{desk.address}/restauration/", {"name": "a\r\nb"})
    assert bad.status_code == 400
