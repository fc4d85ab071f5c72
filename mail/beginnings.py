"""What a new message begins with: the words of an address of ours, of a mailto: link,
or of what another program shares; and the messages that are to go along."""

from __future__ import annotations

import uuid
from collections.abc import MutableMapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from convergence.errors import InputRefused
from mail import attaching, mailto
from mail.attaching import Carried
from mail.store import Store

Visit = MutableMapping[str, Any]
ENCLOSED_MAX = 20
_SHARED = "shared_texts"
_SHARED_MAX = 5
_TEXT_MAX = 20_000


def fields(query: QueryDict, visit: Visit) -> dict[str, str]:
    """The fields of the form, by the query of the page's address; what was shared is in
    the `visit` (session) under the token of its form."""
    if link := query.get("mailto", ""):
        return mailto.fields(link)
    shared: dict[str, str] = visit.get(_SHARED, {}).get(query.get("partage", ""), {})
    return {
        "to": query.get("a", "")[:2000],
        "subject": query.get("objet", "")[:500],
        **shared,
    }


def share(visit: Visit, *, title: str, text: str, link: str) -> str:
    """Keep what another program shares for a form to come; the token of that form."""
    token = uuid.uuid4().hex
    known = list(visit.get(_SHARED, {}).items())[1 - _SHARED_MAX :]
    words = "\n\n".join(filter(None, (text[:_TEXT_MAX], link[:2000])))
    subject = "".join(c for c in title if c.isprintable())[:500]
    began = {"token": token, "subject": subject, "text": words}
    visit[_SHARED] = {**dict(known), token: began}
    return token


def enclosed(store: Store, query: QueryDict) -> tuple[Carried, ...]:
    """The messages `joints` (UIDs apart by commas) of the folder `dossier`, to be sent
    as they are. Raises InputRefused, MessageMissing."""
    words = [word for word in query.get("joints", "").split(",") if word]
    check_count(len(words))
    if not all(w.isascii() and w.isdigit() and len(w) < 11 for w in words):
        raise InputRefused
    folder = query.get("dossier", "INBOX")
    return attaching.enclosed(store, folder, [int(word) for word in words])


def check_count(count: int) -> None:
    """Raises InputRefused when so many messages cannot go along."""
    if count > ENCLOSED_MAX:
        text = ngettext(
            "Joignez %(limit)s message au plus.",
            "Joignez %(limit)s messages au plus.",
            ENCLOSED_MAX,
        )
        raise InputRefused(text % {"limit": ENCLOSED_MAX})


def subject_of(enclosed: tuple[Carried, ...]) -> str:
    """For one message that goes along, what a forward of it is called."""
    if len(enclosed) != 1:
        return ""
    return f"{_('Tr')}: {enclosed[0].name.removesuffix('.eml')}"
