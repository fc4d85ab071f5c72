"""Muting a conversation, and hearing of it again."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.requests import person
from convergence.web import Notice, Undo, done
from mail import conversing, filing, muting
from mail.access import open_granted
from mail.filing import Filed
from mail.forms import MuteForm, checked
from mail.views import regions
from mail.views.actions import departed, list_after, list_path


@require_POST
def change(request: HttpRequest, address: str, folder: str, uid: int) -> HttpResponse:
    data = checked(MuteForm(request.POST))
    if not data["on"]:
        return _unmuted(request, address, folder, uid, data)
    write = "conversation.mute"
    with open_granted(person(request), address, write=write) as (grant, store):
        found = conversing.conversation(store, folder, uid)
        filed = muting.mute(store, grant, found)
        context = list_after(request, grant, store, folder) | {"reader": "closed"}
        token = filing.token(store, filed)
    url = reverse("mail:mute", args=[address, folder, uid])
    fields = {"token": token, "root": found.root}
    notice = Notice(_told(filed), undo=Undo(url, _("Annuler"), fields))
    return departed(request, address, folder, context, notice)


def _told(filed: Filed) -> str:
    if not filed.count:
        return _("Conversation en sourdine : la suite sera archivée, déjà lue.")
    return ngettext(
        "Conversation en sourdine : %(count)s message archivé, la suite le sera aussi.",
        "Conversation en sourdine : %(count)s messages archivés, la suite le sera "
        "aussi.",
        filed.count,
    ) % {"count": filed.count}


def _unmuted(
    request: HttpRequest, address: str, folder: str, uid: int, data: dict[str, Any]
) -> HttpResponse:
    """By the page of the conversation; or by the notice, which knows what was archived
    and takes that back too."""
    write, then = "conversation.unmute", list_path(request, address, folder)
    with open_granted(person(request), address, write=write) as (grant, store):
        if data["token"]:
            filing.restore(store, data["token"])
        root = data["root"]
        if not root:
            root = conversing.conversation(store, folder, uid).root
            then = f"{regions.message_path(address, folder, uid)}conversation/"
        muting.unmute(store, grant.mailbox, root)
        context = list_after(request, grant, store, folder)
    notice = Notice(_("Cette conversation n’est plus en sourdine."))
    return done(request, "mail/folder/changed", context, then=then, notice=notice)
