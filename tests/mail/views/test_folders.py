from __future__ import annotations

import pytest

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
    assert desk.get().content.count(b'class="row') >= 50
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
    "query", [{"page": "x"}, {"page": "-1"}, {"autour": "0"}, {"q": "a\r\nb"}]
)
def test_what_makes_no_sense_is_refused(desk: Desk, query: dict[str, str]) -> None:
    assert desk.get(**query).status_code == 400


def test_nothing_new_is_an_empty_answer(desk: Desk) -> None:
    page = desk.get().content.decode()
    state = page.partition('data-state="')[2].partition('"')[0]
    assert desk.get(rest="nouveautes/", etat=state).status_code == 204
    desk.box.deliver(letter("Tout neuf"))
    fresh = desk.get(rest="nouveautes/", etat=state)
    assert "Tout neuf" in fresh.content.decode()


def test_a_reader_sees_no_action(reading_desk: Desk) -> None:
    reading_desk.box.deliver(letter())
    page = reading_desk.get().content.decode()
    assert "Conseil de classe" in page
    assert "Lecture seule" in page
    assert "Nouveau message" not in page
    assert "Supprimer" not in page
