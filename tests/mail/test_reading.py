from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mail import headers, reading
from mail.messages import Address, Folder, Message, Part

AT = datetime(2026, 11, 23, tzinfo=UTC)
TEXT = Part("1", "text/plain", "utf-8")
HTML = Part("2", "text/html", "utf-8")
PICTURE = Part("3", "image/png", name="a.png", content_id="un@x")
FILE = Part("4", "application/pdf", name="a.pdf", disposition="attachment")


def message(*parts: Part, kind: str = "mixed", header: bytes = b"") -> Message:
    root = Part("", f"multipart/{kind}", children=parts)
    return Message("INBOX", 7, 1, frozenset(), AT, 10, headers.parse(header), root)


def framed(part: Part, data: bytes) -> bool:
    return b"refus" not in data


def test_html_has_its_frame_and_text_is_made_safe() -> None:
    view = reading.view(message(TEXT, HTML), {"1": b"<b>", "2": b"<p>"}, framed)
    assert [(b.is_framed, b.html) for b in view.bodies] == [
        (False, "&lt;b&gt;\n"),
        (True, ""),
    ]


def test_of_html_that_is_refused_the_text_is_shown() -> None:
    view = reading.view(message(HTML), {"2": b"<p>refus\xc3\xa9</p>"}, framed)
    [body] = view.bodies
    assert (body.is_framed, body.html, body.truncated) == (False, "refusé\n", True)


def test_a_picture_that_no_frame_shows_is_listed() -> None:
    view = reading.view(message(HTML, PICTURE, FILE, kind="related"), {}, framed)
    assert reading.listed(view, {"3"}) == (FILE,)
    assert set(reading.listed(view, ())) == {FILE, PICTURE}


def test_the_text_for_a_quotation_follows_the_format() -> None:
    flowed = Part("1", "text/plain", parameters=(("format", "flowed"),))
    text = reading.text_of(message(flowed, HTML), {"1": b"a \nb", "2": b"<p>c<br>d"})
    assert text == "a b\nc\nd"


@pytest.mark.parametrize(
    ("email", "external"),
    [
        ("a@ac-poitiers.test", False),
        ("a@sub.AC-Poitiers.test", False),
        ("a@evil-ac-poitiers.test", True),
        ("a@ac-poitiers.test.attacker.test", True),
        ('"a@ac-poitiers.test"@attacker.test', True),
        ("", True),
    ],
)
def test_who_is_external(email: str, external: bool) -> None:
    assert reading.is_external(Address("", email), "ac-poitiers.test") == external


def test_an_answer_that_goes_elsewhere_is_told() -> None:
    head = b"From: a@b.fr\r\nReply-To: A@B.fr, c@d.fr\r\n\r\n"
    assert [a.email for a in reading.reply_elsewhere(message(header=head))] == [
        "c@d.fr"
    ]


def folder(name: str, messages: int = 1, state: str = "7") -> Folder:
    return Folder(name, "/", None, True, messages, 0, state)


def test_the_state_of_a_page_tells_its_folder_and_the_others_apart() -> None:
    before = reading.state((folder("A"), folder("B")), "A")
    assert reading.state((folder("B"), folder("A")), "A") == before
    own = reading.state((folder("A", state="8"), folder("B")), "A")
    others = reading.state((folder("A"), folder("B", messages=2)), "A")
    assert own.partition(".")[2] == before.partition(".")[2]
    assert others.partition(".")[0] == before.partition(".")[0]
    assert len({before, own, others}) == 3


def test_where_a_server_does_not_tell_of_flags_no_state_is_the_same_twice() -> None:
    folders = (folder("A", state=""),)
    assert reading.state(folders, "A") != reading.state(folders, "A")


def test_folders_stand_by_their_words_and_numbers() -> None:
    names = ["Classe 10", "Classe 2", "Projets 2026", "Écoles", "Projets", "divers"]
    folders = tuple(Folder(n, "/", None, True, 0, 0) for n in [*names, "Projets/3"])
    shown = [each.folder.name for each in reading.arranged(folders)]
    assert shown == [
        "Classe 2",
        "Classe 10",
        "divers",
        "Écoles",
        "Projets",
        "Projets/3",
        "Projets 2026",
    ]
