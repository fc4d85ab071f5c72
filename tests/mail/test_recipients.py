"""Recipients as people type and paste them."""

from __future__ import annotations

import json
import random
import time
from typing import Any

import pytest

from mail.composeforms import ComposeForm
from mail.messages import Address
from mail.recipients import normal, parsed, shown
from tests.letters import HERE


@pytest.mark.parametrize(
    ("typed", "emails"),
    [
        ("a@b.test", ["a@b.test"]),
        ("Anne <a@b.test>; Bob <c@d.test>", ["a@b.test", "c@d.test"]),
        ('"Durand, Lucie" <l@d.test>, x@y.test', ["l@d.test", "x@y.test"]),
        ("a@b.test\nc@d.test\r\n", ["a@b.test", "c@d.test"]),
        ("a@b.test, A@B.TEST, a@b.test", ["a@b.test"]),
        ("x@école.test", ["x@xn--cole-9oa.test"]),
        ("o'brien+tag@b.test", ["o'brien+tag@b.test"]),
    ],
)
def test_good_addresses_are_found(typed: str, emails: list[str]) -> None:
    good, bad = parsed(typed)
    assert ([a.email for a in good], bad) == (emails, [])


PASTED = json.loads((HERE / "pasted.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", PASTED, ids=lambda case: case["typed"][:20])
def test_lists_are_read_as_they_are_pasted(case: dict[str, Any]) -> None:
    good, bad = parsed(case["typed"])
    assert [[a.name, a.email] for a in good] == case["people"]
    assert bad == case.get("bad", [])
    checked = ComposeForm({"token": "a" * 32, "to": case["typed"]})
    checked.full_clean()
    assert checked.cleaned_data.get("to", good) == good


def test_nobody_is_left_out_unsaid() -> None:
    chance = random.Random(4)
    between = (" ", ", ", "; ", "<", "> ", " (", ") ", ' "', '" ', ":", " Anne ", "\n")
    for _turn in range(2000):
        pieces = [f"p{n}@b.test" for n in range(chance.randint(1, 3))]
        text = "".join(p + "".join(chance.choices(between, k=2)) for p in pieces)
        good, bad = parsed(text)
        told = [text for a in good for text in (a.email, a.name)]
        assert bad or all(any(p in each for each in told) for p in pieces), text


@pytest.mark.parametrize(
    "email",
    [
        *("", "a", "a@", "@b.test", "a@b", "a b@c.test", "é@b.test", "-x@y.test"),
        *(".x@y.test", "a@b..test", "a@-b.test", "a@b.test>", f"{'a' * 65}@b.test"),
    ],
)
def test_bad_addresses_are_named(email: str) -> None:
    assert normal(email) is None


def test_an_address_longer_than_a_path_is_none() -> None:
    assert (
        normal(f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 8}.test") is None
    )


def test_what_is_shown_can_be_typed_again() -> None:
    people = [Address('Jean "Jo" Doe', "a@b.test"), Address("Durand, L.", "c@d.test")]
    assert parsed(shown(people))[0] == people


def form(**fields: str) -> ComposeForm:
    return ComposeForm({"token": "a" * 32, "to": "a@b.test", **fields})


def test_of_twenty_thousand_all_are_read_and_told_what_to_do_instead() -> None:
    begin = time.monotonic()
    checked = form(to=", ".join(f"p{n}@exterieur.test" for n in range(20_000)))
    assert "500 destinataires au plus" in checked.errors["to"][0]
    assert checked["to"].value().endswith("p19999@exterieur.test")
    longer = form(to="Un très long nom de personne <p@exterieur.test>, " * 20_000)
    assert "trop longue" in longer.errors["to"][0]
    assert time.monotonic() - begin < 8


@pytest.mark.parametrize("name", ["subject", "in_reply_to", "references", "origin_id"])
@pytest.mark.parametrize("bad", ["x\r\nBcc: y@z.test", "x\n", "x\0", "x\x1b"])
def test_a_line_break_is_refused_with_a_sentence(name: str, bad: str) -> None:
    checked = form(**{name: bad})
    assert not checked.is_valid()
    assert "caractère interdit" in checked.errors.as_text()


@pytest.mark.parametrize("bad", ["a@b.test\0", "a\x01@b.test", "a@b.test\rc@d.test"])
def test_control_characters_in_addresses_are_refused(bad: str) -> None:
    assert "to" in form(to=bad).errors


def test_a_bad_address_is_named() -> None:
    assert "nom@" in form(to="nom@, a@b.test").errors.as_text()


@pytest.mark.parametrize(
    "typed",
    [
        ", ".join(f"p{n}@parents.test" for n in range(20_000)),
        " " * 400_000 + "x",
        ";" * 400_000,
        "(" * 200_000,
        "<" * 200_000,
        "a@" * 200_000,
        '"' * 200_001,
        "\n" * 400_000,
    ],
)
def test_hostile_lists_are_refused_in_time(typed: str) -> None:
    begin = time.thread_time()
    assert not form(to=typed).is_valid()
    assert time.thread_time() - begin < 5
