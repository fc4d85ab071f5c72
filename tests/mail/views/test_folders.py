from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from tests.contracts.test_store import MIXED
from tests.mail.views.conftest import Desk, letter

pytestmark = pytest.mark.django_db


def test_the_newest_message_comes_first(desk: Desk) -> None:
    for subject in ("Ancien", "Récent"):
        desk.box.deliver(letter(subject))
    page = desk.get().content.decode()
    assert 0 < page.index("Récent") < page.index("Ancien")


def test_a_row_tells_sender_subject_snippet_and_flags(desk: Desk) -> None:
    desk.box.deliver(letter("Réunion & goûter", "À jeudi."), flags=(r"\Flagged",))
    page = desk.get().content.decode()
    for told in ("Parents", "Réunion &amp; goûter", "À jeudi.", "Non lu", "Suivi"):
        assert told in page


def test_special_folders_have_french_names(desk: Desk) -> None:
    page = desk.get().content.decode()
    for name in ("Boîte de réception", "Brouillons", "Envoyés", "Corbeille"):
        assert name in page


def test_pages_hold_fifty_messages(desk: Desk) -> None:
    for number in range(52):
        desk.box.deliver(letter(f"Message numéro {number}"))
    assert len(re.findall(rb'id="row-\d', desk.get().content)) == 50
    second = desk.get(page="2").content.decode()
    assert "Message numéro 1<" in second
    assert "Message numéro 2<" not in second
    # a page that is no longer there is the last one
    assert "Message numéro 0<" in desk.get(page="9999").content.decode()


def test_the_page_that_holds_a_message(desk: Desk) -> None:
    uids = [desk.box.deliver(letter(f"Message numéro {n}")) for n in range(52)]
    page = desk.get(autour=str(uids[0])).content.decode()
    assert "Message numéro 0<" in page
    assert "Message numéro 30<" not in page
    # an act done there comes back to it by its number
    assert "marques/?page=2" in page
    assert "Message numéro 51<" in desk.get(autour="4000").content.decode()


@pytest.mark.parametrize(
    ("query", "within"),
    [
        ("élections", "objet"),
        ("parents", "expediteur"),
        ("urne", "texte"),
        ("urne", ""),
    ],
)
def test_search_finds_in_subject_sender_and_text(
    desk: Desk, query: str, within: str
) -> None:
    desk.box.deliver(letter("Les élections", "Une urne est prête."))
    desk.box.deliver(letter("Autre", "Rien.", sender="x@mairie.test"))
    page = desk.get(q=query, dans=within).content.decode()
    assert "1 résultat" in page
    assert "Les élections" in page


def test_a_search_without_result_says_so(desk: Desk) -> None:
    assert "Aucun message ne correspond" in desk.get(q="introuvable").content.decode()


def test_the_filter_of_unread_messages(desk: Desk) -> None:
    desk.box.deliver(letter("Déjà lu"), flags=(r"\Seen",))
    desk.box.deliver(letter("À lire"))
    page = desk.get(non_lus="1").content.decode()
    assert "À lire" in page
    assert "Déjà lu" not in page


def test_filters_are_combined(desk: Desk) -> None:
    mine = f"Lucie <{desk.address.upper()}>"
    desk.box.deliver(letter("Pour vous", to=mine))
    desk.box.deliver(letter("Déjà lu", to=mine), flags=(r"\Seen",))
    desk.box.deliver(letter("Pour tous", to="liste@parents.test", Cc="x@x.test"))
    page = desk.get(pour_moi="1").content.decode()
    assert "Pour vous<" in page
    assert "Déjà lu<" in page
    assert "Pour tous<" not in page
    # the other filters keep it, itself it is taken back
    assert "?pour_moi=1&amp;non_lus=1" in page
    both = desk.get(pour_moi="1", non_lus="1").content.decode()
    assert "Pour vous<" in both
    assert "Déjà lu<" not in both
    assert (
        "Aucun message ne correspond"
        in desk.get(pour_moi="1", suivis="1").content.decode()
    )


def test_the_filter_of_attachments(desk: Desk) -> None:
    desk.box.deliver(letter("Sans rien"))
    desk.box.deliver(MIXED)
    page = desk.get(pieces_jointes="1").content.decode()
    assert "Avec note<" in page
    assert "Sans rien<" not in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"tri": "objet"}, "ABC"),
        ({"tri": "objet", "sens": "inverse"}, "CBA"),
        ({"tri": "expediteur"}, "CAB"),
        ({"tri": "taille"}, "BAC"),
        ({"tri": "date"}, "CBA"),
        ({"tri": "date", "sens": "inverse"}, "ABC"),
        ({"tri": "taille", "sens": "inverse", "non_lus": "1"}, "CAB"),
    ],
)
def test_the_list_is_sorted(desk: Desk, query: dict[str, str], expected: str) -> None:
    for subject, sender, size in (("A", "m", 200), ("B", "z", 900), ("C", "d", 10)):
        made = letter(f"Objet {subject}", "x" * size, f"{sender}@parents.test")
        desk.box.deliver(made)
    page = desk.get(**query).content.decode()
    assert "".join(re.findall(r"Objet ([ABC])</a>", page)) == expected


def test_days_stand_over_the_list_by_date_only(desk: Desk) -> None:
    desk.box.deliver(letter())
    heading = '<h2 class="list__day">Aujourd’hui</h2>'
    assert heading in desk.get().content.decode()
    assert heading in desk.get(sens="inverse").content.decode()
    assert "list__day" not in desk.get(tri="objet").content.decode()


def test_the_page_that_holds_a_day(desk: Desk) -> None:
    with desk.box.opened("INBOX") as client:
        for day in range(1, 61):
            at = f'"{date(2026, 1, 1) + timedelta(day):%d-%b-%Y} 12:00:00 +0100"'
            client.append("INBOX", "", at, letter(f"Jour {day}."))
    page = desk.get(au="2026-01-09").content.decode()
    assert "Jour 8.<" in page
    assert "Jour 30.<" not in page
    # before the first message: the oldest; long after: the newest
    assert "Jour 1.<" in desk.get(au="1970-01-01").content.decode()
    assert "Jour 60.<" in desk.get(au="2999-12-31").content.decode()


@pytest.mark.parametrize("query", [{}, {"non_lus": "1"}, {"tri": "taille"}])
def test_pages_that_were_read_one_after_the_other(
    desk: Desk, query: dict[str, str]
) -> None:
    with desk.box.opened("INBOX") as client:
        for number in range(170):
            text = "x" * number * 3
            client.append("INBOX", "", "", letter(f"Message {number:03}.", text))
    two = desk.get(page="2", suite="1", **query).content.decode()
    assert "Message 119.<" in two
    assert "Message 020.<" in two
    assert "Message 120.<" not in two
    assert "Message 019.<" not in two
    assert two.count('class="row ') == 100
    # an act answers with both, and the next one is the fourth
    assert "page=2&amp;suite=1" in two
    assert "page=4" in two
    assert desk.get(suite="19", **query).content.count(b'class="row ') == 170


@pytest.mark.parametrize(
    ("wire", "segment"),
    [("Caf&AOk- &- th&AOk-", "Café & thé"), ("Archives/2025", "Archives~12025")],
)
def test_folders_of_any_name_open(desk: Desk, wire: str, segment: str) -> None:
    desk.box.deliver(letter("Dedans"), folder=wire)
    assert "Dedans" in desk.get(segment).content.decode()


def test_an_unknown_folder_is_not_found(desk: Desk) -> None:
    answer = desk.get("Inconnu")
    assert answer.status_code == 404
    assert "Ce dossier n’existe plus" in answer.content.decode()


def test_somebody_elses_mailbox_is_not_found(desk: Desk) -> None:
    answer = desk.visitor.get("/courrier/helene.moreau@ac-poitiers.test/INBOX/")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"page": "x"},
        {"page": "-1"},
        {"autour": "0"},
        {"suite": "20"},
        {"au": "2026-02-30"},
        {"au": "9999-12-31"},
        {"tri": "x"},
        {"q": "a\r\nb"},
    ],
)
def test_what_makes_no_sense_is_refused(desk: Desk, query: dict[str, str]) -> None:
    assert desk.get(**query).status_code == 400


def test_a_reader_sees_no_action(reading_desk: Desk) -> None:
    reading_desk.box.deliver(letter())
    page = reading_desk.get().content.decode()
    assert "Conseil de classe" in page
    assert "Lecture seule" in page
    assert "Nouveau message" not in page
    assert "Supprimer" not in page


def test_enter_on_a_box_does_nothing(desk: Desk) -> None:
    """A browser takes the first button of the form: that one is off."""
    desk.box.deliver(letter())
    form = desk.get().content.decode().split('id="listing"')[1]
    first = form[form.index("<button") :].split(">")[0]
    assert first == '<button type="submit" disabled hidden'


def test_an_empty_list_still_lends_the_folders_to_move_to(desk: Desk) -> None:
    uid = desk.box.deliver(letter(), folder="Sorties")
    lent = "<template data-targets>"
    page = desk.get().content.decode()
    assert lent in page
    assert 'value="Sorties"' in page.split(lent)[1].split("</template>")[0]
    assert lent not in desk.get("Sorties").content.decode()
    assert lent in desk.get("Sorties", f"{uid}/").content.decode()


def test_a_folder_to_move_to_says_where_it_stands(desk: Desk) -> None:
    desk.box.deliver(letter(), folder="Archive/2024")
    page = desk.get().content.decode()
    assert re.search(r'value="Archive/2024"[^>]* data-above="Archives">2024<', page)
