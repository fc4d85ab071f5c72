"""Quoted text at the end of an HTML mail, folded: what an answer repeats of the
messages before it.

It reads what the last pass over the sanitised HTML wrote (mail/rewriting.py) and
nothing else: there every `<` begins a tag and every element is closed, so that the few
places that matter are found by their words and cut exactly, without parsing it again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape

from mail.messages import Header
from mail.threading import stripped

# no mail has a class: only this module writes one on them
OPENING = '<details class="quotation"><summary></summary>'
# what nothing but a block of headers marks: it may hold an answer between its lines
HEADED = '<details class="quotation quotation--headed"><summary></summary>'
_CLOSING = "</details>"
# of what stands around a quotation so much is looked at
_NEAR = 3_000
_LABELS_MAX = 8

_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*+)[^<>]*+>")
_QUOTATION = "blockquote"
_BLANK = r"[\s\u00ad\u034f\u200b-\u200f\u2060\ufeff]"
_WORD = re.compile(rf"(?:\A|>)(?:{_BLANK}|&nbsp;)*+[^<]|<img ")
_VOID = frozenset("br col hr img wbr".split())
_BLOCKS = frozenset("blockquote center div hr p section article table".split())
_CELLS = frozenset("caption li ol tbody td tfoot th thead tr ul".split())

# «Le lundi 3 novembre 2026 à 8:05, Lina Petit <lina@…> a écrit :»
_ATTRIBUTION = re.compile(
    r"\S.{0,400}?(?:a écrit|wrote|schrieb|ha scritto|escribió|schreef|escreveu)"
    r"[^:]{0,120}:\s*",
    re.DOTALL | re.IGNORECASE,
)
# the block of Outlook and Zimbra: De, Envoyé, À, Objet; «bje» is in its last word, and
# one search for that is all that most mail costs
_ANNOUNCED = "bje"
_FROM = re.compile(r">\s*(?:De|From)(?=(?:\s|&nbsp;|<[^<>]*>)*:)")
_SENT = re.compile(r"\b(?:Envoyé|Sent|Date)(?: le)?\s*:")
_TO = re.compile(r"\b(?:À|To)\s*:")
_SUBJECT = re.compile(r"\b(?:Objet|Subject)\s*:")
# elements that hold a quotation or begin one, by the ids that the sanitiser left them
_MARKED = re.compile(r'<[^<>]*? id="m-(?:divRplyFwdMsg"|yahoo_quoted)')
_NAMED = ' id="m-'
_FORWARD = re.compile(
    r"(?:message|courriel) (?:transféré|réexpédié)|forwarded message"
    r"|weitergeleitete nachricht|mensaje reenviado",
    re.IGNORECASE,
)
_FORWARD_SUBJECT = re.compile(
    r"\s*(?:\[[^\]]{0,60}\]\s*)?(?:fwd?|tr|i|wg|rv)\s*:", re.I
)
_ORIGINAL = re.compile(
    r"-{2,}\s*(?:message d.origine|original message|ursprüngliche nachricht)\s*-{2,}",
    re.IGNORECASE,
)
_BELOW = ("--", "__", "—")


def is_answer(header: Header) -> bool:
    """Whether a message says that it answers another."""
    return bool(header.in_reply_to or header.references or stripped(header.subject)[1])


def is_forward(header: Header) -> bool:
    """Whether what it quotes is what it is for."""
    return bool(_FORWARD_SUBJECT.match(header.subject))


def of(header: Header, html: str) -> str:
    """A body of the message with this header, as `folded` makes it."""
    return html if is_forward(header) else folded(html, answers=is_answer(header))


def shown(document: str, label: str, *, whole: bool = False) -> str:
    """A document with the name of what is folded, or with it open."""
    opening = HEADED if HEADED in document else OPENING
    sign = opening.replace("></", f">{escape(label)}</")
    if whole:
        sign = sign.replace(">", " open>", 1)
    return document.replace(opening, sign, 1)


def headed(document: str) -> str:
    """What stands folded below a block of headers, that included; "" when nothing
    does."""
    return document.partition(HEADED)[2]


def folded(html: str, *, answers: bool) -> str:
    """`html` with its last quotation in a closed `details`. As it is when it says
    nothing else, when it forwards, or when it is answered below or between the lines
    of a quotation. Of a message that `answers`, a quotation needs no line that says
    whose it is, and a block of headers no address."""
    quoted, block = _quotation(html, answers), _headed(html, answers)
    if block is not None and not (quoted and quoted[0] <= block):
        return _opened(html, _with_rule(html, block), HEADED)
    if quoted is None or not _is_end(html, quoted[1]):
        return html
    begin, end = quoted
    made = _opened(html[:end], begin, OPENING)
    return (made + _CLOSING if len(made) > end else made) + html[end:]


def _opened(html: str, begin: int, opening: str) -> str:
    """What is not closed ends with the element that it is in, as HTML has it."""
    if not _says_more(html, begin):
        return html
    return f"{html[:begin]}{opening}{html[begin:]}"


# --- quoted by an element
def _quotation(html: str, answers: bool) -> tuple[int, int] | None:
    """The last quotation that is in no other, with the line that says whose it is."""
    depth, begin, found = 0, 0, None
    for at in _quotation_tags(html):
        if html[at + 1] == "/":
            depth -= 1
            found = found if depth else (begin, html.find(">", at) + 1)
        else:
            begin = begin if depth else at
            depth += 1
    if found is None:
        return None
    begin, end = found
    told = _attributed(html, begin)
    return (told, end) if answers or told < begin or _is_told(html, begin) else None


def _quotation_tags(html: str) -> Iterator[int]:
    """Where they begin; several times faster than by a regular expression."""
    at = html.find(_QUOTATION)
    while at >= 0:
        start = html.rfind("<", max(0, at - 2), at)
        if start >= 0 and html[start + 1 : at] in ("", "/"):
            yield start
        at = html.find(_QUOTATION, at + 1)


def _is_told(html: str, begin: int) -> bool:
    """Whether the text before a quotation, or its first words, say whose it is."""
    before = words(_before(html, begin))[-400:]
    if _ATTRIBUTION.search(before) and before.rstrip().endswith(":"):
        return True
    return bool(_ATTRIBUTION.match(words(html[begin : begin + _NEAR]).strip()))


def _attributed(html: str, begin: int) -> int:
    """Where the elements before `begin` start that only say whose the quotation is."""
    start = max(0, begin - _NEAR)
    depth, at = 0, begin
    for tag in reversed(list(_TAG.finditer(html, start, begin))):
        if depth == 0 and words(html[tag.end() : at]).strip():
            break
        depth += _step(tag) * -1
        if depth < 0:
            break
        if depth == 0:
            at = tag.start()
            text = words(html[at:begin]).strip()
            if text:
                return at if _ATTRIBUTION.fullmatch(text) else begin
    return begin


# --- quoted below a block of headers
def _headed(html: str, answers: bool) -> int | None:
    """Where the first block of headers begins, or what a program marks as such."""
    places = [_climbed(html, at) for at in _announced(html, answers)]
    if _NAMED in html and (marked := _MARKED.search(html)):
        places.append(marked.start())
    # one of the mail's own would end ours
    return None if not places or "<details" in html else min(places)


def _announced(html: str, answers: bool) -> Iterator[int]:
    """Where the first block of headers says who wrote."""
    at = html.find(_ANNOUNCED)
    for _each in range(_LABELS_MAX):
        if at < 0:
            return
        froms = list(_FROM.finditer(html, max(0, at - _NEAR), at))
        near = words(html[froms[-1].start() + 1 : at + _NEAR]) if froms else ""
        if near and _is_block(near, answers):
            yield froms[-1].start() + 1
            return
        at = html.find(_ANNOUNCED, at + 1)


def _is_block(text: str, answers: bool) -> bool:
    """A memo has the same lines, and begins a mail: there they name no address."""
    sent = _SENT.search(text, 0, 400)
    if sent and not answers and "@" not in _TO.split(text[: sent.start()])[0]:
        return False
    return bool(sent and _SUBJECT.search(text, sent.end(), sent.end() + 1_500))


def _climbed(html: str, at: int) -> int:
    """The start of the outermost element whose first words are at `at`."""
    outermost, inner, before, depth = None, at, at, 0
    for tag in reversed(list(_TAG.finditer(html, max(0, at - _NEAR), at))):
        is_bar = tag[2] == "img" or (tag[2] in _CELLS and not depth)
        if is_bar or words(html[tag.end() : before]).strip():
            break
        before = tag.start()
        # what is closed before it is blank
        if _step(tag) and depth:
            depth -= _step(tag)
        elif _step(tag):
            depth += bool(tag[1])
            inner = inner if tag[1] else before
            outermost = before if tag[2] in _BLOCKS and not tag[1] else outermost
    return inner if outermost is None else outermost


def _with_rule(html: str, begin: int) -> int:
    """With the line drawn above it."""
    at = html.rfind("<", 0, begin)
    is_rule = html.startswith(("<hr ", "<hr>"), max(at, 0))
    blank = is_rule and not html[html.find(">", at) + 1 : begin].strip()
    return at if blank else begin


def _step(tag: re.Match[str]) -> int:
    if tag[1]:
        return -1
    return 0 if tag[2] in _VOID else 1


# --- what stands around it
def _says_more(html: str, begin: int) -> bool:
    """Whether the message says anything before what it quotes, and does not forward."""
    near = _before(html, begin)
    text = words(near).strip()
    if _FORWARD.search(text[-300:]):
        return False
    text = text[: _last_told(text)].strip()
    return bool(text or "<img " in near or _WORD.search(html, 0, begin - len(near)))


def _last_told(text: str) -> int:
    """Where the line begins that only says whose the quotation is; else the end."""
    line = max(text.rfind("\n"), 0)
    last = text[line:].strip()
    told = _ATTRIBUTION.fullmatch(last) or _ORIGINAL.fullmatch(last)
    return line if told else len(text)


def tells(line: str) -> bool:
    """Whether it only says whose a quotation is."""
    line = line.strip(" \t>")
    return bool(_ATTRIBUTION.fullmatch(line) or _ORIGINAL.fullmatch(line))


def _is_end(html: str, end: int) -> bool:
    """Whether only a signature or the foot of a list stands below."""
    text = words(html[end : end + _NEAR]).strip()
    return (not text or text.startswith(_BELOW)) and len(html) - end < 4 * _NEAR


def _before(html: str, at: int) -> str:
    """What stands before, from a tag on."""
    start = max(0, at - _NEAR)
    return html[html.find("<", start, at) if start else 0 : at]


_ANY_TAG = re.compile(r"<(?:br|/?(?:div|p|li|tr|h[1-6]|blockquote))(?=[ >])[^<>]*+>?")
_REST = re.compile(r"<[^<>]*+>?")
_INVISIBLE = re.compile(r"[\u00ad\u034f\u200b-\u200f\u2060\ufeff]")


def words(html: str) -> str:
    """The text of a short piece, a line for each block."""
    text = unescape(_REST.sub("", _ANY_TAG.sub("\n", html)))
    return _INVISIBLE.sub("", text).replace("\xa0", " ")
