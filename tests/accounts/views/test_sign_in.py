from __future__ import annotations

import re

import pytest
from axes.models import AccessAttempt
from pytest_django.fixtures import Settings

from accounts.models import AuditEvent, BrowserSession, User
from stack import Stack, directory
from stack.people import Person
from tests.accounts.conftest import Visitor
from tests.stack.people import MakeMailbox, MakePerson

WRONG = "Identifiant ou mot de passe incorrect."


def told(response: object) -> str:
    """The sentences of the page's errors."""
    page = response.content.decode()  # type: ignore[attr-defined]
    found = re.findall(
        r'class="notice notice--danger"[^>]*>.*?<span>(.*?)</span>', page
    )
    found += re.findall(
        r'class="field__error"[^>]*>(?:<svg.*?</svg>)?(.*?)</span>', page
    )
    return " ".join(found)


def without_marks(page: bytes) -> str:
    """A page without what differs at each request."""
    text = page.decode()
    text = re.sub(r'(nonce|csrfmiddlewaretoken" value)="[^"]*"', "", text)
    text = re.sub(r'"inlineStyleNonce":"[^"]*"', "", text)
    return re.sub(r'name="username" value="[^"]*"', "", text)


@pytest.mark.parametrize("spell", ["{uid}", "{uid_upper}", "  {uid} ", "{mail}"])
def test_it_signs_in_by_uid_or_address(
    visitor: Visitor, person: Person, spell: str
) -> None:
    name = spell.format(
        uid=person.uid, uid_upper=person.uid.upper(), mail=person.address.upper()
    )
    response = visitor.sign_in(person, username=name)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert visitor.is_signed_in
    assert User.objects.get().uid == person.uid


def test_it_signs_in_by_an_alias_and_from_each_branch(
    visitor: Visitor, make_person: MakePerson
) -> None:
    other = make_person(branch="other")
    response = visitor.sign_in(other, username=other.aliases[0])
    assert response.status_code == 302


def test_the_first_page_is_ones_own_mailbox(signed_in: Visitor, person: Person) -> None:
    response = signed_in.get("/")
    assert response.status_code == 302
    assert f"/{person.address}/" in response["Location"]


@pytest.mark.parametrize(
    ("field", "text"), [("username", "identifiant"), ("password", "mot de passe")]
)
def test_an_empty_field_is_named(
    visitor: Visitor, person: Person, field: str, text: str
) -> None:
    given = {"username": person.uid, "password": person.password, field: ""}
    response = visitor.post("/connexion/", given)
    assert response.status_code == 400
    assert f"Indiquez votre {text}." in told(response)


def test_unknown_and_wrong_have_the_same_answer(
    visitor: Visitor, make_person: MakePerson, make_functional_mailbox: MakeMailbox
) -> None:
    person, closed = make_person(), make_person(state="inactive")
    box = make_functional_mailbox(password="Partage-2026-abc")
    wrong = visitor.sign_in(person, "wrong")
    assert told(wrong) == WRONG
    answers = [
        visitor.sign_in(person, username="personne"),
        visitor.sign_in(closed),
        visitor.sign_in(person, box.password, username=box.login),
        visitor.sign_in(person, username="x*)(uid=*"),
    ]
    for answer in answers:
        assert answer.status_code == wrong.status_code == 400
        assert without_marks(answer.content) == without_marks(wrong.content)


def test_the_password_is_not_sent_back(visitor: Visitor, person: Person) -> None:
    page = visitor.sign_in(person, "un-mot-de-passe-faux").content.decode()
    assert "un-mot-de-passe-faux" not in page
    assert person.uid in page


def test_locked_and_expired_are_told_apart(
    stack: Stack, visitor: Visitor, make_person: MakePerson
) -> None:
    assert "bloqué" in told(visitor.sign_in(make_person(state="locked")))
    expired = make_person()
    directory.change(stack.layout, expired.dn, pwdChangedTime="20200101000000Z")
    assert "a expiré" in told(visitor.sign_in(expired))
    assert told(visitor.sign_in(expired, "wrong")) == WRONG


def test_an_account_that_we_closed_is_refused(visitor: Visitor, person: Person) -> None:
    User.objects.create(uid=person.uid, is_active=False)
    assert told(visitor.sign_in(person)) == WRONG
    assert not visitor.is_signed_in


@pytest.mark.parametrize("field", ["username", "password"])
@pytest.mark.parametrize("mark", ["\0", "\r\n", "\x1b"])
def test_control_characters_are_refused_with_a_sentence(
    visitor: Visitor, person: Person, field: str, mark: str
) -> None:
    response = visitor.sign_in(person, **{field: f"a{mark}b"})
    assert response.status_code == 400
    assert "caractère" in told(response)


@pytest.mark.parametrize(
    "target",
    [
        "//evil.test/",
        "/\\evil.test",
        "\\\\evil.test",
        "///evil.test",
        "https://evil.test/",
        "http://bal.localhost/boites/",
        "javascript:alert(1)",
        "evil.test",
        "\x00//evil.test",
        "http:///evil.test",
        "x" * 100,
    ],
)
def test_it_never_leads_away(visitor: Visitor, person: Person, target: str) -> None:
    assert visitor.sign_in(person, next=target)["Location"] == "/"


@pytest.mark.parametrize(
    "target", ["/boites/?toutes=1", "/a\r\nSet-Cookie: x=1", "/[x"]
)
def test_it_leads_back_to_where_they_were_going(
    visitor: Visitor, person: Person, target: str
) -> None:
    response = visitor.sign_in(person, next=target)
    assert response["Location"].startswith("/")
    assert "\n" not in response["Location"]
    assert "x=1" not in {m.key for m in response.cookies.values()}


def test_it_keeps_the_way_back_after_a_mistake(
    visitor: Visitor, person: Person
) -> None:
    page = visitor.sign_in(person, "wrong", next="/boites/").content.decode()
    assert 'name="next" value="/boites/"' in page


def test_the_session_key_changes_at_sign_in(visitor: Visitor, person: Person) -> None:
    session = visitor.session
    session["x"] = 1
    session.save()
    before = visitor.key
    visitor.sign_in(person)
    assert visitor.key != before
    assert BrowserSession.objects.get().session_key == visitor.key


def test_the_cookie_is_for_one_host_and_no_script(signed_in: Visitor) -> None:
    cookie = signed_in.cookies["session"]
    assert cookie["domain"] == ""
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == ""


def test_it_notes_the_visit(visitor: Visitor, person: Person) -> None:
    visitor.defaults["HTTP_USER_AGENT"] = "Essai/1.0"
    visitor.sign_in(person, shared="on")
    row = BrowserSession.objects.get()
    assert (row.user.uid, row.door, row.shared_computer) == (
        person.uid,
        "nominative",
        True,
    )
    assert (row.address, row.browser, row.ended_at) == ("127.0.0.1", "Essai/1.0", None)
    assert AuditEvent.objects.filter(person=person.uid, act="visit.begin").exists()


def test_signing_out_ends_the_session(signed_in: Visitor) -> None:
    stolen = Visitor()
    stolen.cookies["session"] = signed_in.key
    response = signed_in.post("/deconnexion/")
    assert response["Location"] == "/connexion/"
    assert response["Cache-Control"] == "no-store"
    assert '"cache"' in response["Clear-Site-Data"]
    assert not signed_in.is_signed_in
    assert not stolen.is_signed_in
    assert BrowserSession.objects.get().ended_at is not None


def test_a_link_does_not_sign_out(signed_in: Visitor) -> None:
    response = signed_in.get("/deconnexion/")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "Référence" in response.content.decode()
    assert signed_in.is_signed_in


def test_forms_need_their_token(stack: Stack, db: None, person: Person) -> None:
    visitor = Visitor(enforce_csrf_checks=True)
    response = visitor.sign_in(person)
    assert response.status_code == 403
    assert "Ce formulaire a expiré" in response.content.decode()
    page = visitor.get("/connexion/").content.decode()
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    response = visitor.sign_in(person, csrfmiddlewaretoken=token[1])
    assert response.status_code == 302


def test_somebody_who_is_here_already_goes_on(signed_in: Visitor) -> None:
    assert signed_in.get("/connexion/?next=/boites/")["Location"] == "/boites/"


def test_each_door_has_its_name(db: None) -> None:
    nominative, functional = Visitor(), Visitor("functional")
    assert (
        '<h1 class="entry__door">Messagerie'
        in nominative.get("/connexion/").content.decode()
    )
    assert "Boîtes fonctionnelles" in functional.get("/connexion/").content.decode()


def test_the_page_answers_to_head(db: None) -> None:
    assert Visitor().head("/connexion/").status_code == 200


def test_a_directory_that_is_down_is_told_apart(
    visitor: Visitor, person: Person, settings: Settings
) -> None:
    settings.LDAP_URI = "ldap://127.0.0.1:1"
    response = visitor.sign_in(person)
    assert response.status_code == 503
    page = response.content.decode()
    assert "L’annuaire ne répond pas" in page
    assert response["X-Reference"] in page


def test_it_works_again_when_the_directory_is_back(
    stack: Stack, visitor: Visitor, person: Person
) -> None:
    stack.stop("slapd")
    try:
        assert visitor.sign_in(person).status_code == 503
    finally:
        stack.start("slapd")
    assert visitor.sign_in(person).status_code == 302


def test_it_works_without_redis(
    visitor: Visitor, person: Person, settings: Settings
) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "convergence.cache.ForgivingRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    assert visitor.sign_in(person, "wrong").status_code == 400
    assert visitor.sign_in(person).status_code == 302
    assert visitor.is_signed_in
    assert visitor.post("/deconnexion/").status_code == 302


def test_a_password_is_never_stored(visitor: Visitor, person: Person) -> None:
    visitor.sign_in(person, "Faux-mais-presque-2026")
    kept = AccessAttempt.objects.get()
    assert "Faux-mais" not in kept.post_data + kept.get_data
