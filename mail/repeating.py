"""Whether what stands below a block of headers (De, Envoyé, À, Objet) only repeats the
message that is answered. Such a block does not say where the quotation ends: people
write between its lines, in a colour or in none. So it is folded only when that message
and those before it are at hand and say all of it, each in one piece.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from unicodedata import normalize

from mail import charsets, folding, mime, safehtml
from mail.conversing import searched
from mail.messages import Header, Message
from mail.store import Store

_LOOKED_AT = 8
# longer, or of more messages, a quotation is shown as it is
_QUOTED_MAX = 200_000
_PIECES_MAX = 50
_PART_MAX = 512 * 1024
# an answer may be a tick or a smile
_WORD = re.compile(r"[^\W_]+|[\u2190-\u2bff\U0001f000-\U0001faff]")
_LABEL = re.compile(
    r"[\s>]*(de|from|von|da|envoyé(?: le| par)?|sent|gesendet|inviato|enviado|date"
    r"|datum|à|to|an|a|para|cc|copie|kopie|objet|subject|betreff|oggetto|asunto|importance"
    r"|priorité|répondre à|reply-to|pièces? jointes?|attachments?)\s*:",
    re.IGNORECASE,
)
_SENDER = {"de", "from", "von", "da"}


def answered(header: Header) -> tuple[str, ...]:
    """The Message-IDs of what a message answers, and of what that answered."""
    names = (*header.in_reply_to[:1], *reversed(header.references))
    return tuple(dict.fromkeys(names))[:_LOOKED_AT]


def only_repeats(
    store: Store, folder: str, names: Sequence[str], document: str
) -> bool:
    """Whether the messages of these Message-IDs that are in the mailbox hold all that a
    document has folded. Nothing is searched, nothing marked seen."""
    quoted = folding.headed(document)
    if len(quoted) > _QUOTED_MAX:
        return False
    left = [_flat(piece) for piece in pieces(folding.words(quoted))]
    if len(left) > _PIECES_MAX:
        return False
    pictures = quoted.count("<img ")
    for text, shown in _originals(store, folder, names):
        flat = _flat(text)
        left = [piece for piece in left if piece not in flat]
        pictures -= shown
        if not left and pictures <= 0:
            return True
    return False


def _originals(
    store: Store, folder: str, names: Sequence[str]
) -> Iterator[tuple[str, int]]:
    """The texts of the messages that have these names, with the number of pictures."""
    if not names:
        return
    folders = store.folders()
    own = [each for each in folders if each.name == folder]
    usable = [*own, *(each for each in searched(folders) if each.name != folder)]
    found = store.citing(usable, names, datetime.now(UTC).date(), search=False)
    rows = [
        (names.index(row.envelope.message_id), place, row.uid)
        for place, uids in found.uids.items()
        for row in store.summaries(place, uids)
        if row.envelope.message_id in names
    ]
    for _at, place, uid in sorted(rows)[:_LOOKED_AT]:
        yield from _texts(store, store.message(place, uid))


def _texts(store: Store, message: Message) -> Iterator[tuple[str, int]]:
    preferences: tuple[mime.Prefer, ...] = ("html", "text")
    for prefer in preferences:
        for part in mime.layout(message.structure, prefer).bodies[:1]:
            if part.size <= _PART_MAX:
                data = store.part(message.folder, message.uid, part.number)[1]
                text = charsets.read(data, part.charset)
                is_html = part.type == "text/html"
                pictures = text.lower().count("<img") if is_html else 0
                yield safehtml.text_of(text) if is_html else text, pictures


def pieces(text: str) -> list[str]:
    """What the messages say that a quotation holds one within the other, without the
    lines that tell whose each is."""
    lines = [line for line in text.splitlines() if line.strip()]
    found: list[list[str]] = [[]]
    at = 0
    while at < len(lines):
        if after := _told(lines, at):
            found.append([])
            at = after
        else:
            found[-1].append(lines[at])
            at += 1
    return ["\n".join(piece) for piece in found if piece]


def _told(lines: Sequence[str], at: int) -> int:
    """The line after those that tell from here on whose a quotation is; 0 when they do
    not. Each label stands there once, and one of them is that of a sender."""
    if folding.tells(lines[at]):
        return at + 1
    told: set[str] = set()
    while at < len(lines) and (label := _LABEL.match(lines[at])):
        name = label[1].casefold()
        if name in told:
            break
        told.add(name)
        at += 1
    return at if len(told) > 1 and told & _SENDER else 0


def _flat(text: str) -> str:
    """Its words, each between blanks."""
    return f" {' '.join(_WORD.findall(normalize('NFKC', text).casefold()))} "
