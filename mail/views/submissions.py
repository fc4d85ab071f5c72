"""What the buttons of a form in which one writes ask: to send, to keep, to change."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.access import Grant
from convergence import failures
from convergence.errors import Conflict, ConvergenceError, OverQuota, TooLarge
from convergence.returning import Buttons
from convergence.web import Level, Notice, is_partial, remember, see_other
from mail import (
    businesscard,
    clicks,
    discarding,
    guarding,
    identities,
    mending,
    sending,
    whereabouts,
)
from mail.attaching import Attached
from mail.composing import Draft
from mail.dispatchforms import BUTTONS, DispatchForm
from mail.models import Outgoing
from mail.store import Store
from mail.views import (
    composer,
    departed,
    drafts,
    framing,
    mailings,
    phrases,
    regions,
    returning,
    scheduling,
)

# what a button asks instead of sending
_ASKED = ("attach", "remove", "save", "discard", "open", "individual")
# without its files a form may press none; one that was taken off stays away
_PRESSED = {*_ASKED, *BUTTONS, "at", "mend"} - {"remove"}
BACK = Buttons(frozenset(_PRESSED), ("attach", "1"))


def taken(request: HttpRequest, grant: Grant, store: Store) -> HttpResponse:
    form = DispatchForm(mending.mended(request.POST), right=grant)
    form.full_clean()
    token = form.cleaned_data.get("token") or uuid.uuid4().hex
    files = composer.files_of(grant, token, request.POST)
    try:
        return _done(request, grant, store, form, files)
    except sending.Left as left:
        _change(request, grant, form, files)
        return departed.met(request, grant, store, form, files, left)
    except Exception as exception:
        error = failures.known(exception)
        if error is None or is_partial(request):
            raise
        _change(request, grant, form, files)
        return _given_back(request, grant, form, files, error)


def _done(
    request: HttpRequest,
    grant: Grant,
    store: Store,
    form: DispatchForm,
    files: Attached,
) -> HttpResponse:
    """What the button asked for, or the form again with what is wrong."""
    asked = {*_ASKED, *BUTTONS} & set(request.POST)
    if asked & set(BUTTONS):
        form = DispatchForm(phrases.applied(request, grant), right=grant)
        return composer.page(request, grant, store, form, files, quiet=True)
    if "discard" in asked:
        return _discarded(request, grant, store, form, files)
    click = clicks.of_message(request, files)
    if not asked and (row := _known(grant, form, click)):
        return _again(request, store, form, row)
    _change(request, grant, form, files)
    if asked & {"attach", "remove", "open"}:
        quiet = not form.non_field_errors()
        return composer.page(request, grant, store, form, files, quiet=quiet)
    due_at = scheduling.hour(form, form.data)
    if not form.is_valid():
        return composer.page(request, grant, store, form, files, status=400)
    draft = drafts.whole(grant, store, form, files)
    held = None if asked else guarding.held(store, grant, draft, request.POST.dict())
    if held and (held.findings or "mend" in request.POST):
        return composer.page(request, grant, store, form, files, held=held)
    if "individual" in asked:
        once = clicks.of_form(request)
        response = mailings.prepared(grant, store, form, draft, once)
    elif asked:
        response = _saved(request, grant, store, form, draft)
    else:
        row = _queued(grant, store, form, draft, click, due_at)
        response = _sent(request, store, form, row)
    files.shelf.clear()
    return response


def _known(grant: Grant, form: DispatchForm, click: str) -> Outgoing | None:
    """What an earlier click on this very message has queued. Raises Left when it was
    not this one."""
    if "token" not in form.cleaned_data:
        return None
    return sending.known(form.root, grant.user, form.leaves_from.mailbox, click)


def _again(
    request: HttpRequest, store: Store, form: DispatchForm, row: Outgoing
) -> HttpResponse:
    """A second click is answered as the first, while that can be taken back."""
    if scheduling.way_back(row):
        return _sent(request, store, form, row)
    departed.cleared(store, form, row)
    return see_other("mail:departed", row.mailbox.address, row.pk)


def _change(
    request: HttpRequest, grant: Grant, form: DispatchForm, files: Attached
) -> None:
    """Files that came or go, once; what is wrong with them is told on the form."""
    if files.is_changed:
        return
    try:
        removed = request.POST.getlist("remove")
        files.change(removed, request.FILES.getlist("files"))
        if request.POST.get("attach") == "card":
            businesscard.put(grant, files.shelf)
    except ConvergenceError as error:
        form.add_error(None, str(error.message))


def _queued(
    grant: Grant,
    store: Store,
    form: DispatchForm,
    draft: Draft,
    click: str,
    due_at: datetime | None,
) -> Outgoing:
    with identities.desk(grant, store, form.leaves_from, composer.WRITE) as desk:
        return sending.queue(
            desk,
            grant.user,
            form.leaves_from.mailbox,
            draft,
            token=form.root,
            click=click,
            origin=form.origin(),
            due_at=due_at,
        )


def _given_back(
    request: HttpRequest,
    grant: Grant,
    form: DispatchForm,
    files: Attached,
    error: ConvergenceError,
) -> HttpResponse:
    """The form with all that was typed, where an error page would lose it. Asks nothing
    of a server that may be down."""
    failures.log(request, error)
    text = str(error.message)
    if not isinstance(error, sending.Underway):
        kept = _("%(sentence)s Rien n’a été envoyé, votre texte est conservé ici.")
        text = kept % {"sentence": text}
    form.add_error(None, text)
    form.add_error(None, f"{_('Référence')} {error.reference}")
    response = composer.page(request, grant, None, form, files, status=error.status)
    response.headers["X-Reference"] = error.reference
    return response


def _sent(
    request: HttpRequest, store: Store, form: DispatchForm, row: Outgoing
) -> HttpResponse:
    """Told with a way back; then where one was."""
    remember(request, scheduling.told(row))
    departed.cleared(store, form, row)
    return _where_one_was(request, store, form)


def _where_one_was(
    request: HttpRequest, store: Store, form: DispatchForm
) -> HttpResponse:
    """The list from which one came, else the folder of what was answered."""
    data = form.cleaned_data
    folder = data.get("origin_folder") or returning.INBOX
    path = returning.path(store, data.get("back", ""), folder)
    return framing.followed(request, store.address, see_other(path))


def _discarded(
    request: HttpRequest,
    grant: Grant,
    store: Store,
    form: DispatchForm,
    files: Attached,
) -> HttpResponse:
    """Into the trash with all that was written; nothing when nothing was. What cannot
    be stored as it is (a text too long) is given back with what is wrong."""
    _change(request, grant, form, files)
    if request.POST["discard"] != "stored" and not form.is_valid():
        return composer.page(request, grant, store, form, files, status=400)
    if version := _last_version(request, grant, store, form, files):
        name = discarding.throw_away(store, version)
        if "token" in form.cleaned_data:
            whereabouts.thrown_away(store.address, form.root, name)
        remember(request, drafts.thrown_away(store.address, name))
    files.shelf.clear()
    return _where_one_was(request, store, form)


def _last_version(
    request: HttpRequest,
    grant: Grant,
    store: Store,
    form: DispatchForm,
    files: Attached,
) -> str:
    """The page says that it is stored, else it is now; of what cannot be, the one
    before."""
    known: str = form.cleaned_data.get("draft_id", "")
    is_stored = request.POST["discard"] == "stored"
    if is_stored or drafts.is_blank(form, files):
        return known
    try:
        draft = drafts.whole(grant, store, form, files)
        return drafts.stored(grant, store, form, draft).version
    except (Conflict, TooLarge, OverQuota):
        return known


def _saved(
    request: HttpRequest, grant: Grant, store: Store, form: DispatchForm, draft: Draft
) -> HttpResponse:
    """Into Brouillons, and there."""
    saved = drafts.stored(grant, store, form, draft)
    told = drafts.APART if saved.is_apart else _("Brouillon enregistré.")
    level: Level = "warning" if saved.is_apart else "success"
    remember(request, Notice(str(told), level))
    address = grant.mailbox.address
    then = see_other(regions.path_of(address, saved.folder))
    return framing.followed(request, address, then)
