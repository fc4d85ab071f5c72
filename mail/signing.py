"""Signing: which signatures there are for a message, and putting one at its place.

In text a signature stands below a line of `-- ` (RFC 3676 §4.3), in HTML in an element
of its own, so that one is exchanged for another and nothing that was typed is touched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape

from accounts.access import Grant
from accounts.models import Mailbox
from convergence.statements import Statement
from mail import filling, identities, safehtml, textual, variables
from mail.composing import Draft
from mail.identities import Identity
from mail.messages import Address
from mail.models import ImposedSignature, Signature

MARK = "-- "
_BARE_MARK = re.compile(r"^--[ \t]*$", re.MULTILINE)


# ready statements: whoever writes asks
_SIGNATURES = """
    SELECT {columns}, box.address
    FROM mail_signature its JOIN accounts_mailbox box ON box.id = its.mailbox_id
    WHERE box.address IN (%s) ORDER BY its."order", its.id
"""
_IMPOSED = Statement(
    ImposedSignature,
    "its",
    """
    SELECT {columns}, box.address
    FROM mail_imposedsignature its
    LEFT JOIN accounts_mailbox box ON box.id = its.mailbox_id
    WHERE its.is_active
    """,
)


@dataclass(frozen=True, slots=True)
class Closing:
    """A signature as it goes into a message: its variables are filled. `key` names it
    in a form, `senders` are the addresses (lower case) that it is for."""

    key: str
    name: str
    text: str
    html: str
    senders: tuple[str, ...] = ()
    for_new: bool = False
    for_answers: bool = False
    is_imposed: bool = False

    @property
    def block(self) -> str:
        return f"{MARK}\n{self.text}"

    @property
    def html_block(self) -> str:
        """`--` in front, for readers that make text of it."""
        inside = self.html or lines(self.text)
        return f'<div class="signature"><div>-- </div>{inside}</div>'


def offered(right: Grant, senders: Sequence[Identity]) -> tuple[Closing, ...]:
    """Those for each of the addresses that one may write as; where one is imposed there
    is no other."""
    if not senders:
        return ()
    boxes = sorted({identity.mailbox for identity in senders})
    found = [
        closing
        for row, (box,) in _signatures(len(boxes)).rows(*boxes)
        if (closing := _of(right, row, box, senders)).senders
    ]
    forced = list(_imposed(right, senders))
    held = {address for closing in forced for address in closing.senders}
    free = (
        replace(c, senders=tuple(s for s in c.senders if s not in held)) for c in found
    )
    return (*forced, *(closing for closing in free if closing.senders))


@lru_cache(maxsize=identities.OFFERED_MAX)
def _signatures(boxes: int) -> Statement[Signature]:
    return Statement(Signature, "its", _SIGNATURES % ", ".join(["%s"] * boxes))


def _of(right: Grant, row: Signature, box: str, senders: Sequence[Identity]) -> Closing:
    named = row.address.lower()
    its = [s for s in senders if s.mailbox == box]
    its = [s for s in its if not named or s.address.lower() == named]
    closing = Closing(
        key=str(row.pk),
        name=row.name,
        text=row.text,
        html=row.html,
        senders=tuple(s.address.lower() for s in its),
        for_new=row.for_new,
        for_answers=row.for_answers,
    )
    return _filled(right, closing, its[0]) if its else closing


def _imposed(right: Grant, senders: Sequence[Identity]) -> list[Closing]:
    # all of them: an institution has a handful
    rows = [(row, box) for row, (box,) in _IMPOSED.rows()] if senders else []
    boxes = {box for _row, box in rows}
    found = []
    for row, box in rows:
        its = [s for s in senders if _rules(row, box, s, boxes)]
        if its:
            addresses = tuple(s.address.lower() for s in its)
            closing = Closing(
                key=f"i{row.pk}",
                name=box or f"@{row.domain}",
                text=row.text,
                html=safehtml.clean_written(row.html),
                senders=addresses,
                for_new=True,
                for_answers=True,
                is_imposed=True,
            )
            found.append(_filled(right, closing, its[0]))
    return found


def _rules(
    row: ImposedSignature, box: str | None, sender: Identity, boxes: set[str | None]
) -> bool:
    """Whether this one, of a `box` or a domain, holds for a sender: a mailbox comes
    before its domain."""
    if box:
        return box == sender.mailbox
    if sender.mailbox in boxes:
        return False
    return sender.address.lower().endswith(f"@{row.domain.lower()}")


def _filled(right: Grant, closing: Closing, sender: Identity) -> Closing:
    address = Address(sender.name, sender.address)
    values = filling.of_author(right.user, address) | filling.of_today()
    return replace(
        closing,
        text=variables.filled(closing.text, values),
        html=variables.filled_html(closing.html, values),
    )


def usual(closings: Sequence[Closing], sender: str, *, answers: bool) -> Closing | None:
    """The one that a message begins with: that of the address alone before that of the
    whole mailbox."""
    mine = [c for c in closings if sender.lower() in c.senders]
    fitting = [c for c in mine if (c.for_answers if answers else c.for_new)]
    return min(fitting, key=lambda c: (not c.is_imposed, len(c.senders)), default=None)


def signed(text: str, html: str, closing: Closing, *, below: bool) -> tuple[str, str]:
    """Text and HTML of a message that begins: above what it quotes, or `below`."""
    rest = text.strip("\n")
    if below:
        text = f"{rest}\n\n\n{closing.block}\n"
        html = f"{html}<div><br></div>{closing.html_block}" if html else ""
    else:
        text = f"\n\n{closing.block}\n" + (f"\n{rest}\n" if rest else "")
        empty = "<div><br></div>"
        html = f"{empty}{closing.html_block}{empty}{html}" if html else ""
    return text, html


def switched(text: str, old: Sequence[Closing], new: Closing | None) -> str:
    """The text with `new` in the place of whichever of the `old` stands in it as it
    was; what somebody has changed of one is theirs, and stays."""
    for closing in old:
        at = text.rfind(closing.block)
        if at >= 0 and (not at or text[at - 1] == "\n"):
            after = text[at + len(closing.block) :]
            if new is None:
                return text[:at].rstrip("\n") + after
            return text[:at] + new.block + after
    if new is None:
        return text
    above, quoted = _apart(text)
    return f"{above.rstrip()}\n\n{new.block}\n" + (f"\n{quoted}" if quoted else "")


def _apart(text: str) -> tuple[str, str]:
    """(what was typed, what is quoted below it with its introduction)."""
    lines = text.split("\n")
    first = next((n for n, line in enumerate(lines) if line.startswith(">")), None)
    if first is None or any(
        line.strip() and not line.startswith(">") for line in lines[first:]
    ):
        return text, ""
    begin = first - 1 if first and lines[first - 1].rstrip().endswith(":") else first
    return "\n".join(lines[:begin]), "\n".join(lines[begin:])


def typed(text: str) -> str:
    """What somebody wrote themselves: no signature, nothing quoted."""
    above, _quoted = _apart(text)
    return f"\n{above}".partition(f"\n{MARK}\n")[0].strip()


def with_imposed(draft: Draft, right: Grant, mailbox: Mailbox) -> Draft:
    """The message with the signature that is imposed on it, added at the end when
    somebody took it out."""
    wanted = (draft.sender or mailbox.address).lower()
    senders = [i for i in identities.of(mailbox) if i.address.lower() == wanted]
    for closing in _imposed(right, senders):
        if not _is_signed(draft, closing):
            html = f"{draft.html}{closing.html_block}" if draft.html else ""
            text = f"{draft.text.rstrip()}\n\n{closing.block}\n"
            draft = replace(draft, text=text, html=html)
    return draft


def _is_signed(draft: Draft, closing: Closing) -> bool:
    """The text of what is formatted may be another than the one for plain messages."""
    told = [textual.text_of(closing.html)] if draft.html and closing.html else []
    return any(_contains(draft.text, each) for each in (closing.text, *told))


def _contains(text: str, closing: str) -> bool:
    """Whatever became of blanks and line ends on the way through an editor."""
    return " ".join(closing.split()) in " ".join(text.split())


def marked(text: str) -> str:
    """The text of HTML with its mark as RFC 3676 wants it: editors drop the space."""
    return _BARE_MARK.sub(MARK, text)


def lines(text: str) -> str:
    """Text as the editor writes it."""
    return "".join(f"<div>{escape(line) or '<br>'}</div>" for line in text.split("\n"))
