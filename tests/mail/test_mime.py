"""Structures are written as an IMAP server answers them (RFC 3501 §7.4.2)."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import mime
from mail.imap.parse import values
from mail.messages import Part

TEXT = b'("text" "plain" ("charset" "utf-8") NIL NIL "8bit" 10 1 NIL NIL)'
HTML = b'("text" "html" ("charset" "utf-8") NIL NIL "8bit" 10 1 NIL NIL)'
ICS = b'("text" "calendar" ("method" "REQUEST") NIL NIL "8bit" 10 1 NIL NIL)'
PDF = (
    b'("application" "pdf" ("name" "=?utf-8?Q?=C3=A9t=C3=A9.pdf?=") NIL NIL "base64" 9'
    b' NIL ("attachment" ("filename*" "utf-8\'\'%C3%A9t%C3%A9.pdf")))'
)
NOTES = b'("text" "plain" ("name" "notes.txt") NIL NIL "7bit" 10 1 NIL NIL)'
IMAGE = b'("image" "png" NIL "<un@x>" NIL "base64" 9 NIL ("inline" NIL))'
BARE_IMAGE = b'("image" "png" NIL NIL NIL "base64" 9 NIL ("inline" NIL))'
SIGNATURE = b'("application" "pgp-signature" NIL NIL NIL "7bit" 9 NIL NIL)'
REPORT = b'("message" "delivery-status" NIL NIL NIL "7bit" 9 NIL NIL)'
FORWARDED = (
    b'("message" "rfc822" NIL NIL NIL "7bit" 99 '
    b"(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) %b 9 NIL NIL)"
)


def multi(kind: bytes, *children: bytes) -> bytes:
    return b"(" + b"".join(children) + b' "%b" ("boundary" "b") NIL NIL)' % kind


def parsed(raw: bytes) -> Part:
    return mime.structure(values(raw)[0])


def shown(raw: bytes, prefer: mime.Prefer = "html") -> tuple[list[str], list[str]]:
    """The types of the bodies and the names of the attachments."""
    layout = mime.layout(parsed(raw), prefer)
    names = [mime.shown_name(part) for part in layout.attachments]
    return [part.type for part in layout.bodies], names


@pytest.mark.parametrize(
    ("raw", "bodies", "names"),
    [
        (TEXT, ["text/plain"], []),
        (PDF, [], ["été.pdf"]),
        (multi(b"alternative", TEXT, HTML), ["text/html"], []),
        (multi(b"alternative", HTML, TEXT), ["text/html"], []),
        (multi(b"alternative", TEXT, HTML, ICS), ["text/html"], ["invitation.ics"]),
        (
            multi(b"alternative", TEXT, multi(b"mixed", HTML, PDF)),
            ["text/html"],
            ["été.pdf"],
        ),
        (multi(b"alternative", TEXT, HTML, PDF), ["text/html"], ["été.pdf"]),
        (multi(b"related", HTML, IMAGE), ["text/html"], []),
        (multi(b"related", HTML, BARE_IMAGE), ["text/html"], ["image.png"]),
        (multi(b"mixed", TEXT, NOTES), ["text/plain"], ["notes.txt"]),
        (multi(b"mixed", NOTES, PDF), ["text/plain"], ["été.pdf"]),
        (multi(b"mixed", TEXT, TEXT), ["text/plain", "text/plain"], []),
        (multi(b"signed", TEXT, SIGNATURE), ["text/plain"], ["signature.asc"]),
        (
            multi(b"report", TEXT, REPORT, FORWARDED % TEXT),
            ["text/plain"],
            ["rapport.txt", "message.eml"],
        ),
        (multi(b"mixed", TEXT, FORWARDED % HTML), ["text/plain"], ["message.eml"]),
    ],
)
def test_bodies_are_shown_and_the_rest_is_listed(
    raw: bytes, bodies: list[str], names: list[str]
) -> None:
    assert shown(raw) == (bodies, names)


def test_the_text_of_alternatives_when_text_is_preferred() -> None:
    raw = multi(b"alternative", TEXT, multi(b"related", HTML, IMAGE))
    assert shown(raw, "text") == (["text/plain"], [])


def test_what_programs_read_is_no_reason_for_a_paper_clip() -> None:
    assert not mime.has_attachment(parsed(multi(b"signed", TEXT, SIGNATURE)))
    assert mime.has_attachment(parsed(multi(b"mixed", TEXT, PDF)))


def test_section_numbers_are_those_of_the_protocol() -> None:
    inner = multi(b"alternative", TEXT, HTML)
    root = parsed(multi(b"mixed", TEXT, FORWARDED % inner, FORWARDED % TEXT))
    numbers = [(p.number, p.type.partition("/")[2]) for p in root.walk()]
    assert numbers == [
        ("", "mixed"),
        ("1", "plain"),
        ("2", "rfc822"),
        ("2", "alternative"),
        ("2.1", "plain"),
        ("2.2", "html"),
        ("3", "rfc822"),
        ("3.1", "plain"),
    ]


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        (r"C:\temp\a.exe", "a.exe"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("facture.pdf\0.exe", "facture.pdf.exe"),
        ('a"\r\nX: y.txt', "a_X_ y.txt"),
        ("CON.txt", "_CON.txt"),
        (".htaccess", "htaccess"),
        ("x" * 300 + ".pdf.exe", "x" * 146 + ".exe"),
        ("<b>.html", "_b_.html"),
        ("..", ""),
        ("élève 1ère année.pdf", "élève 1ère année.pdf"),
    ],
)
def test_file_names_are_harmless(given_name: str, safe: str) -> None:
    assert mime.file_name(given_name) == safe


def test_a_part_without_a_name_gets_one() -> None:
    assert mime.shown_name(Part("2.1", "application/x-y")) == "piece-2.1.bin"


def deep(levels: int) -> list[Any]:
    tree: list[Any] = [b"text", b"plain", None, None, None, b"7bit", b"1", b"1"]
    for _ in range(levels):
        tree = [tree, b"mixed"]
    return tree


def test_hostile_structures_are_cut() -> None:
    begin = time.thread_time()
    assert len(list(mime.structure(deep(900)).walk())) <= mime.DEPTH_MAX + 2
    leaf: list[Any] = [b"text", b"plain", [b"name", b"x" * 50] * 50, None, None]
    wide = mime.structure([*(list(leaf) for _ in range(10_000)), b"mixed"])
    assert len(wide.children) <= mime.PARTS_MAX
    assert time.thread_time() - begin < 3


@pytest.mark.parametrize("tree", [None, [], [[]], [None], [[[]], b"x"], [b"message"]])
def test_broken_structures_are_parts(tree: Any) -> None:
    assert mime.structure(tree).type


trees = st.recursive(
    st.none() | st.binary(max_size=8) | st.sampled_from([b"message", b"rfc822", b"1"]),
    lambda inner: st.lists(inner, max_size=10),
    max_leaves=30,
)


@given(trees)
def test_any_structure_has_a_layout(tree: Any) -> None:
    root = mime.structure(tree)
    for layout in (mime.layout(root, "html"), mime.layout(root, "text")):
        assert all(mime.shown_name(part) for part in layout.attachments)
