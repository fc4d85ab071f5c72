from __future__ import annotations

import pytest

from mail import plaintext
from mail.quoting import folded

OPEN = '<details class="quotation"><summary>Cité</summary>'


def shown(text: str) -> str:
    return folded(plaintext.render(text).html, "Cité")


def test_the_quotation_at_the_end_is_folded() -> None:
    html = shown("D’accord.\n\nLe 3 :\n> Qui vient ?\n>> Moi.\n")
    assert html.index("D’accord") < html.index(OPEN) < html.index("Qui vient")
    assert html.endswith("</blockquote></details>")
    assert html.count("<details") == html.count("</details>") == 1


def test_a_signature_may_stand_below() -> None:
    assert OPEN in shown("D’accord.\n> Qui vient ?\n\n-- \nLina\n")


@pytest.mark.parametrize(
    "text",
    [
        "Sans citation.",
        "> Rien que cité.",
        "> Qui ?\nMoi.\n> Quand ?\nLundi.",
        "Oui <blockquote> &lt;details>",
        "",
    ],
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert "<details" not in shown(text)


def test_a_label_is_only_text() -> None:
    html = plaintext.render("Oui.\n> Non ?").html
    assert "<b>" not in folded(html, "<b>")
