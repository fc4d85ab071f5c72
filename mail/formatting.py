"""Formatted text as MIME: the document of a message and the pictures beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.message import Message as Mime
from html import escape

from django.core.mail.message import SafeMIMEMultipart
from django.utils.translation import get_language

# what readers that know no style sheets need is written at the element itself: the font
# of Word for Outlook, the bar beside what is quoted for Gmail
_QUOTATION = re.compile(r"<blockquote(?=[ >])(?![^<>]* style=)")
_BAR = "margin:0 0 1em .5em;padding-left:1em;border-left:3px solid #b9bcc7"
_HEAD = (
    '<!DOCTYPE html>\n<html lang="{}">\n<head>\n'
    '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\n'
    "<style>p{{margin:0 0 1em}}td,th{{vertical-align:top}}</style>\n</head>\n"
    '<body style="font-family:Arial,Helvetica,sans-serif;font-size:14px">\n'
)


def document(html: str) -> str:
    """The whole document of what was written. Taken up again, what stands around it
    goes by itself (safehtml.clean_written)."""
    language = escape(get_language() or "fr")
    html = _QUOTATION.sub(f'<blockquote style="{_BAR}"', html)
    return f"{_HEAD.format(language)}{html}\n</body>\n</html>\n"


def related(html: Mime, pictures: Iterable[Mime]) -> Mime:
    """RFC 2387: a document with what it shows."""
    made = SafeMIMEMultipart(_subtype="related", encoding="utf-8")
    made.set_param("type", "text/html")
    made.attach(html)
    for picture in pictures:
        made.attach(picture)
    return made
