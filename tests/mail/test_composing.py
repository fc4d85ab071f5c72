"""Drafts as bytes: headers, flowed text, attachments, as any server may carry them."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message as Mime
from typing import Any

import pytest

from mail import headers, mime, plaintext
from mail.composing import (
    Draft,
    File,
    answer_to,
    built,
    flowed,
)
from mail.fileparts import attachment
from mail.leaving import without_bcc
from mail.messages import Address, Header, Message, Part

AT = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
SENDER = Address("Élodie Müller-Lefèvre", "elodie@ac-poitiers.test")
TO = (Address("Lucie Durand", "ldurand@ac-poitiers.test"),)


def made(**fields: Any) -> tuple[bytes, Mime]:
    draft = Draft(**{"to": TO, "subject": "Sujet", "text": "Texte", **fields})
    data = built(draft, SENDER, "<m@ac-poitiers.test>", AT)
    assert data.isascii()
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", data)
    return data, message_from_bytes(data)


def parsed(data: bytes) -> Header:
    return headers.parse(data.partition(b"\r\n\r\n")[0])


WORDS = (
    "réunion d’équipe de l’après-midi, élève : “Noël” ; 3e B – œuvre n° 12 (à lire) "
    'M. "Jean" O’Brien <x> [URGENT] a,b;c@d \\ Ÿ 日本 🎄 Re: été… 100 % =?x'
).split()


@pytest.mark.parametrize("seed", range(5))
def test_random_french_headers_come_back(seed: int) -> None:
    # 5 × 100 messages: the standard EmailMessage damages 69 of 500
    chance = random.Random(seed)
    for _turn in range(100):
        subject = " ".join(chance.choices(WORDS, k=chance.randint(1, 25)))[:500]
        names = [" ".join(chance.choices(WORDS, k=chance.randint(1, 8))) for _ in "123"]
        people = tuple(Address(n, f"p{i}@école.test") for i, n in enumerate(names))
        people = tuple(Address(a.name, a.email.replace("é", "e")) for a in people)
        header = parsed(made(subject=subject, to=people)[0])
        assert header.subject == subject
        assert [a.email for a in header.to] == [a.email for a in people]
        # our reader takes quotes and brackets off the ends of a name
        assert [_bare(a.name) for a in header.to] == [_bare(n) for n in names]


def _bare(name: str) -> str:
    return name.strip("'\"<> ")


def test_a_very_long_name_is_folded_not_refused() -> None:
    people = (Address("Long nom " * 60, "a@b.test"), Address("é" * 300, "c@d.test"))
    assert [a.email for a in parsed(made(cc=people)[0]).cc] == ["a@b.test", "c@d.test"]


def test_it_comes_from_the_mailbox_with_an_id_of_our_domain() -> None:
    header = parsed(made()[0])
    assert header.sender == SENDER
    assert header.message_id == "<m@ac-poitiers.test>"
    assert header.date == AT


def test_an_answer_names_its_conversation() -> None:
    chain = tuple(f"<{n}@x.test>" for n in range(30))
    header = parsed(made(in_reply_to="<29@x.test>", references=chain)[0])
    assert header.in_reply_to == ("<29@x.test>",)
    assert header.references == chain


def test_foreign_ids_that_would_break_a_header_are_left_out() -> None:
    bad = ("<é@x.test>", f"<{'x' * 950}@y.test>")
    header = parsed(made(in_reply_to=bad[1], references=(*bad, "<ok@x.test>"))[0])
    assert (header.in_reply_to, header.references) == ((), ("<ok@x.test>",))


def test_blind_copies_are_stored_and_do_not_leave() -> None:
    bcc = tuple(Address(f"Caché {n}", f"cache{n}@mairie.test") for n in range(40))
    data, _ = made(bcc=bcc, text="Bcc: pas un en-tête")
    assert len(parsed(data).bcc) == 40
    leaving = without_bcc(data)
    assert b"mairie.test" not in leaving
    assert parsed(leaving).bcc == ()
    assert leaving.partition(b"\r\n\r\n")[2] == data.partition(b"\r\n\r\n")[2]
    assert parsed(leaving).to == TO


def test_without_blind_copies_nothing_is_touched() -> None:
    data, _ = made()
    assert without_bcc(data) == data


TEXTS = [
    "court",
    "mot " * 60,
    "a" * 2000,
    " retrait\n  retrait " + "long " * 40,
    "From la mairie\n>citation\n> > deux niveaux " + "mot " * 50,
    "Bonjour\n\n-- \nSignature",
    "-- " + "b" * 100,
    "espaces  doubles " * 20,
    "mot > " * 40,
    "\n\n\nvide",
    "réunion « à 14 h » – n° 3 " * 20,
]


@pytest.mark.parametrize("text", TEXTS)
def test_flowed_text_reads_as_it_was_written(text: str) -> None:
    read = plaintext.unwrapped(flowed(text))
    wanted = [
        line if line == "-- " else line.rstrip().replace("> > ", ">> ")
        for line in text.split("\n")
    ]
    wanted = [re.sub(r"^(>+)(?=[^> ])", r"\1 ", line) for line in wanted]
    assert read.split("\n") == wanted


@pytest.mark.parametrize("text", TEXTS)
def test_flowed_lines_are_short_and_say_so(text: str) -> None:
    _data, message = made(text=text)
    assert message.get_param("format") == "flowed"
    body = message.get_payload(decode=True)
    assert isinstance(body, bytes)
    lines = body.decode().split("\r\n")
    # one long word stays whole, also behind what would look like a signature mark
    assert all(len(line) <= 80 for line in lines if " " in line.strip("- "))
    assert not any(line.startswith("From ") for line in lines)


def test_the_signature_mark_keeps_its_space() -> None:
    _data, message = made(text="Bonjour\n-- \nÉlodie")
    body = message.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert b"\r\n-- \r\n" in body


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("text/plain", "é\n\r\nfin".encode()),
        ("text/csv", "é;à\r\n".encode("latin-1")),
        ("application/pdf", bytes(range(256)) * 50),
        ("message/rfc822", b"Subject: x\r\n\r\nligne\r\n"),
        ("multipart/mixed", b"--x"),
        ("n'importe quoi", b""),
    ],
)
def test_files_arrive_octet_for_octet(kind: str, data: bytes) -> None:
    raw, message = made(files=(File("pièce.bin", kind, data),))
    part = list(message.walk())[2]
    if part.get_content_type() == "message/rfc822":
        assert data in raw
    else:
        assert part.get_payload(decode=True) == data
    assert part.get_content_disposition() == "attachment"


@pytest.mark.parametrize(
    ("kind", "method", "told"),
    [
        ("text/calendar", "REQUEST", "REQUEST"),
        ("text/calendar", 'X"; name="a.exe', None),
        ("text/calendar", "", None),
        ("text/plain", "REQUEST", None),
    ],
)
def test_an_invitation_says_what_it_asks(
    kind: str, method: str, told: str | None
) -> None:
    part = attachment(File("a.ics", kind, b"BEGIN:VCALENDAR", method=method))
    assert part.get_param("method") == told
    assert part.get_param("name") == "a.ics"


@pytest.mark.parametrize(
    "name",
    [
        "note.pdf",
        "Élèves de 4e B.odt",
        "a" * 140 + ".pdf",
        "é" * 140 + ".docx",
        "日本語の長いファイル名" * 8 + ".txt",
        "guillemets'\"%.pdf",
        "point;virgule, (1).pdf",
    ],
)
def test_file_names_come_back(name: str) -> None:
    _raw, message = made(files=(File(name, "application/pdf", b"x"),))
    # for readers that look no further than Content-Type
    told = str(list(message.walk())[2].get_param("name"))
    assert headers.text(" ".join(told.split())) == mime.file_name(name)
    header = str(attachment(File(name, "application/pdf", b"x"))["Content-Disposition"])
    pairs = [p.strip().partition("=") for p in header.split("; ")[1:]]
    found = headers.parameters((n, v.strip('"').encode()) for n, _, v in pairs)
    assert found["filename"] == mime.file_name(name)


def test_a_reply_goes_to_the_sender_with_the_conversation() -> None:
    draft = answer_to(received(), "Bonjour", "reponse", ["moi@ac-poitiers.test"])
    assert [a.email for a in draft.to] == ["p@parents.test"]
    assert draft.subject == "Re: Sortie"
    assert draft.in_reply_to == "<9@parents.test>"
    assert "> Bonjour" in draft.text


def test_a_long_conversation_keeps_its_first_message() -> None:
    ids = tuple(f"<{n}@x.test>" for n in range(100))
    draft = answer_to(received(references=ids), "", "reponse", [])
    assert draft.references[0] == "<0@x.test>"
    assert draft.references[-1] == "<9@parents.test>"
    assert len(draft.references) == 30


def test_a_reply_to_all_leaves_oneself_out() -> None:
    draft = answer_to(received(), "", "reponse-a-tous", ["MOI@ac-poitiers.test"])
    everybody = [a.email for a in (*draft.to, *draft.cc)]
    assert everybody == ["p@parents.test", "autre@x.test", "copie@x.test"]


def test_an_answer_to_oneself_goes_to_the_others() -> None:
    draft = answer_to(received(), "", "reponse", ["p@parents.test"])
    assert [a.email for a in draft.to] == ["moi@ac-poitiers.test", "autre@x.test"]


def test_everybody_is_named_once() -> None:
    draft = Draft(to=TO, cc=TO, bcc=(Address("", "LDURAND@ac-poitiers.test"),))
    assert len(draft.everybody) == 1


def received(references: tuple[str, ...] = ()) -> Message:
    sender = Address("Parent", "p@parents.test")
    header = Header(
        subject="Re: RE : Tr: Sortie",
        senders=(sender,),
        sender=sender,
        reply_to=(),
        to=(Address("", "moi@ac-poitiers.test"), Address("", "autre@x.test")),
        cc=(Address("", "copie@x.test"),),
        bcc=(),
        date=AT,
        message_id="<9@parents.test>",
        in_reply_to=(),
        references=references,
    )
    part = Part("1", "text/plain")
    return Message("INBOX", 1, 1, frozenset(), AT, 100, header, part)
