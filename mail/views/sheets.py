"""What the reader shows of one message: one function gives all that the templates of a
message ask for, alone or as a sheet of a conversation (`sheet.…` there)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.access import Grant
from accounts.models import User
from mail import (
    authentication,
    following,
    impersonation,
    individually,
    labels,
    lists,
    mime,
    moments,
    outbox,
    quoting,
    reading,
    receipts,
    replying,
    reports,
    smime,
    trusting,
)
from mail.messages import DRAFT, FLAGGED, UNANSWERED, WOKEN, Message
from mail.reports import Report
from mail.store import Store
from mail.views import cards, frames, looks, permalinks, regions
from mail.views.looks import Looks

_RECIPIENTS_SHOWN = 20
AS_IT_IS = Looks()


@dataclass(frozen=True, slots=True)
class Banner:
    """Something to know before reading: `name` is its template, `level` how grave."""

    name: str
    level: str = ""
    about: Any = None

    @property
    def template(self) -> str:
        return f"mail/messages/banners/{self.name}.html"

    @property
    def label(self) -> str:
        """What it is about, while it is folded."""
        return {
            "authentication": _("expéditeur non authentifié"),
            "senders": _("plusieurs expéditeurs"),
            "elsewhere": _("réponse vers une autre adresse"),
            "images": _("images bloquées"),
            "trusted": _("images affichées"),
            "receipt": _("accusé de lecture demandé"),
            "list": _("liste de diffusion"),
        }.get(self.name, "")


def read(
    grant: Grant, store: Store, opening: frames.Opening, wanted: Looks = AS_IT_IS
) -> dict[str, Any]:
    """The sheet of the message that is being opened; marks it seen."""
    if wanted.plain:
        message, texts = store.read(opening.folder, opening.uid, "text")
    else:
        message, texts = _with_trust(grant.user, store, opening)
    report = reports.read(store, message)
    return sheet(grant, message, texts, opening, wanted, report)


def _with_trust(
    user: User, store: Store, opening: frames.Opening
) -> tuple[Message, dict[str, bytes]]:
    """The message, and whether its sender's pictures are always wanted."""
    folder, uid = opening.folder, opening.uid
    message, texts = store.read(folder, uid, without=opening.known)
    is_framed = any(part.type == "text/html" for part in message.structure.walk())
    if is_framed and not opening.images and trusting.is_trusted(user, message.header):
        opening.allow_images(message.uidvalidity)
        shown = mime.layout(message.structure).bodies
        if any(opening.lacks(part, texts) for part in shown):
            # known without its pictures only
            message, texts = store.read(folder, uid)
    return message, texts


def sheet(
    grant: Grant,
    message: Message,
    texts: Mapping[str, bytes],
    opening: frames.Opening,
    wanted: Looks = AS_IT_IS,
    report: Report | None = None,
) -> dict[str, Any]:
    original = report.original.message_id if report and report.original else ""
    view = reading.view(
        message,
        texts,
        lambda *asked: opening.begin(message, *asked),
        plain=wanted.plain,
        charset=wanted.charset,
    )
    if not wanted.whole:
        view = quoting.without(view)
    address = grant.mailbox.address
    path = regions.message_path(address, message.folder, message.uid)
    return {
        "view": view,
        "message": message,
        "sealed": smime.kind(message.structure),
        **_places(address, message),
        **_people(message),
        **_looks(message, opening, wanted),
        **_labels(grant, message),
        **_acts(grant, message),
        "consent": opening.consent,
        "banners": _banners(grant, message, opening),
        "report": report,
        "reported": permalinks.path_to(address, original),
        "attachments": cards.listed(path, message, reading.listed(view, opening.shown)),
    }


def unread(grant: Grant, message: Message) -> dict[str, Any]:
    """What a toolbar asks for of a message that is not shown."""
    return {
        "message": message,
        **_places(grant.mailbox.address, message),
        **_people(message),
        **_labels(grant, message),
        **_acts(grant, message),
    }


def _places(address: str, message: Message) -> dict[str, Any]:
    """The addresses and the names on the page that are its own."""
    folder, uid = message.folder, message.uid
    return {
        "path": regions.message_path(address, folder, uid),
        "folder_path": regions.path_of(address, folder),
        "write_path": regions.write_path(address, folder, uid),
        "permalink": permalinks.path_to(address, message.header.message_id),
        "leaf_id": regions.leaf_id(folder, uid),
        "labels_id": regions.labels_id(folder, uid),
        "mailbox_address": address,
    }


def _people(message: Message) -> dict[str, Any]:
    header = message.header
    people = header.to + header.cc
    external = any(
        reading.is_external(someone, settings.MAIL_DOMAIN)
        for someone in header.senders or (header.sender,)
    )
    return {
        "header": header,
        "external": external,
        # a name alone may deceive: the directory is asked when the page is there
        "checks_name": external and len(header.sender.name.split()) > 1,
        "recipients": people[:_RECIPIENTS_SHOWN],
        "recipients_more": max(0, len(people) - _RECIPIENTS_SHOWN),
        "receipt_asked": bool(header.other("disposition-notification-to")),
    }


def _labels(grant: Grant, message: Message) -> dict[str, Any]:
    catalogue = labels.of(grant.mailbox)
    tags = labels.on(message.flags, catalogue)
    return {"tags": tags, "label_boxes": labels.boxes(catalogue, tags)}


def _acts(grant: Grant, message: Message) -> dict[str, Any]:
    """What may be done to it, and what was."""
    can_follow = following.can_follow(grant.mailbox, message)
    return {
        "can_write": grant.can_write,
        "quick_replies": replying.offered(grant, message),
        "flagged": FLAGGED in message.flags,
        "moments": moments.for_snoozing(),
        "follow_moments": moments.for_following() if can_follow else (),
        "continuable": DRAFT in message.flags,
        "outgoing": outbox.of(grant.mailbox, message),
        "mailing": individually.of(grant.mailbox, message),
    }


def _looks(message: Message, opening: frames.Opening, wanted: Looks) -> dict[str, Any]:
    """How it is shown, and how else it may be."""
    has_html = any(part.type == "text/html" for part in message.structure.walk())
    images = {"images": opening.consent} if opening.images else {}
    frame = {"v": str(message.uidvalidity), **images}
    return {
        "mono": wanted.mono,
        "frame_query": wanted.query(**frame),
        "has_html": has_html,
        "looked": wanted.query(),
        # made when the menu is, most often once
        "ways": partial(looks.ways, wanted, has_html),
        "ground_way": partial(looks.ground_way, wanted),
        "charset_ways": partial(looks.charset_ways, wanted),
    }


def _reminders(grant: Grant, message: Message) -> Iterator[Banner]:
    if WOKEN in message.flags:
        yield Banner("woken")
    if UNANSWERED in message.flags:
        yield Banner("unanswered", "warning")
    if following.can_follow(grant.mailbox, message):
        row = following.of(grant.mailbox, message.header.message_id)
        if row is not None:
            yield Banner("expected", about=row)


def _banners(grant: Grant, message: Message, opening: frames.Opening) -> list[Banner]:
    """The most important first: that one is shown, the others are folded below it."""
    header, server = message.header, settings.TRUSTED_AUTHSERV_ID
    found = []
    if suspicion := impersonation.of(header.sender, settings.MAIL_DOMAIN):
        found.append(Banner("impersonation", "danger", suspicion))
    if authentication.verdict(header, server) == "failed":
        found.append(Banner("authentication", "danger"))
    if len(header.senders) > 1:
        found.append(Banner("senders", "warning", header.senders[:5]))
    if elsewhere := reading.reply_elsewhere(message):
        found.append(Banner("elsewhere", "warning", elsewhere[:5]))
    if not opening.images and opening.blocked:
        found.append(Banner("images", about=trusting.can_trust(header)))
    if opening.trusted:
        found.append(Banner("trusted"))
    if wanted := receipts.asked(message, grant.mailbox.addresses):
        found.append(Banner("receipt", about=wanted))
    if mailing := lists.of(header, server, settings.MAIL_DOMAIN):
        found.append(Banner("list", about=mailing))
    return [*found, *_reminders(grant, message)]
