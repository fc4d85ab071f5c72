"""Servers that stop in the middle: told clearly, over by themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from stack import Stack
from stack.people import Person
from tests.journeys.conftest import Arrive
from tests.journeys.letters import letter
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box

REFERENCE = re.compile(r"[0-9A-F]{4}-[0-9A-F]{2}")
MAIL_DOWN = "Le serveur de messagerie ne répond pas. Vos messages sont conservés."


@pytest.fixture
def whole(stack: Stack) -> Iterator[Stack]:
    """All servers, running again after the test."""
    yield stack
    for name, state in stack.status().items():
        if not state["running"]:
            stack.start(name)


@pytest.fixture
def listed(
    whole: Stack,
    visitor: Visitor,
    person: Person,
    mailbox_of: Callable[[Person], Box],
) -> Visitor:
    mailbox_of(person).deliver(letter("Premier").as_bytes())
    visitor.sign_in(person)
    expect(visitor.rows).to_have_count(1)
    return visitor


def test_without_imap_a_page_says_so_and_comes_back(
    listed: Visitor, whole: Stack
) -> None:
    whole.stop("dovecot")
    with listed.watch.expects(503):
        listed.page.reload()
        expect(listed.heading(MAIL_DOWN)).to_be_visible()
        told = listed.failure().inner_text()
    found = REFERENCE.search(told)
    assert found is not None, told
    assert found[0] in listed.site.log("gunicorn")
    whole.start("dovecot")
    listed.link("Réessayer").click()
    expect(listed.row("Premier")).to_be_visible()


def test_without_imap_an_act_changes_nothing_on_screen(
    listed: Visitor, whole: Stack
) -> None:
    listed.select("Premier")
    whole.stop("dovecot")
    with listed.watch.expects(503):
        listed.button("Supprimer").click()
        expect(listed.page.get_by_role("alert")).to_contain_text(MAIL_DOWN)
        expect(listed.page.get_by_role("alert")).to_contain_text(REFERENCE)
    expect(listed.row("Premier")).to_be_visible()
    whole.start("dovecot")
    listed.button("Supprimer").click()
    expect(listed.rows).to_have_count(0)


def test_without_imap_what_was_written_stays(
    listed: Visitor, whole: Stack, person: Person
) -> None:
    listed.link("Nouveau message").first.click()
    listed.write(to=person.address, subject="Bilan", text="Deux heures.")
    whole.stop("dovecot")
    with listed.watch.expects(503):
        listed.button("Envoyer").click()
        alert = listed.page.get_by_role("alert")
        expect(alert.first).to_contain_text("Le serveur de messagerie ne répond pas.")
        expect(alert.last).to_contain_text(REFERENCE)
    expect(listed.field("Objet")).to_have_value("Bilan")
    expect(listed.field("Texte du message")).to_have_text("Deux heures.")
    whole.start("dovecot")
    listed.send()


def test_a_server_that_hangs_is_told_too(listed: Visitor, whole: Stack) -> None:
    whole.pause("dovecot")
    try:
        with listed.watch.expects(503):
            listed.page.reload()
            expect(listed.heading(MAIL_DOWN)).to_be_visible()
    finally:
        whole.resume("dovecot")
    listed.link("Réessayer").click()
    expect(listed.row("Premier")).to_be_visible()


def test_without_the_directory_only_sign_in_waits(
    listed: Visitor, whole: Stack, arrive: Arrive, person: Person
) -> None:
    whole.stop("slapd")
    other = arrive()
    with listed.watch.expects(503):
        other.sign_in(person)
        expect(
            other.page.get_by_text("L’annuaire ne répond pas.", exact=False)
        ).to_be_visible()
    # a connection that IMAP has not yet is refused too, when the page asks beside
    with listed.watch.expects(503):
        listed.open_message("Premier")
        expect(listed.reader).to_contain_text("Merci de votre réponse.")
        whole.start("slapd")
        # and until IMAP has found it again
        other.go("/connexion/")
        other.sign_in(person)
        expect(other.row("Premier")).to_be_visible()


def test_without_redis_mail_still_works(
    listed: Visitor,
    whole: Stack,
    person: Person,
    mailbox_of: Callable[[Person], Box],
) -> None:
    whole.stop("redis")
    listed.open_message("Premier")
    listed.go()
    listed.select("Premier")
    listed.act("Suivre").click()
    expect(listed.row("Premier").get_by_text("Suivi")).to_be_attached()
    listed.link("Nouveau message").first.click()
    listed.write(to=person.address, subject="Patience", text="Sans Redis.")
    listed.send()
    listed.site.let_time_pass()
    whole.start("redis")
    mailbox_of(person).wait_for(b"Subject: Patience")


def test_without_smtp_the_message_waits_and_says_so(
    listed: Visitor,
    whole: Stack,
    person: Person,
    mailbox_of: Callable[[Person], Box],
) -> None:
    whole.stop("mta")
    listed.link("Nouveau message").first.click()
    listed.write(to=person.address, subject="Attente", text="Sans SMTP.")
    listed.send()
    listed.site.let_time_pass()
    listed.menu("Menu du compte").click()
    listed.link("Envois").click()
    waiting = listed.page.get_by_role("article", name="Attente")
    listed.reload_until(waiting.get_by_text("Le serveur d’envoi ne répond pas."))
    expect(waiting).to_contain_text("Nouvel essai à")
    whole.start("mta")
    listed.site.let_time_pass()
    mailbox_of(person).wait_for(b"Subject: Attente")
    listed.reload_until(waiting.get_by_text("Envoyé", exact=True))
