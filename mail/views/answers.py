"""What one click answers for the reader: a receipt, leaving a list, trust."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import person
from convergence.web import Notice, done, remember, see_other
from mail import answering, fetcher, trusting
from mail.access import open_granted, open_mailbox
from mail.forms import ReceiptForm, TrustForm, checked
from mail.views import regions, scheduling


@require_POST
def receipt(request: HttpRequest, address: str, folder: str, uid: int) -> HttpResponse:
    """Send the receipt that was asked for, or never; nobody is asked again."""
    sends = checked(ReceiptForm(request.POST))["answer"] == "send"
    write = "message.receipt"
    with open_granted(person(request), address, write=write) as (grant, store):
        message = store.message(folder, uid)
        answering.receipt(store, grant, message, sends=sends)
    text = (
        _("Accusé de lecture envoyé.")
        if sends
        else _("Aucun accusé de lecture envoyé.")
    )
    return _answered(request, address, folder, uid, Notice(text))


@require_POST
def leave(request: HttpRequest, address: str, folder: str, uid: int) -> HttpResponse:
    """Leave the list that this message came by."""
    user = person(request)
    with open_granted(user, address, write="list.leave") as (grant, store):
        message = store.message(folder, uid)
        mailing = answering.list_to_leave(message.header)
        if mailing.letter and not mailing.one_click:
            row = answering.leave(store, grant, message, mailing.letter)
            text = _("Message de désabonnement envoyé.")
            notice = Notice(text, undo=scheduling.way_back(row))
            return _answered(request, address, folder, uid, notice)
    # without holding a connection to IMAP: the host has seconds to answer
    fetcher.unsubscribe(mailing.one_click, person=user.pk)
    text = _("Demande de désabonnement envoyée. La liste peut mettre quelques jours.")
    return _answered(request, address, folder, uid, Notice(text))


@require_POST
def trust(request: HttpRequest, address: str, folder: str, uid: int) -> HttpResponse:
    """Always show this sender's images to this person, or no longer."""
    trusts = checked(TrustForm(request.POST))["trust"] == "on"
    user = person(request)
    with open_mailbox(user, address) as store:
        header = store.message(folder, uid).header
    if trusts:
        trusting.trust(user, header)
        text = _("Les images de cet expéditeur s’afficheront toujours.")
    else:
        trusting.withdraw(user, header)
        text = _("Les images de cet expéditeur attendront votre accord.")
    remember(request, Notice(text))
    return see_other(regions.message_path(address, folder, uid))


def _answered(
    request: HttpRequest, address: str, folder: str, uid: int, notice: Notice
) -> HttpResponse:
    """The banner says what was done; without script, the message again."""
    then = regions.message_path(address, folder, uid)
    return done(
        request,
        "mail/messages/answered",
        {"told": notice.text},
        then=then,
        notice=notice,
    )
