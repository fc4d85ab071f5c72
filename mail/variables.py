"""Variables in templates and signatures: `{{prenom}}` stands for what is known later.

A small syntax of our own, and nothing is ever run: a name between double braces, with
or without accents and capitals. What is not known stays as it was written, so that it
is seen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from convergence.comparing import folded

_VARIABLE = re.compile(r"\{\{[ \t\u00a0]{0,3}([^\W\d]\w{0,39})[ \t\u00a0]{0,3}\}\}")
LEFT_MAX = 20


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with what is known; an empty value is not known. `values` are by folded
    name (`prenom`)."""
    return _VARIABLE.sub(lambda found: values.get(_name(found)) or found[0], text)


def filled_html(html: str, values: Mapping[str, str]) -> str:
    """The same in HTML, where a value is text and nothing more."""
    return filled(html, {name: escape(value) for name, value in values.items()})


def left(*texts: str) -> tuple[str, ...]:
    """The variables that still stand in these texts, as they are written, each once."""
    found: dict[str, str] = {}
    for text in texts:
        for match in _VARIABLE.finditer(text):
            found.setdefault(_name(match), f"{{{{{match[1]}}}}}")
    return tuple(found.values())[:LEFT_MAX]


def _name(found: re.Match[str]) -> str:
    return folded(found[1])
