"""Composing: answers and forwards as drafts, drafts as bytes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from typing import Any, Literal

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import utf8_charset_qp
from django.utils import timezone
from django.utils.translation import gettext as _

from convergence.errors import NotFound
from mail import bulk, formatting, plaintext, recipients
from mail.fileparts import File as File
from mail.fileparts import Inline as Inline
from mail.fileparts import attachment, inline
from mail.messages import Address, Message

Kind = Literal["reponse", "reponse-a-tous", "transfert"]
_PREFIX = re.compile(
    r"^\s*(?:(?:re|rép|rep|aw|sv|tr|fw|fwd|wg)\s*(?:\[\d+\]\s*)?:\s*)+", re.I
)
_REFERENCES_MAX = 30
_ID_MAX = 900
_NAME_MAX = 200
_WORD_MAX = 70
_FLOW = 72
# how lines begin that are quoted, or would be taken for something else
_MARKED = (">", " ", "F")
# before a `>` the next line would look like a quotation
_LAST_BREAK = re.compile(r".*\S +(?=[^\s>])")
_NEXT_BREAK = re.compile(r" +(?=[^\s>])")


@dataclass(frozen=True, slots=True)
class Draft:
    """A message being written. `html` is empty or cleaned (safehtml.clean_written); its
    text is then in `text` too, for readers that show only that. `sender`: "" is the
    mailbox's own address; `receipt`, `notify`: a receipt of reading, of delivery is
    asked; `follow_at`: its author is reminded then, unless somebody has answered;
    `others` are further fields of the header, by name."""

    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    subject: str = ""
    text: str = ""
    html: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    files: tuple[File, ...] = field(default=(), repr=False)
    sender: str = ""
    reply_to: tuple[Address, ...] = ()
    receipt: bool = False
    notify: bool = False
    follow_at: datetime | None = None
    pictures: tuple[Inline, ...] = field(default=(), repr=False)
    others: tuple[tuple[str, str], ...] = ()

    @property
    def everybody(self) -> tuple[str, ...]:
        """Every envelope recipient once, in order."""
        found = {a.email.lower(): a.email for a in (*self.to, *self.cc, *self.bcc)}
        return tuple(found.values())


def answer_to(message: Message, text: str, kind: str, own: Sequence[str]) -> Draft:
    """The beginning of a reply or forward. `own` are the addresses of this mailbox,
    which never answer themselves. Raises NotFound for another kind."""
    mine = {address.lower() for address in own}
    header = message.header
    if kind == "transfert":
        return Draft(
            subject=_prefixed("Tr", header.subject), text=_forwarded(message, text)
        )
    if kind not in {"reponse", "reponse-a-tous"}:
        raise NotFound
    to = _answered(message, mine)
    cc: tuple[Address, ...] = ()
    if kind == "reponse-a-tous":
        taken = mine | {a.email.lower() for a in to}
        others = (*header.to, *header.cc) if to != header.to else header.cc
        cc = tuple(a for a in others if a.email.lower() not in taken and "@" in a.email)
    return Draft(
        to=to,
        cc=cc,
        subject=_prefixed("Re", header.subject),
        text=_quoted(message, text),
        in_reply_to=header.message_id,
        references=_references(message),
    )


def _answered(message: Message, mine: set[str]) -> tuple[Address, ...]:
    """To whom a reply goes: Reply-To, else the sender; for a message of one's own, its
    recipients (minus oneself)."""
    header = message.header
    target = header.reply_to or (header.sender,)
    if all(a.email.lower() in mine for a in target):
        others = tuple(a for a in header.to if a.email.lower() not in mine)
        target = others or header.to or target
    return tuple(a for a in target if a.email)


def _references(message: Message) -> tuple[str, ...]:
    """RFC 5322 §3.6.4: the parent's references and its id; the first is kept, because
    it names the conversation."""
    header = message.header
    known = header.references or header.in_reply_to[:1]
    chain = list(dict.fromkeys((*known, *filter(None, (header.message_id,)))))
    if len(chain) > _REFERENCES_MAX:
        chain = [chain[0], *chain[-_REFERENCES_MAX + 1 :]]
    return tuple(chain)


def _prefixed(prefix: str, subject: str) -> str:
    bare = _PREFIX.sub("", subject).strip()
    return f"{prefix}: {bare}"[:500]


def introduction(message: Message) -> str:
    """The line above what an answer quotes."""
    header = message.header
    date = timezone.localtime(header.date or message.received)
    return _("Le %(date)s, %(name)s a écrit :") % {
        "date": f"{date:%d/%m/%Y à %H:%M}",
        "name": header.sender.label,
    }


def _quoted(message: Message, text: str) -> str:
    quotation = plaintext.quote(text.strip())
    return f"\n\n{introduction(message)}\n{quotation}\n"


def forwarded_lines(message: Message) -> list[str]:
    """What stands above a message that is forwarded."""
    header = message.header
    date = timezone.localtime(header.date or message.received)
    return [
        f"-------- {_('Message transféré')} --------",
        f"{_('Objet')} : {header.subject}",
        f"{_('Date')} : {date:%d/%m/%Y %H:%M}",
        f"{_('De')} : {recipients.shown((header.sender,))}",
        f"{_('Pour')} : {recipients.shown(header.to[:50])}",
    ]


def _forwarded(message: Message, text: str) -> str:
    head = "\n".join(forwarded_lines(message))
    return f"\n\n{head}\n\n{text.strip()}\n"


def built(draft: Draft, sender: Address, message_id: str, at: datetime) -> bytes:
    """The message as stored: with Bcc, format=flowed, CRLF line ends and not one octet
    above 127, so that no server on its way has to change it.

    Django's EmailMessage: the standard one damages French headers."""
    extra = {
        "Message-ID": message_id,
        "Date": format_datetime(timezone.localtime(at)),
        "User-Agent": "Convergence",
        **dict(draft.others),
    }
    if draft.receipt:
        extra["Disposition-Notification-To"] = header_of(sender)
    if in_reply_to := threads((draft.in_reply_to,)):
        extra["In-Reply-To"] = in_reply_to
    if references := threads(draft.references):
        extra["References"] = references
    message = _Flowed(
        subject=draft.subject,
        body=flowed(draft.text),
        from_email=header_of(sender),
        to=[header_of(a) for a in draft.to],
        cc=[header_of(a) for a in draft.cc],
        reply_to=[header_of(a) for a in draft.reply_to],
        headers=extra,
    )
    message.pictures = draft.pictures
    if draft.html:
        message.attach_alternative(formatting.document(draft.html), "text/html")
    places = bulk.Places()
    for file in draft.files:
        message.attach(attachment(file, places))
    made = message.message()
    if draft.bcc:
        made["Bcc"] = ", ".join(header_of(a) for a in draft.bcc)
    for part in made.walk():
        if part["Content-Transfer-Encoding"] == "quoted-printable":
            text = str(part.get_payload())
            part.set_payload(places.hold_text(crlf(text.encode())))
    return places.filled(crlf(made.as_bytes()))


def threads(ids: Sequence[str]) -> str:
    """Message-IDs as they may stand in a header: foreign ones that would break a line
    or are not ASCII are left out."""
    return " ".join(i for i in ids if i and i.isascii() and len(i) <= _ID_MAX)


class _Flowed(EmailMultiAlternatives):
    """Quoted-printable keeps the spaces at the ends of lines that flowed text needs;
    Django gives no other way to a parameter of its text part."""

    encoding = utf8_charset_qp
    pictures: tuple[Inline, ...] = ()

    def _create_alternatives(self, msg: Any) -> Any:
        made = super()._create_alternatives(msg)  # type: ignore[misc]
        if self.alternatives and self.pictures:
            shown = [inline(picture) for picture in self.pictures]
            made.attach(formatting.related(made.get_payload().pop(), shown))
        return made

    def _create_message(self, msg: Any) -> Any:
        msg.set_param("format", "flowed")
        return super()._create_message(msg)  # type: ignore[misc]


def header_of(address: Address) -> str:
    """The address for a header, on one line (the generator folds it): Django's own
    sanitize_address folds long names, which its message then refuses."""
    name = " ".join(address.name.split())[:_NAME_MAX]
    if not name:
        return address.email
    if not name.isascii() or "=?" in name:
        words = Header(name, "utf-8").encode(maxlinelen=_WORD_MAX)
        return f"{' '.join(words.split())} <{address.email}>"
    return formataddr((name, address.email))


def crlf(data: bytes) -> bytes:
    return re.sub(rb"\r?\n|\r", b"\r\n", data)


def flowed(text: str) -> str:
    """RFC 3676: paragraphs wrapped with a space at the soft line ends, quotations too;
    the signature mark stays as it is."""
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if len(line) <= _FLOW and line[:1] not in _MARKED and not line[-1:].isspace():
            # nearly every line
            lines.append(line)
            continue
        marks, content = _quotation(line)
        if content != "-- ":
            content = content.rstrip()
        for piece in _wrapped(content, _FLOW - len(marks)):
            lines.append(_quoted_line(marks, piece) if marks else _stuffed(piece))
    return "\n".join(lines)


def _quotation(line: str) -> tuple[str, str]:
    """(the marks of quotation, `> >` as well as `>>`; what is quoted)."""
    found = re.match(r"(?:> ?)*>", line)
    if found is None:
        return "", line
    content = line[found.end() :]
    return ">" * found[0].count(">"), content.removeprefix(" ")


def _quoted_line(marks: str, content: str) -> str:
    return f"{marks} {content}" if content else marks


def _stuffed(line: str) -> str:
    return f" {line}" if line.startswith((" ", ">", "From ")) else line


def _wrapped(text: str, width: int) -> list[str]:
    """Pieces of `width` about, each but the last with its space at the end."""
    pieces: list[str] = []
    while len(text) > width + 6:
        found = _LAST_BREAK.match(text, 0, width + 1)
        if found is None or found[0] == "-- ":
            found = _NEXT_BREAK.search(text, width)
        if found is None:
            break
        pieces.append(text[: found.end()])
        text = text[found.end() :]
    return [*pieces, text]


def new_message_id(token: str) -> str:
    return f"<{token}@{settings.MAIL_DOMAIN}>"
