"""`{% kept a b except c d %}…{% endkept %}`: a piece of a page that is rendered once
for the same values and this language, and kept in this process.

The values must be all that the piece depends on: texts, numbers, truths. Texts that
differ in every answer are written after `except` (variables, only ever printed; of a
mapping its values by their names) and are put in when the piece is used; so are the
CSRF token, the nonce and the page's address.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from functools import lru_cache
from html import escape
from typing import Any

from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Token
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

# characters of one tag's pieces, with what a piece weighs by itself
KEPT_MAX = 4_000_000
_OWN = 400
_ALWAYS = ("csrf_token", "csp_nonce", "full_path")

Piece = tuple[str, ...]
Key = tuple[Any, ...]


class Hole(str):
    """What stands in a piece for a variable that is put in later: it can only be
    printed, because every condition on it would be kept as well."""

    __slots__ = ()

    def __bool__(self) -> bool:
        raise TypeError("put in later: name it among the values to test it")


class Holes(dict[str, Hole]):
    """What stands in a piece for a mapping: a hole for whatever is asked of it."""

    def __init__(self, mark: str) -> None:
        super().__init__()
        self.mark = mark

    def __missing__(self, name: str) -> Hole:
        return Hole(self.mark % name)

    def __bool__(self) -> bool:
        raise TypeError("put in later: name what is tested among the values")


class KeptNode(Node):
    # a page looks for its blocks in all that it holds; none is kept
    child_nodelists = ()

    def __init__(
        self, nodelist: NodeList, values: list[FilterExpression], names: list[str]
    ) -> None:
        self.nodelist = nodelist
        self.words = [value.token for value in values]
        self.values = [_resolver(value) for value in values]
        self.names = names
        # nobody can write these into a page: they are made anew in each process
        self.mark = f"kept-{secrets.token_hex(12)}-%s;"
        self.split = re.compile(self.mark % r"([\w.]+)").split
        self.pieces: dict[Key, Piece] = {}
        self.weight = 0

    def render(self, context: Context) -> SafeString:
        key = (get_language(), *[resolve(context) for resolve in self.values])
        piece = self.pieces.get(key)
        if piece is None:
            piece = self._keep(key, context)
        return self.filled(piece, context)

    def key_of(self, values: Mapping[str, Any]) -> Key:
        return (get_language(), *[values.get(word, "") for word in self.words])

    def _keep(self, key: Key, context: Context) -> Piece:
        # what was kept by a value has been found plain before
        for value in key:
            _check(value)
        with context.push(**self._holes(context)):
            piece = tuple(self.split(self.nodelist.render(context)))
        self.weight += _OWN + sum(map(len, piece))
        if self.weight > KEPT_MAX:
            self.pieces.clear()
            self.weight = 0
        self.pieces[key] = piece
        return piece

    def _holes(self, context: Context) -> dict[str, str | Holes]:
        # the tag of the CSRF token asks whether there is one
        holes: dict[str, str | Holes] = {name: self.mark % name for name in _ALWAYS}
        for name in self.names:
            if isinstance(context.get(name), Mapping):
                holes[name] = Holes(self.mark % f"{name}.%s")
            else:
                holes[name] = Hole(self.mark % name)
        return holes

    def filled(self, piece: Piece, values: Context | Mapping[str, Any]) -> SafeString:
        if len(piece) == 1:
            return SafeString(piece[0])  # a template rendered it
        filled = list(piece)
        shown: dict[str, str] = {}
        for index in range(1, len(filled), 2):
            name = filled[index]
            if name not in shown:
                shown[name] = _shown(_found(values, name))
            filled[index] = shown[name]
        return SafeString("".join(filled))  # a template rendered it


class KeptTemplate:
    """A template that is one kept piece, filled without a context: to make one takes
    longer than to fill the piece."""

    def __init__(self, name: str) -> None:
        template: Any = get_template(name)
        [node] = template.template.nodelist.get_nodes_by_type(KeptNode)
        self.template = template
        self.node: KeptNode = node

    def render(self, values: Mapping[str, Any]) -> SafeString:
        """`values` are named as in the tag."""
        key = self.node.key_of(values)
        piece = self.node.pieces.get(key)
        if piece is None:
            made: SafeString = self.template.render(dict(values))
            # another thread may have dropped all pieces meanwhile
            piece = self.node.pieces.get(key) or (made.strip(),)
        return self.node.filled(piece, values)


kept_template = lru_cache(maxsize=64)(KeptTemplate)


def _resolver(expression: FilterExpression) -> Callable[[Context], Any]:
    """How a value is found: a plain name is looked up here, in a fifth of the time."""
    variable: Any = expression.var
    lookups = getattr(variable, "lookups", None)
    if expression.filters or not lookups or variable.translate:
        return expression.resolve
    first, *rest = lookups

    def resolve(context: Context) -> Any:
        try:
            value = context[first]
            for name in rest:
                value = value[name] if type(value) is dict else getattr(value, name)
        except (KeyError, AttributeError):
            return expression.resolve(context)
        return expression.resolve(context) if callable(value) else value

    return resolve


def _found(values: Context | Mapping[str, Any], name: str) -> Any:
    if "." not in name:
        return values.get(name, "")
    first, _dot, rest = name.partition(".")
    try:
        return values[first][rest]
    except KeyError:
        return ""


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
    return KeptNode(nodelist, values, words[at + 1 :])
