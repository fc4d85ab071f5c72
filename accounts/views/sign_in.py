"""Sign-in, sign-out and the change of password that the directory demands."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit, directory, throttling, visits
from accounts.forms import PasswordForm, SignInForm
from accounts.models import User
from convergence.openness import public

_CHANGE = "password_change"
_CHANGE_SECONDS = 600


@public
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(_next(request))
    if request.method == "GET":
        return _page(request, SignInForm())
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    if throttling.address_is_blocked(request):
        return locked_out(request, {})
    return _try(request, form)


def _try(request: HttpRequest, form: SignInForm) -> HttpResponse:
    given = form.cleaned_data
    user = authenticate(
        request, username=given["username"].strip(), password=given["password"]
    )
    if not isinstance(user, User):
        throttling.note_failure(request)
        if getattr(request, "axes_locked_out", False):
            return locked_out(request, given)
        refusal = getattr(request, "sign_in_refusal", directory.SignInRefused())
        form.add_error(None, str(refusal.message))
        return _page(request, form, status=400)
    if uid := getattr(request, "must_change_password", ""):
        return _ask_change(request, uid, shared=given["shared"])
    visits.begin(request, user, shared=given["shared"])
    return redirect(_next(request))


def locked_out(request: HttpRequest, credentials: object) -> HttpResponse:
    """Too many failures: the same sentence for every account, known or not."""
    form = SignInForm(request.POST or None)
    form.is_valid()
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    message = _("Trop d’essais. Réessayez dans %(minutes)s minutes.")
    form.add_error(None, message % {"minutes": minutes})
    return _page(request, form, status=429)


def _page(request: HttpRequest, form: SignInForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "help_url": settings.SUPPORT_URL,
        "help_phone": settings.SUPPORT_PHONE,
        "password_url": settings.PASSWORD_HELP_URL,
    }
    return render(request, "accounts/sign_in.html", context, status=status)


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next", "")
    allowed = url_has_allowed_host_and_scheme(
        target, {request.get_host()}, require_https=request.is_secure()
    )
    return target if allowed and target.startswith("/") else "home"


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    visits.end(request)
    response = redirect("accounts:sign_in")
    # what the browser kept of this visit goes too
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _ask_change(request: HttpRequest, uid: str, *, shared: bool) -> HttpResponse:
    """Half signed in: the session knows only who must change."""
    request.session.cycle_key()
    at = int(timezone.now().timestamp())
    request.session[_CHANGE] = {"uid": uid, "at": at, "shared": shared}
    return redirect("accounts:password")


@public
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    asked = request.session.get(_CHANGE)
    now = int(timezone.now().timestamp())
    if not asked or now - asked["at"] > _CHANGE_SECONDS:
        return redirect("accounts:sign_in")
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = _changed(request, asked["uid"], form)
        if user is not None:
            del request.session[_CHANGE]
            visits.begin(request, user, shared=asked["shared"])
            return redirect("home")
    context = {"form": form, "length": settings.PASSWORD_MIN_LENGTH}
    status = 400 if request.method == "POST" else 200
    return render(request, "accounts/password.html", context, status=status)


def _changed(request: HttpRequest, uid: str, form: PasswordForm) -> User | None:
    """The user, now signed in with the new password; None when it was refused."""
    old, new = form.cleaned_data["old"], form.cleaned_data["new"]
    try:
        directory.change_password(uid, old, new)
    except directory.PasswordRefused as error:
        form.add_error("new", str(error.message))
        return None
    except directory.SignInRefused:
        form.add_error("old", _("Le mot de passe actuel est incorrect."))
        return None
    audit.record(uid, "password.change")
    user = authenticate(request, username=uid, password=new)
    return user if isinstance(user, User) else None
