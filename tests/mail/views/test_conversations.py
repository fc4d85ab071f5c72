"""Rows that group a thread, and the page of a whole conversation."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest

from accounts import preferences
from accounts.models import User
from mail.imap import recents
from mail.imap.store import ImapStore
from mail.messages import Folder
from stack.people import Person
from tests.mail.views.conftest import Desk, letter

pytestmark = pytest.mark.django_db
SEEN = (r"\Seen",)


def deliver(
    desk: Desk,
    name: str,
    cites: str = "",
    *,
    folder: str = "INBOX",
    subject: str = "Sortie",
    sender: str = "Claire Dubois <claire.dubois@ac-poitiers.test>",
    text: str = "",
    flags: tuple[str, ...] = SEEN,
) -> int:
    more = {"Message-ID": f"<{name}@x.test>"}
    if cites:
        more["References"] = " ".join(f"<{cited}@x.test>" for cited in cites.split())
    message = letter(subject, text or f"Texte de {name}.", sender=sender, **more)
    return desk.box.deliver(message, folder, flags)


@pytest.fixture
def thread(desk: Desk) -> Desk:
    """Three messages here, one sent, one filed, and a stranger."""
    deliver(desk, "a", text="Qui vient ?")
    deliver(desk, "b", "a", sender="Karim Benali <karim@x.test>", subject="Re: Sortie")
    deliver(desk, "c", "a b", folder="Sent", sender=f"Moi <{desk.address}>")
    deliver(desk, "d", "a b c", subject="RE : Sortie", flags=())
    deliver(desk, "e", "a", folder="Classe", text="Rangé ailleurs.")
    deliver(desk, "z", folder="Sent", subject="Autre chose")
    return desk


def test_a_row_stands_for_a_conversation(thread: Desk) -> None:
    page = thread.get().content.decode()
    assert page.count('class="row ') == 1
    assert 'name="uid" value="3,2,1"' in page
    assert "Claire, Karim" in page
    assert "row--unread" in page
    assert 'href="/courrier/' in page
    assert "INBOX/3/conversation/" in page


def test_who_has_answered_is_named(desk: Desk) -> None:
    deliver(desk, "a", flags=(r"\Seen", r"\Answered"))
    deliver(desk, "b", "a", sender="Karim Benali <karim@x.test>")
    assert "Claire, moi, Karim" in desk.get().content.decode()


def test_it_can_be_switched_off(thread: Desk, person: Person) -> None:
    preferences.choose(User.objects.get(uid=person.uid), conversations=False)
    page = thread.get().content.decode()
    assert page.count('<li class="row') == 3


def test_a_search_shows_single_messages(thread: Desk) -> None:
    page = thread.get(q="Sortie", dans="objet").content.decode()
    assert page.count('<li class="row') == 3


def test_an_act_is_on_all_that_a_row_stands_for(thread: Desk) -> None:
    update = thread.update("marques/", mark="flagged", uid="3,2,1").content.decode()
    assert 'hx-target="#row-3"' in update
    assert all(r"\Flagged" in thread.box.flags(uid) for uid in (1, 2, 3))
    done = thread.update("suppressions/", uid="3,2,1").content.decode()
    assert "3 messages placés dans la corbeille" in done
    assert thread.box.messages() == []


def test_the_whole_exchange_is_shown(thread: Desk) -> None:
    page = thread.get(rest="3/conversation/").content.decode()
    assert "5 messages" in page
    assert "dont 2 dans d’autres dossiers" in page
    assert re.search(r"Claire, (Karim, moi|moi, Karim)", page)
    assert "Autre chose" not in page
    leaves = re.findall(r'<details class="leaf[^>]*>', page)
    assert len(leaves) == 5
    assert "Envoyés" in page
    assert ">Classe<" in page.replace("</svg>", ">")


def test_an_answer_that_nobody_answered_is_found_in_an_index(desk: Desk) -> None:
    deliver(desk, "a")
    for name, cites in (("b", "a"), ("c", "")):
        deliver(desk, name, cites, folder="Sent", sender=f"Moi <{desk.address}>")
    with desk.box.opened("Sent") as client:
        # from now on the full-text index answers
        client.search(None, "BODY", "Texte")
    assert "2 messages" in desk.get(rest="1/conversation/").content.decode()


def test_newest_and_unread_are_open_and_become_read(desk: Desk) -> None:
    deliver(desk, "a", text="Lu et ancien.")
    deliver(desk, "b", "a", flags=(), text="Pas encore lu.")
    deliver(desk, "c", "a b", text="Le dernier.")
    page = desk.get(rest="3/conversation/").content.decode()
    shown = re.findall(r'class="reader__text">([^<]*)<', page)
    assert [text.strip() for text in shown] == ["Pas encore lu.", "Le dernier."]
    assert r"\Seen" in desk.box.flags(2)


def test_what_a_text_repeats_is_folded(desk: Desk) -> None:
    deliver(desk, "a", text="Qui vient ?")
    deliver(desk, "b", "a", text="Moi.\n\n> Qui vient ?\n")
    page = desk.get(rest="2/conversation/").content.decode()
    assert page.count('<details class="quotation">') == 1
    # alone too, but not on paper
    assert 'class="quotation"' in desk.get(rest="2/").content.decode()
    for path in ("2/impression/", "2/conversation/impression/"):
        assert "quotation" not in desk.get(rest=path).content.decode()


def test_what_html_repeats_is_folded_in_its_frame(desk: Desk) -> None:
    html = "<p>Moi.</p><div>Lina a écrit :</div><blockquote>Qui vient ?</blockquote>"
    more = {"Message-ID": "<b@x.test>", "References": "<a@x.test>"}
    desk.box.deliver(letter("Re: Sortie", html=html, **more))
    frame = desk.get(rest="1/corps/2/").content.decode()
    assert '<details class="quotation"><summary>Texte cité</summary>' in frame
    paper = desk.get(rest="1/conversation/impression/").content.decode()
    source = unescape(re.findall(r'<iframe[^>]* src="([^"]+)"', paper)[0])
    assert "fond=clair" in source
    printed = desk.visitor.get(source).content.decode()
    assert '<details class="quotation" open>' in printed
    desk.box.deliver(letter("TR: Sortie", html=html, **more))
    assert "<summary>" not in desk.get(rest="2/corps/2/").content.decode()


def test_what_stays_folded_stays_unread(desk: Desk) -> None:
    for number in range(13):
        deliver(desk, f"m{number}", "m0" if number else "", flags=())
    desk.get(rest="13/conversation/")
    unread = [uid for uid in range(1, 14) if r"\Seen" not in desk.box.flags(uid)]
    assert unread == [1, 2, 3]


def test_a_folded_message_opens_on_demand(thread: Desk) -> None:
    asked = thread.visitor.get(
        thread.path(rest="1/feuille/"), headers={"HX-Request": "true"}
    )
    assert "Qui vient" in asked.content.decode()
    assert "<html" not in asked.content.decode()
    # without script its line leads to the message alone
    assert thread.get(rest="1/feuille/").status_code == 302
    page = thread.get(rest="3/conversation/").content.decode()
    assert f'href="{thread.path(rest="1/")}"' in page


def test_all_can_be_unfolded_without_script(thread: Desk) -> None:
    page = thread.get(rest="3/conversation/", tout="1").content.decode()
    assert page.count('class="reader__text"') == 5


def test_a_message_of_an_exchange_leads_to_it(thread: Desk) -> None:
    assert "2/conversation/" in thread.get(rest="2/").content.decode()
    assert "1/conversation/" not in thread.get(rest="1/").content.decode()


def test_marking_in_a_conversation_comes_back_to_it(thread: Desk) -> None:
    answer = thread.post("marques/", mark="flagged", uid="3,2,1", message="1")
    assert answer["Location"].endswith("INBOX/3/conversation/")


def test_it_is_live_and_knows_its_folder_and_the_keys(thread: Desk) -> None:
    page = thread.get(rest="3/conversation/").content.decode()
    assert re.search(r'<folder-watch [^>]*data-state="[^"]+" data-alone="1"', page)
    assert "<hot-keys" in page
    thread.box.deliver(letter("Gagnez"), "Junk", SEEN)
    junk = thread.get("Junk", "1/conversation/").content.decode()
    assert 'class="panes" tabindex="-1" data-special="junk"' in junk


def test_without_script_labels_of_older_messages_stay(thread: Desk) -> None:
    with thread.box.opened("INBOX") as client:
        client.uid("STORE", "1", "+FLAGS", "($label1)")
    page = thread.get(rest="3/conversation/").content.decode()
    menu = page.partition("<label-menu>")[2].partition("</label-menu>")[0]
    assert 'value="add" data-without-script' in menu
    assert re.search(r"data-apply [^>]*hidden", menu)
    assert " checked" not in menu
    fields = {"uid": "3,2,1", "message": "1", "thread": "conversation/"}
    thread.post("etiquettes/", act="add", label="$label4", **fields)
    assert {"$label1", "$label4"} <= thread.box.flags(1)


def test_labels_at_its_head_are_those_of_all(thread: Desk) -> None:
    with thread.box.opened("Sent") as client:
        client.uid("STORE", "1", "+FLAGS", "($label1)")
    page = thread.get(rest="3/conversation/").content.decode()
    head = re.search(r'<p class="labels" id="labels-conversation">.*?</p>', page)
    assert head
    assert "Important" in head[0]
    assert page.count("data-elsewhere") == 2
    fields = {"uid": "3,2,1", "message": "1", "thread": "conversation/"}
    told = thread.update("etiquettes/", act="add", label="$label4", **fields)
    head_now = told.content.decode().partition('hx-target="#labels-conversation"')[2]
    assert 'id="labels-conversation">' in head_now
    assert "Important" in head_now
    assert "À faire" in head_now.partition("</p>")[0]
    alone = thread.update("etiquettes/", act="remove", label="$label4", uid=3)
    assert "labels-conversation" not in alone.content.decode()


def test_a_copy_in_another_folder_is_shown_once(desk: Desk) -> None:
    deliver(desk, "a")
    deliver(desk, "b", "a")
    deliver(desk, "b", "a", folder="Sent")
    assert counted(desk.get(rest="2/conversation/").content.decode()) == "2 messages"


def test_a_message_under_the_name_of_another_hides_none(desk: Desk) -> None:
    deliver(desk, "a")
    deliver(desk, "b", "a")
    deliver(desk, "b", "a", sender="Faussaire <f@x.test>", folder="Sent")
    page = desk.get(rest="2/conversation/").content.decode()
    assert page.count('<details class="leaf"') == 3
    assert counted(page) == "3 messages dont 1 dans un autre dossier"


def counted(page: str) -> str:
    """How many messages the head of a conversation tells."""
    [told] = re.findall(r'id="conversation-count">([^·]*) ·', page)
    return " ".join(unescape(str(told)).split())


def test_a_message_alone_is_a_conversation_too(desk: Desk) -> None:
    deliver(desk, "a")
    assert desk.get(rest="1/conversation/").status_code == 200


def test_it_is_printed_whole(thread: Desk) -> None:
    page = thread.get(rest="3/conversation/impression/").content.decode()
    assert page.count('class="reader__text"') == 5
    assert "leaf__line" not in page


def test_a_message_that_is_gone_is_missing(desk: Desk) -> None:
    assert desk.get(rest="7/conversation/").status_code == 404


def test_another_s_conversation_does_not_exist(
    thread: Desk, make_person: Callable[..., Person]
) -> None:
    other = make_person()
    for rest in ("3/conversation/", "3/conversation/impression/", "3/feuille/"):
        path = f"/courrier/{other.address}/INBOX/{rest}"
        asked = thread.visitor.get(path, headers={"HX-Request": "true"})
        assert asked.status_code == 404


def test_a_reader_leaves_no_trace(reading_desk: Desk) -> None:
    deliver(reading_desk, "a", flags=())
    page = reading_desk.get(rest="1/conversation/").content.decode()
    assert r"\Seen" not in reading_desk.box.flags(1)
    assert "Répondre" not in page


def test_hostile_names_do_no_harm(desk: Desk) -> None:
    hostile = "\r\n ".join(['<"x\\"@x.test>', "<é@x>", "<" + "a" * 900 + ">"] * 50)
    message = letter("Sortie", **{"Message-ID": "<a@x.test>", "References": "@R@"})
    desk.box.deliver(message.replace(b"@R@", hostile.encode()))
    assert desk.get(rest="1/conversation/").status_code == 200
    assert desk.get().status_code == 200


def test_other_ways_to_see_a_sheet_lead_to_the_page_of_its_message(
    thread: Desk,
) -> None:
    pushes = re.compile(
        r'hx-get="[^"]*/3/\?[^"]*" hx-target="#reader" [^>]*hx-push-url="true"'
    )
    assert pushes.search(thread.get(rest="3/conversation/").content.decode())
    assert not pushes.search(thread.get(rest="3/").content.decode())


def test_the_inbox_may_be_written_small(thread: Desk) -> None:
    page = thread.get("inbox", "3/conversation/")
    assert (page.status_code, "5 messages" in page.content.decode()) == (200, True)


def test_a_folder_that_is_not_listed_is_missing(
    thread: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImapStore, "folders", lambda store, now=False: ())
    assert thread.get(rest="3/conversation/").status_code == 404


def test_older_messages_of_other_folders_come_when_the_page_is_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recents, "LAST_MAX", 2)
    root = "sortie-du-printemps"
    deliver(desk, root, folder="Classe")
    for number in range(3):
        deliver(desk, f"n{number}", folder="Classe", subject="Autre")
    deliver(desk, "b", root)
    page = desk.get(rest="1/conversation/").content.decode()
    assert "1 message" in page
    query = unescape(re.findall(r'hx-get="([^"]*ailleurs/[^"]*)"', page)[0])
    more = desk.visitor.get(query, headers={"HX-Request": "true"})
    assert 'class="leaf-came"' in more.content.decode()
    again = desk.get(rest="1/conversation/").content.decode()
    assert "dont 1 dans un autre dossier" in again
    assert "ailleurs/" not in again


def test_without_script_they_are_a_link_away(desk: Desk) -> None:
    deliver(desk, "a")
    answer = desk.get(rest="1/conversation/ailleurs/")
    assert answer["Location"] == f"{desk.path(rest='1/conversation/')}?ailleurs=1"
    assert desk.get(rest="1/conversation/", ailleurs="1").status_code == 200


def test_the_counts_around_it_are_those_after_reading(desk: Desk) -> None:
    deliver(desk, "a", flags=())
    deliver(desk, "b", "a", flags=())
    page = desk.get(rest="2/conversation/").content.decode()
    assert '<unread-badge data-count="0"' in page
    again = desk.get(rest="2/conversation/").content.decode()
    assert '<unread-badge data-count="0"' in again


def test_what_is_known_is_not_asked_twice(
    thread: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[ImapStore] = []
    folders = ImapStore.folders

    def counted_folders(store: ImapStore, *, now: bool = False) -> tuple[Folder, ...]:
        asked.append(store)
        return folders(store, now=now)

    deliver(thread, "f", "a", flags=())
    monkeypatch.setattr(ImapStore, "folders", counted_folders)
    # the header of the newest comes with its text
    monkeypatch.setattr(ImapStore, "message", None)
    for times in (2, 1):
        page = thread.get(rest="4/conversation/").content.decode()
        assert "6 messages" in page
        # once more while something was unread that is not the newest
        assert len(asked) == times
        asked.clear()
