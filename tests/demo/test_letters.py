"""The letters are valid messages that say what was meant."""

from __future__ import annotations

import io
import random
import re
import zipfile
from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path

import icalendar
import pytest
from PIL import Image

from demo.letters import clothing, corpus, correspondents, files, oddities, post
from demo.letters.letter import Correspondent, Letter, written
from demo.letters.scripts import Script, read
from demo.letters.slots import Slots, amount, french
from tests.demo import mail

SOMEBODY = Correspondent("Élodie, d’Aubigné (4e B)", "elodie@parents.test")
HOME = ("ac-poitiers.test", "listes.ac-poitiers.test", "etab.ac-poitiers.test")
OUTSIDE = ("parents.test", "mairie.test", "fournisseur.test", "gmail-like.test")


def _read(value: str) -> str:
    return str(make_header(decode_header(value)))


def _letter(**changes: object) -> Letter:
    letter = Letter(
        sender=SOMEBODY, to=(SOMEBODY,), date=mail.NOW, message_id="a.1@parents.test"
    )
    return replace(letter, **changes)  # type: ignore[arg-type]


# --- what is written ------------------------------------------------------------------
def test_headers_decode_to_what_was_meant() -> None:
    for letter in mail.some():
        if letter.source:
            continue
        message = message_from_bytes(written(letter))
        # a name may hold a comma only once it is decoded
        [(name, address)] = getaddresses([message["From"]])
        assert (_read(name), address) == (letter.sender.name, letter.sender.address)
        assert _read(message["Subject"].replace("\r\n", "")) == letter.subject
        assert message["Message-ID"] == f"<{letter.message_id}>"
        sent = parsedate_to_datetime(message["Date"])
        assert sent == letter.date.replace(microsecond=0)
        found = getaddresses([message["To"] or "", message["Cc"] or ""])
        wanted = [one.address for one in letter.everybody]
        assert [address for _name, address in found if address] == wanted


def test_every_line_ends_in_crlf_and_none_is_too_long() -> None:
    for letter in mail.some():
        data = written(letter)
        assert not re.search(rb"[^\r]\n|\r[^\n]", data)
        assert max(map(len, data.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("html", ["", "<p>Élève</p>"])
def test_the_quick_way_and_the_one_with_parts_say_the_same(html: str) -> None:
    letter = _letter(text="Élève absent.\n\nMerci", subject="é" * 120, html=html)
    message = message_from_bytes(written(letter))
    text = next(p for p in message.walk() if p.get_content_type() == "text/plain")
    data = text.get_payload(decode=True)
    assert isinstance(data, bytes)
    assert data.decode().split() == letter.body.split()
    assert _read(message["Subject"].replace("\r\n", "")) == letter.subject


def test_a_long_name_with_accents_can_be_written() -> None:
    name = "Délégation académique, numérique éducatif – " * 3
    sender = Correspondent(name.strip(), "dane@listes.ac-poitiers.test")
    for html in ("", "<p>Bonjour</p>"):
        message = message_from_bytes(written(_letter(sender=sender, html=html)))
        [(found, _address)] = getaddresses([message["From"]])
        assert _read(found.replace("\r\n", "")) == sender.name


def test_a_newsletter_shows_an_inline_picture_and_remote_ones() -> None:
    letter = next(x for x in mail.letters() if x.pictures)
    message = message_from_bytes(written(letter))
    assert message.get_content_type() == "multipart/related"
    [cid] = [p["Content-ID"] for p in message.walk() if p["Content-ID"]]
    assert f"cid:{cid.strip('<>')}" in letter.html
    assert "https://images." in letter.html
    assert "One-Click" in message["List-Unsubscribe-Post"]


def test_an_answer_quotes_and_names_what_it_answers() -> None:
    answer = next(x for x in mail.letters() if x.in_reply_to and x.html)
    assert "\n> " in answer.body
    assert "<blockquote>" in clothing.html_of(answer)


# --- attachments ----------------------------------------------------------------------
def _one_with_each_kind_of_file() -> list[Letter]:
    kinds = {f.name.rpartition(".")[2]: x for x in mail.letters() for f in x.files}
    return list(kinds.values())


def test_attachments_come_back_as_they_were() -> None:
    seen: set[str] = set()
    for letter in _one_with_each_kind_of_file():
        message = message_from_bytes(written(letter))
        for file in letter.files:
            part = next(p for p in message.walk() if p.get_filename() == file.name)
            data = part.get_payload(decode=True)
            assert isinstance(data, bytes)
            assert data.split() == file.data.split()
            seen.add(file.name.rpartition(".")[2])
    assert seen == set(files.TYPES)


@pytest.mark.parametrize("kind", ["odt", "docx", "xlsx"])
def test_documents_are_sound_archives(kind: str) -> None:
    file = files.made(f"Élèves & co.{kind}", ("a <b>;2",))
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        assert archive.testzip() is None
        text = b"".join(archive.read(name) for name in archive.namelist())
    assert b"a &lt;b&gt;" in text


def test_a_pdf_finds_its_objects() -> None:
    data = files.made("Facture.pdf", ("Montant (TTC) : 12 €",)).data
    start = int(re.findall(rb"startxref\n(\d+)", data)[0])
    assert data[start:].startswith(b"xref")
    offsets = [int(n) for n in re.findall(rb"(\d{10}) 00000 n", data)]
    for number, offset in enumerate(offsets, 1):
        assert data[offset:].startswith(b"%d 0 obj" % number)
    assert rb"Montant \(TTC\)" in data


@pytest.mark.parametrize("name", ["Plan.png", "Photo.jpg"])
def test_pictures_open(name: str) -> None:
    with Image.open(io.BytesIO(files.made(name).data)) as image:
        image.load()
        assert image.width > 400


# --- conversations --------------------------------------------------------------------
def test_every_answer_follows_a_letter_that_exists() -> None:
    known = {letter.message_id: letter for letter in mail.letters()}
    told = [x for x in mail.letters() if x.in_reply_to]
    assert len(told) > 1000
    for letter in told:
        before = known[letter.in_reply_to]
        assert before.date < letter.date
        assert letter.references == (*before.references, before.message_id)
        assert letter.subject == clothing.answered(before.subject)


def test_each_letter_has_an_id_of_its_own() -> None:
    assert len({x.message_id for x in mail.letters()}) == len(mail.letters())


def test_nothing_was_written_later_than_now_and_little_at_the_weekend() -> None:
    dates = [letter.date for letter in mail.letters()]
    assert max(dates) <= mail.NOW
    assert dates == sorted(dates)
    assert sum(date.weekday() > 4 for date in dates) < len(dates) / 100


def test_nobody_stands_on_a_domain_that_could_exist() -> None:
    for letter in mail.letters():
        for one in (letter.sender, *letter.everybody):
            assert one.address.partition("@")[2] in (*HOME, *OUTSIDE)


@pytest.mark.parametrize("script", read(), ids=lambda s: str(s.subject[0])[:30])
def test_every_script_can_be_told(script: Script) -> None:
    slots = Slots(random.Random(1), mail.NOW.date(), moi="kbenali")
    for turn in script.turns:
        lines = (*script.subject, *turn.says, *turn.files, *turn.lines)
        assert turn.says
        for line in lines:
            assert "{" not in line.format_map(slots)
    always = tuple(replace(t, chance=1.0, after=0.1) for t in script.turns)
    again = replace(script, times=1, oldest=90, newest=80, turns=always)
    letters = post.posted(mail.NOW, (again,))
    assert len(letters) % len(script.turns) == 0
    assert letters


def test_the_same_moment_gives_the_same_bytes() -> None:
    scripts = tuple(s for s in read() if s.times < 10)[:12]
    first, second = (
        [
            written(letter)
            for letter in (*post.posted(now, scripts), *oddities.posted(now))
        ]
        for now in (mail.NOW, mail.NOW)
    )
    assert first == second


# --- words ----------------------------------------------------------------------------
def test_dates_and_amounts_are_french() -> None:
    slots = Slots(random.Random(1), mail.NOW.date())
    assert slots["j0"] == french(mail.NOW) == "lundi 23 novembre"
    # a Saturday moves to Monday; the first of a month has its own word
    assert slots["j5"] == "lundi 30 novembre"
    assert slots["j8"] == "mardi 1er décembre"
    assert amount(124850) == "1\u202f248,50\u00a0€"


def test_an_unknown_slot_is_an_error() -> None:
    with pytest.raises(KeyError):
        "{inconnu}".format_map(Slots(random.Random(1), mail.NOW.date()))


def test_a_school_has_a_valid_code() -> None:
    local = correspondents.school_address(1).partition("@")[0]
    assert local == "ce.0869101" + "ABCDEFGHJKLMNPRSTUVWXYZ"[869101 % 23]


# --- one of each ----------------------------------------------------------------------
def test_invitations_are_calendars_with_their_method() -> None:
    methods = set()
    for letter in oddities.posted(mail.NOW):
        if letter.invitation:
            message = message_from_bytes(written(letter))
            part = next(p for p in message.walk() if "calendar" in p.get_content_type())
            data = part.get_payload(decode=True)
            assert isinstance(data, bytes)
            found = icalendar.Calendar.from_ical(data.decode())
            assert found["METHOD"] == part.get_param("method") == letter.method
            methods.add(letter.method)
    assert methods == {"REQUEST", "REPLY", "COUNTER", "CANCEL"}


def test_the_report_names_who_was_not_reached() -> None:
    letter = next(x for x in oddities.posted(mail.NOW) if x.source)
    message = message_from_bytes(written(letter))
    assert message.get_content_type() == "multipart/report"
    assert message.get_param("report-type") == "delivery-status"
    assert b"Final-Recipient: rfc822; ancienne-adresse@parents.test" in letter.source


def test_the_impostor_has_the_name_but_not_the_address_of_the_head() -> None:
    letter = next(x for x in mail.letters() if x.sender == oddities.IMPOSTOR)
    head = oddities.person("hmoreau")
    assert letter.sender.name == head.name
    assert letter.sender.address != head.address
    assert [one.logins for one in letter.to] == [("mlefevre",)]


# --- the corpus -----------------------------------------------------------------------
def test_a_message_of_the_corpus_is_readdressed() -> None:
    source = (
        b"Received: from a\r\n by b\r\nFrom: A <a@ac-poitiers.test>\r\nTo: B\r\n"
        b" <b@ac-poitiers.test>\r\nDate: Mon, 07 Sep 2026 08:10:59 +0200\r\n"
        b"Subject: S\r\n\r\nDate: a@ac-poitiers.test\r\n"
    )
    data = corpus.readdressed(source, oddities.person("kbenali"), mail.NOW)
    message = message_from_bytes(data)
    assert message["From"] == "A <a@etab.ac-poitiers.test>"
    assert message["Received"] is None
    [(_name, address)] = getaddresses(message.get_all("To", []))
    assert address == "karim.benali@ac-poitiers.test"
    assert parsedate_to_datetime(message["Date"]) == mail.NOW
    assert data.endswith(b"\r\n\r\nDate: a@ac-poitiers.test\r\n")


def test_there_is_mail_without_the_corpus(tmp_path: Path) -> None:
    assert corpus.posted(mail.NOW, tmp_path) == []


def test_the_corpus_ends_in_the_last_week() -> None:
    letters = corpus.posted(mail.NOW)
    if not letters:
        assert not corpus.PLACE.exists()
        return
    assert 0 <= (mail.NOW - letters[-1].date).days < 7
    assert {one.logins[0] for x in letters for one in x.to} <= set(corpus.READERS)
