"""The text beside formatted text: what a reader without HTML gets."""

from __future__ import annotations

import pytest

from mail.textual import text_of

WRITTEN = {
    "lines": (
        "<div>Bonjour,</div><div><br></div><div>À lundi</div>",
        "Bonjour,\n\nÀ lundi",
    ),
    "paragraphs": ("<p>Un</p><p>Deux<br>trois</p>", "Un\n\nDeux\ntrois"),
    "lists": (
        "<ul><li>un<ol><li>a</li><li>b</li></ol></li><li><p>deux</p></li></ul>",
        "- un\n  1. a\n  2. b\n- deux",
    ),
    "numbers": ('<ol start="3"><li>c</li><ul><li>x</li></ul></ol>', "3. c\n  - x"),
    "links": (
        'Voir <a href="https://a.test/p">ici</a>, <a href="https://a.test/">a.test</a>'
        ' ou <a href="mailto:a@b.test">a@b.test</a>',
        "Voir ici <https://a.test/p>, a.test ou a@b.test",
    ),
    "quotations": (
        "<div>Oui</div><blockquote>Non<blockquote><p>Si</p></blockquote></blockquote>",
        "Oui\n\n> Non\n>\n>> Si",
    ),
    "tables": (
        "<table><tr><th>Nom</th><th>Classe</th></tr>"
        "<tr><td>Élodie</td><td>3e B</td></tr></table>",
        "Nom    | Classe\nÉlodie | 3e B",
    ),
    "layouts": (
        "<table><tr><td><p>Un titre</p><p>sa suite</p></td><td>Pied</td></tr></table>",
        "Un titre\n\nsa suite\nPied",
    ),
    "pictures": (
        '<div>Logo : <img src="cid:x" alt="collège"></div>',
        "Logo : [collège]",
    ),
    "code": ("<pre>si a:\n    b</pre>", "si a:\n    b"),
    "scripts": ("<style>a{}</style>Oui<script>x</script>", "Oui"),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written_stays_readable(name: str) -> None:
    html, text = WRITTEN[name]
    assert text_of(html) == text


@pytest.mark.parametrize("tag", ["div", "blockquote", "ul", "table"])
def test_deep_html_costs_no_more_than_its_words(tag: str) -> None:
    assert "mot" in text_of(f"<{tag}>" * 900 + "mot" + f"</{tag}>" * 900)
