"""Guards: what they tell of a message, and what they leave alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.colleagues import Colleague
from mail import guards, promises, storms
from mail.cases import Case, Finding, Storm
from mail.composing import Draft, File
from mail.messages import Address, Envelope, Summary

OWN = "ac-poitiers.fr"
NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
NAMESAKE = Colleague("Claire Dubois", f"claire.dubois1@{OWN}", "ENS", "Lycée fictif")


def inside(count: int) -> tuple[Address, ...]:
    return tuple(Address("", f"collegue{n}@{OWN}") for n in range(count))


def strangers(count: int) -> tuple[Address, ...]:
    return tuple(Address("", f"parent{n}@parents.test") for n in range(count))


def case(*to: Address, **fields: Any) -> Case:
    of_case = {
        n: fields.pop(n) for n in ("closed", "namesakes", "storm") if n in fields
    }
    draft = Draft(**{"to": to, "subject": "Sortie", "text": "Bonjour.", **fields})
    return Case(draft, (f"moi@{OWN}",), OWN, **of_case)


def told(one: Case, off: tuple[str, ...] = ()) -> list[str]:
    return [finding.guard for finding in guards.findings(one, off)]


def only(one: Case) -> Finding:
    [finding] = guards.findings(one)
    return finding


def table(name: str, text: str = "") -> tuple[File, ...]:
    return (File(name, "text/csv", text.encode("cp1252")),)


def cut(text: str) -> tuple[File, ...]:
    """In UTF-8, and longer than what is read, which ends within a letter."""
    data = f"{text};".encode()
    return (
        File(
            "a.csv",
            "text/csv",
            data + b" " * (1 - len(data) % 2) + b"\xc3\xa9" * 200_000,
        ),
    )


@pytest.mark.parametrize(
    ("held", "word"),
    [
        (case(*inside(1), files=table("Suivi_PAI_4eB.csv")), "PAI"),
        (case(*inside(1), files=table("a.csv", "A. B.;PPS\nC. D.;")), "PPS"),
        (case(*inside(1), files=table("a.csv", "dossier  médical")), "dossier médical"),
        (case(*inside(1), files=cut("dossier médical")), "dossier médical"),
        (case(*strangers(1), text="Son numéro : 0612345678A"), "INE"),
        (case(*strangers(1), text="NUMEN 86E2600753HMO"), "NUMEN"),
        (case(*inside(1), text="2 55 08 14 168 025 38"), "NIR"),
        (case(*strangers(2), text="Le PAI de votre enfant"), "PAI"),
    ],
)
def test_what_few_may_know_is_told(held: Case, word: str) -> None:
    finding = only(held)
    assert finding.guard == "confided"
    assert f"({word})" in finding.sentence
    assert "0612345678A" not in finding.sentence


@pytest.mark.parametrize(
    "usual",
    [
        case(*strangers(1), text="Le PAI de votre enfant"),
        case(*inside(3), text="Réunion PAI", files=table("menus.csv", "repas;paix")),
        case(*inside(1), text="2 55 08 14 168 025 39"),
        case(*inside(1), files=(File("a.xlsx", "x/y", b"PK broken"),)),
        case(*inside(1), files=table("a.csv", "x" * 2_000_000 + " PAI")),
    ],
)
def test_what_many_may_know_is_not(usual: Case) -> None:
    assert told(usual) == []


@pytest.mark.parametrize(
    "usual",
    [
        case(*inside(1)),
        case(*inside(12)),
        case(*strangers(5)),
        case(bcc=strangers(400)),
        case(*strangers(1), cc=inside(4), in_reply_to="<1@parents.test>"),
        case(*inside(2), cc=strangers(1)),
        case(*inside(14), in_reply_to="<1@b.test>"),
        case(Address("", f"x@college.{OWN}"), Address("", "x@ac-bordeaux.fr")),
    ],
)
def test_what_is_usual_is_not_held(usual: Case) -> None:
    assert told(usual) == []


@pytest.mark.parametrize(
    ("name", "wrong", "sentence", "mends"),
    [
        (
            "visible",
            case(*strangers(4), cc=strangers(8)[4:]),
            "8 adresses externes seront visibles",
            ["bcc", "1"],
        ),
        (
            "reply_all",
            case(*inside(1), cc=inside(40)[1:], in_reply_to="<1@b.test>"),
            "40 personnes",
            [f"only collegue0@{OWN}"],
        ),
        (
            "outside",
            case(*inside(6), cc=strangers(1)),
            "parent0@parents.test est une adresse externe, parmi 6 collègues.",
            ["remove parent0@parents.test"],
        ),
        (
            "outside",
            case(*inside(6), cc=strangers(2), in_reply_to="<1@b.test>"),
            "sont des adresses externes",
            ["remove parent0@parents.test parent1@parents.test"],
        ),
        (
            "namesake",
            case(
                Address("", f"Claire.Dubois@{OWN}"),
                namesakes={f"claire.dubois@{OWN}": NAMESAKE},
            ),
            "(Enseignement, Lycée fictif) a le même nom.",
            [f"replace Claire.Dubois@{OWN} claire.dubois1@{OWN}"],
        ),
        ("subject", case(*inside(1), subject=" "), "pas d’objet", [""]),
        (
            "attachment",
            case(*inside(1), text="Je l’envoie ci-jointe."),
            "«\u00a0ci-jointe\u00a0»",
            [""],
        ),
        (
            "lists",
            case(
                Address("", f"Tous@{OWN}"), closed={f"tous@{OWN}": [f"recteur@{OWN}"]}
            ),
            "n’accepte pas",
            [f"remove Tous@{OWN}"],
        ),
        (
            "storm",
            case(
                *inside(2),
                in_reply_to="<1@b.test>",
                storm=Storm(14, NOW + timedelta(minutes=7)),
            ),
            "14 réponses en quelques minutes. "
            "Les réponses à tous sont en pause jusqu’à 16:07.",
            [f"only collegue0@{OWN}"],
        ),
    ],
)
def test_each_guard_tells_and_proposes(
    name: str, wrong: Case, sentence: str, mends: list[str]
) -> None:
    finding = only(wrong)
    assert finding.guard == name
    assert sentence in finding.sentence
    assert [mend.act for mend in finding.mends] == mends
    assert finding.firm == (name in {"lists", "storm"})
    assert told(wrong, off=(name,)) == []


@pytest.mark.parametrize(
    "domain",
    [
        "ac-poitier.fr",
        "ac-poitiers.com",
        "ac-potiers.fr",
        "ac-poitires.fr",
        "acpoitiers.fr",
    ],
)
def test_a_slip_in_our_own_domain_is_corrected(domain: str) -> None:
    finding = only(case(Address("C", f"c.martin@{domain}")))
    [mend] = finding.mends
    assert mend.act == f"replace c.martin@{domain} c.martin@{OWN}"


@pytest.mark.parametrize("domain", ["ac-bordeaux.fr", "poitiers.fr", "gmail.com", OWN])
def test_other_domains_are_no_slip(domain: str) -> None:
    assert not guards.is_meant(domain, OWN)


def test_who_may_post_to_a_list_is_let_through() -> None:
    closed = {f"tous@{OWN}": [f"moi@{OWN}"]}
    assert told(case(Address("", f"tous@{OWN}"), closed=closed)) == []


def test_a_storm_stops_no_answer_to_one() -> None:
    storm = Storm(14, NOW)
    assert told(case(*inside(1), in_reply_to="<1@b.test>", storm=storm)) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Vous trouverez ci-joint le compte rendu.", "ci-joint"),
        ("Voir la pièce jointe.", "pièce jointe"),
        ("Le planning est en PJ, merci.", "en PJ"),
        ("Je vous joins la liste.", "Je vous joins"),
        ("Vous trouverez le compte rendu joint à ce message.", "trouverez"),
        ("Merci pour votre pièce jointe.", ""),
        ("Envoyé sans pièce jointe.", ""),
        ("Nous nous rejoignons à midi ; un effort conjoint.", ""),
        ("Merci.\n\nLe 24/11/2026 à 10:00, C. a écrit :\n> Le fichier ci-joint", ""),
        ("Merci.\n-- \nFichiers ci-joints à ouvrir avec prudence", ""),
        ("Oui.\n\n-------- Message transféré --------\nci-joint", ""),
    ],
)
def test_a_file_is_promised_by_what_one_writes(text: str, word: str) -> None:
    found = promises.of(Draft(subject="Objet", text=text))
    assert found.startswith(word)
    assert bool(found) == bool(word)


def test_quoted_html_promises_nothing() -> None:
    html = "<p>Merci.</p><blockquote><p>ci-joint</p></blockquote>"
    assert promises.of(Draft(text="x", html=html)) == ""
    assert promises.of(Draft(text="x", html="<p>ci-joint</p>")) == "ci-joint"


def test_what_is_attached_is_promised_rightly() -> None:
    files = (File("note.pdf", "application/pdf", b"%PDF"),)
    assert told(case(*inside(1), text="ci-joint", files=files)) == []


def test_a_long_text_is_read_in_bounded_time() -> None:
    draft = Draft(text="trouverez " * 200_000 + "<blockquote" * 1000)
    assert promises.of(draft) == ""


def rows(minutes: list[float], voices: int) -> list[Summary]:
    def envelope(n: int, age: float) -> Envelope:
        sender = Address("", f"collegue{n % voices}@{OWN}")
        at = NOW - timedelta(minutes=age)
        return Envelope(n, "Re: Tous", sender, (), at, at, 100, "", False)

    return [Summary(envelope(n, age), frozenset()) for n, age in enumerate(minutes, 1)]


def test_many_voices_in_a_few_minutes_are_a_storm() -> None:
    since = NOW - timedelta(minutes=10)
    ages = [0.5 * n for n in range(12)]
    storm = storms.among(rows(ages, 6), since)
    # the tenth newest came 4.5 minutes ago
    assert storm == Storm(12, NOW + timedelta(minutes=5.5))
    assert storms.among(rows(ages, 2), since) is None
    assert storms.among(rows(ages[:9], 6), since) is None
    assert storms.among(rows([age + 8 for age in ages], 6), since) is None
