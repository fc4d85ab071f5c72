"""Quick replies: sending one, and the page where a person keeps theirs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import preferences
from accounts.requests import person
from convergence.web import Notice, done, remember, see_other
from mail import replying
from mail.access import open_granted
from mail.forms import checked
from mail.views import regions, scheduling, wordings
from mail.wordingforms import QuickForm, QuickRepliesForm


@require_POST
def send(request: HttpRequest, address: str, folder: str, uid: int) -> HttpResponse:
    sentence = checked(QuickForm(request.POST))["sentence"]
    write = "message.compose"
    with open_granted(person(request), address, write=write) as (right, store):
        row = replying.reply(store, right, folder, uid, sentence)
    then = regions.message_path(address, folder, uid)
    told = {"told": _("Réponse envoyée\u00a0: «\u00a0%s\u00a0»") % sentence}
    notice = scheduling.told(row)
    return done(request, "mail/messages/answered", told, then=then, notice=notice)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, address: str) -> HttpResponse:
    """One's own, whatever the mailbox at hand."""
    user = person(request)
    posted = request.method == "POST"
    initial = {"replies": "\n".join(replying.of(user))}
    form = QuickRepliesForm(request.POST if posted else None, initial=initial)
    if posted and form.is_valid():
        preferences.choose(user, quick_replies=form.cleaned_data["replies"])
        remember(request, Notice(_("Réponses rapides enregistrées.")))
        return see_other("mail:quick_replies", address)
    with open_granted(user, address) as (right, store):
        context = regions.shell(right, store, "")
    context |= {"form": form, "kinds": wordings.KINDS.values(), "is_quick": True}
    status = 400 if posted else 200
    return render(request, "mail/wordings/quick.html", context, status=status)
