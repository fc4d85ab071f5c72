"""Tables as spreadsheets write them."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from convergence.errors import InputRefused
from mail import tabular
from mail.tabular import Entry

HEADING = ("Nom", "Prénom", "Courriel", "Classe")
CELLS = (HEADING, ("Marchand", "Inès", "z@a.test", "6e B"))
ZOE = Entry(
    "z@a.test",
    "Inès Marchand",
    {"nom": "Marchand", "prenom": "Inès", "courriel": "z@a.test", "classe": "6e B"},
)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_usual_tables_are_read(separator: str, charset: str, end: str) -> None:
    text = end.join(separator.join(row) for row in CELLS) + end
    table = tabular.read(text.encode(charset))
    assert table.entries == (ZOE,)
    assert table.refused == ()


def test_a_table_without_heading_is_read_too() -> None:
    [one, two] = tabular.read(b"a@b.test;Jean\nc@d.test;Anne").entries
    assert (one.address, one.fields["colonne_2"]) == ("a@b.test", "Jean")
    assert two.address == "c@d.test"


def test_quoted_cells_hold_anything_but_a_line() -> None:
    [entry] = tabular.read(
        b'mail;note\na@b.test;"dit ""oui""\r\nBcc: x@y.test"'
    ).entries
    assert entry.fields["note"] == 'dit "oui" Bcc: x@y.test'


def test_lines_without_an_address_are_told_by_their_number() -> None:
    table = tabular.read(b"mail;nom\na@b.test;A\n\npas d'adresse;B\nc@;C")
    assert [entry.address for entry in table.entries] == ["a@b.test"]
    assert table.refused == (4, 5)


def test_what_looks_like_a_formula_is_text() -> None:
    formula = '=HYPERLINK("http://x.test")'
    [entry] = tabular.read(f"mail;nom\na@b.test;{formula}".encode()).entries
    assert entry.fields["nom"] == formula


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "vide"),
        (b"\n;;\n", "vide"),
        (b"nom;classe\nZoe;6e", "Aucune adresse"),
        (b"x" * (tabular.BYTES_MAX + 1), "trop grand"),
        (b"mail\n" + b"a@b.test\n" * 11, "10 destinataires au plus"),
        (bytes(range(256)) * 40, "adresse"),
        (b'mail\n"' + b"a" * 200_000, "lisible"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(
    settings: Settings, data: bytes, sentence: str
) -> None:
    settings.INDIVIDUAL_MAX = 10
    with pytest.raises(InputRefused, match=sentence):
        tabular.read(data)


def test_columns_of_one_name_are_told_apart() -> None:
    [entry] = tabular.read(b"mail;nom;nom\na@b.test;A;B").entries
    assert (entry.fields["nom"], entry.fields["colonne_3"]) == ("A", "B")
