"""The functional door: three roles, and those who have none."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from stack.people import FunctionalMailbox, Person
from tests.journeys.conftest import Arrive
from tests.journeys.letters import letter
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box
from tests.stack.people import MakeMailbox, MakePerson

NAME = "Collège d’essai"


@dataclass
class Team:
    """A mailbox with one message, and the people of its three roles."""

    box: FunctionalMailbox
    owner: Person
    member: Person
    reader: Person
    uid: int


@pytest.fixture
def team(
    make_person: MakePerson,
    make_functional_mailbox: MakeMailbox,
    mailbox_of: Callable[[FunctionalMailbox], Box],
) -> Team:
    owner, member, reader = (make_person() for _ in range(3))
    box = make_functional_mailbox(
        name=NAME, owner=owner, members=(member,), readers=(reader,)
    )
    message = letter("Inscription en sixième", to=box.address)
    uid = mailbox_of(box).deliver(message.as_bytes())
    return Team(box, owner, member, reader, uid)


@pytest.fixture
def functional(arrive: Arrive) -> Visitor:
    return arrive("functional")


def test_an_owner_of_two_chooses_and_always_sees_which(
    functional: Visitor, team: Team, make_functional_mailbox: MakeMailbox
) -> None:
    make_functional_mailbox(name="École d’essai", owner=team.owner)
    functional.sign_in(team.owner)
    expect(functional.heading("Choisir une boîte")).to_be_visible()
    main = functional.page.get_by_role("main")
    expect(main.get_by_role("link")).to_have_count(2)
    chosen = main.get_by_role("link", name=NAME)
    expect(chosen).to_contain_text("Propriétaire")
    chosen.click()
    band = functional.page.get_by_role("banner").get_by_role("link", name=NAME)
    expect(band).to_contain_text(team.box.address)
    functional.open_message("Inscription en sixième")
    expect(band).to_be_visible()
    functional.menu("Menu du compte").click()
    functional.link("Changer de boîte").click()
    expect(functional.heading("Choisir une boîte")).to_be_visible()


def test_a_member_writes_as_the_box_and_the_log_knows_who(
    functional: Visitor,
    team: Team,
    person: Person,
    mailbox_of: Callable[[Person], Box],
) -> None:
    functional.sign_in(team.member)
    functional.link("Nouveau message").first.click()
    expect(functional.written.get_by_text(f"<{team.box.address}>")).to_be_visible()
    functional.write(to=person.address, subject="Accord", text="C’est entendu.")
    functional.send()
    functional.site.let_time_pass()
    arrived = mailbox_of(person).wait_for(b"Subject: Accord")
    assert re.search(rb"^From: .*<" + team.box.address.encode() + b">", arrived, re.M)
    assert team.member.uid.encode() not in arrived
    query = "SELECT person FROM accounts_auditevent WHERE act = ? AND mailbox = ?"
    sent = functional.site.rows(query, "message.send", team.box.address)
    assert sent == [(team.member.uid,)]


def test_a_reader_is_offered_nothing_that_writes(
    functional: Visitor, team: Team
) -> None:
    functional.sign_in(team.reader)
    expect(functional.folders).to_contain_text("Lecture seule")
    expect(functional.rows).to_have_count(1)
    expect(functional.page.get_by_role("link", name="Nouveau message")).to_have_count(0)
    functional.select("Inscription en sixième")
    expect(functional.selection).to_have_count(0)
    functional.open_message("Inscription en sixième")
    expect(functional.reader).to_contain_text("Merci de votre réponse.")
    for name in ("Supprimer", "Marquer comme non lu", "Suivre"):
        expect(functional.button(name)).to_have_count(0)
    for name in ("Répondre", "Répondre à tous", "Transférer"):
        expect(functional.link(name)).to_have_count(0)


@pytest.mark.parametrize(
    ("path", "act"),
    [
        ("/courrier/{box}/INBOX/suppressions/", "message.delete"),
        ("/ecrire/{box}/", "message.compose"),
    ],
)
def test_a_reader_who_posts_is_refused_and_noted(
    functional: Visitor,
    team: Team,
    path: str,
    act: str,
    mailbox_of: Callable[[FunctionalMailbox], Box],
) -> None:
    functional.sign_in(team.reader)
    expect(functional.rows).to_have_count(1)
    functional.post(path.format(box=team.box.address), uid=str(team.uid))
    expect(
        functional.heading("Vous consultez cette boîte en lecture seule.")
    ).to_be_visible()
    expect(functional.failure()).to_be_visible()
    assert functional.site.refusals(team.reader.uid) == [(act, team.box.address)]
    assert len(mailbox_of(team.box).messages()) == 1


def test_whoever_has_no_role_sees_no_box(
    functional: Visitor, team: Team, person: Person
) -> None:
    functional.sign_in(person)
    expect(functional.page.get_by_role("main")).to_contain_text(
        "Aucune boîte ne vous est ouverte ici."
    )
    functional.go(f"/courrier/{team.box.address}/INBOX/")
    expect(
        functional.heading("Cette page n’existe pas ou ne vous est pas ouverte.")
    ).to_be_visible()
    assert functional.site.refusals(person.uid) == [("mailbox.open", team.box.address)]


def test_the_cookie_of_one_door_opens_nothing_at_the_other(
    reader: Visitor, arrive: Arrive
) -> None:
    expect(reader.heading("Boîte de réception")).to_be_visible()
    other = arrive("functional")
    url = other.site.url("functional")
    other.page.context.add_cookies(
        [{"name": "session", "value": reader.session, "url": url}]
    )
    other.go("/boites/")
    expect(other.button("Se connecter")).to_be_visible()


def test_an_unknown_host_is_refused(visitor: Visitor) -> None:
    host = f"autre.localhost:{visitor.site.port}"
    visitor.watch.hosts |= {host}
    answer = visitor.page.goto(f"http://{host}/connexion/")
    assert answer is not None
    assert answer.status == 400
    expect(visitor.page.get_by_text("Adresse inconnue.")).to_be_visible()
