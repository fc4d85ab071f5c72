"""Foreign HTML made safe, links in plain text, the short HTML of our own users.

The chain (libraries.md §4): guard on size, tags and parsed depth → css-inline → nh3 →
attribute filter. It runs last and once: nothing is rewritten after it. What the guard
refuses is shown as plain text instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass

import bleach
import css_inline
import nh3
from bleach.linkifier import Linker
from selectolax.lexbor import LexborHTMLParser

SIZE_MAX = 2 * 1024 * 1024
TAGS_MAX = 30_000
DEPTH_MAX = 1_000
STYLE_MAX = 150_000

Rewrite = Callable[[str], str | None]

_TAG = re.compile(r"<[A-Za-z]")
_STYLE = re.compile(r"<style\b", re.IGNORECASE)
_STYLE_BLOCK = re.compile(r"<style\b.*?</style\s*>", re.IGNORECASE | re.DOTALL)
_STYLE_REFUSED = re.compile(
    r"url\s*\(|image-set|expression|@|\\|src\s*\(|attr\s*\(|var\s*\(|element\s*\(",
    re.IGNORECASE,
)
_DATA_IMAGE = re.compile(
    r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]*\Z"
)
_LINK = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)

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
    "*": set(
        "id dir lang title align valign width height bgcolor style aria-hidden".split()
    ),
    "a": {"href", "name"},
    "img": {"src", "alt", "border", "hspace", "vspace"},
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


@dataclass(frozen=True, slots=True)
class Cleaned:
    """`html` may stand in the sandboxed frame; `blocked` counts the remote images that
    wait for consent; `refused` means that the guard did not let it through."""

    html: str
    blocked: int = 0
    refused: bool = False


REFUSED = Cleaned("", refused=True)


def clean(html: str, *, cid: Rewrite, remote: Rewrite) -> Cleaned:
    """Safe HTML for the message frame. `cid` gives the URL of an inline part, `remote`
    that of a remote image through the proxy; None blocks it. The URLs that they give
    must begin with `/`."""
    if not within_bounds(html):
        return REFUSED
    filtering = _Filter(cid, remote)
    cleaner = nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=filtering,
        filter_style_properties=_PROPERTIES,
        url_schemes={"http", "https", "mailto", "tel", "data"},
        url_relative=_own_address,
        link_rel="noopener noreferrer nofollow",
        id_prefix="m-",
        strip_comments=True,
        set_tag_attribute_values={
            "a": {"target": "_blank"},
            "img": {"loading": "lazy", "referrerpolicy": "no-referrer"},
        },
    )
    return Cleaned(cleaner.clean(_inlined(html)), filtering.blocked)


def within_bounds(html: str) -> bool:
    """Whether the parsers may see it: css-inline dies on deep trees, and a guard that
    counts tags is passed by `<div></x>`, so that the parsed tree is measured."""
    if len(html) > SIZE_MAX:
        return False
    tags = len(_TAG.findall(html))
    if tags > TAGS_MAX:
        return False
    return tags <= DEPTH_MAX or _depth(html) <= DEPTH_MAX


def _depth(html: str) -> int:
    """Depth of the tree as a browser builds it; stops beyond DEPTH_MAX."""
    node = LexborHTMLParser(html).root
    depth = deepest = 0
    while node is not None:
        if (child := node.first_child) is not None:
            node, depth = child, depth + 1
            deepest = max(deepest, depth)
            if deepest > DEPTH_MAX:
                break
            continue
        while node is not None and node.next is None:
            node, depth = node.parent, depth - 1
        node = node.next if node is not None else None
    return deepest


def _inlined(html: str) -> str:
    """Style sheets to style attributes; on any trouble the mail goes without."""
    if not _STYLE.search(html):
        return html
    if sum(len(block) for block in _STYLE_BLOCK.findall(html)) > STYLE_MAX:
        return _STYLE_BLOCK.sub("", html)
    try:
        return _inliner.inline(html)
    except (css_inline.InlineError, ValueError):
        return html


_inliner = css_inline.CSSInliner(
    load_remote_stylesheets=False, keep_style_tags=False, keep_link_tags=False
)


def _own_address(value: str) -> str | None:
    """Called after the attribute filter: only the addresses that it made may stay."""
    return value if value.startswith("/") and not value.startswith("//") else None


def _is_refused_style(value: str) -> bool:
    # cheap first: all that is refused needs one of these characters
    if "(" not in value and "\\" not in value and "@" not in value:
        return False
    return bool(_STYLE_REFUSED.search(value))


class _Filter:
    """Attribute by attribute: addresses rewritten, dangerous style dropped."""

    def __init__(self, cid: Rewrite, remote: Rewrite) -> None:
        self.cid = cid
        self.remote = remote
        self.blocked = 0

    def __call__(self, tag: str, name: str, value: str) -> str | None:
        if name == "style":
            return None if _is_refused_style(value) else value
        if name == "src":
            return self._image(value.strip())
        if name == "href":
            return value if _LINK.match(value.strip()) else None
        return value

    def _image(self, value: str) -> str | None:
        scheme = value[:8].lower()
        if scheme.startswith("cid:"):
            return self.cid(value[4:])
        if scheme.startswith("data:"):
            return value if _DATA_IMAGE.match(value) else None
        if scheme.startswith(("http://", "https://")):
            address = self.remote(value)
            self.blocked += address is None
            return address
        return None


# --- plain text: links line by line, in bounded input (libraries.md, trap 10)
LINE_MAX = 2_000
LINKED_MAX = 64 * 1024
_CANDIDATE = re.compile(r"://|www\.|@")


_Attributes = MutableMapping[tuple[str | None, str], str]


def _external(attributes: _Attributes, new: bool = False, /) -> _Attributes:
    attributes[(None, "rel")] = "noopener noreferrer nofollow"
    attributes[(None, "target")] = "_blank"
    return attributes


_linker = Linker(callbacks=[_external], parse_email=True)


def linked(escaped: str) -> str:
    """One escaped line with its links made; long lines stay as they are."""
    if len(escaped) > LINE_MAX or not _CANDIDATE.search(escaped):
        return escaped
    if escaped.count("(") + escaped.count("[") > 50:
        return escaped
    return str(_linker.linkify(escaped))


# --- the short HTML of our own users
OWN_MAX = 16 * 1024
_OWN_TAGS = frozenset(
    ("a b blockquote br code div em i li ol p pre s strong u ul span").split()
)


def clean_own(html: str) -> str:
    """What our own users wrote (signatures, simple messages); bounded. What is beyond
    the bound or too deep comes back as text."""
    if len(html) > OWN_MAX or len(_TAG.findall(html)) > 2_000 or _depth(html) > 100:
        return bleach.clean(html[:OWN_MAX], tags=set(), strip=False)
    return str(
        bleach.clean(
            html,
            tags=_OWN_TAGS,
            attributes={"a": ["href"]},
            protocols={"http", "https", "mailto", "tel"},
            strip=True,
        )
    )


_WRITTEN_TAGS = _OWN_TAGS | frozenset(
    "h1 h2 h3 h4 sub sup table tbody thead tr td th".split()
)
_written = nh3.Cleaner(
    tags=_WRITTEN_TAGS,
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes={"a": {"href"}, "td": {"colspan", "rowspan"}, "*": {"dir", "lang"}},
    url_schemes={"http", "https", "mailto", "tel"},
    url_relative="deny",
    link_rel=None,
    strip_comments=True,
)


def clean_written(html: str) -> str:
    """The HTML of a message that one of our users writes. It may hold what they pasted,
    so that it passes the guard of foreign HTML; "" when that refuses it."""
    if not html.strip() or not within_bounds(html):
        return ""
    return _written.clean(html)


def text_of(html: str) -> str:
    """The text of foreign HTML (quotes, snippets, the plain-text view)."""
    if not within_bounds(html):
        return re.sub(r"<[^>]{0,2000}>", " ", html[:SIZE_MAX])
    tree = LexborHTMLParser(html)
    for node in tree.css("script, style, title, template, head"):
        node.decompose()
    for node in tree.css("br"):
        node.replace_with("\n")
    for node in tree.css("p, div, tr, li, blockquote, h1, h2, h3, h4"):
        node.insert_after("\n")
    body = tree.body
    text = body.text(separator="", strip=False) if body else ""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


_FRAME_STYLE = (
    "body{margin:0;padding:12px;font:15px/1.5 system-ui,'Segoe UI',Roboto,Arial,"
    "sans-serif;color:#1d1d22;background:#fff;overflow-wrap:anywhere}"
    "img{max-width:100%;height:auto}table{max-width:100%}pre{white-space:pre-wrap}"
    "blockquote{margin:0 0 0 4px;padding-left:12px;border-left:3px solid #b9bcc7}"
)


def document(html: str) -> str:
    """The document of the message frame around cleaned HTML."""
    return (
        '<!doctype html><html><head><meta charset="utf-8">'
        '<meta name="color-scheme" content="light">'
        f"<style>{_FRAME_STYLE}</style></head><body>{html}</body></html>"
    )
