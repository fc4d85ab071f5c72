"""The original of an answer or forward, in formatted text: with the layout that its
author gave it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from django.utils.html import escape, format_html, linebreaks
from django.utils.safestring import mark_safe

from mail import charsets, composing, mime, reading, safehtml, textual
from mail.composing import Draft
from mail.messages import Message, Part
from mail.store import Store

Naming = Callable[[str], str | None]
# a longer one is quoted as text: what is posted again and again has to stay small
_HTML_MAX = 500_000
_EMPTY = "<div><br></div>"


def begun(
    store: Store,
    message: Message,
    texts: Mapping[str, bytes],
    kind: str,
    own: Sequence[str],
    cid: Naming,
    *,
    below: bool = False,
) -> Draft:
    """The beginning of an answer or forward, formatted when the original is. `texts` as
    read with prefer="html" (Store.read); `below`: one writes under what is quoted."""
    html = html_of(message, texts, cid)
    text = textual.text_of(html) if html else _text(store, message, texts)
    draft = composing.answer_to(message, text, kind, own)
    html = quoted(message, html, kind) if html else ""
    if not below or kind == "transfert":
        return replace(draft, html=f"{_EMPTY}{_EMPTY}{html}" if html else "")
    under = f"{html}{_EMPTY}{_EMPTY}" if html else ""
    return replace(draft, text=f"{draft.text.lstrip()}\n", html=under)


def _text(store: Store, message: Message, texts: Mapping[str, bytes]) -> str:
    bodies = mime.layout(message.structure, prefer="text").bodies
    if any(part.number not in texts for part in bodies):
        _message, texts = store.read(message.folder, message.uid, "text")
    return reading.text_of(message, texts)


def html_of(message: Message, texts: Mapping[str, bytes], cid: Naming) -> str:
    """The formatted body, cleaned; "" when the message has none, or one that the guard
    refuses. `texts` as read with prefer="html" (Store.read)."""
    bodies = mime.layout(message.structure, prefer="html").bodies
    if not any(part.type == "text/html" for part in bodies):
        return ""
    pieces = [_piece(part, texts.get(part.number, b""), cid) for part in bodies]
    html = "".join(pieces)
    return html if all(pieces) and len(html) <= _HTML_MAX else ""


def _piece(part: Part, data: bytes, cid: Naming) -> str:
    text = charsets.read(data, part.charset)
    if part.type == "text/html":
        return safehtml.clean_written(text, cid)
    return linebreaks(escape(text)) or _EMPTY


def quoted(message: Message, html: str, kind: str) -> str:
    """The original below its introduction."""
    original = mark_safe(html)  # noqa: S308 — cleaned by html_of
    if kind == "transfert":
        lines = composing.forwarded_lines(message)
        head = mark_safe("<br>".join(escape(line) for line in lines))  # noqa: S308
        quotation = format_html("<div>{}</div><br>{}", head, original)
    else:
        intro = composing.introduction(message)
        quotation = format_html(
            '<div>{}</div><blockquote type="cite">{}</blockquote>', intro, original
        )
    return f'<div class="quotation">{quotation}</div>'
