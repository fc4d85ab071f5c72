"""What the directory takes away is gone a minute later, on the real slapd."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from accounts import directory, mirroring, tasks
from accounts.models import AuditEvent, BrowserSession, Membership, Role
from convergence import celery
from convergence.errors import DirectoryUnavailable
from stack import Stack
from stack import directory as entries
from stack.people import FunctionalMailbox, Person
from tests.accounts.conftest import Visitor
from tests.accounts.memberships import refresh, roles
from tests.stack.people import MakeMailbox, MakePerson

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(make_functional_mailbox: MakeMailbox, person: Person) -> FunctionalMailbox:
    """A mailbox of which this person is a member, who has signed in."""
    made = make_functional_mailbox(members=(person,))
    refresh(person)
    assert roles(person) == {made.login: Role.MEMBER}
    return made


def test_a_right_that_was_removed_is_gone(
    stack: Stack, box: FunctionalMailbox, person: Person
) -> None:
    entries.change(stack.layout, box.group_dn, member=[box.owner.dn])
    assert mirroring.follow() == 1
    assert roles(person) == {}
    event = AuditEvent.objects.get(act="membership.follow")
    assert (event.person, event.target) == (person.uid, "")


def test_a_role_follows_its_group_however_the_name_is_spelled(
    stack: Stack, box: FunctionalMailbox, person: Person
) -> None:
    spelled = person.dn.upper().replace(",", ", ")
    names = [box.owner.dn, spelled]
    entries.change(stack.layout, box.group_dn, member=[box.owner.dn], owner=names)
    assert mirroring.follow() == 1
    assert roles(person) == {box.login: Role.OWNER}
    assert mirroring.follow() == 0


def test_nothing_is_written_when_nothing_changed(
    box: FunctionalMailbox, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        assert mirroring.follow() == 0


def test_what_was_given_here_stays(
    stack: Stack, box: FunctionalMailbox, person: Person
) -> None:
    Membership.objects.filter(user__uid=person.uid).update(mirrored=False)
    refresh(box.owner)
    entries.change(stack.layout, box.group_dn, member=[box.owner.dn])
    assert mirroring.follow() == 0
    assert roles(person) == {box.login: Role.MEMBER}


def test_a_head_of_school_keeps_its_mailbox(make_person: MakePerson) -> None:
    head = make_person(administrative="DIR", heads=True)
    refresh(head)
    assert mirroring.follow() == 0
    assert roles(head) == {"ce.0869001s": Role.OWNER}


def test_the_visits_of_an_inactive_person_end(
    stack: Stack, signed_in: Visitor, box: FunctionalMailbox, person: Person
) -> None:
    other = Visitor()
    other.sign_in(box.owner)
    entries.change(stack.layout, person.dn, inetUserStatus="inactive")
    assert mirroring.follow() == 2
    assert not signed_in.is_signed_in
    assert other.is_signed_in
    assert roles(person) == {}
    assert not BrowserSession.objects.filter(user__uid=person.uid, ended_at=None)
    assert AuditEvent.objects.filter(person=person.uid, target="directory").exists()


def test_groups_beyond_one_page_are_read(
    box: FunctionalMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "_PAGE", 1)
    assert mirroring.follow() == 0
    monkeypatch.setattr(directory, "_PAGES_MAX", 2)
    with pytest.raises(DirectoryUnavailable):
        mirroring.follow()


def test_people_beyond_one_filter_are_found(
    box: FunctionalMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh(box.owner)
    monkeypatch.setattr(directory, "_AT_ONCE", 1)
    assert mirroring.follow() == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LDAP_GROUP_BASE", "ou=absent,c=fr"),
        ("LDAP_ACTIVE_FILTER", "(uid=nobody)"),
        ("LDAP_BIND_PASSWORD", "wrong"),
        ("LDAP_URI", "ldap://127.0.0.1:1"),
    ],
)
def test_a_broken_directory_changes_nothing(
    settings: Settings, box: FunctionalMailbox, person: Person, name: str, value: str
) -> None:
    setattr(settings, name, value)
    assert tasks.follow_directory() == 0
    assert roles(person) == {box.login: Role.MEMBER}


def test_an_absent_branch_changes_nothing(
    box: FunctionalMailbox, person: Person, settings: Settings
) -> None:
    wrong = {"base": "ou=absente,o=gouv,c=fr", "kind": "nominative"}
    settings.LDAP_BRANCHES = [wrong, *settings.LDAP_BRANCHES[1:]]
    with pytest.raises(DirectoryUnavailable):
        directory.standings([person.uid])
    assert roles(person) == {box.login: Role.MEMBER}


def test_it_is_asked_every_minute(settings: Settings) -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["follow-directory"]
    celery.app.loader.import_default_modules()
    assert entry["schedule"] <= 60
    assert entry["task"] in celery.app.tasks
