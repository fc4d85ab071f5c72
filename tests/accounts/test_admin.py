"""The administration: who gets in, and what each act leaves in the audit."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import (
    Announcement,
    BrowserSession,
    Kind,
    Mailbox,
    Membership,
    Role,
    User,
)
from mail.models import Outgoing
from stack.people import FunctionalMailbox, Person
from tests.accounts.administrators import FUNCTIONAL, NOMINATIVE, acts, signed_in
from tests.stack.people import MakePerson

pytestmark = pytest.mark.django_db
ADMIN = "/administration/"
LISTS = (
    "accounts/user/",
    "accounts/mailbox/",
    "accounts/membership/",
    "accounts/announcement/",
    "accounts/auditevent/",
    "accounts/browsersession/",
    "mail/outgoing/",
)
FORMS = tuple(f"{path}add/" for path in LISTS[:4])
INLINE = re.compile(r"<script>|<script (?![^>]*src=)|\sstyle=|\son[a-z]+=|<style")


@pytest.fixture
def admin(person: Person) -> Client:
    """The browser of an administrator."""
    return signed_in(person, is_staff=True)


@pytest.fixture
def box(db: None) -> Mailbox:
    return Mailbox.objects.create(
        address="ce.0869001S@ac-poitiers.test",
        login="ce.0869001s",
        kind=Kind.FUNCTIONAL,
        name="Collège",
    )


def mailbox_form(**changes: str) -> dict[str, str]:
    inline = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"}
    given = {
        "address": "ce.0869003U@ac-poitiers.test",
        "login": "ce.0869003u",
        "kind": "functional",
        "name": "École fictive",
        "uai": "0869003U",
        "is_active": "on",
    }
    management = {f"memberships-{name}": value for name, value in inline.items()}
    return given | management | changes


def error_of(client: Client, path: str, form: dict[str, str]) -> str:
    response = client.post(ADMIN + path, form)
    assert response.status_code == 200
    return " ".join(re.findall(r"<li>(.*?)</li>", response.content.decode()))


# --- the door -------------------------------------------------------------------------
def test_a_stranger_is_sent_to_our_sign_in(stack: object, client: Client) -> None:
    response = client.get(f"{ADMIN}accounts/user/", headers={"host": NOMINATIVE})
    address = urlsplit(response["Location"])
    assert address.path == "/connexion/"
    assert parse_qs(address.query) == {"next": [f"{ADMIN}accounts/user/"]}


def test_somebody_who_is_not_staff_gets_our_404_and_is_noted(person: Person) -> None:
    response = signed_in(person).get(ADMIN)
    assert response.status_code == 404
    assert "X-Reference" in response.headers
    [event] = acts("admin.open")
    assert (event["person"], event["outcome"]) == (person.uid, "refused")


def test_staff_whose_right_is_taken_are_out_at_once(
    admin: Client, person: Person
) -> None:
    User.objects.filter(uid=person.uid).update(is_staff=False)
    assert admin.get(ADMIN).status_code == 404


def test_it_does_not_exist_behind_the_functional_door(person: Person) -> None:
    client = signed_in(person, FUNCTIONAL, is_staff=True)
    assert client.get(ADMIN).status_code == 404
    assert Client().get(ADMIN, headers={"host": FUNCTIONAL}).status_code == 404


@pytest.mark.parametrize("path", ["login/", "logout/", "password_change/"])
def test_it_has_no_sign_in_of_its_own(admin: Client, path: str) -> None:
    assert admin.get(ADMIN + path).status_code == 404
    assert admin.post(ADMIN + path, {"username": "a"}).status_code == 404


@pytest.mark.parametrize("path", ["", *LISTS, *FORMS])
def test_its_pages_need_nothing_that_our_policy_forbids(
    admin: Client, path: str
) -> None:
    response = admin.get(ADMIN + path)
    assert response.status_code == 200
    assert not INLINE.search(response.content.decode())
    assert "unsafe" not in response["Content-Security-Policy"]


# --- accounts -------------------------------------------------------------------------
def test_an_account_is_opened_from_the_directory(
    admin: Client, person: Person, make_person: MakePerson
) -> None:
    new = make_person()
    admin.post(f"{ADMIN}accounts/user/add/", {"uid": new.address})
    user = User.objects.get(uid=new.uid)
    assert user.name == new.name
    assert user.memberships.get().mailbox.address == new.address
    [event] = acts("admin.user.add")
    assert event["person"] == person.uid
    assert event["target"] == f"user:{user.pk} {new.uid}"
    assert event["address"] == "127.0.0.1"


def test_it_says_when_the_directory_knows_nobody(admin: Client) -> None:
    error = error_of(admin, "accounts/user/add/", {"uid": "personne"})
    assert "ne connaît personne" in error


def test_a_functional_mailbox_is_not_a_person(
    admin: Client, functional_mailbox: FunctionalMailbox
) -> None:
    given = {"uid": functional_mailbox.login}
    assert "boîte fonctionnelle" in error_of(admin, "accounts/user/add/", given)


def test_an_account_is_opened_once(admin: Client, person: Person) -> None:
    error = error_of(admin, "accounts/user/add/", {"uid": person.uid})
    assert "a déjà un compte" in error


def test_it_says_that_the_directory_is_down(admin: Client, settings: Settings) -> None:
    settings.LDAP_URI = "ldap://127.0.0.1:1"
    error = error_of(admin, "accounts/user/add/", {"uid": "kbenali"})
    assert "L’annuaire ne répond pas" in error


def test_closing_an_account_ends_its_visits_at_once(
    admin: Client, make_person: MakePerson
) -> None:
    other = make_person()
    browser = signed_in(other)
    user = User.objects.get(uid=other.uid)
    admin.post(f"{ADMIN}accounts/user/{user.pk}/change/", {"uai": user.uai})
    assert BrowserSession.objects.get(user=user).ended_at is not None
    assert browser.get("/boites/").url.startswith("/connexion/")  # type: ignore[attr-defined]
    [event] = acts("admin.user.close")
    assert event["target"] == f"user:{user.pk} {other.uid}"


def test_nobody_closes_their_own_account(admin: Client, person: Person) -> None:
    user = User.objects.get(uid=person.uid)
    admin.post(f"{ADMIN}accounts/user/{user.pk}/change/", {"uai": ""})
    user.refresh_from_db()
    assert (user.is_active, user.is_staff) == (True, True)


def test_accounts_are_never_deleted(admin: Client) -> None:
    user = User.objects.create(uid="jdoe")
    path = f"{ADMIN}accounts/user/{user.pk}/delete/"
    assert admin.post(path, {"post": "yes"}).status_code == 403
    assert User.objects.filter(uid="jdoe").exists()


def test_only_a_superuser_names_administrators(admin: Client, person: Person) -> None:
    user = User.objects.create(uid="jdoe")
    path = f"{ADMIN}accounts/user/{user.pk}/change/"
    form = {"is_active": "on", "is_staff": "on"}
    admin.post(path, form)
    assert not User.objects.get(uid="jdoe").is_staff
    User.objects.filter(uid=person.uid).update(is_superuser=True)
    admin.post(path, form)
    assert User.objects.get(uid="jdoe").is_staff
    assert acts("admin.user.change")[0]["target"].endswith("[is_staff]")


def test_only_a_superuser_closes_a_superuser(admin: Client) -> None:
    user = User.objects.create(uid="nrobert", is_superuser=True)
    response = admin.post(f"{ADMIN}accounts/user/{user.pk}/change/", {})
    assert response.status_code == 403
    assert User.objects.get(uid="nrobert").is_active


# --- mailboxes and accesses -----------------------------------------------------------
@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("uai", "0869003S", "0869003 donne U"),
        ("uai", "869003U", "sept chiffres"),
        ("login", "ce*moi", "Un identifiant n’a que"),
        ("login", "a\r\nb", "Un identifiant n’a que"),
        ("name", "École\r\nBcc: x", "caractères de contrôle"),
        ("address", "ce.0869001s@ac-poitiers.test", "a déjà cette adresse"),
        ("address", "a/b@ac-poitiers.test", "n’accepte pas"),
        ("aliases", "une-adresse", "adresse"),
    ],
)
def test_it_refuses_a_mailbox_that_cannot_be(
    admin: Client, box: Mailbox, field: str, value: str, sentence: str
) -> None:
    form = mailbox_form(**{field: value})
    assert sentence in error_of(admin, "accounts/mailbox/add/", form)
    assert Mailbox.objects.filter(login__startswith="ce.").get() == box


def test_a_mailbox_and_its_members_are_added_in_one_form(
    admin: Client, person: Person
) -> None:
    user = User.objects.get(uid=person.uid)
    row = {"user": str(user.pk), "role": "reader"}
    members = {f"memberships-0-{name}": value for name, value in row.items()}
    form = mailbox_form(aliases="ecole@ac-poitiers.test\n", **members)
    form["memberships-TOTAL_FORMS"] = "1"
    admin.post(f"{ADMIN}accounts/mailbox/add/", form)
    mailbox = Mailbox.objects.get(login="ce.0869003u")
    assert mailbox.aliases == ["ecole@ac-poitiers.test"]
    assert mailbox.memberships.get().role == Role.READER
    [event] = acts("admin.membership.add")
    assert event["mailbox"] == mailbox.address
    assert event["target"].endswith(f" {person.uid} reader")
    assert acts("admin.mailbox.add")[0]["mailbox"] == mailbox.address


def test_the_dates_of_an_access_are_in_order(
    admin: Client, box: Mailbox, person: Person
) -> None:
    user = User.objects.get(uid=person.uid)
    form = {"user": str(user.pk), "mailbox": str(box.pk), "role": "member"}
    dates = {"starts_on": "2026-12-31", "ends_on": "2026-12-01"}
    error = error_of(admin, "accounts/membership/add/", form | dates)
    assert "ne peut pas précéder" in error


def test_changing_and_deleting_an_access_is_audited(
    admin: Client, box: Mailbox, person: Person
) -> None:
    user = User.objects.get(uid=person.uid)
    row = Membership.objects.create(user=user, mailbox=box, role=Role.MEMBER)
    form = {"user": str(user.pk), "mailbox": str(box.pk), "role": "owner"}
    admin.post(f"{ADMIN}accounts/membership/{row.pk}/change/", form)
    admin.post(f"{ADMIN}accounts/membership/{row.pk}/delete/", {"post": "yes"})
    assert not box.memberships.exists()
    [changed] = acts("admin.membership.change")
    assert changed["target"] == f"membership:{row.pk} {person.uid} owner [role]"
    [deleted] = acts("admin.membership.delete")
    assert deleted["mailbox"] == box.address


def test_a_mailbox_that_has_sent_is_not_deleted(
    admin: Client, box: Mailbox, person: Person
) -> None:
    user = User.objects.get(uid=person.uid)
    Outgoing.objects.create(
        mailbox=box, author=user, due_at=user.created_at, message_id="<a>", token="a"
    )
    path = f"{ADMIN}accounts/mailbox/{box.pk}/delete/"
    response = admin.post(path, {"post": "yes"}, follow=True)
    assert "leur trace doit rester" in response.content.decode()
    assert Mailbox.objects.filter(pk=box.pk).exists()
    assert [e["outcome"] for e in acts("admin.mailbox.delete")] == ["refused"]


def test_deleting_a_mailbox_names_the_accesses_that_go_with_it(
    admin: Client, box: Mailbox, person: Person
) -> None:
    user = User.objects.get(uid=person.uid)
    Membership.objects.create(user=user, mailbox=box, role=Role.MEMBER)
    path = f"{ADMIN}accounts/mailbox/{box.pk}/delete/"
    admin.post(path, {"post": "yes"})
    assert not Mailbox.objects.filter(pk=box.pk).exists()
    assert [e["outcome"] for e in acts("admin.mailbox.delete")] == ["done"]
    assert acts("admin.membership.delete")[0]["mailbox"] == box.address


# --- announcements and traces ---------------------------------------------------------
def test_an_announcement_ends_after_it_begins(admin: Client) -> None:
    form = {
        "text": "Maintenance",
        "level": "info",
        "starts_at_0": "2026-11-28",
        "starts_at_1": "10:00",
        "ends_at_0": "2026-11-28",
        "ends_at_1": "08:00",
    }
    path = "accounts/announcement/add/"
    assert "après le début" in error_of(admin, path, form)
    admin.post(ADMIN + path, form | {"ends_at_1": "12:00"})
    assert Announcement.objects.get().text == "Maintenance"
    assert len(acts("admin.announcement.add")) == 1


def test_reading_the_audit_is_audited(admin: Client, person: Person) -> None:
    response = admin.get(f"{ADMIN}accounts/auditevent/?q={person.uid}")
    assert "visit.begin" in response.content.decode()
    [event] = acts("admin.audit.read")
    assert event["target"] == f"q={person.uid}"


def test_the_audit_cannot_be_changed(admin: Client) -> None:
    path = f"{ADMIN}accounts/auditevent/"
    assert admin.get(path + "add/").status_code == 403
    assert admin.post(f"{path}1/change/", {"person": "x"}).status_code == 403
    assert admin.post(f"{path}1/delete/", {"post": "yes"}).status_code == 403


def test_the_history_of_a_row_is_its_part_of_the_audit(
    admin: Client, box: Mailbox
) -> None:
    response = admin.get(f"{ADMIN}accounts/mailbox/{box.pk}/history/")
    expected = f"{ADMIN}accounts/auditevent/?q=mailbox%3A{box.pk}"
    assert response["Location"] == expected


def test_a_visit_is_ended_from_outside(admin: Client, make_person: MakePerson) -> None:
    other = make_person()
    browser = signed_in(other)
    row = BrowserSession.objects.get(user__uid=other.uid)
    form = {"action": "end_visits", "_selected_action": str(row.pk)}
    admin.post(f"{ADMIN}accounts/browsersession/", form)
    assert browser.get("/boites/").url.startswith("/connexion/")  # type: ignore[attr-defined]
    [event] = acts("admin.visit.end")
    assert event["target"] == f"visit:{row.pk} {other.uid}"


def test_the_secret_of_a_visit_is_never_shown(admin: Client) -> None:
    row = BrowserSession.objects.get()
    path = f"{ADMIN}accounts/browsersession/"
    for page in (path, f"{path}{row.pk}/change/"):
        response = admin.get(page)
        assert response.status_code == 200
        assert row.session_key not in response.content.decode()
