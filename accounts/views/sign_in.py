"""Sign-in and sign-out."""

from __future__ import annotations

import time

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import throttling, visits
from accounts.forms import SignInForm
from accounts.models import User
from accounts.refusals import AccountLocked, ChangeElsewhere, SignInRefused
from accounts.views import password
from convergence.openness import public


@public
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(_next(request))
    if request.method != "POST":
        return _page(request, SignInForm())
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    if throttling.source_is_blocked(request):
        return locked_out(request, {})
    return _try(request, form)


def _try(request: HttpRequest, form: SignInForm) -> HttpResponse:
    given, began = form.cleaned_data, time.monotonic()
    user = authenticate(request, username=given["username"], password=given["password"])
    if not isinstance(user, User):
        throttling.hold(began)
        return _refused(request, form)
    throttling.forgive(request, given["username"])
    if request.must_change_password:  # type: ignore[attr-defined]
        return _ask_change(request, user, form)
    visits.begin(request, user, shared=given["shared"])
    return redirect(_next(request))


def _refused(request: HttpRequest, form: SignInForm) -> HttpResponse:
    if getattr(request, "axes_locked_out", False):
        return locked_out(request, {})
    refusal = getattr(request, "sign_in_refusal", SignInRefused())
    if throttling.account_is_blocked(form.cleaned_data["username"]):
        refusal = AccountLocked()
    form.add_error(None, str(refusal.message))
    return _page(request, form, status=400)


def _ask_change(request: HttpRequest, user: User, form: SignInForm) -> HttpResponse:
    by_us = settings.LDAP_PASSWORD_MODIFY == "exop"  # noqa: S105 (a mode)
    if not by_us:
        form.add_error(None, str(ChangeElsewhere.message))
        return _page(request, form, status=400)
    shared = form.cleaned_data["shared"]
    return password.ask(request, user.uid, shared=shared, then=_next(request))


def locked_out(request: HttpRequest, credentials: object) -> HttpResponse:
    """Too many failures: the same sentence for every account, known or not."""
    form = SignInForm(request.POST or None)
    form.is_valid()
    cool_off = int(settings.AXES_COOLOFF_TIME.total_seconds())
    message = _("Trop d’essais. Réessayez dans %(minutes)s minutes.")
    form.add_error(None, message % {"minutes": cool_off // 60})
    response = _page(request, form, status=429)
    response.headers["Retry-After"] = str(cool_off)
    return response


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
    """Where they were going, when it is a path of this very site."""
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
