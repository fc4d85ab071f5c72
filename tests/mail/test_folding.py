"""Quoted text of HTML mail, as the programs around us write it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from mail import folding, safehtml
from mail.headers import parse

LINA = "Le lun. 23 nov. 2026 à 08:05, Chantal &lt;chantal@x.test&gt; a écrit&nbsp;:"
HEADED = (
    "<p><b>De&nbsp;:</b> Chantal &lt;chantal@x.test&gt;<br>"
    "<b>Envoyé&nbsp;:</b> lundi 23 novembre 2026 08:05<br>"
    "<b>À&nbsp;:</b> Moi<br><b>Objet&nbsp;:</b> Sortie</p>"
)
GMAIL = (
    '<div dir="ltr">D’accord.</div><br><div class="gmail_quote"><div dir="ltr" '
    f'class="gmail_attr">{LINA}<br></div><blockquote class="gmail_quote" '
    'style="margin:0 0 0 .8ex">Qui vient ?</blockquote></div>'
)
OUTLOOK = (
    '<div class="WordSection1"><p>D’accord.</p><p>&nbsp;</p><div><div style="border:'
    f'none;border-top:solid #E1E1E1 1.0pt">{HEADED}</div></div><p>Qui vient ?</p></div>'
)
OUTLOOK_WEB = (
    '<div>D’accord.</div><div id="appendonsend"></div><hr style="width:98%"><div '
    'id="divRplyFwdMsg"><font><b>Von:</b> Lina<br></font></div><div>Qui vient ?</div>'
)
THUNDERBIRD = (
    f'<p>D’accord.</p><div class="moz-cite-prefix">{LINA}<br></div><blockquote '
    'type="cite" cite="mid:a@x.test">Qui vient ?</blockquote><div>-- <br>Moi</div>'
)
APPLE = (
    '<div>D’accord.<br><blockquote type="cite"><div>Le 23 nov. 2026 à 08:05, Lina a '
    "écrit :</div><br><div>Qui vient ?</div></blockquote></div>"
)
ZIMBRA = (
    '<div>D’accord.</div><hr id="zwchr"><div><b>De: </b>Chantal &lt;c@x.test&gt;<br>'
    "<b>À: </b>Moi<br>"
    "<b>Envoyé: </b>Lundi<br><b>Objet: </b>Sortie<br></div><div>Qui vient ?</div>"
)
BARE = f"D’accord.<br>{LINA}<br><blockquote>Qui vient ?</blockquote>"


def cleaned(html: str) -> str:
    return safehtml.clean(html, cid=lambda _id: None, remote=lambda _url: None).html


def folded(html: str, *, answers: bool = False) -> str:
    return folding.folded(cleaned(html), answers=answers)


def parts(html: str) -> tuple[str, str]:
    """What is read at once, and what a click shows."""
    tree = LexborHTMLParser(html)
    inside = tree.css_first("details.quotation")
    assert inside
    hidden = inside.text()
    inside.decompose()
    assert tree.body is not None
    return tree.body.text(), hidden


@pytest.mark.parametrize(
    "html", [GMAIL, OUTLOOK, OUTLOOK_WEB, THUNDERBIRD, APPLE, ZIMBRA, BARE]
)
def test_what_an_answer_repeats_is_folded(html: str) -> None:
    read, hidden = parts(folded(html))
    assert "D’accord." in read
    assert "Qui vient" not in read
    assert "Qui vient" in hidden


@pytest.mark.parametrize("html", [GMAIL, OUTLOOK, THUNDERBIRD, APPLE, ZIMBRA])
def test_the_line_that_says_whose_it_is_goes_with_it(html: str) -> None:
    assert "Lina" not in parts(folded(html))[0]


def test_a_memo_is_read_whole() -> None:
    """It has the lines of a quoted message, and nobody is quoted."""
    memo = (
        "<p>Merci de lire la note ci-dessous.</p>"
        "<p>De : la direction<br>À : tous@x.test<br>"
        "Date : lundi<br>Objet : Sortie</p><p>Elle a lieu mardi.</p>"
    )
    assert folded(memo) == cleaned(memo)
    assert folding.HEADED in folded(memo, answers=True)


def test_an_answer_may_quote_without_saying_whom() -> None:
    html = "<p>D’accord.</p><blockquote>Qui vient ?</blockquote>"
    assert folded(html) == cleaned(html)
    assert folding.OPENING in folded(html, answers=True)


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<p>Sans citation.</p>",
        "<blockquote>Rien que cité.</blockquote>",
        f"<p>&nbsp;</p><div>{LINA}</div><blockquote>Rien que cité.</blockquote>",
        f"{LINA}<br><blockquote>Rien que cité.</blockquote>",
        f"<div><p> </p>{HEADED}<p>Rien que transmis.</p></div>",
        "<blockquote>Qui ?</blockquote>Moi.<blockquote>Quand ?</blockquote>Lundi.",
        f"<p>Pour info.</p><p>---- Message transféré ----</p>{HEADED}<p>Texte.</p>",
        "<p>L’objet : la date : demain. De : moi.</p>",
        f"<details><summary>A</summary>D’accord.{HEADED}</details>Visible.",
    ],
)
def test_other_mail_stays_as_it_is(html: str) -> None:
    assert folded(html, answers=True) == cleaned(html)


@pytest.mark.parametrize("subject", ["TR: Sortie", "[liste] Fwd: x", "Tr : x"])
def test_a_forward_is_shown_whole(subject: str) -> None:
    header = parse(f"Subject: {subject}\r\nReferences: <a@x.test>\r\n\r\n".encode())
    assert folding.of(header, cleaned(OUTLOOK)) == cleaned(OUTLOOK)


def test_an_answer_to_a_forward_is_an_answer() -> None:
    header = parse(b"Subject: RE: TR: Sortie\r\n\r\n")
    assert folding.HEADED in folding.of(header, cleaned(OUTLOOK))


def test_a_mail_cannot_look_like_it() -> None:
    html = f"<p>D’accord.</p>{folding.OPENING}Caché</details>"
    assert folding.OPENING not in folded(html)


def test_its_name_is_only_text() -> None:
    shown = folding.shown(folded(GMAIL), "<b>", whole=True)
    assert '<details class="quotation" open><summary>&lt;b&gt;</summary>' in shown


TAGS = (
    "<br> <hr> <div> </div> <p> </p> <blockquote> </blockquote> <font> </font> <b> "
    "</b> <table><tr><td> </table> <ul><li> </ul> <details> </details> <summary>"
)
WHOLE = [GMAIL, OUTLOOK, OUTLOOK_WEB, APPLE, ZIMBRA, HEADED, LINA, "Mot.", "&nbsp;"]
pieces = st.sampled_from([*WHOLE, *TAGS.split(), "<a href='https://x.test'>"])


@given(st.lists(pieces, max_size=14).map("".join), st.booleans())
def test_folding_loses_nothing(html: str, answers: bool) -> None:
    before = LexborHTMLParser(f"<body>{cleaned(html)}")
    after = LexborHTMLParser(f"<body>{folded(html, answers=answers)}")
    assert before.body
    assert after.body
    assert after.body.text() == before.body.text()
    # and hides nothing that is not its own
    for own in after.css("details.quotation"):
        own.unwrap()
    hidden = [each.text() for each in before.css("details")]
    assert [each.text() for each in after.css("details")] == hidden


def test_it_takes_no_time_to_speak_of() -> None:
    row = "<p style='margin:0'>Bonjour, <b>Date</b> : Objet : De : mot</p>"
    html = cleaned(row * 2_500 + GMAIL)
    began = datetime.now(UTC)
    for _each in range(20):
        folding.folded(html, answers=True)
    # the bar is 0.5 ms: ten times that is a slow machine, not another algorithm
    assert (datetime.now(UTC) - began).total_seconds() < 20 * 0.005
