"""The text of office documents, and what they may not do."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convergence.errors import InputRefused
from mail import documents

W = 'xmlns:w="w"'
BOMB = (
    '<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "&{a};&{a};&{a};&{a};">' for a, b in ("ab", "bc"))
    + "]><l>&c;</l>"
)


def zipped(entries: dict[str, str | bytes]) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    return output.getvalue()


def docx(body: str) -> bytes:
    return zipped({"word/document.xml": f"<w:document {W}>{body}</w:document>"})


def lines(data: bytes) -> list[tuple[str, ...]]:
    return list(documents.text_of(data).lines)


def test_the_paragraphs_of_word() -> None:
    body = "<w:p><w:r><w:t>Bon</w:t><w:t>jour</w:t></w:r></w:p><w:p/>"
    assert lines(docx(body)) == [("Bonjour",), ("",)]


def test_the_cells_of_a_sheet() -> None:
    sheet = (
        '<s><row><c t="s"><v>1</v></c><c><v>12</v></c></row>'
        '<row><c t="inlineStr"><is><t>Zoé</t></is></c><c t="s"><v>99</v></c></row></s>'
    )
    data = zipped(
        {
            "xl/workbook.xml": "<w/>",
            "xl/sharedStrings.xml": "<s><si><t>Nom</t></si><si><t>Âge</t></si></s>",
            "xl/worksheets/sheet1.xml": sheet,
        }
    )
    assert lines(data) == [("Âge", "12"), ("Zoé",)]
    assert documents.text_of(data).is_table


def test_slides_come_in_their_order() -> None:
    slide = '<a:p xmlns:a="a"><a:t>{}</a:t></a:p>'
    data = zipped({f"ppt/slides/slide{n}.xml": slide.format(n) for n in (10, 2, 1)})
    assert lines(data) == [("1",), ("2",), ("10",)]


def test_the_paragraphs_and_tables_of_odf() -> None:
    content = (
        '<o xmlns:t="t" xmlns:b="b"><t:h>Titre</t:h><t:p>Un<t:s/>deux</t:p>'
        "<b:table><b:table-row><b:table-cell><t:p>a</t:p></b:table-cell>"
        "<b:table-cell><t:p>b</t:p></b:table-cell></b:table-row></b:table></o>"
    )
    data = zipped({"content.xml": content})
    assert lines(data) == [("Titre",), ("Un deux",), ("a", "b")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        b"PK\x01\x02" * 6_000,
        zipped({"readme.txt": "rien"}),
        zipped({"word/document.xml": b"\xff\xfe<"}),
        zipped({"word/document.xml": BOMB}),
        zipped({"content.xml": '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'}),
    ],
)
def test_what_is_none_or_is_made_to_harm(data: bytes) -> None:
    with pytest.raises(InputRefused):
        documents.text_of(data)


def test_a_zip_that_unfolds_is_read_to_its_bounds() -> None:
    paragraph = "<w:p><w:r><w:t>mot mot mot</w:t></w:r></w:p>"
    found = documents.text_of(docx(paragraph * 400_000))
    assert found.truncated
    assert len(found.lines) <= documents.LINES_MAX


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_cannot_be_unpacked_within_bounds_is_refused(method: int) -> None:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", method) as archive:
        archive.writestr("word/document.xml", "<w>" + "x" * 1_000_000)
    with pytest.raises(InputRefused):
        documents.text_of(output.getvalue())


def test_one_endless_text_is_cut() -> None:
    found = documents.text_of(docx(f"<w:p><w:t>{'x' * 20_000_000}</w:t></w:p>"))
    assert found.truncated


def test_a_text_that_many_cells_name_is_bounded() -> None:
    cells = '<c t="s"><v>0</v></c>' * 50
    data = zipped(
        {
            "xl/workbook.xml": "<w/>",
            "xl/sharedStrings.xml": f"<s><si><t>{'x' * 100_000}</t></si></s>",
            "xl/worksheets/sheet1.xml": f"<s>{f'<row>{cells}</row>' * 1000}</s>",
        }
    )
    found = documents.text_of(data)
    assert found.truncated
    assert not found.lines


def test_a_claim_of_size_is_not_believed() -> None:
    data = bytearray(docx("<w:p><w:t>Bonjour</w:t></w:p>"))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<I", 2**31)
    try:
        found = documents.text_of(bytes(data))
    except InputRefused:
        return
    assert found.lines == (("Bonjour",),)


@given(st.binary(max_size=300))
def test_nothing_else_raises(tail: bytes) -> None:
    whole = docx("<w:p><w:t>Bonjour</w:t></w:p>")
    for data in (tail, whole[:40] + tail + whole[40:], whole[: len(whole) // 2] + tail):
        try:
            documents.text_of(data)
        except InputRefused:
            continue
