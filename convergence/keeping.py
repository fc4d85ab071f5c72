"""`{% kept a b except c d %}…{% endkept %}`: a piece of a page that is rendered once
for the same values and this language, and kept in this process.

The values must be all that the piece depends on: texts, numbers, truths. Texts that
differ in every answer are written after `except` (variables, only ever printed) and are
put in when the piece is used; so are the CSRF token, the nonce and the page's address.
"""

from __future__ import annotations

import re
import secrets
from html import escape
from typing import Any

from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Token
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

PIECES_MAX = 2000
_ALWAYS = ("csrf_token", "csp_nonce", "full_path")

Piece = tuple[str, ...]
Key = tuple[Any, ...]


class KeptNode(Node):
    def __init__(
        self, nodelist: NodeList, values: list[FilterExpression], names: list[str]
    ) -> None:
        self.nodelist = nodelist
        self.values = values
        # nobody can write these into a page: they are made anew in each process
        self.holes = {name: f"kept-{secrets.token_hex(12)}-{name}" for name in names}
        self.names = {hole: name for name, hole in self.holes.items()}
        self.split = re.compile("(" + "|".join(self.names) + ")").split
        self.pieces: dict[Key, Piece] = {}

    def render(self, context: Context) -> SafeString:
        key = (get_language(), *[v.resolve(context) for v in self.values])
        piece = self.pieces.get(key)
        if piece is None:
            # what was kept by a value has been found plain before
            for value in key:
                _check(value)
            piece = self._made(context)
            if len(self.pieces) >= PIECES_MAX:
                self.pieces.clear()
            self.pieces[key] = piece
        if len(piece) == 1:
            return mark_safe(piece[0])  # noqa: S308 (a template rendered it)
        filled = list(piece)
        shown: dict[str, str] = {}
        for index in range(1, len(filled), 2):
            hole = filled[index]
            if hole not in shown:
                shown[hole] = _shown(context.get(self.names[hole], ""))
            filled[index] = shown[hole]
        return mark_safe("".join(filled))  # noqa: S308 (a template rendered it)

    def _made(self, context: Context) -> Piece:
        with context.push(**self.holes):
            return tuple(self.split(self.nodelist.render(context)))


def _shown(value: object) -> str:
    # as conditional_escape, which takes longer to look for lazy arguments
    return value if isinstance(value, SafeString) else escape(str(value))


def _check(value: Any) -> None:
    """Raises TypeError for a value that does not say everything by itself: a row of a
    table has the same key when its name has changed."""
    if isinstance(value, tuple):
        for each in value:
            _check(each)
    elif value is not None and not isinstance(value, (str, int)):
        raise TypeError(f"kept by {type(value).__name__}: name its fields instead")


def kept(parser: Parser, token: Token) -> KeptNode:
    """The tag, for a library to register."""
    _tag, *words = token.split_contents()
    at = words.index("except") if "except" in words else len(words)
    values = [parser.compile_filter(word) for word in words[:at]]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist, values, [*_ALWAYS, *words[at + 1 :]])
