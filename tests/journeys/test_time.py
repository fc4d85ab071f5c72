"""What happens while a page is open: new mail, and the end of the visit."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from stack.people import Person
from tests.journeys.inspection import Inspection
from tests.journeys.letters import letter
from tests.journeys.visitor import Visitor

Receive = Callable[..., None]
LOOK_AGAIN = 'document.dispatchEvent(new CustomEvent("folder:changed"))'


@pytest.fixture
def listed(visitor: Visitor, person: Person, receive: Receive) -> Visitor:
    receive(person.address, letter("Premier", to=person.address).as_bytes())
    visitor.sign_in(person)
    expect(visitor.rows).to_have_count(1)
    return visitor


def test_new_mail_shows_up_by_itself(
    listed: Visitor, person: Person, receive: Receive
) -> None:
    listed.open_message("Premier")
    receive(person.address, letter("Second", to=person.address).as_bytes())
    # what the page does by itself when it hears of nothing
    listed.page.evaluate(LOOK_AGAIN)
    expect(listed.rows).to_have_count(2)
    expect(listed.rows.first).to_contain_text("Non lu : Second")
    expect(listed.folders.get_by_role("link").nth(1)).to_contain_text("1 non lu")
    # it is the message that is being read
    expect(listed.page).to_have_title(re.compile(r"^\(1\) Premier – "))
    expect(listed.heading("Premier")).to_be_visible()


def test_a_selection_is_not_disturbed_by_new_mail(
    listed: Visitor, person: Person, receive: Receive
) -> None:
    listed.select("Premier")
    receive(person.address, letter("Second", to=person.address).as_bytes())
    listed.page.evaluate(LOOK_AGAIN)
    expect(listed.rows).to_have_count(2)
    expect(listed.checkbox("Premier")).to_be_checked()
    expect(listed.checkbox("Second")).not_to_be_checked()


def test_an_act_after_the_end_of_the_visit_leads_back(
    listed: Visitor, person: Person
) -> None:
    listed.select("Premier")
    listed.expire()
    listed.act("Suivre").click()
    expect(listed.button("Se connecter")).to_be_visible()
    listed.sign_in(person)
    expect(listed.row("Premier")).to_be_visible()


def test_a_page_after_the_end_of_the_visit_leads_back(
    listed: Visitor, person: Person
) -> None:
    listed.expire()
    listed.page.reload()
    expect(listed.button("Se connecter")).to_be_visible()
    expect(listed.page.get_by_text("Premier")).to_have_count(0)
    listed.sign_in(person)
    expect(listed.row("Premier")).to_be_visible()


@pytest.fixture
def shared(visitor: Visitor, person: Person) -> Visitor:
    """`person` on a shared computer: fifteen minutes."""
    visitor.page.clock.install()
    visitor.go("/connexion/")
    visitor.page.get_by_role("checkbox", name="Poste partagé").check()
    visitor.sign_in(person)
    expect(visitor.heading("Boîte de réception")).to_be_visible()
    return visitor


def test_the_end_of_a_visit_is_announced_and_put_off(
    shared: Visitor, inspection: Inspection
) -> None:
    shared.site.leave_idle(shared.session, 14)
    warning = shared.page.get_by_role("alert")
    expect(warning).to_be_hidden()
    shared.page.clock.fast_forward(61_000)
    expect(warning).to_contain_text("Votre session va se terminer")
    inspection.look(shared, "visit-ends")
    shared.button("Rester connecté").click()
    expect(warning).to_be_hidden()
    shared.page.reload()
    expect(shared.heading("Boîte de réception")).to_be_visible()


def test_nothing_stays_on_screen_after_the_end(shared: Visitor, person: Person) -> None:
    shared.site.leave_idle(shared.session, 16)
    shared.page.clock.fast_forward(61_000)
    expect(shared.button("Se connecter")).to_be_visible()
    shared.page.go_back()
    expect(shared.page.get_by_text(person.address)).to_have_count(0)
