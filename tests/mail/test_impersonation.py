"""Senders who pass for somebody else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import impersonation
from mail.messages import Address

OURS = "ac-poitiers.fr"


def kind(email: str, name: str = "") -> str:
    return impersonation.of(Address(name, email), OURS).kind


@pytest.mark.parametrize(
    "domain",
    [
        "ac-poitier.fr",
        "ac-poitierss.fr",
        "ac-poitiesr.fr",
        "ac-p0itiers.fr",
        "ac-poltiers.fr",
        "ac-poitıers.fr",
        "аc-poitiers.fr",
        "xn--c-poitiers-yqi.fr",
        "mail.ac-p0itiers.fr",
        "ac-poitiers.fr.example.com",
        "ac-poitiers-fr.com",
        "ac-poitiers.fr-connexion.net",
    ],
)
def test_a_domain_that_reads_as_ours(domain: str) -> None:
    assert kind(f"a@{domain}") == "lookalike"


@pytest.mark.parametrize(
    "domain",
    [
        "ac-poitiers.fr",
        "lycee.ac-poitiers.fr",
        "ac-bordeaux.fr",
        "gmail.com",
        "test",
        "",
    ],
)
def test_honest_domains(domain: str) -> None:
    assert kind(f"a@{domain}") == ""


def test_another_address_in_the_name() -> None:
    assert kind("x@gmail.com", "recteur@ac-poitiers.fr") == "name"
    assert kind("x@gmail.com", "Le recteur <recteur@ac-poitiers.fr>") == "name"
    assert kind("x@gmail.com", "X@Gmail.com") == ""
    assert kind("x@gmail.com", "Jean @ la maison") == ""


def test_letters_of_several_alphabets() -> None:
    assert kind("a@pаypal.com") == "scripts"
    assert kind("a@почта.рф") == ""


@pytest.mark.parametrize("shown", ["\udcfcaa", "x\u202ey", "a\u200bb"])
def test_what_cannot_be_shown_stays_as_machines_read_it(shown: str) -> None:
    domain = f"{impersonation.punycoded(shown)}.com"
    assert domain.isascii()
    assert impersonation.unpunycoded(domain) == domain
    impersonation.of(Address("", f"x@{domain}"), OURS).shown.encode()


def test_as_machines_read_it() -> None:
    assert impersonation.punycoded("аррӏе.com") == "xn--80ak6aa92e.com"
    assert impersonation.punycoded("ac-poitiers.fr") == "ac-poitiers.fr"


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_sender_is_looked_at_without_an_error(name: str, email: str) -> None:
    impersonation.of(Address(name, email), OURS)
