"""Quotations of a plain text body: the one at its end only repeats the messages before
it, and is folded."""

from __future__ import annotations

import re
from dataclasses import replace

from django.utils.html import format_html
from django.utils.translation import gettext as _

from mail import folding
from mail.reading import View

_QUOTATION = re.compile("<(/?)blockquote>")
# what may stand below a quotation without being an answer to it
_SIGNATURE = re.compile(r"\s*(?:-- ?\n.{0,2000})?\s*", re.DOTALL)


def sign() -> str:
    """The name of what is folded."""
    return _("Texte cité")


def without(view: View) -> View:
    """A message whose texts have what they repeat folded; the frames of its HTML do it
    themselves (mail/folding.py). Of a forward nothing is."""
    texts = [body for body in view.bodies if "<blockquote>" in body.html]
    if not texts or folding.is_forward(view.message.header):
        return view
    bodies = (replace(body, html=folded(body.html, sign())) for body in view.bodies)
    return replace(view, bodies=tuple(bodies))


def folded(html: str, label: str) -> str:
    """`html` as mail/plaintext.py makes it. A text that answers between the lines of
    what it quotes stays as it is; so does one that says nothing else."""
    found = _last(html)
    if found is None:
        return html
    begin, end = found
    if not html[:begin].strip() or not _SIGNATURE.fullmatch(html[end:]):
        return html
    head = format_html('<details class="quotation"><summary>{}</summary>', label)
    return f"{html[:begin]}{head}{html[begin:end]}</details>{html[end:]}"


def _last(html: str) -> tuple[int, int] | None:
    """Where the last quotation that is in no other begins and ends."""
    depth, begin, found = 0, 0, None
    for match in _QUOTATION.finditer(html):
        if not match[1]:
            begin = begin if depth else match.start()
            depth += 1
        elif depth:
            depth -= 1
            found = found if depth else (begin, match.end())
    return found
