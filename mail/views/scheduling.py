"""When a message leaves: what the form offers, what was chosen, how it is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Grant
from convergence.errors import InputRefused
from convergence.web import Notice, Undo
from mail import moments, workinghours
from mail.composeforms import ComposeForm
from mail.models import Outgoing

# the button beside the field in which an hour is typed
TYPED = "choisie"
_WAITING = (Outgoing.State.HELD, Outgoing.State.DUE)


def offered(grant: Grant, form: ComposeForm) -> dict[str, Any]:
    """The choices of the form; `proposed` outside the hours of work."""
    at = workinghours.proposed(workinghours.of(grant.mailbox))
    typed = form.data.get("at_typed") or form.initial.get("at_typed", "")
    return {
        "send_moments": moments.for_sending(),
        "proposed": at and _proposed(at),
        "at_typed": typed,
        "earliest": moments.typed(timezone.now()),
        "held_at": _chosen(form.data),
    }


def _proposed(at: datetime) -> moments.Moment:
    return moments.Moment(moments.near(at), moments.dated(at), moments.typed(at))


def hour(form: ComposeForm, posted: Mapping[str, Any]) -> datetime | None:
    """The hour that was chosen: None for now. What is none is an error of the form."""
    at = _chosen(posted)
    if not at:
        return None
    try:
        return moments.parsed(at)
    except InputRefused as error:
        form.add_error(None, str(error.message))
        return None


def _chosen(posted: Mapping[str, str]) -> str:
    """As it was sent; what was asked before the guards had a question still counts when
    it is answered."""
    at = posted.get("at", "")
    if not at and "confirmed" in posted:
        return posted.get("held_at", "")
    # what nobody typed is no hour either
    return (posted.get("at_typed") or "?") if at == TYPED else at


def told(row: Outgoing) -> Notice:
    """That it is on its way, with the way back while there is one."""
    text = _("Message envoyé.")
    if row.scheduled:
        text = _("Message programmé pour %(when)s.")
        text %= {"when": moments.dated(row.due_at)}
    return Notice(text, undo=way_back(row))


def way_back(row: Outgoing) -> Undo | None:
    """The button that takes back what has just been queued, while it can be."""
    left = (row.due_at - timezone.now()).total_seconds()
    if left <= 0 or row.state not in _WAITING:
        return None
    url = reverse("mail:undo_send", args=[row.mailbox.address, row.pk])
    # an hour far away is no countdown
    seconds = 0 if row.scheduled else max(1, round(left))
    return Undo(url, _("Annuler l’envoi"), {}, seconds, opens=True)
