"""The change of password that the directory demands before a first visit."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import audit, directory, visits
from accounts.forms import PasswordForm
from accounts.models import User
from accounts.refusals import PasswordRefused, SignInRefused
from convergence.openness import public
from convergence.web import Notice, remember

_ASKED = "password_change"
_SECONDS = 600


def ask(request: HttpRequest, uid: str, *, shared: bool, then: str) -> HttpResponse:
    """Half signed in: the session knows only who must change, for ten minutes."""
    request.session.cycle_key()
    at = int(timezone.now().timestamp())
    request.session[_ASKED] = {"uid": uid, "at": at, "shared": shared, "then": then}
    return redirect("accounts:password")


@public
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    asked = request.session.get(_ASKED)
    if not asked or timezone.now().timestamp() - asked["at"] > _SECONDS:
        return redirect("accounts:sign_in")
    is_numen = partial(directory.contains_numen, asked["uid"])
    given = request.POST if request.method == "POST" else None
    form = PasswordForm(given, is_numen=is_numen)
    if form.is_valid() and _is_changed(asked["uid"], form):
        return _go_on(request, asked, form.cleaned_data["new"])
    context = {"form": form, "length": settings.PASSWORD_MIN_LENGTH}
    status = 400 if form.is_bound else 200
    return render(request, "accounts/password.html", context, status=status)


def _is_changed(uid: str, form: PasswordForm) -> bool:
    """Whether the directory took it; if not, the form says why."""
    try:
        directory.change_password(
            uid, form.cleaned_data["old"], form.cleaned_data["new"]
        )
    except PasswordRefused as error:
        form.add_error("new", str(error.message))
    except SignInRefused as error:
        wrong = type(error) is SignInRefused
        told = _("Le mot de passe actuel est incorrect.") if wrong else error.message
        form.add_error("old", str(told))
    else:
        audit.record(uid, "password.change")
        return True
    return False


def _go_on(request: HttpRequest, asked: dict[str, str], new: str) -> HttpResponse:
    """The visit that was asked for begins; all others of this person end."""
    del request.session[_ASKED]
    user = authenticate(request, username=asked["uid"], password=new)
    if not isinstance(user, User):
        text = _("Votre mot de passe est changé. Connectez-vous avec le nouveau.")
        remember(request, Notice(text))
        return redirect("accounts:sign_in")
    visits.end_all(user)
    visits.begin(request, user, shared=bool(asked["shared"]))
    return redirect(asked["then"])
