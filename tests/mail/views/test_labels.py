from __future__ import annotations

import re
from typing import Any

import pytest

from accounts.models import AuditEvent, Mailbox
from mail import labels
from mail.models import Label
from mail.views.regions import labels_id
from tests.mail.views.conftest import Desk, letter

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r'name="token" value="([^"]+)"')


def test_a_label_is_put_on_several_messages_without_script(desk: Desk) -> None:
    uids = [desk.box.deliver(letter(f"n° {n}")) for n in range(2)]
    answer = desk.post("etiquettes/", uid=uids, act="add", label=["$label1", "$label4"])
    assert answer.status_code == 303
    for uid in uids:
        assert {"$label1", "$label4"} <= desk.box.flags(uid)
    page = desk.get().content.decode()
    assert page.count('data-colour="red">Important</span>') == 2
    assert "Étiquettes changées sur 2 messages." in page


def test_a_label_is_taken_off(desk: Desk) -> None:
    uid = desk.box.deliver(letter(), flags=("$label1", "$label2"))
    desk.post("etiquettes/", uid=uid, act="remove", label="$label1")
    assert desk.box.flags(uid) & {"$label1", "$label2"} == {"$label2"}


def test_the_boxes_of_a_message_say_what_it_carries(desk: Desk) -> None:
    uid = desk.box.deliver(letter(), flags=("$label1", "urgent"))
    page = desk.get(rest=f"{uid}/").content.decode()
    assert 'value="$label1" checked' in page
    assert 'value="urgent" checked' in page
    assert 'value="$label2" checked' not in page
    answer = desk.post(
        "etiquettes/", uid=uid, act="set", message="1", label=["$label2", "urgent"]
    )
    assert answer.headers["Location"].endswith(f"/INBOX/{uid}/")
    carried = desk.box.flags(uid) & {"$label1", "$label2", "urgent"}
    assert carried == {"$label2", "urgent"}


def test_a_name_that_is_new_makes_a_label(desk: Desk) -> None:
    uid = desk.box.deliver(letter(), flags=("$label1",))
    page = desk.update(
        "etiquettes/", uid=uid, act="set", mixed="$label1", new="Sortie à Oléron"
    ).content.decode()
    assert {"$label1", "sortie_a_oleron"} <= desk.box.flags(uid)
    assert "Sortie à Oléron" in page
    assert 'hx-target="#folders"' in page
    act = AuditEvent.objects.get(act="label.create")
    assert act.target == "sortie_a_oleron"
    desk.post("etiquettes/", uid=uid, act="add", new="sortie à oléron")
    assert Label.objects.filter(name__iexact="sortie à oléron").count() == 1


def test_labelling_is_undone(desk: Desk) -> None:
    uid = desk.box.deliver(letter())
    page = desk.update(
        "etiquettes/", uid=uid, act="add", label="$label3", message="1"
    ).content.decode()
    assert f'hx-target="#{labels_id("INBOX", uid)}"' in page
    token = TOKEN.search(page)
    assert token
    page = desk.update("etiquettes/annulation/", token=token[1]).content.decode()
    assert "Étiquettes rétablies" in page
    assert "$label3" not in desk.box.flags(uid)


def test_all_that_is_listed_gets_one_label(desk: Desk) -> None:
    uids = [desk.box.deliver(letter(f"n° {n}")) for n in range(3)]
    desk.box.deliver(letter("Lu"), flags=(r"\Seen",))
    path = f"{desk.path()}etiquettes/?non_lus=1"
    fields = {"all": "1", "act": "add", "label": "$label1"}
    page = desk.visitor.post(path, fields, headers={"HX-Request": "true"})
    assert "3 messages modifiés" in page.content.decode()
    assert all("$label1" in desk.box.flags(uid) for uid in uids)
    assert "$label1" not in desk.box.flags(4)
    two = fields | {"label": ["$label1", "$label2"]}
    assert desk.visitor.post(path, two).status_code == 400


def test_the_list_is_restricted_to_a_label_and_says_so(desk: Desk) -> None:
    desk.box.deliver(letter("Sans rien"))
    desk.box.deliver(letter("Avec"), flags=("$label4",))
    desk.box.deliver(letter("Avec, lu"), flags=("$label4", r"\Seen"))
    page = desk.get(etiquette="$label4", non_lus="1").content.decode()
    assert "Avec" in page
    assert "Avec, lu" not in page
    assert "Sans rien" not in page
    assert 'href="?non_lus=1" aria-current="true">À faire' in page.replace(
        desk.path(), ""
    )
    assert "etiquette=%24label4" in page


def test_other_programs_marks_are_no_labels(desk: Desk) -> None:
    desk.box.deliver(letter(), flags=("$Forwarded", "NonJunk", "$MDNSent"))
    page = desk.get().content.decode()
    assert 'class="labels"' not in page
    desk.box.deliver(letter(), flags=("$label1",))
    assert 'class="labels"' in desk.get().content.decode()


def test_hostile_names_stay_text(desk: Desk) -> None:
    hostile = '"><script>alert(1)</script>'
    uid = desk.box.deliver(letter(), flags=("<b>x</b>",))
    desk.post("etiquettes/", uid=uid, act="add", new=hostile)
    for page in (desk.get(), desk.get(rest=f"{uid}/")):
        html = page.content.decode()
        assert "<script>alert" not in html
        assert "<b>x" not in html
        assert "&lt;script&gt;alert" in html
    assert labels.of(Mailbox.objects.get()).find("script_alert_1_script")


@pytest.mark.parametrize(
    "fields",
    [
        {"act": "add", "label": "a b"},
        {"act": "add", "label": "é"},
        {"act": "drop", "label": "$label1"},
        {"act": "add", "new": "a\r\nb"},
        {"act": "add", "new": "x" * 61},
        {"act": "add", "label": ["k"] * 101},
    ],
)
def test_what_is_no_label_is_refused(desk: Desk, fields: dict[str, Any]) -> None:
    uid = desk.box.deliver(letter())
    assert desk.post("etiquettes/", uid=uid, **fields).status_code == 400


def test_a_filter_that_is_no_keyword_is_refused(desk: Desk) -> None:
    assert desk.get(etiquette="a b").status_code == 400
    assert desk.get(etiquette='(")').status_code == 400


def test_a_reader_labels_nothing(desk: Desk, reading_desk: Desk) -> None:
    uid = reading_desk.box.deliver(letter(), flags=("$label1",))
    answer = reading_desk.post("etiquettes/", uid=uid, act="add", label="$label2")
    assert answer.status_code == 403
    assert "$label2" not in reading_desk.box.flags(uid)
    page = reading_desk.get().content.decode()
    assert "Important</span>" in page
    assert "<label-menu" not in page
    desk.box.deliver(letter())
    assert "<label-menu" in desk.get().content.decode()


def test_another_mailbox_is_not_found(desk: Desk) -> None:
    path = "/courrier/autre@ac-poitiers.test/INBOX/etiquettes/"
    fields = {"uid": 1, "act": "add", "label": "$label1"}
    assert desk.visitor.post(path, fields).status_code == 404


def test_labels_speak_the_language_of_who_looks(desk: Desk) -> None:
    desk.box.deliver(letter(), flags=("$label1",))
    assert "Étiquettes" in desk.get().content.decode()
    desk.visitor.post("/langue/", {"language": "en"})
    page = desk.get().content.decode()
    assert "Labels: " in page
    assert "Étiquettes" not in page
