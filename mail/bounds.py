"""The guard before every HTML parser, size, tags, attributes, formatting and depth; the
one place where a tree of foreign HTML is made.

What makes a parser slow or large is counted before one sees the text.
Besides depth, two things grow with the square: the attributes of one
tag (each is compared with the others), and formatting elements left open (they are
opened again in each block that follows: 20 KB make millions of nodes). Both are counted
on tokens, cut as browsers cut them (HTML standard, §13.2.5); what is uncertain counts
as open.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

Node = LexborNode
SIZE_MAX = 2 * 1024 * 1024
TAGS_MAX = 30_000
TOKENS_MAX = 120_000
REFERENCES_MAX = 100_000
DEPTH_MAX = 1_000
# formatting elements open at once × tokens: the nodes that a parser may add
REOPENED_MAX = 500_000

_TAG = re.compile(r"<[A-Za-z]")
_FORMATTING = frozenset(
    "a b big code em font i nobr s small strike strong tt u".split()
)
_CELLS = frozenset({"td", "th", "caption"})
_SCOPES = frozenset({"applet", "marquee", "object"})
_BETWEEN_CELLS = frozenset("tr tbody thead tfoot col colgroup".split())
# in or after these an end tag may mean nothing
_UNCERTAIN = frozenset(
    "svg math select template frameset noscript plaintext iframe xmp noembed noframes "
    "script".split()
)
# the names that change what is open
_TOLD = _UNCERTAIN.union(
    *((name, f"/{name}") for name in _FORMATTING | _CELLS | _SCOPES | {"table"}),
    _BETWEEN_CELLS,
)
_CLOSED_BY_OTHERS = _FORMATTING | frozenset(
    "p li dd dt tr td th tbody thead tfoot option optgroup col colgroup caption html "
    "head body br hr img input link meta base area wbr source track embed param o:p "
    "image rp rt".split()
)
# tags without an end; the ends of texts, which begin in no token
_ALONE = frozenset(
    "br hr img image input link meta base area wbr embed param "
    "/style /title /textarea".split()
)
# an end tag in its place may close another of them, or none
_UNEVEN = _SCOPES | {"form"}
_END = r"(?=[\t\n\f\r />])"
_VALUE = r"""(?>"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\t\n\f\r >"'][^\t\n\f\r >]*+)"""
_ATTRIBUTE = (
    r"[^\t\n\f\r />][^\t\n\f\r />=]*+"
    rf"(?>[\t\n\f\r ]*+=[\t\n\f\r ]*+{_VALUE}?+)?+"
)
_REST = rf"(?>[\t\n\f\r /]++|{_ATTRIBUTE}){{0,400}}+(?:>|\Z)"
_TEXT_ONLY = "|".join(
    rf"{name}{_END}{_REST}(?>.*?(?:(?=</{name}{_END})|\Z))"
    for name in ("style", "title", "textarea")
)
# a script is text unless it holds a comment, which changes where it ends
_SCRIPT = rf"script{_END}{_REST}(?>(?:(?!<!--|</script{_END}).)*+)(?=</script{_END}|\Z)"
# groups: the name (a slash before it: an end tag); the beginning of a tag with too many
# attributes
_TOKEN = re.compile(
    rf"<(?>!--(?>-?>|.*?(?:--!?>|\Z))|[!?][^>]*+|/[^A-Za-z][^>]*+|{_TEXT_ONLY}"
    rf"|{_SCRIPT}|(/?[A-Za-z][^\t\n\f\r />]*+){_REST}"
    r"|(/?[A-Za-z]).*)",
    re.DOTALL | re.IGNORECASE | re.ASCII,
)
_OPENS = re.compile(rf"<(?:{'|'.join(sorted(_FORMATTING))}){_END}", re.I | re.A)


@dataclass(frozen=True, slots=True)
class Extent:
    """What the guard has measured of a text that it lets through; `depth` that of its
    tags where each ends in its place, else that of its tree."""

    tags: int
    depth: int


def measured(html: str) -> Extent | None:
    """The extent of what the parsers may see; None: they may not. A guard that only
    counts tags is passed by `<div></x>`: unless each tag ends in its place, the parsed
    tree is measured."""
    if len(html) > SIZE_MAX or html.count("<") > TOKENS_MAX:
        return None
    tags = len(_TAG.findall(html))
    if tags > TAGS_MAX or html.count("&") > REFERENCES_MAX:
        return None
    tokens = _TOKEN.findall(html)
    if len(tokens) > TOKENS_MAX or any(many for _name, many in tokens):
        return None
    names = [name.lower() for name, _many in tokens if name]
    deepest = _as_written(names)
    if deepest is not None and deepest * len(tokens) <= REOPENED_MAX:
        return Extent(tags, deepest)
    if not _is_parsable(names, len(tokens), html):
        return None
    deepest = depth(html)
    return Extent(tags, deepest) if deepest <= DEPTH_MAX else None


def _as_written(names: list[str]) -> int | None:
    """Depth of the tags when each ends in its place; None: not so, or too deep.

    What browsers add to that is bounded: rows and bodies of tables (two for a cell),
    and what is opened again of the formatting elements, which are open here too.
    """
    open_tags: list[str] = []
    deepest = 0
    for name in names:
        if name in _ALONE:
            continue
        if name[0] == "/":
            if not open_tags or open_tags.pop() != name[1:]:
                return None
        else:
            open_tags.append(name)
            if len(open_tags) > deepest:
                deepest = len(open_tags)
    certain = _UNCERTAIN.isdisjoint(names) and _UNEVEN.isdisjoint(names)
    return deepest if certain and 4 * deepest <= DEPTH_MAX else None


def _is_parsable(names: list[str], tokens: int, html: str) -> bool:
    """Whether a parser takes linear time and memory for it."""
    counts = Counter(names)
    if _unclosed(counts) > 2 * DEPTH_MAX:
        return False
    opened = sum(counts[name] for name in _FORMATTING)
    if opened * tokens > REOPENED_MAX:
        opened = _most_open(names, html)
    return opened * tokens <= REOPENED_MAX


def _unclosed(counts: Counter[str]) -> int:
    """Elements that nobody closes: obvious depth, refused before it costs a parse."""
    return sum(
        max(0, count - counts[f"/{name}"])
        for name, count in counts.items()
        if name[0] != "/" and name not in _CLOSED_BY_OTHERS
    )


def most_open(html: str) -> int:
    """An upper bound of the formatting elements that are open at once."""
    names = [name.lower() for name, _many in _TOKEN.findall(html) if name]
    return _most_open(names, html)


def _most_open(names: list[str], html: str) -> int:
    formatting = _Formatting()
    for name in names:
        if name in _TOLD:
            if name in _UNCERTAIN:
                return formatting.most + len(_OPENS.findall(html))
            formatting.see(name)
    return formatting.most


class _Formatting:
    """The list of active formatting elements (§13.2.4.3): table cells and objects begin
    a scope, and an end tag reaches only into the innermost one."""

    def __init__(self) -> None:
        self.scopes: list[tuple[str, dict[str, int]]] = [("", {})]
        self.open = self.most = 0

    def see(self, name: str) -> None:
        counts = self.scopes[-1][1]
        if name in _FORMATTING:
            # a link ends the one before it
            if not (name == "a" and counts.get("a")):
                counts[name] = counts.get(name, 0) + 1
                self.open += 1
                self.most = max(self.most, self.open)
        elif name[0] != "/":
            self._begin(name)
        elif counts.get(name[1:]):
            counts[name[1:]] -= 1
            self.open -= 1
        elif name[1:] == "table":
            self._end_table()
        elif name[1:] == self.scopes[-1][0]:
            self._forget()

    def _begin(self, name: str) -> None:
        if name in _SCOPES or name == "table":
            self.scopes.append((name, {}))
            return
        if self.scopes[-1][0] in _CELLS:
            self._forget()
        if name in _CELLS and self.scopes[-1][0] == "table":
            self.scopes.append((name, {}))

    def _forget(self) -> None:
        """The innermost scope ends, and with it what is open in it."""
        self.open -= sum(self.scopes.pop()[1].values())

    def _end_table(self) -> None:
        if self.scopes[-1][0] in _CELLS:
            self._forget()
        if self.scopes[-1][0] == "table":
            # what was opened beside the cells lives on behind the table
            _kind, counts = self.scopes.pop()
            outer = self.scopes[-1][1]
            for name, count in counts.items():
                outer[name] = outer.get(name, 0) + count


def tree(html: str) -> LexborHTMLParser | None:
    """The document of a text that the guard lets through."""
    return parsed(html) if measured(html) is not None else None


def parsed(html: str) -> LexborHTMLParser:
    """The document of a text that was measured."""
    return LexborHTMLParser(html)


def depth(html: str) -> int:
    """Depth of the tree as a browser builds it; stops beyond DEPTH_MAX."""
    node = LexborHTMLParser(html).root
    level = deepest = 0
    while node is not None:
        if (child := node.first_child) is not None:
            node, level = child, level + 1
            deepest = max(deepest, level)
            if deepest > DEPTH_MAX:
                break
            continue
        while node is not None and node.next is None:
            node, level = node.parent, level - 1
        node = node.next if node is not None else None
    return deepest
