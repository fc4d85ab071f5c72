"""Foreign HTML made safe, links in plain text, the short HTML of our own users.

The chain: guard on size, tags and parsed depth → css-inline → nh3 →
the pass over addresses and styles (mail/rewriting.py). It runs last and once: nothing
is rewritten after it. What the guard refuses is shown as plain text instead.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from typing import Literal

import css_inline
import nh3
from bleach.linkifier import Linker

from mail import bounds, grounds, targets
from mail.bounds import SIZE_MAX, Extent, measured
from mail.rewriting import Rewrite, Rewriter

Theme = Literal["auto", "light", "dark"]
STYLE_MAX = 150_000
# what an author's HTML may call its pieces
WRITTEN_CLASSES = frozenset({"quotation", "signature"})
# selectors × elements × depth: the work of matching a style sheet
STYLE_WORK_MAX = 60_000_000

_STYLE = re.compile(r"<(/?)style(?=[\s/>])", re.IGNORECASE | re.ASCII)
_PROPERTY = re.compile(r"[;{\"'\s/]([^\s:;{}\"'/]++)\s*+:")

_TAGS = frozenset(
    (
        "a abbr address b bdi bdo big blockquote br caption center cite code col "
        "colgroup dd del details dfn div dl dt em figcaption figure font h1 h2 h3 "
        "h4 h5 h6 hr i img ins kbd li main mark ol p pre q s samp section article "
        "header footer nav small span strike strong sub summary sup table tbody td "
        "tfoot th thead time tr tt u ul var wbr"
    ).split()
)
_DROPPED_WITH_CONTENT = frozenset(
    (
        "script style title template noscript xml textarea select object svg math "
        "iframe video audio applet embed frameset noembed noframes plaintext xmp"
    ).split()
)
_ATTRIBUTES: dict[str, set[str]] = {
    "*": set("id dir lang align valign width height bgcolor style aria-hidden".split()),
    "a": {"href", "name"},
    # not on links: it would stand where browsers tell the target
    "abbr": {"title"},
    "dfn": {"title"},
    "img": {"src", "alt", "title", "border", "hspace", "vspace"},
    "table": {"border", "cellpadding", "cellspacing", "summary"},
    "td": {"colspan", "rowspan", "scope", "nowrap"},
    "th": {"colspan", "rowspan", "scope", "nowrap"},
    "font": {"color", "face", "size"},
    "ol": {"start", "type"},
    "ul": {"type"},
    "li": {"value"},
    "col": {"span"},
    "time": {"datetime"},
    "hr": {"size", "noshade"},
    "br": {"clear"},
}
_SIDES = ("top", "right", "bottom", "left")
_PROPERTIES = frozenset(
    (
        "background background-color border border-collapse border-color "
        "border-radius border-spacing border-style border-width box-sizing clear "
        "color direction display float font font-family font-size font-style "
        "font-variant font-weight height letter-spacing line-height list-style-type "
        "margin max-height max-width min-height min-width opacity overflow padding "
        "table-layout text-align text-decoration text-indent text-overflow "
        "text-transform vertical-align visibility white-space width word-break "
        "word-spacing word-wrap overflow-wrap"
    ).split()
) | {f"{name}-{side}" for name in ("border", "margin", "padding") for side in _SIDES}
_PROPERTIES |= {
    f"border-{side}-{what}" for side in _SIDES for what in ("color", "style", "width")
}


_foreign = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes=_ATTRIBUTES,
    filter_style_properties=_PROPERTIES,
    # of these the last pass lets few through
    url_schemes={"http", "https", "mailto", "tel", "data", "cid"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
    id_prefix="m-",
    strip_comments=True,
    set_tag_attribute_values={
        "a": {"target": "_blank"},
        "img": {"loading": "lazy", "referrerpolicy": "no-referrer"},
    },
)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """`html` may stand in the sandboxed frame; `blocked` counts the remote images that
    wait for consent; `refused` means that the guard did not let it through."""

    html: str
    blocked: int = 0
    refused: bool = False


REFUSED = Cleaned("", refused=True)


def clean(
    html: str, *, cid: Rewrite, remote: Rewrite, extent: Extent | None = None
) -> Cleaned:
    """Safe HTML for the message frame. `cid` gives the URL of an inline part, `remote`
    that of a remote image through the proxy; None blocks it. The URLs that they give
    begin with `/courrier/` or `/images/`. `extent`: when the guard has measured it."""
    extent = extent or measured(html)
    if extent is None:
        return REFUSED
    rewriter = Rewriter(cid, remote)
    sanitised = _foreign.clean(_inlined(html, extent))
    html = targets.told(rewriter.rewritten(sanitised))
    return Cleaned(html, rewriter.blocked)


def within_bounds(html: str) -> bool:
    """Whether the guard lets it through (mail/bounds.py)."""
    return measured(html) is not None


def _inlined(html: str, extent: Extent) -> str:
    """Style sheets to style attributes; on any trouble the mail goes without."""
    if not _STYLE.search(html):
        return html
    sheets = "".join(_style_blocks(html))
    if len(sheets) > STYLE_MAX or _work(sheets, html, extent) > STYLE_WORK_MAX:
        return html
    try:
        return _inliner.inline(html)
    except (css_inline.InlineError, ValueError):
        return html


def _work(sheets: str, html: str, extent: Extent) -> int:
    """What inlining may cost at most, in steps of some nanoseconds."""
    # a sibling combinator may look at every element for every element
    around = extent.tags if "~" in sheets or "nth-" in sheets else extent.depth
    matching = (sheets.count("{") + sheets.count(",")) * extent.tags * max(1, around)
    return max(matching, _merging(sheets, html, extent.tags))


def _merging(sheets: str, html: str, tags: int) -> int:
    """Each property is compared with those that its element has already."""
    names, colons = _names(sheets), html.count(":")
    at_once = colons * colons
    if at_once > STYLE_WORK_MAX:
        at_once = _names(html) ** 2 * tags
    return (names * names + sheets.count(";")) * tags + 2 * names * colons + at_once


def _names(text: str) -> int:
    """How many different properties there may be in a text."""
    return len({name.lower() for name in _PROPERTY.findall(text)})


def _style_blocks(html: str) -> Iterator[str]:
    """What may stand in style elements, in one pass."""
    begin = None
    for match in _STYLE.finditer(html):
        if begin is None and not match[1]:
            begin = match.end()
        elif begin is not None and match[1]:
            yield html[begin : match.start()]
            begin = None
    if begin is not None:
        yield html[begin:]


_inliner = css_inline.CSSInliner(
    load_remote_stylesheets=False, keep_style_tags=False, keep_link_tags=False
)


# --- plain text: links line by line, in bounded input
LINE_MAX = 2_000
LINKED_MAX = 64 * 1024
_CANDIDATE = re.compile(r"://|www\.|@")


_Attributes = MutableMapping[tuple[str | None, str], str]


def _external(attributes: _Attributes, new: bool = False, /) -> _Attributes:
    attributes[(None, "rel")] = "noopener noreferrer nofollow"
    attributes[(None, "target")] = "_blank"
    return attributes


# linear, unlike those of bleach; any domain, because new ones come every month. The
# text is escaped: `&lt;` and `&gt;` end an address
_URL = re.compile(
    r"(?<![\w@./-])(?:https?://|www\.)(?=\w)(?:(?!&[lg]t;|&quot;)[^\s<>\"«»])*"
    r"(?<![.,;:!?'’…])(?=[\s<>\"«».,;:!?'’…&]|$)",
    re.IGNORECASE,
)
_EMAIL = re.compile(
    r"(?<![\w.+=/?&%:-])[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?![\w@])",
    re.IGNORECASE,
)


class _Local(threading.local):
    """A linker for each thread: it keeps the state of its parser in itself."""

    def __init__(self) -> None:
        self.linker = Linker(
            callbacks=[_external], parse_email=True, url_re=_URL, email_re=_EMAIL
        )


_local = _Local()


def linked(escaped: str) -> str:
    """One escaped line with its links made; long lines stay as they are."""
    if len(escaped) > LINE_MAX or not _CANDIDATE.search(escaped):
        return escaped
    if escaped.count("(") + escaped.count("[") > 50:
        return escaped
    return str(_local.linker.linkify(escaped))


# --- the HTML that our own users write
# a layout that one answers is kept: what foreign HTML may have, but no names
_written = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes={
        **_ATTRIBUTES,
        "*": _ATTRIBUTES["*"] - {"id"},
        "a": {"href"},
        "blockquote": {"type"},
    },
    allowed_classes={"div": set(WRITTEN_CLASSES), "blockquote": set(WRITTEN_CLASSES)},
    filter_style_properties=_PROPERTIES,
    url_schemes={"http", "https", "mailto", "tel", "data", "cid"},
    url_relative="deny",
    link_rel=None,
    strip_comments=True,
)


def clean_written(html: str, cid: Rewrite = "cid:{}".format) -> str:
    """The HTML of a message that one of our users writes. It may hold what they pasted
    and what they answer, so that it passes the guard of foreign HTML; "" when that
    refuses it. `cid` gives the new address of a picture that it holds."""
    extent = measured(html) if html.strip() else None
    if extent is None:
        return ""
    # remote pictures wait in the reader of who gets it, as those of any mail
    rewriter = Rewriter(cid, remote=str)
    return rewriter.rewritten(_written.clean(_inlined(html, extent)))


_ANY_TAG = re.compile(r"<[^<>]*>?")


def text_of(html: str) -> str:
    """The text of foreign HTML (quotes, snippets, the plain-text view)."""
    if (tree := bounds.tree(html)) is None:
        return _in_lines(_ANY_TAG.sub(" ", html[:SIZE_MAX]))
    for node in tree.css("script, style, title, template, head"):
        node.decompose()
    for node in tree.css("br"):
        node.replace_with("\n")
    for node in tree.css("p, div, tr, li, blockquote, h1, h2, h3, h4"):
        node.insert_after("\n")
    body = tree.body
    text = body.text(separator="", strip=False) if body else ""
    return _in_lines(text)


def _in_lines(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


_FRAME_STYLE = (
    "html{color-scheme:light;background:#fff}a{color:#0b4fb3}"
    "body{display:flow-root;margin:0;padding:12px;"
    "font:15px/1.5 system-ui,'Segoe UI',Roboto,Arial,sans-serif;"
    "color:#1d1d22;background:#fff;overflow-wrap:anywhere}"
    "img{max-width:100%;height:auto}table{max-width:100%}pre{white-space:pre-wrap}"
    "blockquote{margin:0 0 0 4px;padding-left:12px;border-left:3px solid #b9bcc7}"
    ".real-target{font-size:.85em;color:#8a2a00}"
    ".quotation>summary{width:fit-content;margin:.5em 0;padding:0 10px;cursor:pointer;"
    "border:1px solid #8d909e;border-radius:999px;background:#fff;color:#4a4d5a;"
    "font:13px/22px system-ui,'Segoe UI',Roboto,Arial,sans-serif}"
    "@media print{.quotation>summary{display:none}"
    ".quotation::details-content{content-visibility:visible}}"
)
# in the dark: lightness turned around, hues kept, so that each pair of colours stays as
# far apart as its author set it; pictures are turned back. The ground is the page's own
_IN_THE_DARK = (
    "{0}{{color-scheme:dark;background:none;filter:invert(.9) hue-rotate(180deg)}}"
    "{0} body{{background:none}}"
    "{0} img{{filter:invert(1) hue-rotate(180deg) contrast(1.1)}}"
)
_LIGHT_GROUND = 'html[data-ground="light"]'
_DARK_STYLE = (
    "@media screen{"
    + _IN_THE_DARK.format(f'{_LIGHT_GROUND}[data-theme="dark"]')
    + "@media (prefers-color-scheme:dark){"
    + _IN_THE_DARK.format(f'{_LIGHT_GROUND}[data-theme="auto"]')
    + "}}"
)
_HEAD = "<!doctype html><html "


def document(html: str) -> str:
    """The document of the message frame around cleaned HTML; light until it is
    `themed`."""
    ground = "dark" if grounds.is_dark(html) else "light"
    return (
        f'{_HEAD}data-ground="{ground}"><head><meta charset="utf-8">'
        f"<style>{_FRAME_STYLE}{_DARK_STYLE}</style></head><body>{html}</body></html>"
    )


def themed(document: str, theme: Theme) -> str:
    """The document for a page of this theme."""
    return document.replace(_HEAD, f'{_HEAD}data-theme="{theme}" ', 1)
