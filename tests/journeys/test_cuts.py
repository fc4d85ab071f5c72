"""The line, the visit or the page ends while a message is sent: it leaves once, and
nothing that was written is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error, Route, expect

from stack.people import Person
from tests.journeys.inspection import Inspection
from tests.journeys.test_dock import begin, sheets
from tests.journeys.test_drafts import body, compose, state
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box
from tests.stack.people import MakePerson

STORED = re.compile(r"^Enregistré")
SUBJECT = b"Subject: Sortie"


@pytest.fixture
def colleague(make_person: MakePerson) -> Person:
    return make_person()


def lose_the_answer(route: Route) -> None:
    """The server has it all; what it says does not come back."""
    if route.request.method == "POST" and route.request.is_navigation_request():
        asked = urlsplit(route.request.url)
        url = asked._replace(netloc=f"127.0.0.1:{asked.port}").geturl()
        headers = {**route.request.headers, "host": asked.netloc}
        route.fetch(url=url, headers=headers, max_redirects=0)
        route.abort()
    else:
        route.continue_()


def composed(reader: Visitor, colleague: Person, text: str) -> None:
    """And stored, with the recipient, which is typed last."""
    name = colleague.address.partition("@")[0]
    compose(reader, text)
    with reader.page.expect_response(
        lambda r: r.url.endswith("/brouillon/") and name in (r.request.post_data or "")
    ):
        reader.write(to=colleague.address)
    expect(state(reader)).to_have_text(STORED)


def sent_without_a_line(reader: Visitor) -> None:
    """Once nothing goes, then what the server says is lost; then one looks again."""
    page = reader.page
    with reader.watch.expects(0):
        page.context.set_offline(True)
        reader.button("Envoyer").click()
        expect(page.get_by_text("Rien n’a été envoyé")).to_be_visible()
        page.context.set_offline(False)
        page.route("**/ecrire/**", lose_the_answer)
        path = page.url
        with page.expect_event("requestfailed", lambda each: each.method == "POST"):
            reader.button("Envoyer").click()
        page.unroute("**/ecrire/**")
        page.goto(path)


def test_a_cut_while_it_is_sent_sends_it_once(
    reader: Visitor,
    colleague: Person,
    mailbox_of: Callable[[Person], Box],
    inspection: Inspection,
) -> None:
    page = reader.page
    composed(reader, colleague, "Le car part à 8 h.")
    sent_without_a_line(reader)
    expect(reader.heading("Ce message part déjà")).to_be_visible()
    inspection.look(reader, "departed")
    assert mailbox_of(colleague).wait_for(SUBJECT)
    page.reload()
    page.get_by_role("link", name="Voir cet envoi").click()
    expect(page.get_by_text("Sortie").first).to_be_visible()
    assert len(mailbox_of(colleague).messages("INBOX")) == 1


def second_tab(reader: Visitor) -> Visitor:
    page = reader.page.context.new_page()
    page.goto(reader.page.url)
    return Visitor(page, reader.site, reader.door, reader.watch)


def test_a_second_tab_that_sends_another_text_loses_nothing(
    reader: Visitor,
    colleague: Person,
    mailbox_of: Callable[[Person], Box],
    inspection: Inspection,
) -> None:
    composed(reader, colleague, "Un")
    other = second_tab(reader)
    expect(body(other)).to_have_text("Un")
    reader.send()
    with reader.watch.expects(409):
        body(other).press_sequentially("Deux, ")
        other.button("Envoyer").click()
        expect(other.page.get_by_role("alert").first).to_contain_text("part déjà")
    expect(body(other)).to_have_text("Deux, Un")
    expect(state(other)).to_have_text(STORED)
    inspection.look(other, "departed-otherwise")
    other.button("Abandonner").click()
    expect(other.notices).to_contain_text("Brouillon abandonné.")
    other.button("Restaurer").click()
    expect(body(other)).to_have_text("Deux, Un")
    assert len(mailbox_of(colleague).messages("INBOX")) <= 1


def test_what_is_posted_after_the_visit_is_given_back(
    reader: Visitor, person: Person, inspection: Inspection
) -> None:
    """Without script."""
    reader.go("/preferences/")
    reader.expire()
    reader.post(f"/ecrire/{person.address}/", subject="Sortie", text="Trois")
    expect(reader.field("Votre texte")).to_have_value("Trois")
    inspection.look(reader, "returned")


def test_an_ended_visit_beside_the_mail_costs_nothing(
    writer: Visitor,
    person: Person,
    colleague: Person,
    mailbox_of: Callable[[Person], Box],
) -> None:
    begin(writer)
    writer.field("À").fill(colleague.address)
    writer.field("Objet").fill("Sortie")
    expect(writer.written.get_by_text(STORED)).to_be_visible()
    writer.expire()
    writer.field("Texte du message").fill("Après la fin.")
    # the list asks in the same moment, and leads to the sign-in
    with suppress(Error):
        writer.go()
    writer.sign_in(person)
    expect(sheets(writer.page)).to_have_count(1)
    expect(writer.field("Texte du message")).to_contain_text("Après la fin.")
    writer.button("Envoyer").click()
    expect(writer.notices).to_contain_text("Message envoyé.")
    assert b"Apr=C3=A8s la fin." in mailbox_of(colleague).wait_for(SUBJECT)
