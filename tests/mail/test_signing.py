"""Signing: which signature a message has, and where it stands."""

from __future__ import annotations

import pytest

from accounts.access import Grant
from accounts.models import Mailbox, Role, User
from mail import identities, signing, textual
from mail.composing import Draft
from mail.models import ImposedSignature, Signature
from mail.signing import Closing

pytestmark = pytest.mark.django_db
ONE = Closing("1", "Anne", "Anne", "")
TWO = Closing("2", "Longue", "H. Moreau\nCollège", "")
QUOTE = "Le 1er mai, Paul a écrit :\n> Bonjour\n>\n> Fin\n"


def test_one_takes_the_place_of_another_and_nothing_else_moves() -> None:
    text = f"Bonjour,\n\n  deux  espaces\n\n{ONE.block}\n\n{QUOTE}"
    after = signing.switched(text, [ONE, TWO], TWO)
    assert after == text.replace(ONE.block, TWO.block)
    assert signing.switched(after, [ONE, TWO], ONE) == text
    without = signing.switched(text, [ONE, TWO], None)
    assert without == f"Bonjour,\n\n  deux  espaces\n\n{QUOTE}"


def test_the_first_one_stands_above_what_is_quoted() -> None:
    found = signing.switched(f"Bonjour\n\n{QUOTE}", [ONE], ONE)
    assert found == f"Bonjour\n\n{ONE.block}\n\n{QUOTE}"


def test_what_is_typed_is_no_signature_and_no_quotation() -> None:
    text = f"Bonjour,\n\nOui.\n\n{ONE.block}\n\n{QUOTE}"
    assert signing.typed(text) == "Bonjour,\n\nOui."
    assert signing.typed(f"{ONE.block}\n") == ""


@pytest.fixture
def right() -> Grant:
    user = User.objects.create(
        uid="a",
        name="Hélène Moreau",
        function="DIR",
        school="Collège",
        telephone="05 49",
    )
    mailbox = Mailbox.objects.create(
        address="a@poitiers.test", login="a", name="Anne", aliases=["b@poitiers.test"]
    )
    return Grant(user, mailbox, Role.OWNER)


def offered(right: Grant) -> tuple[Closing, ...]:
    return signing.offered(right, identities.offered(right))


def test_the_directory_fills_it(right: Grant) -> None:
    text = (
        "{{mon_nom}}\n{{ma_fonction}}, {{mon_etablissement}}\n{{mon_telephone}} {{x}}"
    )
    html = "<b>{{mon_nom}}</b>"
    Signature.objects.create(mailbox=right.mailbox, name="x", text=text, html=html)
    [closing] = offered(right)
    assert closing.text == "Hélène Moreau\nDirection, Collège\n05 49 {{x}}"
    assert "<b>Hélène Moreau</b>" in closing.html_block


def test_that_of_the_address_comes_before_that_of_the_mailbox(right: Grant) -> None:
    make = right.mailbox.signatures.create
    make(name="Toutes", text="x", for_new=True, for_answers=True)
    make(name="Alias", text="x", for_new=True, address="B@poitiers.test")
    found = offered(right)
    names = {
        (sender, answers): closing.name
        for sender in ("a@poitiers.test", "b@poitiers.test")
        for answers in (False, True)
        if (closing := signing.usual(found, sender, answers=answers))
    }
    assert names == {
        ("a@poitiers.test", False): "Toutes",
        ("a@poitiers.test", True): "Toutes",
        ("b@poitiers.test", False): "Alias",
        ("b@poitiers.test", True): "Toutes",
    }


def test_what_is_imposed_is_the_only_one(right: Grant) -> None:
    right.mailbox.signatures.create(name="Mienne", text="x", for_new=True)
    ImposedSignature.objects.create(domain="poitiers.test", text="Académie")
    [closing] = offered(right)
    assert (closing.text, closing.is_imposed) == ("Académie", True)
    ImposedSignature.objects.create(mailbox=right.mailbox, text="Boîte")
    [closing] = offered(right)
    assert closing.text == "Boîte"
    ImposedSignature.objects.update(is_active=False)
    [closing] = offered(right)
    assert closing.text == "x"


def test_what_is_imposed_is_added_where_it_was_taken_out(right: Grant) -> None:
    ImposedSignature.objects.create(domain="poitiers.test", text="Rectorat\nPoitiers")
    bare = Draft(text="Bonjour", html="<p>Bonjour</p>")
    draft = signing.with_imposed(bare, right, right.mailbox)
    assert draft.text == "Bonjour\n\n-- \nRectorat\nPoitiers\n"
    assert draft.html.count("Rectorat") == 1
    assert signing.with_imposed(draft, right, right.mailbox) == draft
    elsewhere = Mailbox(address="c@autre.test", name="x")
    assert signing.with_imposed(bare, right, elsewhere) == bare


def test_what_is_imposed_in_two_ways_stands_there_once(right: Grant) -> None:
    ImposedSignature.objects.create(
        domain="poitiers.test",
        text="Rectorat : https://ac.test/x",
        html='<p><b>Rectorat</b> <a href="https://ac.test/x">site</a></p>',
    )
    [closing] = offered(right)
    html = f"<p>Bonjour</p>{closing.html_block}"
    draft = Draft(text=textual.text_of(html), html=html)
    assert signing.with_imposed(draft, right, right.mailbox) == draft
    other = Draft(text="Bonjour", html="<p>Bonjour</p>")
    assert "ac.test" in signing.with_imposed(other, right, right.mailbox).html


def test_the_mark_has_its_space_again() -> None:
    assert signing.marked("Oui\n--\nAnne") == "Oui\n-- \nAnne"
    assert signing.marked("a -- b\n---") == "a -- b\n---"
