from __future__ import annotations

from typing import Any

import pytest

from accounts.models import AuditEvent, Mailbox
from mail import labels
from mail.models import Label
from tests.mail.views.conftest import Desk

pytestmark = pytest.mark.django_db


def page(desk: Desk) -> str:
    return desk.visitor.get(f"/etiquettes/{desk.address}/").content.decode()


def post(desk: Desk, rest: str, **fields: Any) -> Any:
    return desk.visitor.post(f"/etiquettes/{desk.address}/{rest}/", fields)


def names(desk: Desk) -> list[str]:
    mailbox = Mailbox.objects.get(address=desk.address)
    return [tag.name for tag in labels.of(mailbox).tags]


def test_a_label_is_made_named_coloured_moved(desk: Desk) -> None:
    assert post(desk, "creation", name="Rentrée").status_code == 303
    assert "«\u00a0Rentrée\u00a0» créée" in page(desk)
    post(desk, "modification", keyword="rentree", name="Rentrée 2027", colour="pink")
    post(desk, "modification", keyword="rentree", name="x", colour="pink", step="-1")
    row = Label.objects.get(keyword="rentree")
    assert (row.name, row.colour, row.order) == ("Rentrée 2027", "pink", 4)
    acts = AuditEvent.objects.filter(act__startswith="label.")
    assert acts.count() == 3


def test_deleting_asks_what_becomes_of_the_messages(desk: Desk) -> None:
    asked = desk.visitor.get(
        f"/etiquettes/{desk.address}/suppression/", {"etiquette": "$label1"}
    )
    assert "La retirer de tous les messages" in asked.content.decode()
    assert post(desk, "suppression", keyword="$label1").status_code == 400
    assert "Important" in names(desk)
    assert post(desk, "suppression", keyword="$label1", strip="1").status_code == 303
    assert "Important" not in names(desk)
    assert Label.objects.get(keyword="$label1").state == "leaving"
    post(desk, "suppression", keyword="$label2", strip="0")
    assert Label.objects.get(keyword="$label2").state == "retired"


@pytest.mark.parametrize(
    ("rest", "fields", "status"),
    [
        ("creation", {"name": ""}, 400),
        ("creation", {"name": "x" * 61}, 400),
        ("creation", {"name": "a\nb"}, 400),
        ("creation", {"name": "travail"}, 409),
        ("creation", {"name": "Neuve", "colour": "red;x"}, 400),
        ("modification", {"keyword": "rien", "name": "x", "colour": "red"}, 404),
        ("modification", {"keyword": "a b", "name": "x", "colour": "red"}, 400),
        ("suppression", {"keyword": "rien", "strip": "1"}, 404),
    ],
)
def test_what_cannot_be_is_told(
    desk: Desk, rest: str, fields: dict[str, str], status: int
) -> None:
    assert post(desk, rest, **fields).status_code == status


def test_a_label_that_is_gone_is_not_asked_about(desk: Desk) -> None:
    path = f"/etiquettes/{desk.address}/suppression/"
    assert desk.visitor.get(path, {"etiquette": "rien"}).status_code == 404


def test_a_reader_sees_them_and_changes_none(reading_desk: Desk) -> None:
    assert "Important" in page(reading_desk)
    assert "<input" not in page(reading_desk).partition("<ol")[2].partition("</ol")[0]
    for rest in ("creation", "modification", "suppression"):
        fields = {"name": "x", "keyword": "$label1", "colour": "red", "strip": "1"}
        assert post(reading_desk, rest, **fields).status_code == 403
    path = f"/etiquettes/{reading_desk.address}/suppression/"
    assert reading_desk.visitor.get(path, {"etiquette": "$label1"}).status_code == 403


def test_those_of_another_mailbox_are_not_found(desk: Desk) -> None:
    root = "/etiquettes/autre@ac-poitiers.test/"
    assert desk.visitor.get(root).status_code == 404
    assert desk.visitor.post(f"{root}creation/", {"name": "x"}).status_code == 404
