"""Pages that belong to no app: errors, health, the living page of components."""

from __future__ import annotations

import sys

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from convergence import errors
from convergence.failures import answer_to, error_response
from convergence.openness import public


@public
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 when this process can serve pages: the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@public
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """The living page of components (in debug only)."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "convergence/components.html")


@public
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The declaration that the law asks for (RGAA)."""
    return render(request, "convergence/accessibility.html")


@public
@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    days = {"audit_days": settings.AUDIT_DAYS}
    return render(request, "convergence/legal.html", days)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_response(
        request,
        errors.AccessRefused(
            _("Ce formulaire a expiré. Rechargez la page, puis recommencez.")
        ),
    )


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What goes wrong before a view is called: no such path, a form that is too big."""
    return answer_to(request, exception)


def failed(request: HttpRequest) -> HttpResponse:
    """What goes wrong in a middleware; Django calls this while handling it."""
    return answer_to(request, sys.exc_info()[1])
