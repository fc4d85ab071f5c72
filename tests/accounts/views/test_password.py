from __future__ import annotations

import pytest
import time_machine
from pytest_django.fixtures import Settings

from accounts import directory
from accounts.models import AuditEvent, BrowserSession
from accounts.refusals import SignInRefused
from stack import Stack
from stack import directory as entries
from stack.people import Person
from tests.accounts.conftest import Visitor
from tests.accounts.views.test_sign_in import told
from tests.stack.people import MakePerson

NEW = "Nouveau-Mot-2026"
PATH = "/mot-de-passe/"


@pytest.fixture
def newcomer(make_person: MakePerson) -> Person:
    """Somebody whose first password is their NUMEN."""
    numen = "86E2612345ABC"
    return make_person(state="first sign-in", numen=numen, password=numen)


@pytest.fixture
def asked(visitor: Visitor, newcomer: Person) -> Visitor:
    """A visit that stands before the change."""
    response = visitor.sign_in(newcomer, next="/boites/?toutes=1")
    assert response["Location"] == PATH
    return visitor


def change(visitor: Visitor, old: str, new: str, again: str | None = None) -> object:
    given = {"old": old, "new": new, "again": new if again is None else again}
    return visitor.post(PATH, given)


def test_the_visit_goes_on_after_the_change(asked: Visitor, newcomer: Person) -> None:
    assert asked.get(PATH).status_code == 200
    before = asked.key
    response = change(asked, newcomer.password, NEW)
    assert response["Location"] == "/boites/?toutes=1"  # type: ignore[index]
    assert asked.is_signed_in
    assert asked.key != before
    assert AuditEvent.objects.filter(
        person=newcomer.uid, act="password.change"
    ).exists()


def test_only_the_new_password_works_then(asked: Visitor, newcomer: Person) -> None:
    change(asked, newcomer.password, NEW)
    assert not directory.authenticate(newcomer.uid, NEW).must_change
    with pytest.raises(SignInRefused):
        directory.authenticate(newcomer.uid, newcomer.password)


def test_nothing_is_open_before_the_change(asked: Visitor) -> None:
    for path in ("/", "/boites/", "/session/"):
        assert asked.get(path)["Location"].startswith("/connexion/")
    assert not BrowserSession.objects.exists()


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ("", "Choisissez un nouveau mot de passe."),
        ("Court-1é", "trop court : 12 caractères"),
        ("toutenminuscules", "Mélangez minuscules, majuscules"),
        ("SansChiffre-ni-rien", "Mélangez"),
        ("SansSpecial2026", "Mélangez"),
        ("{numen}", "NUMEN"),
        ("{numen_lower}", "NUMEN"),
        ("x-{numen_lower}-Y", "NUMEN"),
        ("Nul\0Nul-2026-x", "caractère"),
        ("Ligne\r\nMot-2026", "caractère"),
        ("x" * 257, "256"),
    ],
)
def test_a_bad_choice_is_refused_with_a_sentence(
    asked: Visitor, newcomer: Person, new: str, sentence: str
) -> None:
    numen = newcomer.numen
    new = new.format(numen=numen, numen_lower=numen.lower())
    response = change(asked, newcomer.password, new)
    assert response.status_code == 400  # type: ignore[attr-defined]
    assert sentence in told(response)
    assert not asked.is_signed_in


def test_two_different_entries_are_refused(asked: Visitor, newcomer: Person) -> None:
    response = change(asked, newcomer.password, NEW, "Autre-Mot-2026")
    assert "différentes" in told(response)


def test_the_old_password_must_be_right(asked: Visitor) -> None:
    response = change(asked, "wrong", NEW)
    assert told(response) == "Le mot de passe actuel est incorrect."


def test_the_same_password_is_refused(
    visitor: Visitor, stack: Stack, person: Person
) -> None:
    entries.change(stack.layout, person.dn, pwdReset="TRUE")
    visitor.sign_in(person)
    response = change(visitor, person.password, person.password)
    assert "différent de l’actuel" in told(response)


def test_a_password_of_the_history_is_refused(
    visitor: Visitor, stack: Stack, person: Person
) -> None:
    first, second = "Premier-Mot-2026", "Second-Mot-2026"
    directory.change_password(person.uid, person.password, first)
    directory.change_password(person.uid, first, second)
    entries.change(stack.layout, person.dn, pwdReset="TRUE")
    visitor.sign_in(person, second)
    assert "déjà servi" in told(change(visitor, second, first))


def test_all_other_visits_of_the_person_end(
    visitor: Visitor, stack: Stack, person: Person
) -> None:
    elsewhere = Visitor("functional")
    elsewhere.sign_in(person)
    assert elsewhere.is_signed_in
    entries.change(stack.layout, person.dn, pwdReset="TRUE")
    visitor.sign_in(person)
    change(visitor, person.password, NEW)
    assert visitor.is_signed_in
    assert not elsewhere.is_signed_in
    assert BrowserSession.objects.filter(ended_at=None).count() == 1


def test_the_change_waits_ten_minutes(asked: Visitor, newcomer: Person) -> None:
    with time_machine.travel("2030-01-01", tick=False):
        response = change(asked, newcomer.password, NEW)
    assert response["Location"] == "/connexion/"  # type: ignore[index]


def test_nobody_comes_here_without_having_signed_in(visitor: Visitor) -> None:
    assert visitor.get(PATH)["Location"] == "/connexion/"
    assert change(visitor, "a", NEW)["Location"] == "/connexion/"  # type: ignore[index]


@pytest.mark.parametrize("mode", ["url", "off"])
def test_a_site_that_may_not_change_says_where_to_do_it(
    visitor: Visitor, newcomer: Person, settings: Settings, mode: str
) -> None:
    settings.LDAP_PASSWORD_MODIFY = mode
    settings.PASSWORD_HELP_URL = "https://portail.test/"
    response = visitor.sign_in(newcomer)
    assert "portail de l’académie" in told(response)
    assert "https://portail.test/" in response.content.decode()
    assert not visitor.is_signed_in


def test_a_directory_that_stops_meanwhile_is_told(
    asked: Visitor, newcomer: Person, settings: Settings
) -> None:
    settings.LDAP_URI = "ldap://127.0.0.1:1"
    response = change(asked, newcomer.password, NEW)
    assert response.status_code == 503  # type: ignore[attr-defined]
