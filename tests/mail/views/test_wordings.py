"""Signatures and templates: the pages where they are kept."""

from __future__ import annotations

import html
from typing import Any

import pytest

from accounts.models import AuditEvent
from mail.models import Signature, Template
from tests.accounts.conftest import Visitor
from tests.mail.views.conftest import Desk

pytestmark = pytest.mark.django_db
KINDS = ["signatures", "modeles"]


def page(desk: Desk, kind: str, rest: str = "") -> str:
    answer = desk.visitor.get(f"/ecriture/{desk.address}/{kind}/{rest}")
    assert answer.status_code == 200, answer.status_code
    return html.unescape(answer.content.decode())


def post(desk: Desk, kind: str, rest: str = "nouveau", **fields: Any) -> Any:
    return desk.visitor.post(f"/ecriture/{desk.address}/{kind}/{rest}/", fields)


@pytest.fixture
def sharing_desk(
    make_functional_mailbox: Any, make_person: Any, mailbox_of: Any
) -> Desk:
    """Somebody who writes for a functional mailbox."""
    who = make_person()
    mailbox = make_functional_mailbox(members=(who,))
    visitor = Visitor("functional")
    assert visitor.sign_in(who).status_code == 302
    return Desk(visitor, mailbox_of(mailbox), mailbox.address)


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_is_kept_changed_ordered_deleted(desk: Desk, kind: str) -> None:
    assert "Enregistrer" in page(desk, kind, "nouveau/")
    for name in ("Un", "Deux"):
        assert post(desk, kind, name=name, text=f"Texte {name}").status_code == 303
    model: Any = Signature if kind == "signatures" else Template
    first, second = model.objects.order_by("order")
    assert "Texte Un" in page(desk, kind, f"{first.pk}/")
    changed = {"name": "Un", "html": "<p><b>Gras</b><script>x</script></p>"}
    assert post(desk, kind, str(first.pk), **changed).status_code == 303
    first.refresh_from_db()
    assert (first.text, "script" in first.html) == ("Gras", False)
    assert post(desk, kind, f"{second.pk}/ordre", step="-1").status_code == 303
    listed = page(desk, kind)
    assert listed.index(">Deux<") < listed.index(">Un<")
    assert post(desk, kind, f"{first.pk}/suppression").status_code == 303
    listed = page(desk, kind)
    assert "« Un » est supprimé." in listed.replace("\u00a0", " ")
    assert 'name="html" value="<p><b>Gras</b></p>"' in listed
    assert model.objects.count() == 1


def test_a_signature_says_when_it_is_for_which_address(desk: Desk) -> None:
    wanted = {"address": desk.address, "for_new": "on"}
    assert post(desk, "signatures", name="Moi", text="-- \nMoi", **wanted)
    row = Signature.objects.get()
    assert (row.text, row.address, row.for_new) == ("Moi", desk.address, True)
    assert "Nouveaux messages" in page(desk, "signatures")
    audited = AuditEvent.objects.filter(act="signature.create", mailbox=desk.address)
    assert audited.get().target == f"signature:{row.pk}"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "fields",
    [
        {"name": "", "text": "x"},
        {"name": "a\nb", "text": "x"},
        {"name": "x" * 61, "text": "x"},
        {"name": "Vide", "text": " \n "},
        {"name": "Long", "text": "x" * 20_001},
        {"name": "Vide", "html": "<script>x</script>"},
    ],
)
def test_what_cannot_be_is_told(desk: Desk, kind: str, fields: dict[str, str]) -> None:
    answer = post(desk, kind, **fields)
    assert answer.status_code == 400
    assert "circle-alert" in answer.content.decode()
    assert not Signature.objects.exists()
    assert not Template.objects.exists()


def test_an_address_of_others_is_refused(desk: Desk) -> None:
    fields = {"name": "x", "text": "x", "address": "ministre@ac-poitiers.test"}
    assert post(desk, "signatures", **fields).status_code == 400


def test_templates_are_shared_by_a_mailbox_or_kept_to_oneself(
    sharing_desk: Desk, desk: Desk
) -> None:
    post(sharing_desk, "modeles", name="Commun", text="x", shared="on")
    post(sharing_desk, "modeles", name="Mien", text="x")
    shared, mine = Template.objects.order_by("author")
    assert (shared.author, mine.mailbox) == (None, None)
    assert (shared.name, mine.name) == ("Commun", "Mien")
    assert AuditEvent.objects.filter(act="template.create").count() == 1
    # nobody else's page knows them
    listed = page(desk, "modeles")
    assert "Commun" not in listed
    assert "Mien" not in listed
    for row in (shared, mine):
        answer = desk.visitor.get(f"/ecriture/{desk.address}/modeles/{row.pk}/")
        assert answer.status_code == 404
        for rest in ("suppression", "ordre"):
            fields = {"step": "1"}
            assert (
                post(desk, "modeles", f"{row.pk}/{rest}", **fields).status_code == 404
            )
    # in one's own mailbox there is nobody to share with
    post(desk, "modeles", name="Chez moi", text="x", shared="on")
    assert Template.objects.get(name="Chez moi").mailbox is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_reader_sees_them_and_changes_none(reading_desk: Desk, kind: str) -> None:
    assert "nouveau/" not in page(reading_desk, kind)
    for rest in ("nouveau", "1", "1/suppression", "1/ordre"):
        fields = {"name": "x", "text": "x", "step": "1"}
        assert post(reading_desk, kind, rest, **fields).status_code == 403
    path = f"/ecriture/{reading_desk.address}/{kind}/nouveau/"
    assert reading_desk.visitor.get(path).status_code == 403


@pytest.mark.parametrize("rest", ["signatures/", "modeles/", "modeles/nouveau/"])
def test_those_of_another_mailbox_are_not_found(desk: Desk, rest: str) -> None:
    assert desk.visitor.get(f"/ecriture/x@ac-poitiers.test/{rest}").status_code == 404


def test_there_is_no_other_page(desk: Desk) -> None:
    assert desk.visitor.get(f"/ecriture/{desk.address}/autres/").status_code == 404
    assert post(desk, "signatures", "99/ordre", step="9").status_code == 400
    assert post(desk, "signatures", "99/ordre", step="1").status_code == 404
