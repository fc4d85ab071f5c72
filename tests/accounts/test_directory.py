from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import trustme
from pytest_django.fixtures import Settings

from accounts import directory
from accounts.refusals import (
    AccountLocked,
    PasswordExpired,
    PasswordRefused,
    SignInRefused,
)
from convergence.errors import DirectoryUnavailable
from stack import Stack
from stack import directory as entries
from stack.people import FunctionalMailbox, Person
from tests.stack.people import MakeMailbox, MakePerson

pytestmark = pytest.mark.usefixtures("stack")


def test_it_finds_by_uid_and_by_any_address_in_any_case(person: Person) -> None:
    for identifier in (person.uid, person.address, *person.aliases):
        for spelling in (identifier, identifier.upper()):
            found = directory.find(spelling)
            assert found is not None
            assert (found.uid, found.dn) == (person.uid, person.dn)


def test_a_person_carries_no_secret(person: Person) -> None:
    found = directory.find(person.uid)
    assert person.numen not in repr(found)
    assert person.password not in repr(found)


def test_the_branches_are_tried_in_order(make_person: MakePerson) -> None:
    other = make_person(branch="other")
    found = directory.find(other.uid)
    assert found is not None
    assert found.kind == "other"
    assert directory.authenticate(other.uid, other.password).person == found


def test_a_closed_account_is_nobody(make_person: MakePerson) -> None:
    closed = make_person(state="inactive")
    assert directory.find(closed.uid) is None
    with pytest.raises(SignInRefused) as caught:
        directory.authenticate(closed.uid, closed.password)
    assert type(caught.value) is SignInRefused


@pytest.mark.parametrize("attribute", ["inetUserStatus", "mailUserStatus"])
@pytest.mark.parametrize("status", ["inactive", "deleted", "Deleted"])
def test_each_status_closes_an_account(
    stack: Stack, person: Person, attribute: str, status: str
) -> None:
    entries.change(stack.layout, person.dn, **{attribute: status})
    assert directory.find(person.uid) is None


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "t*",
        "x)(uid=*",
        "*)(|(uid=*",
        "\\2a",
        "x\0",
        "x\r\ny",
        "é",
        "",
        " ",
        "a" * 5000,
    ],
)
def test_an_identifier_is_only_text(person: Person, text: str) -> None:
    assert directory.find(text) is None
    with pytest.raises(SignInRefused):
        directory.authenticate(text, person.password)


def test_look_alike_letters_find_nobody(person: Person) -> None:
    # LDAP folds full-width letters; each spelling would be one more account to try
    wide = "".join(chr(ord(c) + 0xFEE0) for c in person.uid)
    assert directory.find(wide) is None


def test_an_ambiguous_name_is_nobody(
    make_person: MakePerson, settings: Settings
) -> None:
    one, _other = make_person(), make_person()
    # a directory whose "alias" is not unique: everybody of a school has this one
    settings.LDAP_ATTRIBUTES = {"uid": "rne"}
    assert directory.find(one.school.uai) is None


@pytest.mark.parametrize("password", ["", "wrong", "x\0", "x" * 5000, "é" * 20])
def test_it_refuses_a_wrong_password(person: Person, password: str) -> None:
    with pytest.raises(SignInRefused) as caught:
        directory.authenticate(person.uid, password)
    assert type(caught.value) is SignInRefused


def test_a_functional_entry_never_signs_in(
    make_functional_mailbox: MakeMailbox,
) -> None:
    box = make_functional_mailbox(password="Partage-2026-abc")
    found = directory.find(box.address)
    assert found is not None
    assert found.kind == "functional"
    with pytest.raises(SignInRefused):
        directory.authenticate(box.login, box.password)


def test_a_first_password_must_be_changed(make_person: MakePerson) -> None:
    new = make_person(state="first sign-in")
    assert directory.authenticate(new.uid, new.password).must_change


def test_a_password_that_is_the_numen_must_be_changed(make_person: MakePerson) -> None:
    person = make_person(numen="86E2612345ABC", password="86E2612345ABC")
    assert directory.authenticate(person.uid, "86E2612345ABC").must_change


def test_another_password_need_not_be_changed(person: Person) -> None:
    assert not directory.authenticate(person.uid, person.password).must_change


def test_locked_is_told_apart(make_person: MakePerson) -> None:
    locked = make_person(state="locked")
    with pytest.raises(AccountLocked):
        directory.authenticate(locked.uid, locked.password)


def test_expired_is_only_told_to_the_right_password(
    stack: Stack, person: Person
) -> None:
    entries.change(stack.layout, person.dn, pwdChangedTime="20200101000000Z")
    with pytest.raises(PasswordExpired):
        directory.authenticate(person.uid, person.password)
    with pytest.raises(SignInRefused) as caught:
        directory.authenticate(person.uid, "wrong")
    assert type(caught.value) is SignInRefused


def test_a_change_holds(person: Person) -> None:
    directory.change_password(person.uid, person.password, "Nouveau-Mot-2026")
    directory.authenticate(person.uid, "Nouveau-Mot-2026")
    with pytest.raises(SignInRefused):
        directory.authenticate(person.uid, person.password)


@pytest.mark.parametrize(
    ("new", "told"),
    [("Court-1", "trop court"), ("{same}", "déjà servi"), ("x{numen}!", "NUMEN")],
)
def test_the_policy_answers_in_sentences(person: Person, new: str, told: str) -> None:
    new = new.format(same=person.password, numen=person.numen.lower())
    with pytest.raises(PasswordRefused, match=told):
        directory.change_password(person.uid, person.password, new)


def test_a_password_of_the_history_is_refused(person: Person) -> None:
    directory.change_password(person.uid, person.password, "Nouveau-Mot-2026")
    with pytest.raises(PasswordRefused, match="déjà servi"):
        directory.change_password(person.uid, "Nouveau-Mot-2026", person.password)


def test_a_change_needs_the_old_password(person: Person) -> None:
    for old in ("", "wrong"):
        with pytest.raises(SignInRefused):
            directory.change_password(person.uid, old, "Nouveau-Mot-2026")


def test_it_tells_the_role_in_each_group(
    make_person: MakePerson, make_functional_mailbox: MakeMailbox
) -> None:
    owner, member, reader = make_person(), make_person(), make_person()
    box: FunctionalMailbox = make_functional_mailbox(
        owner=owner, members=(member,), readers=(reader,)
    )
    roles = {"owner": owner, "member": member, "reader": reader}
    for role, person in roles.items():
        found = directory.find(person.uid)
        assert found is not None
        assert directory.groups_of(found) == {box.login: role}


def test_it_believes_no_other_authority(
    person: Person, settings: Settings, tmp_path: Path
) -> None:
    other = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    settings.LDAP_CA_FILE = str(other)
    with pytest.raises(DirectoryUnavailable):
        directory.authenticate(person.uid, person.password)


def test_it_believes_no_certificate_of_another_name(
    person: Person, settings: Settings, tmp_path: Path
) -> None:
    settings.LDAP_STARTTLS = False
    heard = {}
    for name in ("autre.test", "127.0.0.1"):
        with listening(name, tmp_path) as (port, received):
            settings.LDAP_CA_FILE = str(tmp_path / "ca.pem")
            settings.LDAP_URI = f"ldaps://127.0.0.1:{port}"
            with pytest.raises(DirectoryUnavailable):
                directory.authenticate(person.uid, person.password)
        heard[name] = b"".join(received)
    assert heard["autre.test"] == b""
    assert settings.LDAP_BIND_PASSWORD.encode() in heard["127.0.0.1"]


@contextmanager
def listening(name: str, folder: Path) -> Iterator[tuple[int, list[bytes]]]:
    """A server with a certificate for `name` that hangs up after the first words."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with suppress(OSError):
                raw = server.accept()[0]
                with context.wrap_socket(raw, server_side=True) as connection:
                    received.append(connection.recv(1000))

        thread = threading.Thread(target=answer)
        thread.start()
        yield server.getsockname()[1], received
        thread.join(5)


def test_it_does_not_go_on_without_starttls(
    person: Person, settings: Settings, tmp_path: Path
) -> None:
    """A server that cannot encrypt hears no password."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with server.accept()[0] as connection:
                heard.append(connection.recv(1000))
                # an extended response, unwillingToPerform, to message 1
                connection.sendall(bytes.fromhex("300c0201017807 0a01350400 0400"))
                heard.append(connection.recv(1000))

        thread = threading.Thread(target=answer)
        thread.start()
        settings.LDAP_URI = f"ldap://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(DirectoryUnavailable):
            directory.authenticate(person.uid, person.password)
        thread.join(5)
    assert settings.LDAP_BIND_PASSWORD.encode() not in b"".join(heard)


def test_a_directory_that_refuses_us_is_unavailable(
    person: Person, settings: Settings
) -> None:
    settings.LDAP_BIND_PASSWORD = "wrong"
    with pytest.raises(DirectoryUnavailable):
        directory.find(person.uid)


def test_a_directory_that_hangs_is_unavailable(
    stack: Stack, person: Person, settings: Settings
) -> None:
    settings.LDAP_TIMEOUT = 1
    begin = time.monotonic()
    stack.pause("slapd")
    try:
        with pytest.raises(DirectoryUnavailable):
            directory.authenticate(person.uid, person.password)
    finally:
        stack.resume("slapd")
    assert time.monotonic() - begin < 5
    assert directory.find(person.uid)


def test_no_part_of_our_key_reaches_the_directory(settings: Settings) -> None:
    before = directory._nobody()
    settings.SECRET_KEY = "another-key"
    assert directory._nobody() == before
