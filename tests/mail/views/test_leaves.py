"""What one does to a single message of a conversation."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest

from stack.people import Person
from tests.accounts.conftest import Visitor
from tests.mail.views.conftest import Desk, letter

pytestmark = pytest.mark.django_db
SEEN = (r"\Seen",)


@pytest.fixture
def thread(desk: Desk) -> Desk:
    """Two messages here, one that was sent."""
    for name, folder in (("a", "INBOX"), ("b", "Sent"), ("c", "INBOX")):
        more = {"Message-ID": f"<{name}@x.test>"}
        more |= {} if name == "a" else {"References": "<a@x.test>"}
        sender = "Karim <karim@x.test>"
        message = letter("Sortie", f"Texte {name}.", sender=sender, **more)
        desk.box.deliver(message, folder, SEEN)
    return desk


def test_each_sheet_has_acts_of_its_own(thread: Desk) -> None:
    page = thread.get(rest="2/conversation/", tout="1").content.decode()
    assert page.count("Ce message seulement") == 3
    assert "Actions sur le message de Karim, " in page
    assert f'action="{thread.path("Sent", "1/feuille/actes/")}"' in page
    assert 'aria-label="Toute la conversation"' in page
    assert "La barre d’outils agit sur les 2 messages de ce dossier." in page


@pytest.mark.parametrize(
    ("verb", "flag", "on"), [("flagged", r"\Flagged", True), ("unseen", SEEN[0], False)]
)
def test_marks_are_on_that_message_in_its_folder(
    thread: Desk, verb: str, flag: str, on: bool
) -> None:
    answer = thread.update("1/feuille/actes/", "Sent", verb=verb)
    assert "1 message modifié." in answer.content.decode()
    assert "folder:changed" in answer.headers["HX-Trigger"]
    assert (flag in thread.box.flags(1, "Sent")) is on
    for uid in (1, 2):
        assert (flag in thread.box.flags(uid)) is not on


@pytest.mark.parametrize("verb", ["archive", "delete"])
def test_one_message_leaves_and_comes_back(thread: Desk, verb: str) -> None:
    page = thread.update("1/feuille/actes/", "Sent", verb=verb).content.decode()
    assert not thread.box.messages("Sent")
    assert len(thread.box.messages()) == 2
    url = re.findall(r'action="([^"]*/feuille/annulation/)"', page)[0]
    token = unescape(re.findall(r'name="token" value="([^"]*)"', page)[0])
    thread.visitor.post(url, {"token": token})
    assert len(thread.box.messages("Sent")) == 1


def test_without_script_one_is_led_back(thread: Desk) -> None:
    marked = thread.post("1/feuille/actes/", "Sent", verb="flagged")
    assert marked.status_code == 303
    assert marked.headers["Location"] == thread.path("Sent", "1/conversation/")
    left = thread.post("1/feuille/actes/", "Sent", verb="archive")
    assert left.headers["Location"] == thread.path("Sent")
    assert "1 message archivé." in thread.get("Sent").content.decode()


def test_labels_of_one_message(thread: Desk) -> None:
    fields = {"act": "set", "label": "$label1", "message": 1, "leaf": 1, "thread": 1}
    page = thread.update("etiquettes/", "Sent", uid=1, **fields).content.decode()
    assert "$label1" in thread.box.flags(1, "Sent")
    assert "$label1" not in thread.box.flags(1)
    assert 'hx-target="#labels-conversation"' in page
    # the list shows another folder: its rows are not these
    assert "#row-" not in page
    assert "#folders" not in page


def test_what_is_in_the_trash_is_not_deleted_from_here(thread: Desk) -> None:
    thread.post("suppressions/", uid=1)
    answer = thread.update("1/feuille/actes/", "Trash", verb="delete")
    assert "ouvrez-le seul" in answer.content.decode()
    assert len(thread.box.messages("Trash")) == 1


def test_nonsense_is_refused(thread: Desk) -> None:
    assert thread.post("1/feuille/actes/", verb="burn").status_code == 400
    assert thread.post("1/feuille/annulation/", token="x").status_code == 400


def test_another_s_message_does_not_exist(
    thread: Desk, make_person: Callable[..., Person]
) -> None:
    other = Visitor()
    other.sign_in(make_person())
    path = thread.path(rest="1/feuille/actes/")
    assert other.post(path, {"verb": "delete"}).status_code == 404
    assert len(thread.box.messages()) == 2


def test_who_only_reads_has_no_acts(reading_desk: Desk) -> None:
    reading_desk.box.deliver(letter())
    page = reading_desk.get(rest="1/conversation/").content.decode()
    assert "Ouvrir ce message seul" in page
    assert 'value="archive"' not in page
    refused = reading_desk.post("1/feuille/actes/", verb="archive")
    assert refused.status_code == 403
