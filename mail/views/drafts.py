"""Drafts that the page stores by itself while somebody writes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts import visits
from accounts.access import Grant
from accounts.requests import person
from convergence.errors import AccessRefused
from convergence.openness import background
from convergence.web import Notice, Undo, see_other
from mail import discarding, drafting, individually, pictures, signing, textual
from mail.access import open_granted
from mail.attaching import Attached
from mail.composing import Draft
from mail.dispatchforms import DispatchForm
from mail.forms import NameForm, checked, valid
from mail.messages import Address
from mail.store import Store
from mail.uploads import Shelf
from mail.views import regions

SAVE = "message.draft"
APART = gettext_lazy(
    "Ce brouillon a été modifié, envoyé ou supprimé ailleurs. Votre texte est "
    "enregistré à part\u00a0: rien n’a été écrasé."
)

RETURNED = gettext_lazy("Un texte resté sur cet appareil est enregistré.")


class OfAnother(AccessRefused):
    message = gettext_lazy(
        "Une autre personne est connectée sur ce navigateur. Ce texte n’est pas "
        "enregistré dans sa boîte."
    )


@background
@require_POST
def save(request: HttpRequest, address: str) -> HttpResponse:
    """{"draft": name of the version, "path": where one goes on with it, "drafts": where
    it lies, "said": its state in words, "apart": what is to be told of another version,
    "returned" and "reopen": of a text that a device had kept}."""
    user = person(request)
    if request.POST.get("owner") != visits.mark_of(user):
        raise OfAnother
    is_first = not request.POST.get("draft_id")
    with open_granted(user, address, write=SAVE, recorded=is_first) as (grant, store):
        form = valid(DispatchForm(request.POST, right=grant))
        files = _files(request, grant, form.cleaned_data["token"])
        draft = whole(grant, store, form, files)
        saved = stored(grant, store, form, draft)
    return JsonResponse(_told(address, saved))


def _files(request: HttpRequest, grant: Grant, token: str) -> Attached:
    shelf = Shelf(grant.user.pk, token)
    ids = [request.POST.getlist(name) for name in ("carried", "file")]
    files = Attached(grant.mailbox.address, shelf, *ids)
    shelf.touch()
    # nothing changes, but what is lost is told
    files.change((), ())
    return files


def whole(grant: Grant, store: Store, form: DispatchForm, files: Attached) -> Draft:
    """What the form holds, with its files and pictures, wherever they lie now. Raises
    TooLarge, Conflict."""
    version = form.cleaned_data["draft_id"]
    draft = form.draft(files.contents(store, version))
    return pictures.placed(store, grant.mailbox.address, grant.user.pk, draft, version)


def stored(
    grant: Grant, store: Store, form: DispatchForm, draft: Draft
) -> drafting.Saved:
    """The next version of the draft; a mailing whose text it was goes with it."""
    box, asked = grant.mailbox, form.saving()
    mailing = individually.of_draft(store, box, asked.version)
    sender = Address(box.name, draft.sender or box.address)
    saved = drafting.save(store, sender, draft, asked)
    if mailing:
        mailing.message_id = saved.message_id
        mailing.save(update_fields=["message_id"])
    return saved


def is_blank(form: DispatchForm, files: Attached) -> bool:
    """Whether nothing of it was written by anybody: no draft was kept, an answer has
    only what it quotes."""
    data = form.cleaned_data
    if data["draft_id"] or data["draft_attempts"] or files.shelf.files():
        return False
    lines = (data[name] for name in ("to", "cc", "bcc", "subject"))
    if not data["origin_flag"] and any(lines):
        return False
    text = textual.text_of(data["html"]) if data["html"] else data["text"]
    return not signing.typed(text.replace("\r\n", "\n"))


def thrown_away(address: str, message_id: str) -> Notice:
    """That it is in the trash, with the button that brings it back."""
    url, fields = reverse("mail:restore_draft", args=[address]), {"name": message_id}
    undo = Undo(url, _("Restaurer"), fields, opens=True) if message_id else None
    return Notice(_("Brouillon abandonné."), undo=undo)


@require_POST
def restore(request: HttpRequest, address: str) -> HttpResponse:
    """Out of the trash, and one goes on writing it."""
    name = checked(NameForm(request.POST))["name"]
    write = "message.restore"
    with open_granted(person(request), address, write=write) as (_grant, store):
        folder, uid = discarding.bring_back(store, name)
    return see_other("mail:reply", address, folder, uid, "brouillon")


def _told(address: str, saved: drafting.Saved) -> dict[str, Any]:
    now = timezone.localtime()
    return {
        "draft": saved.version,
        "path": f"{regions.write_path(address, saved.folder, saved.uid)}brouillon/",
        "said": _("Enregistré à %(time)s") % {"time": f"{now:%H:%M}"},
        "drafts": regions.path_of(address, saved.folder),
        "apart": str(APART) if saved.is_apart else "",
        "returned": "" if saved.is_known else str(RETURNED),
        "reopen": _("Le reprendre"),
    }


def keeping(request: HttpRequest) -> dict[str, Any]:
    """What the page must know to keep a text on this device."""
    return {
        "owner": visits.mark_of(person(request)),
        "is_shared": visits.is_shared(request),
    }
